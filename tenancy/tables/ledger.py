"""How much was used: the append-only ledger that every total is the sum of."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import BigInteger, Index, Numeric, desc, text
from sqlalchemy.orm import Mapped, mapped_column

from tenancy.tables.cases import Case
from tenancy.tables.entitlements import Entitlement
from tenancy.tables.table import Derived, Id, Keyed, Table, belongs, holds, one, unique
from tenancy.tables.workspaces import Workspace
from tenancy.words import Origin


class Consumption(Keyed, Table):
    """One use of an entitlement, or the reversal of one; never changed, never removed (I-8)."""

    __tablename__ = "consumption"
    __table_args__ = (
        belongs("entitlement_id", "entitlement"),
        belongs("workspace_id", "workspace"),
        belongs("incident_id", "incident"),
        belongs("reverses_id", "consumption"),
        unique("reverses_id"),
        holds("quantity", "quantity <> 0"),
        holds("own_reversal", "reverses_id <> id"),
        # The rows of one workspace in their order, sums up to a day, and what may be seen by the cases behind it,
        # without looking at the rows themselves.
        Index(
            "ix_consumption_entitlement_id",
            "tenant_id",
            "entitlement_id",
            "workspace_id",
            desc("occurred_on"),
            "id",
            postgresql_include=["quantity", "incident_id"],
        ),
        Index("ix_consumption_occurred_on", "tenant_id", "entitlement_id", desc("occurred_on"), "id"),
        Index(
            "ix_consumption_incident_id",
            "tenant_id",
            "incident_id",
            postgresql_where=text("incident_id is not null"),
        ),
        # Whether a line has a case that somebody may not see, without reading the line's other rows.
        Index(
            "ix_consumption_of_cases",
            "tenant_id",
            "entitlement_id",
            "incident_id",
            postgresql_where=text("incident_id is not null"),
        ),
    )

    entitlement_id: Mapped[Id]
    workspace_id: Mapped[Id | None]
    incident_id: Mapped[Id | None]
    origin: Mapped[Origin | None]
    quantity: Mapped[Decimal]
    occurred_on: Mapped[date]
    recorded_at: Mapped[datetime]
    label: Mapped[str | None]
    person: Mapped[str | None]
    detail: Mapped[dict[str, Any] | None]
    reverses_id: Mapped[Id | None]

    entitlement: Mapped[Entitlement] = one("Consumption.entitlement_id", "Entitlement")
    workspace: Mapped[Workspace | None] = one("Consumption.workspace_id", "Workspace")
    case: Mapped[Case | None] = one("Consumption.incident_id", "Case")
    reverses: Mapped["Consumption | None"] = one("Consumption.reverses_id", "Consumption")


class ConsumptionTotal(Derived, Keyed, Table):
    """The sum of the ledger for one line, workspace and channel, kept by the database in the transaction of each row:
    a total costs the same after a million rows as after one. `uses` counts the rows behind it."""

    __tablename__ = "consumption_total"
    __table_args__ = (
        belongs("entitlement_id", "entitlement"),
        belongs("workspace_id", "workspace"),
        unique("entitlement_id", "workspace_id", "origin", nulls_equal=True),
    )

    entitlement_id: Mapped[Id]
    workspace_id: Mapped[Id | None]
    origin: Mapped[Origin | None]
    used: Mapped[Decimal] = mapped_column(Numeric(14, 2))
    uses: Mapped[int] = mapped_column(BigInteger)
