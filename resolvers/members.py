"""Who is in a workspace, where a viewer is a member, and to which customers a partner sells."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Uuid, any_, bindparam, select
from sqlalchemy.dialects.postgresql import ARRAY

from resolvers import ids
from resolvers.batch import Level
from resolvers.context import Context
from resolvers.loaders import KEYS
from resolvers.pages import Listing, Order, Page, Request, Source
from tenancy import tables as t
from tenancy.boundaries import CUSTOMERS
from tenancy.errors import Forbidden
from tenancy.permissions import Action
from tenancy.statements import Statement
from tenancy.viewer import Viewer
from tenancy.words import PersonalAccounts, Role

LINKED_CUSTOMERS = Listing(
    "viewer.customers",
    t.Tenant,
    {"linked": CUSTOMERS},
    Order("name", (("name", False),)),
)


@dataclass(frozen=True)
class Membership:
    """One membership; `key` is the workspace's uuid."""

    key: str
    roles: list[Role]
    admitted: bool
    personal_accounts: PersonalAccounts | None

    @property
    def workspace_id(self) -> str:
        return ids.encode("Workspace", self.key)


def memberships(viewer: Viewer) -> list[Membership]:
    """The viewer's memberships in its current tenant, barred ones included: a refusal that explains itself (3.4)."""
    return [
        Membership(key, sorted(roles), key not in viewer.barred, viewer.standing.get(key))
        for key, roles in sorted(viewer.workspace_roles.items())
    ]


# A membership is the grant of MEMBER; the other roles of the person hang on it (I-3).
MEMBERS = Listing(
    "workspace.members",
    t.RoleGrant,
    order=Order("since", (("granted_at", False),)),
    parent="workspace_id",
    pairs=select(t.RoleGrant.workspace_id, t.RoleGrant.id).where(t.RoleGrant.role == Role.MEMBER),
)

_ROLES = Statement(
    select(t.RoleGrant.workspace_id, t.RoleGrant.user_id, t.RoleGrant.role).where(
        t.RoleGrant.workspace_id == KEYS,
        t.RoleGrant.user_id == any_(bindparam("users", type_=ARRAY(Uuid(as_uuid=False)))),
    )
)


async def roles_of(context: Context, memberships: Sequence[Any]) -> list[list[Role]]:
    """All roles of each membership's person in its workspace."""
    keys = sorted({row.workspace_id for row in memberships})
    users = sorted({row.user_id for row in memberships})
    found: dict[tuple[str, str], list[Role]] = {}
    for row in await context.scope.rows(_ROLES, keys=keys, users=users):
        found.setdefault((row["workspace_id"], row["user_id"]), []).append(Role(row["role"]))
    return [sorted(found.get((row.workspace_id, row.user_id), [])) for row in memberships]


async def pages_for_inviters(
    parents: Sequence[Any], info: Level, listing: Listing, request: Request
) -> list[Page | Exception]:
    """A page under each workspace where the viewer may invite; FORBIDDEN at the others (2.1, Manage users)."""
    viewer = info.context.viewer
    allowed = [row.id for row in parents if viewer.may(Action.INVITE, row.id)]
    pages = await Source(info.context, listing, request).pages(allowed, info.selection) if allowed else []
    found = dict(zip(allowed, pages, strict=True))
    return [found[row.id] if row.id in found else Forbidden(rule="CA-10") for row in parents]
