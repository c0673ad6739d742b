"""Who may hand out which role, and whom a workspace cannot do without (CA-9, CA-10, WS-17, T-19)."""

from collections.abc import Iterable, Mapping
from typing import Final

from resolvers.rules.refused import Refused
from tenancy.words import WORKSPACE_ROLES, Role

_CUSTOMERS_OWN: Final = frozenset(
    {Role.GLOBAL_ADMIN, Role.SERVICES_ADMIN, Role.SERVICE_MANAGER, Role.SERVICE_REPRESENTATIVE}
)
_PARTNERS: Final = frozenset(
    {
        Role.PARTNER_GLOBAL_ADMIN,
        Role.PARTNER_USER_ADMIN,
        Role.PARTNER_ADMIN_AGENT,
        Role.PARTNER_SALES_AGENT,
        Role.PARTNER_HELPDESK_AGENT,
    }
)

HANDS_OUT: Final[Mapping[Role, frozenset[Role]]] = {
    Role.CSAM: WORKSPACE_ROLES | _CUSTOMERS_OWN | {Role.ACCOUNT_COORDINATOR, Role.INCIDENT_MANAGER},
    Role.ACCOUNT_COORDINATOR: WORKSPACE_ROLES | _CUSTOMERS_OWN,
    Role.GLOBAL_ADMIN: WORKSPACE_ROLES | _CUSTOMERS_OWN,
    Role.WORKSPACE_ADMIN: WORKSPACE_ROLES,
    Role.INVITE_USERS: frozenset({Role.MEMBER}),
    Role.PARTNER_GLOBAL_ADMIN: _PARTNERS | {Role.PARTNER_INSIGHTS_READER},
    Role.PARTNER_USER_ADMIN: _PARTNERS - {Role.PARTNER_GLOBAL_ADMIN},
}
"""Whoever holds the role on the left, in that tenant or workspace, may give and take the roles on the right.

Nobody hands out CSAM: the operator sends them. Workspace administrators do so in their own workspace only.
"""


def may_hand_out(held: Iterable[Role], wanted: Iterable[Role]) -> Refused | None:
    """Whether somebody who holds `held`, there and now, may give or take all of `wanted` there (T-19)."""
    reach = frozenset[Role]().union(*(HANDS_OUT.get(role, frozenset()) for role in held))
    beyond = sorted(frozenset(wanted) - reach)
    return Refused("FORBIDDEN", "CA-10", "roles", {"roles": ", ".join(beyond)}) if beyond else None


def keeps_administrator(administrators: Iterable[str], leaving: str) -> Refused | None:
    """Whether the workspace still has an administrator when `leaving` goes or loses the role (WS-6, C-10)."""
    if frozenset(administrators) == {leaving}:
        return Refused("CONFLICT", "WS-6", "user_id")
    return None
