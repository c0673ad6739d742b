"""Where a viewer is a member, and which customers a partner is tied to."""

from dataclasses import dataclass

from resolvers import ids
from resolvers.pages import Listing, Order
from tenancy import tables as t
from tenancy.boundaries import CUSTOMERS
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
