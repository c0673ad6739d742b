"""Working from queues (2.5, CS-12)."""

from dataclasses import dataclass

import strawberry

from resolvers import ids
from resolvers import queue_working as work
from resolvers.commands import Payload as Answered
from resolvers.fields import named_by
from resolvers.loaders import Relation
from schema.case_answer import case_of
from schema.payload import Payload
from schema.queue import QueueItem
from tenancy import tables as t
from tenancy.changes import Change


@strawberry.input(description="A case for a queue.")
class AddToQueueInput:
    case_id: strawberry.ID = strawberry.field(description="The active case.")
    queue_id: strawberry.ID = strawberry.field(description="The queue; a case that waits elsewhere moves.")


@strawberry.input(description="An item to work on.")
class PickQueueItemInput:
    item_id: strawberry.ID = strawberry.field(description="The item.")
    remove_from_queue: bool = strawberry.field(default=False, description="Whether it leaves the queue with that.")


@strawberry.input(description="A queue item.")
class QueueItemInput:
    item_id: strawberry.ID = strawberry.field(description="The item.")


@strawberry.input(description="Where an item goes: to one queue, or to one person.")
class RouteQueueItemInput:
    item_id: strawberry.ID = strawberry.field(description="The item.")
    queue_id: strawberry.ID | None = strawberry.field(default=None, description="Another queue.")
    user_id: strawberry.ID | None = strawberry.field(
        default=None, description="Who works on it from now on; a member, where the queue is private."
    )


@dataclass(frozen=True)
class QueueAnswered(Answered):
    """The id of the item, if the command did its work."""

    item_id: str | None = None


@strawberry.type(description="The item, or why nothing was done to it.")
class QueueItemPayload(Payload):
    item: QueueItem | None = named_by(Relation("item_id", t.QueueItem), description="The item, read after the command.")


async def add_to_queue(change: Change, input: AddToQueueInput) -> QueueAnswered:
    case_id, queue_id = case_of(input.case_id), ids.of("Queue", input.queue_id, field="queue_id")
    return QueueAnswered(item_id=await work.add_to_queue(change, case_id, queue_id))


async def pick_queue_item(change: Change, input: PickQueueItemInput) -> QueueAnswered:
    id = _item(input.item_id)
    await work.pick_item(change, id, input.remove_from_queue)
    return QueueAnswered(item_id=id)


async def release_queue_item(change: Change, input: QueueItemInput) -> QueueAnswered:
    id = _item(input.item_id)
    await work.release_item(change, id)
    return QueueAnswered(item_id=id)


async def route_queue_item(change: Change, input: RouteQueueItemInput) -> QueueAnswered:
    id = _item(input.item_id)
    queue_id = None if input.queue_id is None else ids.of("Queue", input.queue_id, field="queue_id")
    user_id = None if input.user_id is None else ids.of("User", input.user_id, field="user_id")
    await work.route_item(change, id, queue_id, user_id)
    return QueueAnswered(item_id=id)


async def remove_from_queue(change: Change, input: QueueItemInput) -> QueueAnswered:
    id = _item(input.item_id)
    await work.remove_item(change, id)
    return QueueAnswered(item_id=id)


def _item(global_id: str) -> str:
    return ids.of("QueueItem", global_id, field="item_id")
