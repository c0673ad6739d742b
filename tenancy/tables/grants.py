"""Who holds which role where, and which partner is tied to which customer."""

from datetime import datetime

from sqlalchemy import ARRAY, Index, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from tenancy.tables.table import Id, Keyed, Table, among, belongs, holds, listed, one, shared, unique
from tenancy.tables.tenants import Tenant, User
from tenancy.tables.workspaces import Workspace
from tenancy.words import WORKSPACE_ROLES, AddedVia, RelationshipKind, RelationshipStatus, Role

_OF_WORKSPACES = listed(sorted(WORKSPACE_ROLES))
_TWO_YEARS = "interval '731 days'"
_ENDING = "kind = 'DELEGATED' and status in ('ACTIVE', 'EXPIRING') and auto_extend_days = 0"


class RoleGrant(Keyed, Table):
    """One role of one user, in a tenant or in one of its workspaces; the only source of rights (3.3)."""

    __tablename__ = "role_grant"
    __table_args__ = (
        belongs("workspace_id", "workspace"),
        unique("user_id", "workspace_id", "role", nulls_equal=True),
        holds("scope", f"(workspace_id is not null) = (role in ({_OF_WORKSPACES}))"),
        # Not led by the tenant on purpose: what a principal may enter is asked before any tenant is set.
        Index("ix_role_grant_user_id", "user_id", postgresql_include=["tenant_id", "workspace_id", "role"]),
        Index("ix_role_grant_workspace_id", "tenant_id", "workspace_id"),
    )

    user_id: Mapped[Id] = mapped_column(shared("app_user"))
    workspace_id: Mapped[Id | None]
    role: Mapped[Role]
    granted_by: Mapped[Id | None] = mapped_column(shared("app_user"))
    granted_at: Mapped[datetime]
    added_via: Mapped[AddedVia | None]

    tenant: Mapped[Tenant] = one("RoleGrant.tenant_id", "Tenant")
    user: Mapped[User] = one("RoleGrant.user_id", "User")
    workspace: Mapped[Workspace | None] = one("RoleGrant.workspace_id", "Workspace")
    granter: Mapped[User | None] = one("RoleGrant.granted_by", "User")


class PartnerRelationship(Keyed, Table):
    """A partner sold licences to this customer, or may act for it with named roles until a date (3.5).

    `told_end` and `told_days` are what each of the two was told last: of which end, so many days before it. They have a
    default, so that a file which loads the row again leaves alone what the house wrote here.
    """

    __tablename__ = "partner_relationship"
    __table_args__ = (
        among("roles", Role),
        holds("two_parties", "partner_tenant_id <> tenant_id"),
        holds("duration", "duration_days between 1 and 730"),
        holds("extension", "auto_extend_days in (0, 180)"),
        holds("no_endless_admin", "auto_extend_days = 0 or not 'GLOBAL_ADMIN' = any (roles)"),
        # A reseller link is a fact about sales and has no term (I-20 is about delegation).
        holds(
            "two_years",
            f"kind = 'RESELLER' or auto_extend_days = 180 or ends_at - activated_at <= {_TWO_YEARS}",
        ),
        Index("ix_partner_relationship_partner", "partner_tenant_id", "kind", "status"),
        # Who tells of ends looks at all tenants.
        Index("ix_partner_relationship_ends_at", "ends_at", postgresql_where=text(_ENDING)),
    )

    partner_tenant_id: Mapped[Id] = mapped_column(shared("tenant"))
    kind: Mapped[RelationshipKind]
    status: Mapped[RelationshipStatus]
    roles: Mapped[list[str]] = mapped_column(ARRAY(Text))
    activated_at: Mapped[datetime | None]
    ends_at: Mapped[datetime | None]
    duration_days: Mapped[int | None]
    auto_extend_days: Mapped[int] = mapped_column(server_default=text("0"))
    customer_told_end: Mapped[datetime | None] = mapped_column(server_default=text("null"))
    customer_told_days: Mapped[int | None] = mapped_column(server_default=text("null"))
    partner_told_end: Mapped[datetime | None] = mapped_column(server_default=text("null"))
    partner_told_days: Mapped[int | None] = mapped_column(server_default=text("null"))

    partner: Mapped[Tenant] = one("PartnerRelationship.partner_tenant_id", "Tenant")
    customer: Mapped[Tenant] = one("PartnerRelationship.tenant_id", "Tenant")
