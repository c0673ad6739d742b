"""Who may do what: account type x role x action, as a table (CA-7..10, WS-3, PC-1, CS-5; summary 5.6).

A role counts where it was granted: a customer-level or partner role in the whole tenant, a workspace role in
its workspace. The table is printed into a golden file by a test, so that a security review is a diff.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from tenancy.words import AccountType, Role


class Action(StrEnum):
    """What a viewer may want to do. The value is what `explainAccess` and the golden matrix print."""

    ENTER_EVERY_WORKSPACE = "ENTER_EVERY_WORKSPACE"
    ENTER_WORKSPACE = "ENTER_WORKSPACE"
    LIST_EVERY_WORKSPACE = "LIST_EVERY_WORKSPACE"
    SEE_EVERY_AGREEMENT = "SEE_EVERY_AGREEMENT"
    SEE_ACTIVITY = "SEE_ACTIVITY"
    SEE_TERMS = "SEE_TERMS"
    SEE_EVERY_CASE = "SEE_EVERY_CASE"
    SEE_UNASSIGNED_CASES = "SEE_UNASSIGNED_CASES"
    OPEN_CASE = "OPEN_CASE"
    WORK_CASES = "WORK_CASES"
    POST_ON_CLOSED_CASES = "POST_ON_CLOSED_CASES"
    SHARE_CASES = "SHARE_CASES"
    SEARCH_CUSTOMERS = "SEARCH_CUSTOMERS"
    CONTROL_DECREMENT = "CONTROL_DECREMENT"
    MANAGE_ENTITLEMENTS = "MANAGE_ENTITLEMENTS"
    MANAGE_SUBJECTS = "MANAGE_SUBJECTS"
    MANAGE_ROUTING = "MANAGE_ROUTING"
    RECORD_CONSUMPTION = "RECORD_CONSUMPTION"
    EXPORT_EDUCATION = "EXPORT_EDUCATION"
    REPORT_DELIVERY = "REPORT_DELIVERY"
    INVITE = "INVITE"
    MANAGE_USERS = "MANAGE_USERS"
    CREATE_WORKSPACE = "CREATE_WORKSPACE"
    SET_PERSONAL_ACCOUNTS = "SET_PERSONAL_ACCOUNTS"
    APPROVE_DELEGATION = "APPROVE_DELEGATION"
    REQUEST_DELEGATION = "REQUEST_DELEGATION"
    READ_INSIGHTS = "READ_INSIGHTS"
    ACT_ON_BEHALF = "ACT_ON_BEHALF"
    GRANT_APPLICATIONS = "GRANT_APPLICATIONS"
    MANAGE_WEBHOOKS = "MANAGE_WEBHOOKS"
    USE_WEBHOOKS = "USE_WEBHOOKS"
    OPEN_CONSOLE = "OPEN_CONSOLE"


_DESK = {Role.SERVICE_MANAGER, Role.SERVICE_REPRESENTATIVE}
_OPERATOR = {Role.CSAM, Role.ACCOUNT_COORDINATOR}
_CUSTOMER = {Role.GLOBAL_ADMIN} | _OPERATOR
_ADMINS = _CUSTOMER | {Role.WORKSPACE_ADMIN}
_PARTNER = {
    Role.PARTNER_GLOBAL_ADMIN,
    Role.PARTNER_USER_ADMIN,
    Role.PARTNER_ADMIN_AGENT,
    Role.PARTNER_SALES_AGENT,
}

GRANTS: Final[Mapping[Action, frozenset[Role]]] = {
    action: frozenset(roles)
    for action, roles in {
        Action.ENTER_EVERY_WORKSPACE: _CUSTOMER | _DESK | {Role.INCIDENT_MANAGER},
        Action.ENTER_WORKSPACE: {Role.MEMBER},
        Action.LIST_EVERY_WORKSPACE: _CUSTOMER,
        Action.SEE_EVERY_AGREEMENT: _CUSTOMER,
        Action.SEE_ACTIVITY: _ADMINS | {Role.CUSTOMER_ACTIVITY},
        Action.SEE_TERMS: _ADMINS | _DESK | {Role.CUSTOMER_ACTIVITY, Role.SUPPORT_CONTACT},
        Action.SEE_EVERY_CASE: _ADMINS | _DESK | {Role.VIEW_ALL_SUPPORT_REQUESTS},
        Action.SEE_UNASSIGNED_CASES: _DESK,
        Action.OPEN_CASE: _DESK | {Role.SUPPORT_CONTACT},
        Action.WORK_CASES: _DESK,
        Action.POST_ON_CLOSED_CASES: {Role.SERVICE_MANAGER},
        Action.SHARE_CASES: _ADMINS | _DESK | {Role.SUPPORT_CONTACT, Role.MEMBER},
        Action.SEARCH_CUSTOMERS: _DESK,
        Action.CONTROL_DECREMENT: {Role.SERVICE_MANAGER},
        Action.MANAGE_ENTITLEMENTS: {Role.SERVICE_MANAGER},
        Action.MANAGE_SUBJECTS: {Role.SERVICE_MANAGER},
        Action.MANAGE_ROUTING: {Role.SERVICE_MANAGER},
        Action.RECORD_CONSUMPTION: _OPERATOR,
        Action.EXPORT_EDUCATION: _ADMINS | {Role.LEARNING_MANAGER},
        Action.REPORT_DELIVERY: _ADMINS,
        Action.INVITE: _ADMINS | {Role.INVITE_USERS},
        Action.MANAGE_USERS: _ADMINS,
        Action.CREATE_WORKSPACE: _OPERATOR,
        Action.SET_PERSONAL_ACCOUNTS: _CUSTOMER,
        Action.APPROVE_DELEGATION: {Role.GLOBAL_ADMIN},
        Action.REQUEST_DELEGATION: {Role.PARTNER_GLOBAL_ADMIN, Role.PARTNER_ADMIN_AGENT, Role.PARTNER_SALES_AGENT},
        Action.READ_INSIGHTS: _PARTNER | {Role.PARTNER_INSIGHTS_READER},
        Action.ACT_ON_BEHALF: {Role.PARTNER_GLOBAL_ADMIN, Role.PARTNER_ADMIN_AGENT},
        Action.GRANT_APPLICATIONS: {Role.PARTNER_GLOBAL_ADMIN},
        Action.MANAGE_WEBHOOKS: {Role.PARTNER_GLOBAL_ADMIN},
        Action.USE_WEBHOOKS: {Role.PARTNER_GLOBAL_ADMIN, Role.PARTNER_INSIGHTS_READER},
        Action.OPEN_CONSOLE: _ADMINS | {Role.PARTNER_GLOBAL_ADMIN},
    }.items()
}
"""Action -> the roles that open it. Roles add up; what is not here is not allowed."""

_APPLICATION = frozenset({Role.PARTNER_INSIGHTS_READER})
_HUMAN = frozenset(Role) - _APPLICATION

EXERCISABLE: Final[Mapping[AccountType, frozenset[Role]]] = {
    AccountType.WORK_SCHOOL: _HUMAN,
    AccountType.PERSONAL: _HUMAN - _PARTNER - _OPERATOR - {Role.INCIDENT_MANAGER, Role.PARTNER_HELPDESK_AGENT},
    AccountType.APPLICATION: _APPLICATION,
}
"""Roles that an account type can exercise. A personal account never acts for the operator or a partner, and an
application is never a member of anything (D-30); a grant that says otherwise is ignored."""


def allows(account_type: AccountType, roles: frozenset[Role], action: Action) -> bool:
    """Whether any of `roles`, as far as `account_type` can exercise it, opens `action`."""
    return not GRANTS[action].isdisjoint(roles & EXERCISABLE[account_type])


def granting(account_type: AccountType, roles: frozenset[Role], action: Action) -> frozenset[Role]:
    """The roles among `roles` that open `action`: what an explanation names."""
    return GRANTS[action] & roles & EXERCISABLE[account_type]
