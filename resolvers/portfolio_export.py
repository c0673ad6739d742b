"""Everything of a portfolio, row by row: what the download holds (PC-13).

Rows come in chunks of customers, all from the one snapshot of the scope, so a portfolio of any size takes the memory of
one chunk. Nothing is paged, nothing is cut.
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from enum import auto
from typing import Any, Final

from sqlalchemy import func, select

from resolvers.days import day_asked
from resolvers.exports.files import ExportPart, Totals, Withheld
from resolvers.insights_links import covered
from resolvers.portfolio import Filter
from resolvers.portfolio_filters import LICENCES, named
from resolvers.portfolio_sources import CUSTOMERS
from resolvers.portfolio_statements import of_customers, used
from resolvers.portfolio_words import hints
from resolvers.rules import licence_usage as rules
from resolvers.rules.quantities import percent
from resolvers.sheets import CellKind, Column
from tenancy import tables as t
from tenancy.permissions import Action
from tenancy.scope import Scope
from tenancy.statements import Statement
from tenancy.viewer import require
from tenancy.words import ExportFormat
from tenancy.words.word import Word

CHUNK: Final = 250
"""Customers of one statement."""


class PortfolioExportKind(Word):
    """What a file holds."""

    DEPLOYMENT = auto()
    USAGE = auto()


_NAMES: Final = ("customerId", "customerName", "serviceCode", "productId", "productName", "channel")
_SHARED: Final = tuple(Column(name) for name in _NAMES)

COLUMNS: Final[Mapping[PortfolioExportKind, tuple[Column, ...]]] = {
    PortfolioExportKind.DEPLOYMENT: (
        *_SHARED,
        Column("licensesSold", CellKind.COUNT, summed=True),
        Column("licensesDeployed", CellKind.COUNT, summed=True),
        Column("deploymentPercent", CellKind.PERCENT),
    ),
    PortfolioExportKind.USAGE: (
        *_SHARED,
        Column("workloadCode"),
        Column("licensesQualified", CellKind.COUNT),
        Column("licensesActive", CellKind.COUNT, summed=True),
        Column("usagePercent", CellKind.PERCENT),
        Column("hints"),
        Column("asOf", CellKind.DAY),
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

_sold, _active = _DEPLOYMENT.source.subquery(), _USAGE.source.subquery()
_COUNTED: Final[Mapping[PortfolioExportKind, Statement]] = {
    PortfolioExportKind.DEPLOYMENT: Statement(
        select(
            func.count().label("rows"),
            func.sum(_sold.c.sold).label("licensesSold"),
            func.sum(_sold.c.assigned).label("licensesDeployed"),
        ).select_from(_sold)
    ),
    PortfolioExportKind.USAGE: Statement(
        select(func.count().label("rows"), func.sum(_active.c.active).label("licensesActive")).select_from(_active)
    ),
}
"""How many rows a file has, and the sums of its figures, as the database reckons them."""


@dataclass(frozen=True)
class PortfolioFile:
    """One file that was asked for, and may be: rights are asked when it is made."""

    kind: PortfolioExportKind
    as_of: date
    filter: Filter = field(default_factory=Filter)

    def url(self, form: ExportFormat) -> str:
        """Where it is fetched, on this server."""
        return f"/exports/portfolio/{self.kind.lower()}.{form.lower()}?asOf={self.as_of.isoformat()}"

    @property
    def columns(self) -> tuple[Column, ...]:
        return COLUMNS[self.kind]

    @property
    def title(self) -> str:
        return f"portfolio-{self.kind.lower()}"

    async def totals(self, scope: Scope) -> Totals:
        """The rows, and the sums of the figures that can be summed."""
        customers = await self._customers(scope)
        (found,) = await scope.rows(_COUNTED[self.kind], **self._values(scope), customers=customers)
        sums = {column.name: Decimal(found[column.name] or 0) for column in self.columns if column.summed}
        return Totals(found["rows"], sums)

    async def chunks(self, scope: Scope) -> AsyncIterator[list[list[Any]]]:
        """All rows, by customer, service, product, channel and workload."""
        values, customers = self._values(scope), await self._customers(scope)
        for start in range(0, len(customers), CHUNK):
            asked = values | {"customers": customers[start : start + CHUNK]}
            sold = await scope.rows(_DEPLOYMENT, **asked)
            if self.kind is PortfolioExportKind.DEPLOYMENT:
                yield [_deployment(row) for row in sold]
            else:
                known = {_place(row): row for row in sold}
                yield [_usage(row, known[_place(row)], self.as_of) for row in await scope.rows(_USAGE, **asked)]

    async def withheld(self, *_: Any) -> list[Withheld]:
        """Licences of other sellers are in the sums, and who they are is in no column (PC-8, PC-9)."""
        return [Withheld(ExportPart.COLUMNS, "D-26", "Which partner sold the licences.", column="partner")]

    async def grounds(self, scope: Scope) -> Mapping[str, Sequence[str]]:
        """A link that is over takes the customer's figures with it, also out of a file that is written (D-27, E-09)."""
        return {"customers": await self._customers(scope)}

    async def _customers(self, scope: Scope) -> list[str]:
        """Customers whose link is open, in the order of their ids, as far as they are asked for."""
        wanted = None if self.filter.customers is None else set(self.filter.customers)
        linked = [row["id"] for row in await scope.rows(CUSTOMERS, **self._values(scope))]
        return [id for id in linked if wanted is None or id in wanted]

    def _values(self, scope: Scope) -> dict[str, Any]:
        given = self.filter
        return {
            "partner": scope.viewer.tenant_id,
            "now": scope.now,
            "linked_since": scope.now - timedelta(days=rules.ACTIVE_DAYS),
            "services": covered(given.services),
            "products": given.products,
            "channels": given.channels,
            "workloads": given.workloads and [rules.reported_workload(each) for each in given.workloads],
            "month": self.as_of.replace(day=1),
            "place": self.as_of.day,
        }


def portfolio_file(
    scope: Scope, kind: PortfolioExportKind, as_of: date | None, filter: Filter | None = None
) -> PortfolioFile:
    """The file, for those who read insights (PC-1, D-30); PRODUCT_NOT_COVERED for a service without insights."""
    require(scope.viewer, Action.READ_INSIGHTS, rule="PC-1")
    covered(filter.services if filter else None)
    return PortfolioFile(kind, day_asked(scope, as_of), filter or Filter())


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
