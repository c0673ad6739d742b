"""What was used of entitlements: sums of the ledger, complete whoever asks (D-19), until now or until a day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import bindparam, func, select
from sqlalchemy.types import Date, Numeric

from resolvers.loaders import KEYS
from tenancy import tables as t
from tenancy.database import Row
from tenancy.scope import Scope
from tenancy.statements import Reach, Statement


@dataclass(frozen=True)
class Used:
    """Sums of the entitlements `keys`, each as `used`; until now, or with the days of use until `until`, included."""

    now: Statement
    until: Statement

    async def rows(self, scope: Scope, keys: list[str], until: date | None) -> Sequence[Row]:
        """The sums until the day, or without one until now."""
        if until is None:
            return await scope.rows(self.now, keys=keys)
        return await scope.rows(self.until, keys=keys, until=until)


def _by(*columns: str) -> Used:
    kept, ledger = t.ConsumptionTotal, t.Consumption
    # What was used until now is kept by the database beside the ledger, and is equal to its sums.
    now = _summed(kept, columns, func.sum(kept.used, type_=Numeric(14, 2)))
    until = _summed(ledger, columns, func.sum(ledger.quantity)).where(
        ledger.occurred_on <= bindparam("until", type_=Date)
    )
    return Used(Statement(now, reach=Reach.TENANT), Statement(until, reach=Reach.TENANT))


def _summed(table: Any, columns: Sequence[str], total: Any) -> Any:
    by = [getattr(table, name) for name in columns]
    return select(*by, total.label("used")).where(table.entitlement_id == KEYS).group_by(*by)


TOTAL = _by("entitlement_id")
BY_WORKSPACE = _by("entitlement_id", "workspace_id")
BY_ORIGIN = _by("entitlement_id", "origin")
"""By the origin of the cases."""
