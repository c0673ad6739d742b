"""Entitlements: lines of packages, and rights that cases are charged against."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated, Any

import strawberry

from resolvers import drill_down
from resolvers.arguments import described
from resolvers.batch import Level, Parents, batched
from resolvers.context import Context
from resolvers.dated import past_day
from resolvers.entitlement_cover import channels_of, contacts_of, products_of, remaining_of_channels
from resolvers.entitlements import COLUMNS, consumed_of, remaining_of
from resolvers.explanations import Explanation as Explained
from resolvers.explanations_of import of_entitlements
from resolvers.fields import derived, identified, related
from resolvers.rules.consumption import entitlement_class
from resolvers.rules.entitlement_states import Term, effective_state
from resolvers.used import TOTAL
from schema.catalogue import Customer, Product, Sla
from schema.node import Node, StandsIn
from schema.words import AllocationType, Category, DecreaseOn, EntitlementClass, EntitlementState, Figure, Origin
from tenancy import tables as t
from tenancy import words

if TYPE_CHECKING:
    from schema.drill_down import DrillDown
    from schema.explanation import Explanation
    from schema.package import Package


def _figure(figure: Callable[[Context, Sequence[Any]], Awaitable[list[Any]]], description: str) -> Any:
    """One figure of an entitlement; all figures of a level come from the same statements."""

    async def resolve(parents: Parents, info: Level) -> list[Any]:
        return await figure(info.context, parents)

    return batched(resolve, columns=COLUMNS, beside=TOTAL.now, description=description)


async def _drill_down(parents: Parents, info: Level) -> list[drill_down.DrillDown | Exception]:
    return await drill_down.looked_into(info.context, parents)


async def _explanation(
    parents: Parents, info: Level, of: Annotated[Figure, described("Which of its totals.")] = Figure.REMAINING
) -> list[Explained | Exception]:
    return await of_entitlements(info.context, parents, of)


def _state(parents: Parents, info: Level) -> list[words.EntitlementState]:
    return [_state_of(row, past_day(row), info.context.scope.today) for row in parents]


def _state_of(row: Any, past: date | None, today: date) -> words.EntitlementState:
    state = words.EntitlementState(row.state)
    if past and state in (words.EntitlementState.ACTIVE, words.EntitlementState.EXPIRED):
        # An activated one was waiting before its first day, and active until its last.
        state = words.EntitlementState.WAITING
    return effective_state(
        Term(state, date.fromisoformat(row.starts_on), date.fromisoformat(row.ends_on)), past or today
    )


def _is_default(parents: Parents, info: Level) -> list[bool]:
    """I-7: one that its last day has made an expired one is no default any more, though nobody wrote it down."""
    states = _state(parents, info)
    return [
        row.is_default and state is words.EntitlementState.ACTIVE for row, state in zip(parents, states, strict=True)
    ]


async def _products(parents: Parents, info: Level) -> list[list[Any]]:
    return await products_of(info, parents)


async def _contacts(parents: Parents, info: Level) -> list[list[Any]]:
    return await contacts_of(info, parents)


async def _channels(parents: Parents, info: Level) -> list[list[Any]]:
    return await channels_of(info, parents)


async def _remaining_of_channels(parents: Parents, info: Level) -> list[Decimal | None]:
    return await remaining_of_channels(info.context, parents)


@strawberry.type(description="The terms of an entitlement for cases that come in one way.")
class EntitlementChannel(StandsIn):
    origin: Origin = strawberry.field(description="How the cases come in.")
    total_terms: Decimal = strawberry.field(description="How much of the terms they may use; 0 excludes them.")
    remaining: Decimal | None = batched(
        _remaining_of_channels,
        description="What is left of them for everybody, negative when overdrawn; null on an additional benefit. "
        "Needs the right to see terms.",
    )


@strawberry.type(
    description="A service or benefit the customer may use; also the right that a case is charged against."
)
class Entitlement(StandsIn, Node):
    id: strawberry.ID = identified("Entitlement")
    name: str = strawberry.field(description="Name of the line.")
    description: str | None = strawberry.field(description="What it gives.")
    category: Category = strawberry.field(description="What it is for.")
    entitlement_class: EntitlementClass = derived(
        lambda row: entitlement_class(row.is_consumable),
        ("is_consumable",),
        description="Consumable service or additional benefit.",
    )
    allocation_type: AllocationType = strawberry.field(description="The unit of its terms.")
    total_terms: Decimal | None = strawberry.field(description="How much was bought; null is unlimited.")
    consumed: Decimal | None = _figure(
        consumed_of, "How much was used by everybody; null on an additional benefit. Needs the right to see terms."
    )
    remaining: Decimal | None = _figure(
        remaining_of, "What is left for everybody, negative when overdrawn; null when unlimited or never recorded."
    )
    decrease_on: DecreaseOn | None = strawberry.field(description="When a case lowers its terms.")
    restrict_case_creation: bool = strawberry.field(description="Whether cases are refused when no terms are left.")
    is_default: bool = batched(
        _is_default,
        columns=("is_default", "state", "starts_on", "ends_on"),
        description="Whether new cases of its customer get it by themselves, while it is active.",
    )
    state: EntitlementState = batched(
        _state,
        columns=("state", "starts_on", "ends_on"),
        description="Where it is in its life: today, or on the day of the page.",
    )
    starts_on: date = strawberry.field(description="First day.")
    ends_on: date = strawberry.field(description="Last day.")
    action_url: str | None = strawberry.field(description="Where to act on it, if there is such a place.")
    version: int = strawberry.field(description="Changes with every edit; send it back with the next one.")
    drill_down: Annotated["DrillDown", strawberry.lazy("schema.drill_down")] | None = batched(
        _drill_down,
        columns=drill_down.COLUMNS,
        description="What is behind its figures; for those who may see its activity.",
    )
    explanation: Annotated["Explanation", strawberry.lazy("schema.explanation")] | None = batched(
        _explanation,
        columns=COLUMNS,
        description="How one of its totals came about, with the rows behind it; for those who may see its activity.",
    )
    package: Annotated["Package", strawberry.lazy("schema.package")] | None = related(
        t.Entitlement.package, description="The package that it is a line of."
    )
    customer: Customer | None = related(t.Entitlement.customer, description="The customer record it was bought for.")
    renewed_from: Annotated["Entitlement", strawberry.lazy("schema.entitlement")] | None = related(
        t.Entitlement.renewed_from, description="The one that it continues, if it is a renewal."
    )
    sla: Sla | None = related(t.Entitlement.sla, description="The SLA that its cases get.")
    channels: list[EntitlementChannel] = batched(
        _channels,
        columns=COLUMNS,
        description="Its terms by the origin of cases; an origin that is not listed has no limit of its own.",
    )
    products: list[Product] = batched(
        _products, columns=("id",), description="The products that it covers, by name; none means all."
    )
    contacts: list[Customer] = batched(
        _contacts,
        columns=("id",),
        description="The contacts it is restricted to, by name, as far as the viewer sees them.",
    )
