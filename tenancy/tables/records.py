"""What the house writes about its own work: answers to repeat, events to send, acts to account for."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Identity, Index, String, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from tenancy.tables.table import Id, Owned, Table, holds
from tenancy.words import KeyState


class IdempotencyKey(Owned, Table):
    """The answer of a mutation, kept so that a retry gets it again instead of a second effect."""

    __tablename__ = "idempotency_key"
    __table_args__ = (
        # Old keys are removed across tenants.
        Index("ix_idempotency_key_created_at", "created_at"),
        holds("answered", "state = 'RUNNING' or answer is not null"),
    )

    principal: Mapped[Id] = mapped_column(primary_key=True)
    mutation: Mapped[str] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(255), primary_key=True)
    request_hash: Mapped[bytes]
    state: Mapped[KeyState]
    answer: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    created_at: Mapped[datetime]


class OutboxEvent(Owned, Table):
    """Something that happened and must be told; written with the change, sent after it (H-10)."""

    __tablename__ = "outbox_event"
    __table_args__ = (
        # The next event of a case or a queue, and of what belongs to a case, without reading those of all others.
        Index("ix_outbox_event_subject_id", "tenant_id", "subject_id", "id"),
        Index(
            "ix_outbox_event_case",
            "tenant_id",
            text("(payload ->> 'case')"),
            "id",
            postgresql_where=text("payload ->> 'case' is not null"),
        ),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True, sort_order=-1)
    topic: Mapped[str]
    subject_id: Mapped[Id]
    workspace_id: Mapped[Id | None]
    payload: Mapped[dict[str, Any]]
    created_at: Mapped[datetime]


class AuditEntry(Owned, Table):
    """Who did what to which thing; never changed, and each row seals the one before it (D-06)."""

    __tablename__ = "audit_entry"
    __table_args__ = (Index("ix_audit_entry_subject_id", "tenant_id", "subject_id"),)

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True, sort_order=-1)
    principal: Mapped[Id | None]
    action: Mapped[str]
    subject_type: Mapped[str]
    subject_id: Mapped[Id]
    detail: Mapped[dict[str, Any]]
    created_at: Mapped[datetime]
    previous_hash: Mapped[bytes | None]
    hash: Mapped[bytes]
