"""Who asks: the principal, its tenants, its roles, and where its account type lets it in."""

from typing import Annotated, Any

import strawberry

from resolvers.arguments import After, First, described
from resolvers.batch import Level, Parents, batched
from resolvers.explain import may
from resolvers.fields import named_by
from resolvers.loaders import Relation
from resolvers.members import LINKED_CUSTOMERS, memberships
from resolvers.members import Membership as Member
from resolvers.pages import FIRST, Page, Request, Source
from schema.page import Connection
from schema.people import Tenant, User
from schema.words import AccountType, PersonalAccounts, Role
from schema.words.access import Action
from schema.workspace import Workspace
from tenancy import tables as t
from tenancy.viewer import Viewer as Principal


@strawberry.type(
    description="A workspace that the viewer is a member of, and whether its account type is admitted there."
)
class Membership:
    workspace_id: strawberry.ID = strawberry.field(description="Id of the workspace, also when it is not admitted.")
    workspace: Workspace | None = named_by(
        Relation("key", t.Workspace), description="The workspace; null where the account type is not admitted."
    )
    roles: list[Role] = strawberry.field(description="Roles in it.")
    admitted: bool = strawberry.field(description="Whether the account type is admitted today.")
    personal_accounts: PersonalAccounts | None = strawberry.field(
        description="For a personal account: why it is admitted, or not."
    )


def _read(read: Any, description: str) -> Any:
    def resolve(parents: Parents) -> list[Any]:
        return [read(viewer) for viewer in parents]

    return batched(resolve, description=description)


async def _memberships(parents: Parents) -> list[list[Member]]:
    return [memberships(viewer) for viewer in parents]


async def _customers(parents: Parents, info: Level, first: First = FIRST, after: After = None) -> list[Page]:
    source = Source(info.context, LINKED_CUSTOMERS, Request(first, after, {"linked": None}))
    return [await source.page(info.selection) for _ in parents]


async def _can(
    parents: Parents,
    info: Level,
    action: Annotated[Action, described("What to do.")],
    workspace_id: Annotated[strawberry.ID | None, described("Where; without it in the whole tenant.")] = None,
) -> list[bool]:
    return [await may(info.context, action, workspace_id)] * len(parents)


def _administrator(viewer: Principal) -> bool:
    return viewer.somewhere(Action.OPEN_CONSOLE)


@strawberry.type(description="The principal that asks, in its current tenant.")
class Viewer:
    name: str = _read(lambda viewer: viewer.identity.display_name, "Name for display.")
    account_type: AccountType = strawberry.field(description="Who governs the identity.")
    is_guest: bool = _read(lambda viewer: viewer.identity.is_guest, "Whether it is a guest of its directory.")
    person: User | None = named_by(
        Relation("user_id", t.User), description="The principal as others see it; null until it holds any role."
    )
    tenant: Tenant | None = strawberry.field(
        description="The current tenant: the one of the header X-Tenant, else the home tenant, else the first by name."
    )
    tenants: list[Tenant] = strawberry.field(description="All tenants in which the viewer holds a role.")
    roles: list[Role] = _read(lambda viewer: sorted(viewer.tenant_roles), "Roles in the whole of the current tenant.")
    memberships: list[Membership] = batched(
        _memberships, description="Workspaces of the current tenant that the viewer is a member of."
    )
    can: bool = batched(
        _can, description="Whether the roles open an action, in a workspace or in the whole tenant; hidden is false."
    )
    actions: list[Action] = _read(
        lambda viewer: [action for action in Action if viewer.somewhere(action)],
        "Everything that the roles open in the current tenant, in the whole of it or in a workspace.",
    )
    is_administrator: bool = _read(_administrator, "Whether the console is open to the viewer.")
    customers: Connection[Tenant] = batched(
        _customers, description="For a partner: customers to whom it sells, or sold."
    )
