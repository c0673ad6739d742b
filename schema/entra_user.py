"""Users of one's own Entra tenant, and how they become members."""

import strawberry

from resolvers import entra_users as work
from resolvers import ids
from resolvers.fields import all_named_by
from resolvers.loaders import Relation
from schema.keyed import KEY
from schema.member import Member
from schema.payload import Payload
from schema.words import Role
from tenancy import tables as t
from tenancy.changes import Change


@strawberry.input(description="A user of the viewer's own Entra tenant.")
class EntraUserInput:
    oid: str = strawberry.field(description="The object id in the directory: a GUID in lower case.")
    name: str | None = strawberry.field(
        default=None, description="What to show until the person comes; never compared with anything."
    )


@strawberry.input(description="Colleagues to make members of a workspace: no letter, no link.")
class AddEntraUsersInput:
    idempotency_key: str = strawberry.field(description=KEY)
    workspace_id: strawberry.ID = strawberry.field(description="The workspace.")
    users: list[EntraUserInput] = strawberry.field(
        description="1 to 100 users of the Entra tenant that the viewer signs in to; others cannot be named."
    )
    roles: list[Role] = strawberry.field(
        default_factory=list, description="Roles besides MEMBER; none beyond the viewer's own authority."
    )


@strawberry.type(description="The memberships that came about, or why none did.")
class AddEntraUsersPayload(Payload):
    members: list[Member] = all_named_by(
        Relation("membership_ids", t.RoleGrant), description="One for each user, in the order given."
    )


async def add(change: Change, input: AddEntraUsersInput) -> work.EntraUsersAdded:
    workspace_id = ids.of("Workspace", input.workspace_id, field="workspace_id")
    people = [work.EntraUser(each.oid, each.name) for each in input.users]
    return await work.add_entra_users(change, input.idempotency_key, workspace_id, people, input.roles)
