"""Words about files: what they hold, how they are written, and where they are on their way."""

from resolvers.exports.files import ExportPart
from resolvers.sheets import CellKind
from schema.words.described import described
from tenancy.words import ExportFormat, ExportKind, ExportState

described(
    ExportKind,
    "What an exported file holds.",
    PORTFOLIO_DEPLOYMENT="For partners: licences sold and deployed, by customer, product and way of buying.",
    PORTFOLIO_USAGE="For partners: use of licences, by customer, product, way of buying and workload.",
    CASES="Cases that the viewer may see, newest first.",
    CONSUMPTION="What was consumed in the chosen workspaces, oldest first; rows of a case only with the case.",
    EDUCATION="On-demand education that was started in the chosen workspaces, oldest first.",
)
described(
    ExportFormat,
    "How a file is written.",
    CSV="Comma-separated values (RFC 4180); texts that a spreadsheet would calculate have an apostrophe.",
    NDJSON="One JSON object a line.",
    XLSX="A workbook with typed cells; what one sheet cannot hold goes on in the next.",
    PARQUET="Apache Parquet with typed columns, where the installation has it.",
)
described(
    ExportState,
    "Where an export is on its way.",
    QUEUED="It waits for its turn.",
    RUNNING="It is being written.",
    DONE="The file can be fetched.",
    FAILED="There is no file; `failure` tells why.",
    CANCELLED="Somebody stopped it.",
    EXPIRED="The file was removed, its time was over; the manifest stays.",
)
described(
    ExportPart,
    "What of a file was held back.",
    ROWS="Whole rows.",
    CELLS="Cells of a column.",
    COLUMNS="A whole column.",
)
described(
    CellKind,
    "What a column of a file holds.",
    TEXT="Text.",
    NUMBER="A quantity with two places.",
    COUNT="A whole number.",
    PERCENT="A percentage with one place.",
    DAY="A day.",
    MOMENT="A moment, UTC.",
    FLAG="True or false.",
)

__all__ = ["CellKind", "ExportFormat", "ExportKind", "ExportPart", "ExportState"]
