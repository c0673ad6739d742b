"""Queues and what waits in them (2.5, CS-12): lists for the desk."""

from collections.abc import Sequence
from enum import auto
from typing import Any, Final

from sqlalchemy import select

from resolvers.batch import Level
from resolvers.context import Context
from resolvers.loaders import KEYS
from resolvers.pages import Listing, Order, Page, Request, Source
from tenancy import tables as t
from tenancy.boundaries import MY_QUEUES, OPEN_QUEUES, WORKED_BY_ME
from tenancy.errors import BusinessRefusal
from tenancy.permissions import Action
from tenancy.statements import Statement
from tenancy.viewer import require
from tenancy.words import QueueItemState, QueueState, QueueType
from tenancy.words.word import Word


class QueueFilter(Word):
    """Which queues a list shows, within those that are open to the viewer."""

    ALL = auto()
    PUBLIC = auto()
    MINE = auto()


class QueueView(Word):
    """Which items of a queue a list shows."""

    ALL = auto()
    AVAILABLE = auto()
    MINE = auto()


FILTERS: Final = {
    QueueFilter.ALL: ("open",),
    QueueFilter.PUBLIC: ("public",),
    QueueFilter.MINE: ("mine",),
}
VIEWS: Final = {
    QueueView.ALL: ("active",),
    QueueView.AVAILABLE: ("active", "free"),
    QueueView.MINE: ("active", "mine"),
}
"""View -> the fixed filters it is made of. Only cases wait in queues, so items and cases are one list (2.5)."""

QUEUES = Listing(
    "queues",
    t.Queue,
    {
        "open": OPEN_QUEUES,
        "public": t.Queue.type == QueueType.PUBLIC,
        "mine": MY_QUEUES,
        "in_use": t.Queue.state == QueueState.ACTIVE,
    },
    Order("name", (("name", False),)),
)

ITEMS = Listing(
    "queue.items",
    t.QueueItem,
    {
        "active": t.QueueItem.state == QueueItemState.ACTIVE,
        "free": t.QueueItem.worked_by.is_(None),
        "mine": WORKED_BY_ME,
    },
    Order("entered_on", (("entered_on", False),)),
    parent="queue_id",
)

_OPEN = Statement(select(t.Queue.id).where(t.Queue.id == KEYS, OPEN_QUEUES))

_MEMBERS = Statement(
    select(t.QueueMember.queue_id, t.QueueMember.user_id)
    .where(t.QueueMember.queue_id == KEYS)
    .order_by(t.QueueMember.user_id)
)

_OF_CASES = Statement(
    select(t.QueueItem.incident_id, t.QueueItem.id).where(
        t.QueueItem.incident_id == KEYS, t.QueueItem.state == QueueItemState.ACTIVE
    )
)


def queue_filters(context: Context, filter: QueueFilter) -> dict[str, Any]:
    """The filters of a list of queues; for the desk."""
    require(context.viewer, Action.WORK_CASES, rule="CS-12")
    return dict.fromkeys(FILTERS[filter])


async def items(
    info: Level, queue_ids: Sequence[str], view: QueueView, first: int | None, after: str | None
) -> list[Page | Exception]:
    """The items of each queue, those that wait longest first; NOT_QUEUE_MEMBER for one that is not open to me."""
    opened = await open_queues(info.context, queue_ids)
    source = Source(info.context, ITEMS, Request(first, after, dict.fromkeys(VIEWS[view])))
    kept = [id for id in queue_ids if id in opened]
    pages = dict(zip(kept, await source.pages(kept, info.selection), strict=True)) if kept else {}
    refusal = BusinessRefusal("NOT_QUEUE_MEMBER", rule="CS-12")
    return [pages.get(id, refusal) for id in queue_ids]


async def open_queues(context: Context, queue_ids: Sequence[str]) -> set[str]:
    """Those that are public, or that I am a member or the owner of."""
    return {row["id"] for row in await context.scope.rows(_OPEN, keys=sorted(set(queue_ids)))}


async def members(context: Context, queue_ids: Sequence[str]) -> list[list[str]]:
    """The ids of the users who are members of each queue."""
    found: dict[str, list[str]] = {id: [] for id in queue_ids}
    for row in await context.scope.rows(_MEMBERS, keys=sorted(found)):
        found[row["queue_id"]].append(row["user_id"])
    return [found[id] for id in queue_ids]


async def items_of_cases(context: Context, case_ids: Sequence[str]) -> list[str | None]:
    """The id of the active item of each case, where the viewer sees one."""
    rows = await context.scope.rows(_OF_CASES, keys=sorted(set(case_ids)))
    found = {row["incident_id"]: row["id"] for row in rows}
    return [found.get(id) for id in case_ids]
