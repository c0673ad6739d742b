"""Insights of one customer for its partner: deployment and usage of licences (PC-1..11, PC-15..24).

The figures are totals over all partners, without a trace of the others (PC-8, D-26). A reseller link opens them (D-27);
records of the customer stay closed, because the partner only visits.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import bindparam, case, func, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import Date, Text

from resolvers.context import Context
from resolvers.days import day_asked
from resolvers.insights_links import covered, linked
from resolvers.insights_sources import Bought, Sources
from resolvers.loaders import KEYS
from resolvers.rules import licence_usage as rules
from tenancy import tables as t
from tenancy.permissions import Action
from tenancy.scope import Scope
from tenancy.statements import Statement
from tenancy.viewer import Home, require
from tenancy.words import ServiceCode, SubscriptionState, Workload

_SUBSCRIPTIONS = Statement(
    select(
        t.Subscription.id,
        t.Subscription.service_code,
        t.Subscription.product_id,
        t.Subscription.product_name,
        t.Subscription.state,
        t.Subscription.is_trial,
        t.Subscription.superseded_by_id.is_not(None).label("is_superseded"),
        t.Subscription.licenses_sold,
        t.Subscription.licenses_assigned,
    )
    .where(t.Subscription.service_code == func.any(bindparam("services", type_=ARRAY(Text))))
    .order_by(t.Subscription.service_code, t.Subscription.product_name, t.Subscription.id)
)

_reported = case(
    (t.LicenseActivity.workload_code == Workload.ONEDRIVE, Workload.SHAREPOINT.value),
    else_=t.LicenseActivity.workload_code,
).label("workload")

_ACTIVE = Statement(
    select(
        t.LicenseActivity.subscription_id,
        _reported,
        func.count(t.LicenseActivity.user_key.distinct()).label("users"),
    )
    .where(
        t.LicenseActivity.subscription_id == KEYS,
        t.LicenseActivity.active_on.between(bindparam("first_day", type_=Date), bindparam("last_day", type_=Date)),
    )
    .group_by(t.LicenseActivity.subscription_id, _reported)
)


@dataclass(frozen=True)
class DeploymentRow:
    """Licences of one product, over all partners; `percent` None when nothing counts as sold (D-28)."""

    service: ServiceCode
    product_id: str
    product_name: str
    licenses_sold: int
    licenses_assigned: int
    deployment_percent: Decimal | None


@dataclass(frozen=True)
class UsageRow:
    """Use of one workload of a service within the window, with what inflates it."""

    service: ServiceCode
    workload: Workload
    licenses_active: int
    licenses_qualified: int
    usage_percent: Decimal | None
    hints: tuple[rules.UsageHint, ...]


@dataclass(frozen=True)
class Insights:
    """One customer, as of one day. The window of use is `window_start`..`as_of`, both included (D-25)."""

    customer: Home
    as_of: date
    licenses_sold: int
    licenses_assigned: int
    deployment_percent: Decimal | None
    deployment: list[DeploymentRow]
    usage: list[UsageRow]
    sources: Sources

    @property
    def window_start(self) -> date:
        return rules.window(self.as_of)[0]


async def customer_insights(
    context: Context, customer_id: str, services: Sequence[ServiceCode] | None, as_of: date | None
) -> Insights:
    """Insights for a partner with a link to the customer; refusals in the order role, service, day, link (AE-52)."""
    scope = context.scope
    require(scope.viewer, Action.READ_INSIGHTS, rule="PC-1")
    asked, day = covered(services), day_asked(scope, as_of)
    customer = await linked(scope, customer_id)
    return await _figures(scope.visiting(customer), customer, asked, day)


async def _figures(scope: Scope, customer: Home, services: Iterable[ServiceCode], day: date) -> Insights:
    rows = await scope.rows(_SUBSCRIPTIONS, services=list(services))
    first, last = rules.window(day)
    keys = [row["id"] for row in rows]
    used = await scope.rows(_ACTIVE, keys=keys, first_day=first, last_day=last) if keys else []
    active = [rules.Active(row["subscription_id"], Workload(row["workload"]), row["users"]) for row in used]
    bought = [(row, _subscription(row)) for row in rows]
    total = rules.deployment(subscription for _, subscription in bought)
    return Insights(
        customer=customer,
        as_of=day,
        licenses_sold=total.sold,
        licenses_assigned=total.assigned,
        deployment_percent=total.percent,
        deployment=_deployment(bought),
        usage=_usage(bought, active),
        sources=Sources(scope, bought, active),
    )


def _deployment(bought: Bought) -> list[DeploymentRow]:
    products: dict[tuple[str, str, str], list[rules.Subscription]] = {}
    for row, subscription in bought:
        key = (row["service_code"], row["product_id"], row["product_name"])
        products.setdefault(key, []).append(subscription)
    found = []
    for (service, product, name), subscriptions in products.items():
        figures = rules.deployment(subscriptions)
        found.append(
            DeploymentRow(ServiceCode(service), product, name, figures.sold, figures.assigned, figures.percent)
        )
    return found


def _usage(bought: Bought, active: Sequence[rules.Active]) -> list[UsageRow]:
    services: dict[str, list[rules.Subscription]] = {}
    for row, subscription in bought:
        services.setdefault(row["service_code"], []).append(subscription)
    return [
        UsageRow(ServiceCode(service), line.workload, line.active, line.qualified, line.percent, line.hints)
        for service, subscriptions in services.items()
        for line in rules.usage(subscriptions, active, rules.observed(ServiceCode(service), subscriptions))
    ]


def _subscription(row: Any) -> rules.Subscription:
    return rules.Subscription(
        id=row["id"],
        state=SubscriptionState(row["state"]),
        is_trial=row["is_trial"],
        is_superseded=row["is_superseded"],
        sold=row["licenses_sold"],
        assigned=row["licenses_assigned"],
    )
