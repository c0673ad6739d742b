"""Files of whole portfolios."""

from datetime import date

import strawberry

from resolvers.portfolio_export import PortfolioExportKind
from schema.words.described import described
from schema.words.exports import ExportFormat

described(
    PortfolioExportKind,
    "What a file of a portfolio holds: a row for each customer, product and way of buying.",
    DEPLOYMENT="Licences sold and deployed.",
    USAGE="Use, with a row for each workload.",
)


@strawberry.type(
    description="Where a file is fetched. The link opens nothing by itself: who follows it signs in, and rights are "
    "those of that moment. The answer tells rows, digest and moment of the file, and goes on where it broke off."
)
class PortfolioExport:
    kind: PortfolioExportKind = strawberry.field(description="What the file holds.")
    format: ExportFormat = strawberry.field(description="How it is written.")
    as_of: date = strawberry.field(description="Last day of the window of use.")
    url: str = strawberry.field(description="Its path on this server, for a GET with the same sign-in.")
    columns: list[str] = strawberry.field(description="Its columns, in their order.")
