"""Cases in figures: charts, and the desk's dashboard (CS-6, CS-8, CS-9)."""

from typing import Annotated

import strawberry

from resolvers.arguments import After, First, described
from resolvers.batch import Level, Parents, batched
from resolvers.case_related import ClockFace, due_clocks
from resolvers.cases import CASES, VIEWS, CaseView
from resolvers.fields import named_by
from resolvers.loaders import Relation
from resolvers.pages import FIRST, MOST, Page, Request, Source
from resolvers.queues import QUEUES, queue_filters
from schema.case import Case
from schema.case_related import SlaClock
from schema.catalogue import Subject
from schema.node import StandsIn
from schema.page import Connection
from schema.people import User
from schema.queue import Queue
from schema.words.queues import QueueFilter
from tenancy import tables as t
from tenancy.errors import BadInput

DUE = 10


@strawberry.type(description="How many cases have one value; the largest counts are shown, up to a hundred.")
class CaseBar(StandsIn):
    value: str | None = strawberry.field(description="The priority, status or channel; null where there is none.")
    count: int = strawberry.field(description="How many cases.")
    owner: User | None = named_by(Relation("owner_id", t.User), description="The owner, in a chart of owners.")
    subject: Subject | None = named_by(
        Relation("subject_id", t.Subject), description="The topic, in a chart of topics."
    )


async def _my_work(parents: Parents, info: Level, first: First = FIRST, after: After = None) -> list[Page]:
    request = Request(first, after, dict.fromkeys(VIEWS[CaseView.MY_ACTIVE]))
    page = await Source(info.context, CASES, request).page(info.selection)
    return [page] * len(parents)


async def _queues(
    parents: Parents,
    info: Level,
    filter: Annotated[QueueFilter, described("Which queues.")] = QueueFilter.ALL,
    first: First = FIRST,
    after: After = None,
) -> list[Page]:
    values = {**queue_filters(info.context, filter), "in_use": None}
    page = await Source(info.context, QUEUES, Request(first, after, values)).page(info.selection)
    return [page] * len(parents)


async def _due(
    parents: Parents, info: Level, first: Annotated[int, described("How many clocks, 1 to 100.")] = DUE
) -> list[list[ClockFace]]:
    if not 1 <= first <= MOST:
        raise BadInput(field="first", details={"minimum": 1, "maximum": MOST})
    return [await due_clocks(info.context.scope, first)] * len(parents)


@strawberry.type(description="The desk at a glance. All figures are of active cases that the viewer may see.")
class Dashboard(StandsIn):
    active: int = strawberry.field(description="All of them.")
    mine: int = strawberry.field(description="Those that the viewer owns or is the primary contact of.")
    on_hold: int = strawberry.field(description="Those on hold.")
    escalated: int = strawberry.field(description="Those that were escalated.")
    high_priority: int = strawberry.field(description="Those of high priority.")
    unanswered: int = strawberry.field(description="Those whose customer was not answered yet.")
    my_work: Connection[Case] = batched(_my_work, description="The viewer's own active cases, newest first.")
    queues: Connection[Queue] = batched(_queues, description="The queues in use that are open to the viewer, by name.")
    due_clocks: list[SlaClock] = batched(_due, description="Running clocks, the one that fails first at the head.")
