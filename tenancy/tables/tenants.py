"""Organisations and the identities that sign in: the two tables that no tenant owns."""

from datetime import datetime

from sqlalchemy import CheckConstraint, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from tenancy.tables.table import Id, Identified, Table, holds
from tenancy.words import AccountType, ChildClosing, TenantKind

CONSUMER_TID = "9188040d-6c67-4c5b-b112-36a304b66dad"
"""The `tid` of every personal account on earth: it tells the account type, and nothing else (3.3)."""


class Tenant(Identified, Table):
    """One customer organisation, one partner organisation, or the operator itself."""

    __tablename__ = "tenant"
    __table_args__ = (holds("max_children", "max_children between 1 and 100"),)

    kind: Mapped[TenantKind]
    name: Mapped[str]
    entra_tenant_id: Mapped[Id | None] = mapped_column(unique=True)
    child_closing: Mapped[ChildClosing] = mapped_column(server_default="INDEPENDENT")
    max_children: Mapped[int] = mapped_column(server_default=text("100"))
    auto_entitlement_on_create: Mapped[bool] = mapped_column(server_default=text("false"))
    auto_entitlement_on_update: Mapped[bool] = mapped_column(server_default=text("false"))
    recalculate_sla: Mapped[bool] = mapped_column(server_default=text("false"))


class User(Identified, Table):
    """One identity of one issuer: the pair (tid, oid); a person with two account types is two of them."""

    __tablename__ = "app_user"
    __table_args__ = (
        UniqueConstraint("tid", "oid"),
        CheckConstraint(f"(tid = '{CONSUMER_TID}') = (account_type = 'PERSONAL')", name="type_follows_tid"),
    )

    tid: Mapped[Id]
    oid: Mapped[Id]
    account_type: Mapped[AccountType]
    is_guest: Mapped[bool]
    display_name: Mapped[str | None]
    email: Mapped[str | None]
    created_at: Mapped[datetime]
