"""Words about people and their roles."""

from schema.words.described import described
from tenancy.words import AccountType, AddedVia, InvitationStatus, PersonalAccounts, Role, TenantKind

described(
    AccountType,
    "Who governs the identity of a principal; decided by the token's tenant alone.",
    WORK_SCHOOL="An identity governed by an organisation's directory.",
    PERSONAL="A consumer account, governed by nobody but its owner.",
    APPLICATION="A program that signs in as itself; it reads aggregate insights at most.",
)
described(
    TenantKind,
    "What an organisation is to this product.",
    CUSTOMER="Buys support and uses it.",
    PARTNER="Sells licences to customers, or acts for them.",
    OPERATOR="Runs the product and employs CSAMs and account coordinators.",
)
described(
    Role,
    "What a principal may be, in a customer tenant, in a workspace or in a partner tenant. Roles add up.",
    GLOBAL_ADMIN="Customer administrator: sees all workspaces and everything that belongs to the agreements.",
    SERVICES_ADMIN="Services administrator: workspace administrator of the first workspace.",
    CSAM="Customer success account manager of the operator: runs agreements and workspaces.",
    ACCOUNT_COORDINATOR="Account coordinator of the operator: the same jobs as the CSAM.",
    INCIDENT_MANAGER="Incident manager of the operator: may enter every workspace.",
    SERVICE_MANAGER="Desk manager: works on all cases and rules entitlements, subjects and routing.",
    SERVICE_REPRESENTATIVE="Desk agent: works on all cases.",
    MEMBER="Member of a workspace; every other workspace role requires it.",
    WORKSPACE_ADMIN="Runs one workspace: members, roles, all its cases and its activity.",
    CUSTOMER_ACTIVITY="Sees the Customer Activity of the workspace.",
    VIEW_ALL_SUPPORT_REQUESTS="Sees every case of the workspace.",
    SUPPORT_CONTACT="May open cases in the workspace; their number is limited by the agreement.",
    LEARNING_MANAGER="Looks after learning; exports the on-demand education report.",
    INVITE_USERS="May invite others to the workspace.",
    PARTNER_GLOBAL_ADMIN="Administers the partner organisation; reads insights.",
    PARTNER_USER_ADMIN="Administers the partner's users; reads insights.",
    PARTNER_ADMIN_AGENT="Administers for customers where a relationship allows it; reads insights.",
    PARTNER_SALES_AGENT="Sells; reads insights.",
    PARTNER_HELPDESK_AGENT="Looks customers up; reads no insights.",
    PARTNER_INSIGHTS_READER="An application that reads insights of the partner's customers.",
)
described(
    InvitationStatus,
    "An invitation waits, was used once, or was taken back.",
    PENDING="It can be redeemed until it expires.",
    REDEEMED="Somebody became a member by it.",
    REVOKED="It was taken back.",
)
described(
    AddedVia,
    "How somebody became a member.",
    INVITATION="By redeeming a link.",
    ENTRA_ID="Added via Microsoft Entra ID: named by a colleague of the same Entra tenant; signing in is enough.",
)
described(
    PersonalAccounts,
    "Why personal accounts enter a workspace, or do not.",
    PREMIER="A Premier agreement is in force: they are admitted, and this cannot be switched off.",
    OVERRIDE="A Unified agreement is in force, and the workspace is set to admit them.",
    BLOCKED="They are kept out.",
)

__all__ = ["AccountType", "AddedVia", "InvitationStatus", "PersonalAccounts", "Role", "TenantKind"]
