"""Who asks, and what they may be."""

from enum import auto

from tenancy.words.word import Word


class TenantKind(Word):
    """What an organisation is to this product."""

    CUSTOMER = auto()
    PARTNER = auto()
    OPERATOR = auto()


class AccountType(Word):
    """Who governs an identity: its organisation, nobody but its owner, or a program (D-30)."""

    WORK_SCHOOL = auto()
    PERSONAL = auto()
    APPLICATION = auto()


class Role(Word):
    """What a person may be in a customer tenant, in a workspace, or in a partner tenant."""

    GLOBAL_ADMIN = auto()
    SERVICES_ADMIN = auto()
    CSAM = auto()
    ACCOUNT_COORDINATOR = auto()
    INCIDENT_MANAGER = auto()
    SERVICE_MANAGER = auto()
    SERVICE_REPRESENTATIVE = auto()

    MEMBER = auto()
    WORKSPACE_ADMIN = auto()
    CUSTOMER_ACTIVITY = auto()
    VIEW_ALL_SUPPORT_REQUESTS = auto()
    SUPPORT_CONTACT = auto()
    LEARNING_MANAGER = auto()
    INVITE_USERS = auto()

    PARTNER_GLOBAL_ADMIN = auto()
    PARTNER_USER_ADMIN = auto()
    PARTNER_ADMIN_AGENT = auto()
    PARTNER_SALES_AGENT = auto()
    PARTNER_HELPDESK_AGENT = auto()
    PARTNER_INSIGHTS_READER = auto()


TENANT_ROLES = frozenset(
    {
        Role.GLOBAL_ADMIN,
        Role.SERVICES_ADMIN,
        Role.CSAM,
        Role.ACCOUNT_COORDINATOR,
        Role.INCIDENT_MANAGER,
        Role.SERVICE_MANAGER,
        Role.SERVICE_REPRESENTATIVE,
    }
)
"""Held in a customer tenant as a whole, never in one workspace."""

WORKSPACE_ROLES = frozenset(
    {
        Role.MEMBER,
        Role.WORKSPACE_ADMIN,
        Role.CUSTOMER_ACTIVITY,
        Role.VIEW_ALL_SUPPORT_REQUESTS,
        Role.SUPPORT_CONTACT,
        Role.LEARNING_MANAGER,
        Role.INVITE_USERS,
    }
)
"""Held in one workspace; all but MEMBER need MEMBER there (I-3)."""

PARTNER_ROLES = frozenset(
    {
        Role.PARTNER_GLOBAL_ADMIN,
        Role.PARTNER_USER_ADMIN,
        Role.PARTNER_ADMIN_AGENT,
        Role.PARTNER_SALES_AGENT,
        Role.PARTNER_HELPDESK_AGENT,
        Role.PARTNER_INSIGHTS_READER,
    }
)
"""Held in a partner tenant; PARTNER_INSIGHTS_READER by applications only (D-30)."""


class ChildClosing(Word):
    """What closing a parent case does to its children."""

    INDEPENDENT = auto()
    CASCADE = auto()
    RESTRICT = auto()


class RelationshipKind(Word):
    """A partner sells to a customer, or acts for it; the first never implies the second."""

    RESELLER = auto()
    DELEGATED = auto()


class RelationshipStatus(Word):
    """Where a partner relationship is on its way from offer to end."""

    CREATED = auto()
    APPROVAL_PENDING = auto()
    APPROVED = auto()
    ACTIVATING = auto()
    ACTIVE = auto()
    EXPIRING = auto()
    EXPIRED = auto()
    TERMINATION_REQUESTED = auto()
    TERMINATING = auto()
    TERMINATED = auto()


class InvitationStatus(Word):
    """An invitation waits, was used once, or was taken back."""

    PENDING = auto()
    REDEEMED = auto()
    REVOKED = auto()


class AddedVia(Word):
    """How somebody became a member."""

    INVITATION = auto()
    ENTRA_ID = auto()


class PersonalAccounts(Word):
    """Why personal accounts enter a workspace, or do not (WS-21..23, 5.7)."""

    PREMIER = auto()
    OVERRIDE = auto()
    BLOCKED = auto()
