"""Everything of a portfolio, row by row: what the download holds (PC-13).

Rows come in chunks of customers, all from the one snapshot of the scope, so a portfolio of any size takes the memory of
one chunk. Nothing is paged, nothing is cut.
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import auto
from typing import Any, Final

from sqlalchemy import select

from resolvers.days import day_asked
from resolvers.portfolio_filters import LICENCES, named
from resolvers.portfolio_sources import CUSTOMERS
from resolvers.portfolio_statements import of_customers, used
from resolvers.portfolio_words import hints
from resolvers.rules import licence_usage as rules
from resolvers.rules.quantities import percent
from resolvers.sheets import Column, Kind
from tenancy import tables as t
from tenancy.permissions import Action
from tenancy.scope import Scope
from tenancy.statements import Statement
from tenancy.viewer import require
from tenancy.words.word import Word

CHUNK: Final = 250
"""Customers of one statement."""


class PortfolioExportKind(Word):
    """What a file holds."""

    DEPLOYMENT = auto()
    USAGE = auto()


class ExportFormat(Word):
    """How a file is written."""

    CSV = auto()
    NDJSON = auto()
    XLSX = auto()


_NAMES: Final = ("customerId", "customerName", "serviceCode", "productId", "productName", "channel")
_SHARED: Final = tuple(Column(name) for name in _NAMES)

COLUMNS: Final[Mapping[PortfolioExportKind, tuple[Column, ...]]] = {
    PortfolioExportKind.DEPLOYMENT: (
        *_SHARED,
        Column("licensesSold", Kind.NUMBER),
        Column("licensesDeployed", Kind.NUMBER),
        Column("deploymentPercent", Kind.NUMBER),
    ),
    PortfolioExportKind.USAGE: (
        *_SHARED,
        Column("workloadCode"),
        Column("licensesQualified", Kind.NUMBER),
        Column("licensesActive", Kind.NUMBER),
        Column("usagePercent", Kind.NUMBER),
        Column("hints"),
        Column("asOf", Kind.DAY),
    ),
}
"""The columns of each kind, by the names that the programmes of partners know."""

_L = t.PortfolioLicence
_GROUP = (_L.customer_tenant_id, _L.service_code, _L.product_id, _L.channel)

_DEPLOYMENT = Statement(
    select(t.Tenant.name.label("customer"), *of_customers())
    .join(t.Tenant, t.Tenant.id == _L.customer_tenant_id)
    .where(*LICENCES, named(_L))
    .group_by(t.Tenant.name, *_GROUP)
    .order_by(*_GROUP)
)
_USAGE = Statement(used())


@dataclass(frozen=True)
class PortfolioFile:
    """One file that was asked for, and may be: rights are asked when it is made."""

    kind: PortfolioExportKind
    as_of: date

    def url(self, form: ExportFormat) -> str:
        """Where it is fetched, on this server."""
        return f"/exports/portfolio/{self.kind.lower()}.{form.lower()}?asOf={self.as_of.isoformat()}"

    @property
    def columns(self) -> tuple[Column, ...]:
        return COLUMNS[self.kind]

    async def chunks(self, scope: Scope) -> AsyncIterator[list[list[Any]]]:
        """All rows, by customer, service, product, channel and workload."""
        values = _values(scope, self.as_of)
        customers = [row["id"] for row in await scope.rows(CUSTOMERS, **values)]
        for start in range(0, len(customers), CHUNK):
            asked = values | {"customers": customers[start : start + CHUNK]}
            sold = await scope.rows(_DEPLOYMENT, **asked)
            if self.kind is PortfolioExportKind.DEPLOYMENT:
                yield [_deployment(row) for row in sold]
            else:
                known = {_place(row): row for row in sold}
                yield [_usage(row, known[_place(row)], self.as_of) for row in await scope.rows(_USAGE, **asked)]


def portfolio_file(scope: Scope, kind: PortfolioExportKind, as_of: date | None) -> PortfolioFile:
    """The file, for those who read insights (PC-1, D-30)."""
    require(scope.viewer, Action.READ_INSIGHTS, rule="PC-1")
    return PortfolioFile(kind, day_asked(scope, as_of))


def _values(scope: Scope, day: date) -> dict[str, Any]:
    none = dict.fromkeys(("customers", "products", "channels", "workloads", "keys"))
    return none | {
        "partner": scope.viewer.tenant_id,
        "now": scope.now,
        "linked_since": scope.now - timedelta(days=rules.ACTIVE_DAYS),
        "services": list(rules.COVERED_SERVICES),
        "month": day.replace(day=1),
        "place": day.day,
    }


def _place(row: Any) -> tuple[Any, ...]:
    return tuple(row[column.key] for column in _GROUP)


def _named(row: Any) -> Sequence[Any]:
    found = row["customer_tenant_id"], row["customer"], row["service_code"], row["product_id"], row["product_name"]
    return (*found, row["channel"])


def _deployment(row: Any) -> list[Any]:
    return [*_named(row), row["sold"], row["assigned"], _told(percent(row["assigned"], row["sold"]))]


def _usage(row: Any, sold: Any, day: date) -> list[Any]:
    share = _told(percent(row["active"], sold["sold"]))
    told = " ".join(hints(row))
    return [*_named(sold), row["workload_code"], sold["sold"], row["active"], share, told, day.isoformat()]


def _told(figure: Decimal | None) -> float | None:
    # One decimal place: a float holds it, and prints it, exactly.
    return None if figure is None else float(figure)
