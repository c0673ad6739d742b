"""What is behind an entitlement's figures."""

from datetime import date
from decimal import Decimal
from typing import Annotated

import strawberry

from resolvers import drill_down as behind
from resolvers.arguments import After, First, described
from resolvers.batch import Level, Parents, batched
from resolvers.narrowing import conditions
from resolvers.pages import FIRST, Page, Request
from schema.consumption import Consumption
from schema.page import Connection
from schema.people import User
from schema.words import DrillDownView, LedgerOrder


@strawberry.input(description="Conditions on ledger rows; all that are given must hold.")
class ConsumptionFilter:
    occurred_since: date | None = strawberry.field(default=None, description="Used on this day or later.")
    occurred_until: date | None = strawberry.field(default=None, description="Used on this day or earlier.")
    workspace_id: strawberry.ID | None = strawberry.field(default=None, description="Used by this workspace.")


async def _rows(
    parents: Parents,
    info: Level,
    filter: Annotated[ConsumptionFilter | None, described("Only rows for which all of this holds.")] = None,
    order: Annotated[LedgerOrder, described("In which order.")] = LedgerOrder.NEWEST,
    first: First = FIRST,
    after: After = None,
) -> list[Page | Exception]:
    values = {**parents[0].values, **await conditions(info.context, filter)}
    request = Request(first, after, values, behind.ORDERS[order])
    return await behind.pages(parents, request, behind.ROWS, info.selection)


async def _people(parents: Parents, info: Level, first: First = FIRST, after: After = None) -> list[Page | Exception]:
    return await behind.pages(parents, Request(first, after), behind.PEOPLE, info.selection)


async def _partial(parents: Parents) -> list[bool]:
    return await behind.partial(parents)


@strawberry.type(description="The history behind the figures of one entitlement.")
class DrillDown:
    view: DrillDownView = strawberry.field(description="Which of the six views it is.")
    description: str | None = strawberry.field(description="What the entitlement gives.")
    action_url: str | None = strawberry.field(description="Where to act on it, if there is such a place.")
    total: Decimal | None = strawberry.field(description="How much was bought; null is unlimited.")
    consumed: Decimal | None = strawberry.field(description="What everybody used; null where nothing is recorded.")
    remaining: Decimal | None = strawberry.field(description="Total less what everybody used; null when unlimited.")
    rows_are_partial: bool = batched(
        _partial,
        columns=("id", "view", "consumed"),
        description="Whether some rows or people are hidden from the viewer; the figures are complete.",
    )
    rows: Connection[Consumption] = batched(
        _rows, columns=("id", "values"), description="Every row of the ledger that the viewer may see."
    )
    people: Connection[User] = batched(
        _people,
        columns=("id",),
        description="The support contacts that are counted, as they are now; empty in all other views.",
    )
