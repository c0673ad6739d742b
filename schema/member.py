"""Members of a workspace and their roles."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import strawberry

from resolvers import ids
from resolvers.batch import Level, Parents, batched
from resolvers.fields import named_by, related
from resolvers.loaders import Relation
from resolvers.members import roles_of
from resolvers.members_commands import MemberChanged, RoleChange, grant_role, remove_member, revoke_role
from schema.keyed import KEY
from schema.payload import Payload
from schema.people import User
from schema.words import AddedVia, Role
from tenancy import tables as t
from tenancy.changes import Change

if TYPE_CHECKING:
    from schema.workspace import Workspace

LazyWorkspace = Annotated["Workspace", strawberry.lazy("schema.workspace")]


async def _roles(parents: Parents, info: Level) -> list[list[Role]]:
    return await roles_of(info.context, parents)


@strawberry.type(description="Somebody's membership in a workspace.")
class Member:
    user: User | None = related(t.RoleGrant.user, description="Who.")
    roles: list[Role] = batched(
        _roles, columns=("workspace_id", "user_id"), description="All roles there; MEMBER is the membership."
    )
    granted_at: datetime = strawberry.field(description="Since when, UTC.")
    granted_by: User | None = related(t.RoleGrant.granter, description="Who invited.")
    added_via: AddedVia | None = strawberry.field(
        description="How the membership came about; null when nobody noted it."
    )
    workspace: LazyWorkspace | None = related(t.RoleGrant.workspace, description="Where.")


@strawberry.input(description="A role to give.")
class GrantRoleInput:
    idempotency_key: str = strawberry.field(description=KEY)
    user_id: strawberry.ID = strawberry.field(description="To whom: a member of the workspace; never oneself.")
    role: Role = strawberry.field(description="Which; none beyond one's own authority.")
    workspace_id: strawberry.ID | None = strawberry.field(
        default=None, description="In which workspace; without it in the whole tenant."
    )


@strawberry.input(description="A role to take back.")
class RevokeRoleInput:
    user_id: strawberry.ID = strawberry.field(description="From whom.")
    role: Role = strawberry.field(description="Which; a membership ends by removeMember.")
    workspace_id: strawberry.ID | None = strawberry.field(
        default=None, description="In which workspace; without it in the whole tenant."
    )


@strawberry.input(description="A membership to end.")
class RemoveMemberInput:
    workspace_id: strawberry.ID = strawberry.field(description="The workspace.")
    user_id: strawberry.ID = strawberry.field(description="The member.")


@strawberry.type(description="Whose roles changed, or why they stay as they were.")
class MemberPayload(Payload):
    user: User | None = named_by(Relation("user_id", t.User), description="Who; null when no longer visible.")
    member: Member | None = named_by(
        Relation("membership_id", t.RoleGrant), description="The membership, read after the command."
    )
    workspace: LazyWorkspace | None = named_by(Relation("workspace_id", t.Workspace), description="Where.")


async def grant(change: Change, input: GrantRoleInput) -> MemberChanged:
    return await grant_role(change, input.idempotency_key, _change(input))


async def revoke(change: Change, input: RevokeRoleInput) -> MemberChanged:
    return await revoke_role(change, _change(input))


async def remove(change: Change, input: RemoveMemberInput) -> MemberChanged:
    workspace_id = ids.of("Workspace", input.workspace_id, field="workspace_id")
    return await remove_member(change, workspace_id, ids.of("User", input.user_id, field="user_id"))


def _change(input: GrantRoleInput | RevokeRoleInput) -> RoleChange:
    where = input.workspace_id
    workspace_id = None if where is None else ids.of("Workspace", where, field="workspace_id")
    return RoleChange(input.role, ids.of("User", input.user_id, field="user_id"), workspace_id)
