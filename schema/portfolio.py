"""A partner's whole portfolio of licences."""

from collections.abc import Awaitable, Callable
from datetime import date, datetime
from decimal import Decimal
from operator import attrgetter
from typing import Any

import strawberry

from resolvers import ids, portfolio
from resolvers.batch import Parents, batched
from resolvers.fields import derived, named_by
from resolvers.insights import UsageRow as Use
from resolvers.loaders import Relation
from resolvers.portfolio_usage import usage_of
from resolvers.portfolio_words import PortfolioGrouping, PortfolioOrder
from schema.insights import DEPLOYMENT, USAGE, UsageRow
from schema.page import PageInfo
from schema.people import Tenant
from schema.words import Channel, ServiceCode, Workload
from schema.words.described import described
from tenancy import tables as t
from tenancy.errors import NotFound

described(
    PortfolioGrouping,
    "What the rows of a portfolio stand for.",
    CUSTOMER="A customer.",
    PRODUCT="A product of a service.",
    SERVICE="A service.",
    CHANNEL="A way of buying.",
    WORKLOAD="A workload of a service that was used.",
    MONTH="A month with use, of the twelve up to `asOf`: its use as of its last day (in that of `asOf`: as of that "
    "day), against the licences as of the last load.",
)
described(
    PortfolioOrder,
    "The figure that ranks the rows; percentages that do not exist come as if below 0.",
    LICENSES_SOLD="Licences sold.",
    LICENSES_ASSIGNED="Licences assigned.",
    DEPLOYMENT_PERCENT="Assigned / sold.",
    LICENSES_ACTIVE="Active users of the one workload that was chosen.",
    USAGE_PERCENT="Active / qualified of the one workload that was chosen.",
)


@strawberry.input(description="Which licences to look at; what is left out does not narrow.")
class PortfolioFilter:
    customer_tenant_ids: list[strawberry.ID] | None = strawberry.field(
        default=None, description="Only these customers: ids of `viewer { customers }`; others are as if absent."
    )
    services: list[ServiceCode] | None = strawberry.field(default=None, description="Only these services.")
    product_ids: list[str] | None = strawberry.field(default=None, description="Only these products.")
    channels: list[Channel] | None = strawberry.field(default=None, description="Only these ways of buying.")
    workloads: list[Workload] | None = strawberry.field(
        default=None, description="Only the use of these workloads; licences are not narrowed."
    )


def filter_of(given: PortfolioFilter | None) -> portfolio.Filter:
    """The licences that a client asks for."""
    if given is None:
        return portfolio.Filter()
    customers = given.customer_tenant_ids
    return portfolio.Filter(
        services=given.services,
        customers=None if customers is None else list(filter(None, map(_customer, customers))),
        products=given.product_ids,
        channels=given.channels,
        workloads=given.workloads,
    )


def _customer(global_id: str) -> str | None:
    """An id that names no customer of ours narrows to nothing, whatever is wrong with it (D-31)."""
    try:
        return ids.of("Tenant", global_id)
    except NotFound:
        return None


async def _usage(parents: Parents) -> list[list[Use]]:
    return await usage_of(parents)


@strawberry.type
class Figures:
    licenses_sold: int = strawberry.field(description="Licences sold on subscriptions that count, by any seller.")
    licenses_assigned: int = strawberry.field(description="Of these, licences assigned to users.")
    deployment_percent: Decimal | None = strawberry.field(
        description="Assigned / sold x 100, from these sums; null when nothing counts as sold."
    )
    usage: list[UsageRow] = batched(
        _usage, columns=("key", "portfolio", "by"), description="Use per service and workload, with what inflates it."
    )


@strawberry.type(description="Sums over everything that the filter leaves.")
class PortfolioTotal(Figures):
    pass


@strawberry.type(description="Sums over one group of a portfolio.")
class PortfolioGroup(Figures):
    name: str = strawberry.field(name="key", description="Names the group within its grouping; of a customer, its id.")
    customer: Tenant | None = named_by(
        Relation("customer_id", t.Tenant), description="The customer, when grouped by customer."
    )
    service: ServiceCode | None = strawberry.field(description="The service, when grouped by it or by a part of it.")
    product_id: str | None = strawberry.field(description="Id of the product, when grouped by product.")
    product_name: str | None = strawberry.field(description="Its name.")
    channel: Channel | None = strawberry.field(description="The way of buying, when grouped by channel.")
    workload: Workload | None = strawberry.field(description="The workload, when grouped by workload.")
    month: date | None = strawberry.field(description="The first day of the month, when grouped by month.")


@strawberry.type(description="A group with its place.")
class PortfolioEdge:
    node: PortfolioGroup = strawberry.field(description="The group.")
    cursor: str = strawberry.field(description="The place of the group; fits this question of this viewer.")


@strawberry.type(description="How far the activity of the customers in question has been loaded.")
class PortfolioFreshness:
    customers: int = strawberry.field(description="Customers with an open link.")
    customers_without_activity: int = strawberry.field(description="Of these, those of which no activity is known.")
    oldest: date | None = strawberry.field(description="The earliest of their last days with activity.")
    newest: date | None = strawberry.field(description="The latest of their last days with activity.")
    oldest_load: datetime | None = strawberry.field(description="The earliest of their last loads, UTC.")
    newest_load: datetime | None = strawberry.field(description="The latest of their last loads, UTC.")


@strawberry.type(description="How the figures of a portfolio come about.")
class PortfolioExplanation:
    deployment: str = strawberry.field(description="The formula of deployment, and the rules behind it.")
    usage: str = strawberry.field(description="The formula of usage, and the rules behind it.")
    subscriptions: int = strawberry.field(description="Subscriptions that were looked at, in any state.")
    counted_subscriptions: int = strawberry.field(description="Of these, those whose licences count as sold.")
    freshness: PortfolioFreshness = strawberry.field(description="How far activity has been loaded.")


async def _explained(question: portfolio.Portfolio) -> PortfolioExplanation:
    seen, counted = await question.subscriptions()
    known = await question.freshness()
    return PortfolioExplanation(
        deployment=DEPLOYMENT,
        usage=USAGE,
        subscriptions=seen,
        counted_subscriptions=counted,
        freshness=known,  # type: ignore[arg-type]  # a row of resolvers stands in for the type
    )


def _of_all(asked: Callable[[portfolio.Portfolio], Awaitable[Any]], description: str) -> Any:
    """What the whole portfolio answers, whichever page of it is shown."""

    async def resolve(parents: Parents) -> list[Any]:
        return [await asked(page.portfolio) for page in parents]

    return batched(resolve, columns=("portfolio",), description=description)


def _day(name: str, description: str) -> Any:
    return derived(attrgetter(f"portfolio.{name}"), ("portfolio",), description=description)


@strawberry.type(description="One page of a portfolio in groups, with the sums over all of it.")
class PortfolioInsights:
    as_of: date = _day("as_of", "Last day of the window of use.")
    window_start: date = _day("window_start", "First day of the window: 27 days earlier.")
    total: PortfolioTotal = _of_all(portfolio.Portfolio.total, "Sums over all groups.")
    explanation: PortfolioExplanation = _of_all(_explained, "Formulas, source rows and freshness of the figures.")
    nodes: list[PortfolioGroup] = strawberry.field(description="The groups of this page.")
    edges: list[PortfolioEdge] = strawberry.field(description="The groups with their cursors.")
    page_info: PageInfo = strawberry.field(description="Whether there is more, and where.")
    total_count: int = _of_all(portfolio.Portfolio.count, "All groups; counted only when asked for.")
