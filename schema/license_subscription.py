"""What a partner itself sold to a customer."""

from datetime import date
from decimal import Decimal
from typing import Any

import strawberry

from resolvers import ids
from resolvers.arguments import After, First
from resolvers.batch import Level, Parents, batched
from resolvers.fields import derived
from resolvers.pages import FIRST, Page
from resolvers.rules.licence_usage import counts
from resolvers.rules.quantities import percent
from resolvers.subscriptions import counted
from schema.page import Connection
from schema.people import Tenant
from schema.words import Channel, ServiceCode, SubscriptionState

_COUNTED = ("id", "state", "is_trial", "superseded_by_id", "licenses_sold", "licenses_assigned")


def _global_id(row: Any) -> str:
    return ids.encode("LicenseSubscription", row.id)


def _counts(row: Any) -> bool:
    return counts(counted(row))


def _percent(row: Any) -> Decimal | None:
    return percent(row.licenses_assigned, row.licenses_sold)


@strawberry.type(description="Licences of one product, sold to a customer by the caller's own organisation.")
class LicenseSubscription:
    id: strawberry.ID = derived(_global_id, ("id",), description="Opaque id, the same for ever.")
    service_code: ServiceCode = strawberry.field(name="service", description="The service.")
    product_id: str = strawberry.field(description="Id of the product.")
    product_name: str = strawberry.field(description="Name of the product.")
    channel: Channel = strawberry.field(description="How the licences were bought.")
    state: SubscriptionState = strawberry.field(description="Where the subscription stands in its life.")
    is_trial: bool = strawberry.field(description="Whether it is a trial.")
    counts_as_sold: bool = derived(
        _counts, _COUNTED, description="Whether its licences count: active, paid for, and not upgraded away."
    )
    licenses_sold: int = strawberry.field(description="Licences sold on it, whether they count or not.")
    licenses_assigned: int = strawberry.field(description="Of these, licences assigned to users.")
    deployment_percent: Decimal | None = derived(
        _percent,
        ("licenses_sold", "licenses_assigned"),
        description="Assigned / sold x 100, one decimal; null when none were sold.",
    )
    starts_on: date = strawberry.field(description="Its first day.")
    ends_on: date | None = strawberry.field(description="Its last day, if it has one.")


async def _subscriptions(parents: Parents, info: Level, first: First = FIRST, after: After = None) -> list[Page]:
    return [await sales.page(first, after, info.selection) for sales in parents]


@strawberry.type(description="What the caller's own organisation sold to one customer; nothing of any other seller.")
class CustomerSubscriptions:
    customer: Tenant = strawberry.field(description="The customer.")
    licenses_sold: int = strawberry.field(description="Licences sold on subscriptions that count.")
    licenses_assigned: int = strawberry.field(description="Of these, licences assigned to users.")
    deployment_percent: Decimal | None = strawberry.field(
        description="Assigned / sold x 100, from these sums; null when nothing counts as sold."
    )
    subscriptions: Connection[LicenseSubscription] = batched(
        _subscriptions, columns=("page",), description="The subscriptions, in any state, by service and product."
    )
