"""Questions about queues, and working from them (2.5, CS-12)."""

from typing import Annotated

import strawberry

from resolvers import queues as work
from resolvers.arguments import After, First, described
from resolvers.batch import Level
from resolvers.commands import command
from resolvers.fields import found_by_id, question
from resolvers.pages import FIRST, Page, Request, Source
from schema import queue_input as said
from schema.page import Connection
from schema.queue import Queue
from schema.queue_input import QueueItemPayload
from schema.words.queues import QueueFilter
from tenancy import tables as t


async def _queues(
    info: Level,
    filter: Annotated[QueueFilter, described("Which queues.")] = QueueFilter.ALL,
    first: First = FIRST,
    after: After = None,
) -> Page:
    request = Request(first, after, work.queue_filters(info.context, filter))
    return await Source(info.context, work.QUEUES, request).page(info.selection)


@strawberry.type
class QueueQueries:
    queues: Connection[Queue] | None = question(_queues, description="Queues to work from, by name; for the desk.")
    queue: Queue | None = found_by_id("Queue", t.Queue, description="One queue.")


@strawberry.type
class QueueMutations:
    add_to_queue: QueueItemPayload | None = command(
        said.add_to_queue, description="Put an active case into a queue; one that waits elsewhere moves."
    )
    pick_queue_item: QueueItemPayload | None = command(
        said.pick_queue_item,
        description="Take an item to work on; its case becomes one's own. Whoever comes first gets it.",
    )
    release_queue_item: QueueItemPayload | None = command(
        said.release_queue_item,
        description="Give an item back: nobody works on it, and its case goes to the owner of the queue.",
    )
    route_queue_item: QueueItemPayload | None = command(
        said.route_queue_item, description="Send an item to another queue, or give it to somebody to work on."
    )
    remove_from_queue: QueueItemPayload | None = command(
        said.remove_from_queue, description="Take an item out of its queue."
    )
