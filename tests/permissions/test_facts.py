"""What the boundaries know about a viewer: which role raises which flag, and which workspaces a fact names."""

import pytest

from tenancy.boundaries import facts
from tenancy.identity import Identity
from tenancy.viewer import Home, Viewer
from tenancy.words import (
    PARTNER_ROLES,
    TENANT_ROLES,
    WORKSPACE_ROLES,
    AccountType,
    PersonalAccounts,
    Role,
    TenantKind,
)

HOME = Home("t1", "Contoso", TenantKind.CUSTOMER, None)
AWAY = Home("t2", "Fabrikam", TenantKind.CUSTOMER, None)
HUMAN = (AccountType.WORK_SCHOOL, AccountType.PERSONAL)
NEVER_PERSONAL = {Role.CSAM, Role.ACCOUNT_COORDINATOR, Role.INCIDENT_MANAGER} | PARTNER_ROLES

# A flag, and the roles in the whole tenant that raise it (3.5, 5.3, 5.6, 5.8, D-30).
RAISED = """
v_enters_all    GLOBAL_ADMIN CSAM ACCOUNT_COORDINATOR INCIDENT_MANAGER SERVICE_MANAGER SERVICE_REPRESENTATIVE
v_lists_all     GLOBAL_ADMIN CSAM ACCOUNT_COORDINATOR
v_oversees      GLOBAL_ADMIN CSAM ACCOUNT_COORDINATOR SERVICE_MANAGER SERVICE_REPRESENTATIVE
v_unassigned    SERVICE_MANAGER SERVICE_REPRESENTATIVE
v_agreements    GLOBAL_ADMIN CSAM ACCOUNT_COORDINATOR
v_activity      GLOBAL_ADMIN CSAM ACCOUNT_COORDINATOR
v_manages       GLOBAL_ADMIN CSAM ACCOUNT_COORDINATOR
v_desk          SERVICE_MANAGER SERVICE_REPRESENTATIVE
v_insights      PARTNER_GLOBAL_ADMIN PARTNER_USER_ADMIN PARTNER_ADMIN_AGENT PARTNER_SALES_AGENT
v_applications  PARTNER_GLOBAL_ADMIN
"""
FLAGS = {line.split()[0]: set(map(Role, line.split()[1:])) for line in RAISED.strip().splitlines()}

# A fact that names workspaces, and the roles there that put a workspace into it.
NAMED = {
    "v_entered": {Role.MEMBER},
    "v_member_of": {Role.MEMBER},
    "v_overseen": {Role.WORKSPACE_ADMIN, Role.VIEW_ALL_SUPPORT_REQUESTS},
    "v_activity_in": {Role.WORKSPACE_ADMIN, Role.CUSTOMER_ACTIVITY},
    "v_managed": {Role.WORKSPACE_ADMIN, Role.INVITE_USERS},
}


def who(account: AccountType) -> Identity:
    return Identity("tid", "oid", account, False, "me", None, "tests", frozenset(), frozenset(), 0.0, "")


@pytest.mark.parametrize("account", HUMAN)
@pytest.mark.parametrize("role", [*sorted(TENANT_ROLES | PARTNER_ROLES), None])
def test_a_role_in_the_tenant_raises_these_flags_and_no_others(account: AccountType, role: Role | None) -> None:
    known = facts(Viewer(who(account), "me", HOME, tenant_roles=frozenset({role} if role else ())))
    raised = {flag for flag, roles in FLAGS.items() if role in roles}
    if account is AccountType.PERSONAL:
        # 3.4: a personal account enters workspaces one by one, each by the account rule.
        raised = set() if role in NEVER_PERSONAL else raised - {"v_enters_all"}
    assert {name for name, value in known.items() if value is True} == known.holding == raised
    assert {name for name, value in known.items() if value is False} == FLAGS.keys() - raised


def test_d_30_an_application_raises_insights_alone() -> None:
    known = facts(Viewer(who(AccountType.APPLICATION), "app", HOME, tenant_roles=frozenset(Role)))
    assert known.holding == {"v_insights"}


@pytest.mark.parametrize("fact", NAMED)
@pytest.mark.parametrize("account", HUMAN)
def test_a_fact_names_the_workspaces_where_a_role_of_it_is_held_and_the_account_is_admitted(
    account: AccountType, fact: str
) -> None:
    roles = {role.value: frozenset({role}) for role in WORKSPACE_ROLES}
    barred = {f"barred {key}": held for key, held in roles.items()}
    standing = dict.fromkeys(barred, PersonalAccounts.BLOCKED) | dict.fromkeys(roles, PersonalAccounts.OVERRIDE)
    viewer = Viewer(
        who(account),
        "me",
        HOME,
        workspace_roles=roles | barred,
        standing=standing if account is AccountType.PERSONAL else {},
    )
    open_ones = roles if account is AccountType.PERSONAL else roles | barred
    assert set(facts(viewer)[fact]) == {key for key, held in open_ones.items() if held & NAMED[fact]}


def test_a_viewer_is_told_apart_by_person_and_by_tenant() -> None:
    known = facts(Viewer(who(AccountType.WORK_SCHOOL), "me", HOME, (HOME, AWAY)))
    assert (known["v_tenant"], known["v_me"], known["v_tenants"]) == ("t1", "me", ["t1", "t2"])
    assert set(known) == {"v_tenant", "v_me", "v_tenants", *FLAGS, *NAMED}
