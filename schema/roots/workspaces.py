"""Questions about workspaces, and how they come about."""

import strawberry

from resolvers import workspaces as places
from resolvers.arguments import After, First
from resolvers.batch import Level
from resolvers.commands import command
from resolvers.fields import found_by_id, question
from resolvers.pages import FIRST, Page, Request, Source
from schema import workspace_input as said
from schema.page import Connection
from schema.workspace import Workspace
from schema.workspace_input import (
    ActivateAgreementPayload,
    CreateWorkspacePayload,
    SetPersonalAccountsPayload,
    WorkspacePayload,
)
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


@strawberry.type
class WorkspaceMutations:
    activate_agreement: ActivateAgreementPayload | None = command(
        said.activate,
        description="Put an agreement in force: the default workspace comes by itself, and whom it names is invited.",
    )
    create_workspace: CreateWorkspacePayload | None = command(
        said.create, description="Create an additional workspace, and invite its administrator."
    )
    map_package: WorkspacePayload | None = command(
        said.map_package, description="Add a package to a workspace: how add-ons come there."
    )
    unmap_package: WorkspacePayload | None = command(
        said.unmap_package, description="Take a package out of a workspace."
    )
    set_personal_accounts: SetPersonalAccountsPayload | None = command(
        said.set_accounts,
        description="Let personal accounts into a Unified workspace, or keep them out; plan it to see who is cut off.",
    )
