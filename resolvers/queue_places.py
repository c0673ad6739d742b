"""Cases into queues, out of them, and from one to another: at most one active item for each (D-17, I-15).

Events: `queue.item_added`, `queue.item_picked`, `queue.item_released` and `queue.item_removed`, whose subject is the
queue and whose payload names the item. An item that moves is removed from one queue and added to the other.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import select

from resolvers.loaders import KEYS
from tenancy import tables as t
from tenancy.changes import Change
from tenancy.statements import Reach, Statement
from tenancy.words import QueueItemState

Item = Mapping[str, Any]
"""The columns of one queue item."""

_COLUMNS = tuple(getattr(t.QueueItem, column.key) for column in t.QueueItem.__table__.columns)

_ACTIVE_OF = Statement(
    select(*_COLUMNS)
    .where(t.QueueItem.incident_id == KEYS, t.QueueItem.state == QueueItemState.ACTIVE)
    .order_by(t.QueueItem.id)
    .with_for_update(of=t.QueueItem),
    reach=Reach.TENANT,
)


async def active_items(change: Change, case_ids: Iterable[str]) -> dict[str, Item]:
    """The active item of each of these locked cases, locked as well."""
    rows = await change.rows(_ACTIVE_OF, keys=sorted(set(case_ids)))
    return {row["incident_id"]: dict(row) for row in rows}


async def place(change: Change, case: Mapping[str, Any], queue_id: str, item: Item | None) -> str:
    """Put a locked case into a queue, or move it there with its item; nobody works on it then. The item's id."""
    if item is None:
        new = {"incident_id": case["id"], "queue_id": queue_id, "state": QueueItemState.ACTIVE}
        id = await change.add(t.QueueItem, {**new, "entered_on": change.now})
    else:
        id = item["id"]
        if item["queue_id"] == queue_id:
            return str(id)
        moved = {"queue_id": queue_id, "worked_by": None, "entered_on": change.now}
        await change.alter(t.QueueItem, id, moved)
        told(change, "removed", item["queue_id"], id, case)
    told(change, "added", queue_id, id, case)
    return str(id)


async def take_out(change: Change, case: Mapping[str, Any], item: Item) -> None:
    """Let an item leave its queue; who worked on it stays written."""
    await change.alter(t.QueueItem, item["id"], {"state": QueueItemState.INACTIVE})
    told(change, "removed", item["queue_id"], item["id"], case)


async def leave_queues(change: Change, cases: Iterable[Mapping[str, Any]]) -> None:
    """Cases that were closed wait nowhere any more."""
    closed = {case["id"]: case for case in cases}
    if not closed:
        return
    for id, item in (await active_items(change, closed)).items():
        await take_out(change, closed[id], item)


def told(change: Change, what: str, queue_id: str, item_id: str, case: Mapping[str, Any]) -> None:
    """One event of a queue."""
    change.publish(f"queue.item_{what}", queue_id, case["workspace_id"], item=item_id, case=case["id"])
