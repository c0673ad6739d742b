"""Questions about workspaces."""

import strawberry

from resolvers import workspaces as places
from resolvers.arguments import After, First
from resolvers.batch import Level
from resolvers.fields import found_by_id, question
from resolvers.pages import FIRST, Page, Request, Source
from schema.page import Connection
from schema.workspace import Workspace
from tenancy import tables as t


async def _workspaces(info: Level, first: First = FIRST, after: After = None) -> Page:
    places.admit(info.context)
    request = Request(first, after, {"listed": None})
    return await Source(info.context, places.WORKSPACES, request).page(info.selection)


@strawberry.type
class WorkspaceQueries:
    workspaces: Connection[Workspace] | None = question(
        _workspaces,
        description="Workspaces that the viewer is a member of; for those who run the customer all of it, by name.",
    )
    workspace: Workspace | None = found_by_id("Workspace", t.Workspace, description="One workspace.")
