"""Questions about exports, and what can be done with them."""

from typing import Annotated

import strawberry

from resolvers.arguments import After, First, described
from resolvers.batch import Level
from resolvers.commands import command
from resolvers.exports.jobs import JOBS
from resolvers.fields import found_by_id, question
from resolvers.pages import FIRST, Page, Request, Source
from resolvers.workspaces import admit
from schema import export_job
from schema.export_job import ExportJob, ExportJobPayload
from schema.page import Connection
from schema.words.exports import ExportState
from tenancy import tables as t


async def _jobs(
    info: Level,
    state: Annotated[ExportState | None, described("Only jobs in this state.")] = None,
    first: First = FIRST,
    after: After = None,
) -> Page:
    admit(info.context)
    values = {} if state is None else {"state": state}
    return await Source(info.context, JOBS, Request(first, after, values)).page(info.selection)


@strawberry.type
class ExportQueries:
    export_job: ExportJob | None = found_by_id(
        "ExportJob", t.ExportJob, description="One of the viewer's own exports.", applications=True
    )
    export_jobs: Connection[ExportJob] | None = question(
        _jobs, description="The viewer's own exports, newest first.", applications=True
    )


@strawberry.type
class ExportMutations:
    start_export: ExportJobPayload | None = command(
        export_job.start,
        description="Ask for a file of any length: complete, from one snapshot, never paged and never cut. At most two "
        "are under way for an organisation; another one is RATE_LIMITED. Applications ask for portfolios only.",
        applications=True,
    )
    cancel_export: ExportJobPayload | None = command(
        export_job.cancel, description="Stop an export that is under way.", applications=True
    )
