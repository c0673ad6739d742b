"""What happened to a case, newest first."""

from datetime import datetime

from sqlalchemy import Index, desc
from sqlalchemy.orm import Mapped, mapped_column

from tenancy.tables.cases import Case
from tenancy.tables.table import Id, Keyed, Table, belongs, holds, one, shared
from tenancy.tables.tenants import User
from tenancy.words import ActivityState, ActivityType, RecordType, ResolutionType


class TimelineEntry(Keyed, Table):
    """An activity, a note or a post on a case; the system alone writes auto posts (CS-51)."""

    __tablename__ = "timeline_entry"
    __table_args__ = (
        belongs("incident_id", "incident"),
        holds("activity", "(record_type = 'ACTIVITY') = (activity_type is not null)"),
        holds("minutes", "duration_minutes >= 0 and billable_minutes >= 0"),
        Index("ix_timeline_entry_incident_id", "tenant_id", "incident_id", desc("created_at"), "id"),
    )

    incident_id: Mapped[Id]
    record_type: Mapped[RecordType]
    activity_type: Mapped[ActivityType | None]
    subject: Mapped[str | None]
    body: Mapped[str | None]
    state: Mapped[ActivityState | None]
    duration_minutes: Mapped[int | None]
    billable_minutes: Mapped[int | None]
    resolution_type: Mapped[ResolutionType | None]
    due_at: Mapped[datetime | None]
    attachment_name: Mapped[str | None]
    attachment_ref: Mapped[str | None]
    author_id: Mapped[Id | None] = mapped_column(shared("app_user"))
    created_at: Mapped[datetime]

    case: Mapped[Case] = one("TimelineEntry.incident_id", "Case")
    author: Mapped[User | None] = one("TimelineEntry.author_id", "User")
