"""What a partner itself sold to a customer (PC-9, AE-50): the only place where one seller's licences stand alone.

Everything here is narrowed to subscriptions whose seller is the caller's own tenant, so nothing of another seller
shows, not even that there is one (D-26).
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from sqlalchemy import bindparam, func, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import Text

from resolvers.context import Context
from resolvers.insights_links import linked
from resolvers.pages import Listing, Order, Page, Request, Source
from resolvers.rules import licence_usage as rules
from resolvers.selection import Selection
from tenancy import tables as t
from tenancy.permissions import Action
from tenancy.statements import Statement
from tenancy.viewer import Home, require
from tenancy.words import ServiceCode, SubscriptionState

_SOLD_BY_ME = t.Subscription.partner_tenant_id == bindparam("seller", type_=t.Tenant.id.type)
_OF_SERVICES = t.Subscription.service_code == func.any(bindparam("services", type_=ARRAY(Text)))

OWN_SALES = Listing(
    "customerSubscriptions.subscriptions",
    t.Subscription,
    {"seller": _SOLD_BY_ME, "services": _OF_SERVICES},
    Order("product", (("service_code", False), ("product_name", False))),
)

_FIGURES = Statement(
    select(
        t.Subscription.id,
        t.Subscription.state,
        t.Subscription.is_trial,
        t.Subscription.superseded_by_id,
        t.Subscription.licenses_sold,
        t.Subscription.licenses_assigned,
    ).where(_SOLD_BY_ME, _OF_SERVICES)
)


@dataclass(frozen=True)
class OwnSales:
    """A customer's subscriptions that the caller's tenant sold, and their sums over those that count."""

    context: Context = field(repr=False)
    customer: Home
    licenses_sold: int
    licenses_assigned: int
    deployment_percent: Decimal | None
    values: dict[str, Any]

    async def page(self, first: int | None, after: str | None, selection: Selection) -> Page:
        """The subscriptions themselves, by service and product."""
        return await Source(self.context, OWN_SALES, Request(first, after, self.values)).page(selection)


async def customer_subscriptions(
    context: Context, customer_id: str, services: Sequence[ServiceCode] | None = None
) -> OwnSales:
    """The caller's own sales to a customer; refusals in the order role, link. Any service: what was sold is known."""
    scope = context.scope
    require(scope.viewer, Action.READ_INSIGHTS, rule="PC-1")
    customer = await linked(scope, customer_id)
    values = {
        "seller": scope.viewer.tenant_id,
        "services": list(ServiceCode if services is None else services),
    }
    visit = scope.visiting(customer)
    sums = rules.deployment(map(counted, await visit.rows(_FIGURES, **values)))
    there = replace(context, _scope=visit)
    return OwnSales(there, customer, sums.sold, sums.assigned, sums.percent, values)


def counted(row: Any) -> rules.Subscription:
    """A row of the table as the rules of counting take it."""
    return rules.Subscription(
        id=row["id"],
        state=SubscriptionState(row["state"]),
        is_trial=row["is_trial"],
        is_superseded=row["superseded_by_id"] is not None,
        sold=row["licenses_sold"],
        assigned=row["licenses_assigned"],
    )
