"""The running clocks of cases."""

from datetime import datetime

from sqlalchemy import Index, text
from sqlalchemy.orm import Mapped, mapped_column

from tenancy.tables.cases import Case
from tenancy.tables.slas import SlaItem
from tenancy.tables.table import Id, Keyed, Table, belongs, holds, listed, one, only_one
from tenancy.words import OPEN_CLOCKS, RUNNING_CLOCKS, ClockStatus

_OPEN = f"status in ({listed(OPEN_CLOCKS)})"
_RUNNING = f"status in ({listed(RUNNING_CLOCKS)})"


class SlaClock(Keyed, Table):
    """A KPI instance: one running promise for one case (CS-45); minutes are business minutes."""

    __tablename__ = "sla_kpi_instance"
    __table_args__ = (
        belongs("incident_id", "incident"),
        belongs("sla_item_id", "sla_item"),
        belongs("previous_id", "sla_kpi_instance"),
        only_one("sla_kpi_instance_open", "incident_id", "sla_item_id", where=_OPEN),
        holds("own_previous", "previous_id <> id"),
        holds("minutes", "paused_minutes >= 0 and active_minutes >= 0"),
        Index("ix_sla_kpi_instance_incident_id", "tenant_id", "incident_id"),
        Index(
            "ix_sla_kpi_instance_failure_time",
            "tenant_id",
            "status",
            "failure_time",
            postgresql_where=text(_RUNNING),
        ),
        Index(
            "ix_sla_kpi_instance_warning_time",
            "tenant_id",
            "status",
            "warning_time",
            postgresql_where=text(_RUNNING),
        ),
        # The clock worker asks across tenants what falls due next.
        Index("ix_sla_kpi_instance_failing", "failure_time", postgresql_where=text(_RUNNING)),
        Index("ix_sla_kpi_instance_warning", "warning_time", postgresql_where=text("status = 'IN_PROGRESS'")),
    )

    incident_id: Mapped[Id]
    sla_item_id: Mapped[Id]
    status: Mapped[ClockStatus]
    applicable_from: Mapped[datetime]
    warning_time: Mapped[datetime | None]
    failure_time: Mapped[datetime]
    paused_on: Mapped[datetime | None]
    paused_minutes: Mapped[int] = mapped_column(server_default=text("0"))
    active_minutes: Mapped[int | None]
    succeeded_on: Mapped[datetime | None]
    terminal_at: Mapped[datetime | None]
    previous_id: Mapped[Id | None]

    case: Mapped[Case] = one("SlaClock.incident_id", "Case")
    item: Mapped[SlaItem] = one("SlaClock.sla_item_id", "SlaItem")
    previous: Mapped["SlaClock | None"] = one("SlaClock.previous_id", "SlaClock")
