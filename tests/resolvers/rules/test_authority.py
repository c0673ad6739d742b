import pytest

from resolvers.rules.authority import HANDS_OUT, keeps_administrator, may_hand_out
from tenancy.words import WORKSPACE_ROLES, Role


def allowed(held: Role, *wanted: Role) -> bool:
    refused = may_hand_out([held], wanted)
    assert refused is None or refused.code == "FORBIDDEN"
    return refused is None


def test_ae_24_only_an_administrator_delegates_customer_activity() -> None:
    assert not allowed(Role.MEMBER, Role.CUSTOMER_ACTIVITY)
    assert not allowed(Role.INVITE_USERS, Role.MEMBER, Role.CUSTOMER_ACTIVITY)
    for administrator in (Role.WORKSPACE_ADMIN, Role.GLOBAL_ADMIN, Role.CSAM, Role.ACCOUNT_COORDINATOR):
        assert allowed(administrator, Role.MEMBER, Role.CUSTOMER_ACTIVITY)


def test_t_19_nobody_hands_out_more_than_the_own_authority() -> None:
    assert not allowed(Role.WORKSPACE_ADMIN, Role.GLOBAL_ADMIN)
    assert not allowed(Role.GLOBAL_ADMIN, Role.CSAM)
    assert not allowed(Role.GLOBAL_ADMIN, Role.PARTNER_GLOBAL_ADMIN)
    assert not allowed(Role.PARTNER_USER_ADMIN, Role.PARTNER_GLOBAL_ADMIN)
    assert not allowed(Role.SUPPORT_CONTACT, Role.MEMBER)


_ANY = WORKSPACE_ROLES
_CUSTOMERS = {Role.GLOBAL_ADMIN, Role.SERVICES_ADMIN, Role.SERVICE_MANAGER, Role.SERVICE_REPRESENTATIVE}
_AGENTS = {Role.PARTNER_USER_ADMIN, Role.PARTNER_ADMIN_AGENT, Role.PARTNER_SALES_AGENT, Role.PARTNER_HELPDESK_AGENT}


@pytest.mark.parametrize(
    ("held", "reach"),
    [
        # 2.1: the operator's people run the agreement; a global administrator appoints further ones.
        (Role.CSAM, {*_ANY, *_CUSTOMERS, Role.ACCOUNT_COORDINATOR, Role.INCIDENT_MANAGER}),
        (Role.ACCOUNT_COORDINATOR, {*_ANY, *_CUSTOMERS}),
        (Role.GLOBAL_ADMIN, {*_ANY, *_CUSTOMERS}),
        (Role.WORKSPACE_ADMIN, {*_ANY}),
        (Role.INVITE_USERS, {Role.MEMBER}),
        # 2.8, D-30: partners among themselves; programs get their role from the partner's first administrator.
        (Role.PARTNER_GLOBAL_ADMIN, {*_AGENTS, Role.PARTNER_GLOBAL_ADMIN, Role.PARTNER_INSIGHTS_READER}),
        (Role.PARTNER_USER_ADMIN, _AGENTS),
    ],
)
def test_t_19_the_table_of_who_hands_out_what(held: Role, reach: set[Role]) -> None:
    assert {role for role in Role if allowed(held, role)} == reach


def test_t_19_the_other_roles_hand_out_nothing() -> None:
    silent = set(Role) - set(HANDS_OUT)
    assert len(silent) == len(Role) - 7
    assert not [(held, role) for held in silent for role in Role if allowed(held, role)]


def test_roles_add_up() -> None:
    assert may_hand_out([Role.INVITE_USERS, Role.MEMBER], [Role.MEMBER]) is None
    assert may_hand_out([Role.SUPPORT_CONTACT, Role.WORKSPACE_ADMIN], WORKSPACE_ROLES) is None


def test_a_refusal_names_the_roles_out_of_reach() -> None:
    refused = may_hand_out([Role.INVITE_USERS], [Role.MEMBER, Role.SUPPORT_CONTACT, Role.CUSTOMER_ACTIVITY])
    assert refused is not None
    assert refused.details == {"roles": "CUSTOMER_ACTIVITY, SUPPORT_CONTACT"}


@pytest.mark.parametrize("role", Role)
def test_no_application_and_nobody_else_reaches_above_the_table(role: Role) -> None:
    assert Role.CSAM not in HANDS_OUT.get(role, frozenset())
    assert may_hand_out([Role.PARTNER_INSIGHTS_READER], [role]) is not None


def test_ws_6_a_workspace_keeps_an_administrator() -> None:
    refused = keeps_administrator(["gus"], "gus")
    assert refused is not None
    assert refused.code == "CONFLICT"
    assert keeps_administrator(["gus", "maya"], "gus") is None
    assert keeps_administrator(["maya"], "gus") is None
    assert keeps_administrator([], "gus") is None
