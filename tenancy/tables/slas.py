"""Response and resolution promises, and what they measure."""

from typing import Any

from sqlalchemy import ARRAY, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from tenancy.tables.table import Id, Keyed, Table, among, belongs, holds, one, only_one, unique
from tenancy.words import CaseStatus, Kpi, SlaState


class Sla(Keyed, Table):
    """A response and resolution promise; no business hours means around the clock."""

    __tablename__ = "sla"
    __table_args__ = (only_one("sla_default", where="is_default"),)

    name: Mapped[str]
    state: Mapped[SlaState]
    is_default: Mapped[bool] = mapped_column(server_default=text("false"))
    business_hours: Mapped[dict[str, Any] | None]


class SlaItem(Keyed, Table):
    """One measure of an SLA: what, for which cases, and after how many business minutes it fails."""

    __tablename__ = "sla_item"
    __table_args__ = (
        belongs("sla_id", "sla"),
        unique("sla_id", "kpi", "applicable_when", nulls_equal=True),
        among("pause_statuses", CaseStatus),
        holds("minutes", "fail_minutes > 0 and warn_minutes between 0 and fail_minutes"),
    )

    sla_id: Mapped[Id]
    kpi: Mapped[Kpi]
    applicable_when: Mapped[dict[str, Any] | None]
    warn_minutes: Mapped[int | None]
    fail_minutes: Mapped[int]
    allow_pause: Mapped[bool]
    pause_statuses: Mapped[list[str]] = mapped_column(ARRAY(Text))

    sla: Mapped[Sla] = one("SlaItem.sla_id", "Sla")
