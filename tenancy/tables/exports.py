"""Files that are made behind the requests."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Index, desc, text
from sqlalchemy.orm import Mapped, mapped_column

from tenancy.tables.table import Id, Keyed, Table, holds, listed, one, shared
from tenancy.tables.tenants import User
from tenancy.words import UNFINISHED_EXPORTS, ExportFormat, ExportKind, ExportState

_UNFINISHED = f"state in ({listed(UNFINISHED_EXPORTS)})"


class ExportJob(Keyed, Table):
    """One file that somebody asked for: what it holds, how far it is, and what proves it when it is done.

    `attempt` counts the processes that have begun it; who holds the newest one may write, until `lease_until`.
    `file_name` is its name in the folder of exports, and only there while the state is DONE. `reach` is what its
    reader could see when it was read: whoever sees less today does not get it (E-09).
    """

    __tablename__ = "export_job"
    __table_args__ = (
        holds("done", "state <> 'DONE' or (file_name is not null and manifest is not null and expires_at is not null)"),
        holds("failed", "(state = 'FAILED') = (failure is not null)"),
        Index("ix_export_job_user_id", "tenant_id", "user_id", desc("created_at"), "id"),
        # The processes that write files look at all tenants, oldest first.
        Index("ix_export_job_unfinished", "created_at", postgresql_where=text(_UNFINISHED)),
        Index("ix_export_job_expires_at", "expires_at", postgresql_where=text("state = 'DONE'")),
    )

    user_id: Mapped[Id] = mapped_column(shared("app_user"))
    kind: Mapped[ExportKind]
    format: Mapped[ExportFormat]
    filter: Mapped[dict[str, Any]]
    state: Mapped[ExportState]
    created_at: Mapped[datetime]
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    expires_at: Mapped[datetime | None]
    attempt: Mapped[int] = mapped_column(server_default=text("0"))
    lease_until: Mapped[datetime | None]
    rows_total: Mapped[int | None] = mapped_column(BigInteger)
    rows_written: Mapped[int] = mapped_column(BigInteger, server_default=text("0"))
    file_name: Mapped[str | None]
    manifest: Mapped[dict[str, Any] | None]
    reach: Mapped[dict[str, Any] | None]
    failure: Mapped[str | None]
    failure_detail: Mapped[dict[str, Any] | None]

    user: Mapped[User] = one("ExportJob.user_id", "User")
