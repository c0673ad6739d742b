"""Queues and what waits in them (2.5, CS-12)."""

from datetime import datetime
from operator import attrgetter
from typing import TYPE_CHECKING, Annotated

import strawberry

from resolvers import queues
from resolvers.arguments import After, First, described
from resolvers.batch import Level, Parents, batched
from resolvers.fields import identified, related
from resolvers.loaders import columns_of
from resolvers.pages import FIRST, Page
from schema.node import Node, StandsIn
from schema.page import Connection
from schema.people import User
from schema.words.queues import QueueItemState, QueueState, QueueType, QueueView
from tenancy import tables as t
from tenancy.database import Row

if TYPE_CHECKING:
    from schema.case import Case

_ID = attrgetter("id")


async def _items(
    parents: Parents,
    info: Level,
    view: Annotated[QueueView, described("Which items.")] = QueueView.ALL,
    first: First = FIRST,
    after: After = None,
) -> list[Page | Exception]:
    return await queues.items(info, list(map(_ID, parents)), view, first, after)


async def _is_open(parents: Parents, info: Level) -> list[bool]:
    opened = await queues.open_queues(info.context, list(map(_ID, parents)))
    return [row.id in opened for row in parents]


async def _members(parents: Parents, info: Level) -> list[list[Row]]:
    named = await queues.members(info.context, list(map(_ID, parents)))
    loader = info.context.loaders.rows(t.User, columns_of(t.User, info.selection.columns))
    return [[row for row in await loader.level(ids) if row is not None] for ids in named]


@strawberry.type(description="A case in a queue; a case is in one queue at most.")
class QueueItem(StandsIn, Node):
    id: strawberry.ID = identified("QueueItem")
    state: QueueItemState = strawberry.field(description="Whether it waits there.")
    entered_on: datetime = strawberry.field(description="Since when, UTC.")
    case: Annotated["Case", strawberry.lazy("schema.case")] | None = related(
        t.QueueItem.case, description="The case that waits."
    )
    queue: Annotated["Queue", strawberry.lazy("schema.queue")] | None = related(
        t.QueueItem.queue, description="Where it waits."
    )
    worked_by: User | None = related(t.QueueItem.worker, description="Who works on it; null while it waits.")


@strawberry.type(description="A place where cases wait to be worked on.")
class Queue(StandsIn, Node):
    id: strawberry.ID = identified("Queue")
    name: str = strawberry.field(description="Name.")
    type: QueueType = strawberry.field(description="Whose it is.")
    state: QueueState = strawberry.field(description="Whether it takes cases.")
    owner: User | None = related(t.Queue.owner, description="Who gets the cases that are released in it.")
    members: list[User] = batched(_members, columns=("id",), description="Who works from it, beside its owner.")
    is_open: bool = batched(
        _is_open, columns=("id",), description="Whether the viewer may work from it: public, or one's own."
    )
    items: Connection[QueueItem] | None = batched(
        _items,
        columns=("id",),
        description="The cases in it, those that wait longest first; NOT_QUEUE_MEMBER for others than its members.",
    )
