"""The membership boundary inside a customer tenant, what is mapped to it, and who is asked in."""

from datetime import datetime

from sqlalchemy import ARRAY, Index, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from tenancy.tables.agreements import Package
from tenancy.tables.table import (
    Id,
    Keyed,
    Owned,
    Table,
    among,
    belongs,
    holds,
    one,
    only_one,
    shared,
    unique,
)
from tenancy.tables.tenants import User
from tenancy.words import InvitationStatus, Role


class Workspace(Keyed, Table):
    """The membership and visibility boundary inside a customer tenant."""

    __tablename__ = "workspace"
    __table_args__ = (unique("name"), only_one("workspace_default", where="is_default"))

    name: Mapped[str]
    purpose: Mapped[str | None]
    is_default: Mapped[bool]
    allow_personal_accounts: Mapped[bool] = mapped_column(server_default=text("false"))
    created_by: Mapped[Id] = mapped_column(shared("app_user"))
    created_at: Mapped[datetime]

    creator: Mapped[User] = one("Workspace.created_by", "User")


class WorkspacePackage(Owned, Table):
    """A package mapped to a workspace; an agreement is mapped if and only if one of its packages is."""

    __tablename__ = "workspace_package"
    __table_args__ = (
        belongs("workspace_id", "workspace"),
        belongs("package_id", "package"),
        Index("ix_workspace_package_package_id", "tenant_id", "package_id"),
    )

    workspace_id: Mapped[Id] = mapped_column(primary_key=True)
    package_id: Mapped[Id] = mapped_column(primary_key=True)

    workspace: Mapped[Workspace] = one("WorkspacePackage.workspace_id", "Workspace")
    package: Mapped[Package] = one("WorkspacePackage.package_id", "Package")


class Invitation(Keyed, Table):
    """A single-use link into one workspace; only the hash of its token is kept (WS-20, I-4).

    `remind_at` is when the next reminder is due, or is tried again, or until when the process that sends it now holds
    it; none is left when it is null. `reminder_tries` are the attempts at that one reminder (2.1).
    """

    __tablename__ = "invitation"
    __table_args__ = (
        belongs("workspace_id", "workspace"),
        unique("token_hash"),
        # Whoever redeems a link is not in the tenant yet: `app_invited` finds the tenant by the hash alone.
        # Not unique, because only the tenant's own key may be.
        Index("ix_invitation_token_hash", "token_hash"),
        Index("ix_invitation_workspace_id", "tenant_id", "workspace_id", "status"),
        # Who reminds looks at all tenants.
        Index("ix_invitation_remind_at", "remind_at", postgresql_where=text("status = 'PENDING'")),
        only_one("invitation_pending", "workspace_id", "email", where="status = 'PENDING'"),
        among("roles", Role),
        holds("redeemed_by_one", "(status = 'REDEEMED') = (redeemed_by is not null)"),
        holds("redeemed_once", "(status = 'REDEEMED') = (redeemed_at is not null)"),
    )

    workspace_id: Mapped[Id]
    email: Mapped[str]
    roles: Mapped[list[str]] = mapped_column(ARRAY(Text))
    token_hash: Mapped[bytes]
    status: Mapped[InvitationStatus]
    expires_at: Mapped[datetime]
    invited_by: Mapped[Id] = mapped_column(shared("app_user"))
    created_at: Mapped[datetime]
    redeemed_by: Mapped[Id | None] = mapped_column(shared("app_user"))
    redeemed_at: Mapped[datetime | None]
    # With a default, so that a file which loads the row again leaves alone what the house wrote here.
    remind_at: Mapped[datetime | None] = mapped_column(server_default=text("null"))
    reminder_tries: Mapped[int] = mapped_column(server_default=text("0"))
    reminders_sent: Mapped[int] = mapped_column(server_default=text("0"))
    last_reminded_at: Mapped[datetime | None] = mapped_column(server_default=text("null"))

    workspace: Mapped[Workspace] = one("Invitation.workspace_id", "Workspace")
    inviter: Mapped[User] = one("Invitation.invited_by", "User")
    redeemer: Mapped[User | None] = one("Invitation.redeemed_by", "User")
