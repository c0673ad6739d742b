"""What the form of a case shows around it: clocks, process, customer, neighbours (CS-23, CS-24, CS-45, CS-52)."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import strawberry

from resolvers import case_related as around
from resolvers.arguments import After, described
from resolvers.arguments import First as Rows
from resolvers.batch import Level, Parents, batched
from resolvers.case_lookup import OF_CASE
from resolvers.fields import identified, named_by
from resolvers.loaders import Relation
from resolvers.pages import FIRST, Page, Request, Source
from schema.catalogue import Customer
from schema.node import StandsIn
from schema.words import ProcessStatus, Stage
from schema.words.work import ClockStatus, Kpi
from tenancy import tables as t
from tenancy.database import Row

if TYPE_CHECKING:
    from schema.case import Case

First = Annotated[int, described("How many cases, 1 to 25.")]


async def _previous(parents: Parents, info: Level) -> list[around.ClockFace | None]:
    return await around.faces_of(info.context.scope, [(clock.incident_id, clock.previous_id) for clock in parents])


@strawberry.type(description="One running promise for one case: a KPI instance.")
class SlaClock(StandsIn):
    id: strawberry.ID = identified("SlaClock")
    kpi: Kpi = strawberry.field(description="What it measures.")
    status: ClockStatus = strawberry.field(description="Its state at this moment.")
    applicable_from: datetime = strawberry.field(description="When it began to run, UTC.")
    warning_time: datetime | None = strawberry.field(description="When it warns, UTC; null if it never does.")
    failure_time: datetime = strawberry.field(description="By when the promise must be kept, UTC.")
    seconds_to_failure: int | None = strawberry.field(
        description="Seconds until the promise breaks, negative afterwards; null when it was kept or canceled."
    )
    paused_on: datetime | None = strawberry.field(description="Since when it stands still, UTC.")
    paused_minutes: int = strawberry.field(description="Business minutes that it stood still.")
    active_minutes: int | None = strawberry.field(description="Business minutes that it ran, once it has ended.")
    succeeded_on: datetime | None = strawberry.field(description="When the promise was kept, UTC.")
    terminal_at: datetime | None = strawberry.field(description="When it ended, UTC.")
    previous: Annotated["SlaClock", strawberry.lazy("schema.case_related")] | None = batched(
        _previous, columns=("incident_id", "previous_id"), description="The canceled clock that it succeeds, if any."
    )
    case: Annotated["Case", strawberry.lazy("schema.case")] | None = named_by(
        Relation("incident_id", t.Case), description="The case that it runs for."
    )


@strawberry.type(description="The process of a case: a bar of stages; finishing it does not resolve the case.")
class CaseProcess:
    stages: list[Stage] = strawberry.field(description="All stages, in order.")
    current: Stage = strawberry.field(description="Where it stands.")
    status: ProcessStatus = strawberry.field(description="Whether it runs.")


@strawberry.type(description="Whom a case is for, at a glance.")
class CustomerCard:
    customer: Customer | None = named_by(Relation("customer_id", t.Customer), description="The customer.")
    contact: Customer | None = named_by(Relation("contact_id", t.Customer), description="The contact at the customer.")
    active_cases: int = strawberry.field(description="Active cases of the customer that the viewer may see.")


def process_of(row: Any) -> CaseProcess:
    """The process as columns of the case tell it."""
    return CaseProcess(stages=list(Stage), current=Stage(row.stage), status=ProcessStatus(row.process_status))


async def clocks(parents: Parents, info: Level) -> list[list[around.ClockFace]]:
    return await around.clock_faces(info.context.scope, [row.id for row in parents])


async def cards(parents: Parents, info: Level) -> list[around.CustomerCard]:
    return await around.cards(info.context.scope, parents)


def neighbours(same: str, *, description: str) -> Any:
    """The newest other cases with the same value in a column."""

    async def resolve(parents: Parents, info: Level, first: First = around.NEIGHBOURS) -> list[list[Row]]:
        return await around.neighbours(info, parents, same, first)

    return batched(resolve, columns=("id", same), description=description)


async def active_entitlements(
    parents: Parents, info: Level, first: Rows = FIRST, after: After = None
) -> list[Page | Exception]:
    """A page for each case."""
    request = Request(first, after, {"active_on": info.context.scope.today})
    return await Source(info.context, OF_CASE, request).pages([row.id for row in parents], info.selection)
