"""Groups of a workspace, and the shares of cases."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import strawberry

from resolvers import groups, ids
from resolvers.batch import Level, Parents
from resolvers.fields import identified, named_by, page_of, related
from resolvers.loaders import Relation
from resolvers.sharing_reasons import visible_because
from schema.keyed import KEY
from schema.node import Node, StandsIn
from schema.page import Connection
from schema.payload import Payload
from schema.people import User
from schema.words.sharing import VisibilityReason
from tenancy import tables as t
from tenancy.changes import Change

if TYPE_CHECKING:
    from schema.workspace import Workspace

LazyWorkspace = Annotated["Workspace", strawberry.lazy("schema.workspace")]


@strawberry.type(description="People of one workspace who are given access to cases together.")
class SupportGroup(StandsIn, Node):
    id: strawberry.ID = identified("SupportGroup")
    name: str = strawberry.field(description="Name, unique within the workspace.")
    workspace: LazyWorkspace | None = related(t.SupportGroup.workspace, description="Whose it is.")
    members: Connection[User] = page_of(groups.GROUP_MEMBERS, description="Who is in it.")


@strawberry.type(description="A case is open to this person, or to this group.")
class CaseShare:
    user: User | None = related(t.CaseShare.user, description="The person, if it is one.")
    group: SupportGroup | None = related(t.CaseShare.group, description="The group, if it is one; one at most.")
    shared_by: User | None = related(t.CaseShare.sharer, description="Who shared it.")
    shared_at: datetime = strawberry.field(description="When, UTC.")


async def reasons(parents: Parents, info: Level) -> list[list[VisibilityReason]]:
    """Why the viewer sees each case."""
    return await visible_because(info.context.scope, [row.id for row in parents])


@strawberry.input(description="A new group.")
class CreateGroupInput:
    idempotency_key: str = strawberry.field(description=KEY)
    workspace_id: strawberry.ID = strawberry.field(description="The workspace.")
    name: str = strawberry.field(description="Name, 1 to 100 characters, unique within the workspace.")
    member_ids: list[strawberry.ID] = strawberry.field(
        default_factory=list, description="Members of the workspace who are in it."
    )


@strawberry.input(description="Who is in a group.")
class SetGroupMembersInput:
    group_id: strawberry.ID = strawberry.field(description="The group.")
    member_ids: list[strawberry.ID] = strawberry.field(
        description="Members of the workspace: exactly these are in it from now on."
    )


@strawberry.input(description="The group that one's new cases are shared with.")
class SetDefaultGroupInput:
    workspace_id: strawberry.ID = strawberry.field(description="New cases in this workspace.")
    group_id: strawberry.ID | None = strawberry.field(default=None, description="A group one is in; null for none.")


@strawberry.type(description="The group, or why it stays as it was.")
class GroupPayload(Payload):
    group: SupportGroup | None = named_by(
        Relation("group_id", t.SupportGroup), description="The group, read after the command."
    )
    workspace: LazyWorkspace | None = named_by(Relation("workspace_id", t.Workspace), description="Whose it is.")


async def create(change: Change, input: CreateGroupInput) -> groups.GroupChanged:
    workspace_id = ids.of("Workspace", input.workspace_id, field="workspace_id")
    return await groups.create_group(change, input.idempotency_key, workspace_id, input.name, _users(input.member_ids))


async def set_members(change: Change, input: SetGroupMembersInput) -> groups.GroupChanged:
    group_id = ids.of("SupportGroup", input.group_id, field="group_id")
    return await groups.set_group_members(change, group_id, _users(input.member_ids))


async def set_default(change: Change, input: SetDefaultGroupInput) -> groups.GroupChanged:
    workspace_id = ids.of("Workspace", input.workspace_id, field="workspace_id")
    chosen = None if input.group_id is None else ids.of("SupportGroup", input.group_id, field="group_id")
    return await groups.set_default_group(change, workspace_id, chosen)


def _users(given: list[strawberry.ID]) -> list[str]:
    return [ids.of("User", each, field="member_ids") for each in given]
