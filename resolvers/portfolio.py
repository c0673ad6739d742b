"""A partner's whole portfolio: licence figures summed over its customers, in groups and in all (PC-6, PC-12, AE-42).

Figures are totals over all sellers without a trace of the others (PC-8, D-26); percentages come from sums, never from
percentages. The rows behind them are rollups that carry the partner's own tenant (decision 0006).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from resolvers import ids
from resolvers import portfolio_statements as sql
from resolvers.context import Context
from resolvers.days import day_asked
from resolvers.insights_links import covered
from resolvers.pages import PageInfo, Request
from resolvers.portfolio_sources import FRESHNESS, ROWS
from resolvers.portfolio_words import BY_USE, PortfolioGrouping, PortfolioOrder
from resolvers.rules import licence_usage as rules
from resolvers.rules.quantities import percent
from tenancy.errors import BadInput
from tenancy.permissions import Action
from tenancy.viewer import require
from tenancy.words import Channel, ServiceCode, Workload


@dataclass(frozen=True)
class Filter:
    """Which licences to look at; None: all. `customers` are uuids. `workloads` narrow use, not licences."""

    services: Sequence[ServiceCode] | None = None
    customers: Sequence[str] | None = None
    products: Sequence[str] | None = None
    channels: Sequence[Channel] | None = None
    workloads: Sequence[Workload] | None = None


@dataclass(frozen=True)
class Figures:
    """Sums over one group, or, with the key '', over everything. What names a group is there for its grouping only."""

    portfolio: "Portfolio" = field(repr=False)
    by: PortfolioGrouping | None
    key: str
    licenses_sold: int
    licenses_assigned: int
    value: str = ""
    customer_id: str | None = None
    service: ServiceCode | None = None
    product_id: str | None = None
    product_name: str | None = None
    channel: Channel | None = None
    workload: Workload | None = None
    month: str | None = None

    @property
    def deployment_percent(self) -> Decimal | None:
        return percent(self.licenses_assigned, self.licenses_sold)

    @property
    def name(self) -> str:
        """The key as clients see it: of a customer, its global id."""
        return self.key if self.customer_id is None else ids.encode("Tenant", self.customer_id)


@dataclass(frozen=True)
class Edge:
    node: Figures
    cursor: str


@dataclass(frozen=True)
class Freshness:
    """How far activity has been loaded for the customers in question; days and moments of the last loads."""

    customers: int
    customers_without_activity: int
    oldest: date | None
    newest: date | None
    oldest_load: datetime | None
    newest_load: datetime | None


@dataclass(frozen=True)
class Portfolio:
    """One question to a portfolio, as of one day."""

    context: Context = field(repr=False)
    by: PortfolioGrouping
    filter: Filter
    as_of: date
    order: PortfolioOrder
    ascending: bool
    request: Request

    @property
    def window_start(self) -> date:
        return rules.window(self.as_of)[0]

    @property
    def products(self) -> bool:
        """Whether the months of named products are asked for."""
        return self.by is PortfolioGrouping.MONTH and self.filter.products is not None

    @property
    def values(self) -> dict[str, Any]:
        """What every statement of the portfolio is asked with."""
        scope, given = self.context.scope, self.filter
        return {
            "partner": scope.viewer.tenant_id,
            "now": scope.now,
            "linked_since": scope.now - timedelta(days=rules.ACTIVE_DAYS),
            "services": covered(given.services),
            "customers": given.customers,
            "products": given.products,
            "channels": given.channels,
            "workloads": given.workloads and [rules.reported_workload(each) for each in given.workloads],
            "month": self.as_of.replace(day=1),
            "place": self.as_of.day,
            "keys": None,
        }

    async def page(self) -> "GroupPage":
        """One page of groups, in one statement."""
        size, after = self.request.size(), self._position()
        statement = sql.groups(self.by, self.order, self.ascending, after is not None, self.products)
        rows = await self.context.scope.rows(statement, limit=size + 1, **self.values, **(after or {}))
        return GroupPage(self, [self._figures(row) for row in rows[:size]], len(rows) > size)

    async def count(self) -> int:
        number: int = await self.context.scope.value(sql.count(self.by, self.products), **self.values)
        return number

    async def total(self) -> Figures:
        """Everything that the filter leaves, in one sum."""
        rows = await self.context.scope.rows(sql.sales(None), **self.values)
        return Figures(self, None, "", sum(row["sold"] for row in rows), sum(row["assigned"] for row in rows))

    async def freshness(self) -> Freshness:
        row = (await self.context.scope.rows(FRESHNESS, **self.values))[0]
        days = {name: row[name] and date.fromisoformat(row[name]) for name in ("oldest", "newest")}
        return Freshness(**{**dict(row.items()), **days})

    async def subscriptions(self) -> tuple[int, int]:
        """How many subscriptions were looked at, and how many of them count as sold."""
        row = (await self.context.scope.rows(ROWS, **self.values))[0]
        return row["subscriptions"], row["counted"]

    def cursor(self, figures: Figures) -> str:
        return self.context.house.seal.close([figures.value, figures.key], self._purpose())

    def _position(self) -> dict[str, Any] | None:
        if self.request.after is None:
            return None
        value, key = self.context.house.seal.open(self.request.after, self._purpose())
        return {"after_value": value, "after_key": key}

    def _purpose(self) -> list[Any]:
        viewer = self.context.viewer
        asked = sorted((name, str(value)) for name, value in self.values.items() if name not in ("now", "linked_since"))
        who = [viewer.tenant_id, viewer.identity.tid, viewer.identity.oid]
        return [*who, "portfolioInsights", self.by, self.order, self.ascending, asked]

    def _figures(self, row: Any) -> Figures:
        names = _NAMED_BY[self.by]
        words = {name: word(row[name]) for name, word in _WORDS.items() if name in names}
        plain = {name: row[name] for name in names if name not in words}
        return Figures(self, self.by, row["key"], row["sold"], row["assigned"], row["value"], **plain, **words)


@dataclass(frozen=True)
class GroupPage:
    """A page of groups: what the connection of the schema reads from."""

    portfolio: Portfolio
    nodes: list[Figures]
    has_next: bool

    @property
    def edges(self) -> list[Edge]:
        return [Edge(figures, self.portfolio.cursor(figures)) for figures in self.nodes]

    @property
    def page_info(self) -> PageInfo:
        ends = [self.portfolio.cursor(each) for each in (self.nodes[0], self.nodes[-1])] if self.nodes else [None, None]
        return PageInfo(self.has_next, self.portfolio.request.after is not None, ends[0], ends[1])


_WORDS: Mapping[str, Any] = {"service": ServiceCode, "channel": Channel, "workload": Workload}
_NAMED_BY: Mapping[PortfolioGrouping, tuple[str, ...]] = {
    PortfolioGrouping.CUSTOMER: ("customer_id",),
    PortfolioGrouping.PRODUCT: ("service", "product_id", "product_name"),
    PortfolioGrouping.SERVICE: ("service",),
    PortfolioGrouping.CHANNEL: ("channel",),
    PortfolioGrouping.WORKLOAD: ("service", "workload"),
    PortfolioGrouping.MONTH: ("month",),
}


def portfolio(
    context: Context,
    by: PortfolioGrouping,
    filter: Filter,
    as_of: date | None,
    order: PortfolioOrder,
    ascending: bool,
    request: Request,
) -> Portfolio:
    """The question, checked: role, services, day, and that an order by use names one workload."""
    scope = context.scope
    require(scope.viewer, Action.READ_INSIGHTS, rule="PC-1")
    covered(filter.services)
    day = day_asked(scope, as_of)
    one_workload = (
        by is PortfolioGrouping.WORKLOAD or len(set(map(rules.reported_workload, filter.workloads or ()))) == 1
    )
    if order in BY_USE and not one_workload:
        raise BadInput(field="order_by", rule="PC-19")
    request.size()
    return Portfolio(context, by, filter, day, order, ascending, request)
