"""Working from queues: add, pick, release, route, remove (2.5, CS-12; D-17, C-13)."""

from dataclasses import dataclass

from sqlalchemy import Uuid, bindparam, exists, or_, select

from resolvers.case_facts import check_user
from resolvers.case_holding import Facts, check_editable, hold
from resolvers.case_keeping import Edit, keep
from resolvers.loaders import KEYS
from resolvers.queue_places import Item, active_items, place, take_out, told
from resolvers.refusals import granted
from resolvers.rules.queueing import Place, Waiting, enter, member, pick, release
from resolvers.rules.refused import Refused
from tenancy import tables as t
from tenancy.changes import Change
from tenancy.database import Row
from tenancy.errors import BadInput, NotFound
from tenancy.permissions import Action
from tenancy.statements import Reach, Statement, same
from tenancy.viewer import require
from tenancy.words import QueueItemState, QueueState, QueueType

_USER = bindparam("user", type_=Uuid(as_uuid=False))

_PLACE = Statement(
    select(
        t.Queue.id,
        t.Queue.type,
        t.Queue.state,
        t.Queue.owner_id,
        or_(
            t.Queue.owner_id == _USER,
            exists().where(
                same(t.QueueMember.queue_id, t.Queue.id),
                t.QueueMember.user_id == _USER,
            ),
        ).label("has_member"),
    ).where(t.Queue.id == KEYS)
)

_CASE_OF = Statement(select(t.QueueItem.incident_id).where(t.QueueItem.id == KEYS), reach=Reach.TENANT)
_LOCK = Statement(
    select(*(getattr(t.QueueItem, column.key) for column in t.QueueItem.__table__.columns))
    .where(t.QueueItem.id == KEYS)
    .with_for_update(of=t.QueueItem),
    reach=Reach.TENANT,
)


@dataclass(frozen=True)
class Held:
    """A queue item with its case, both locked, and its queue as the viewer meets it."""

    item: Item
    case: Facts
    queue: Place

    @property
    def waiting(self) -> Waiting:
        return _waiting(self.item)


async def add_to_queue(change: Change, case_id: str, queue_id: str) -> str:
    """Put a case into a queue; one that waits elsewhere moves, as routing would send it, and one that waits there
    stays. The item's id."""
    case = await hold(change, case_id, rule="CS-12")
    target = await _place(change, queue_id, "queue_id")
    check_editable(case)
    granted(enter(target))
    item = (await active_items(change, [case_id])).get(case_id)
    if item is not None:
        granted(_move(change, await _place(change, item["queue_id"], "case_id"), item, queue_id))
    id = await place(change, case, queue_id, item)
    change.audit("ADD_TO_QUEUE", "QueueItem", id, case=case_id, queue=queue_id)
    return id


async def pick_item(change: Change, item_id: str, remove: bool) -> None:
    """Take an item to work on: worked by me, owned by me, and out of the queue where that is wanted."""
    held, me = await _hold(change, item_id), str(change.viewer.user_id)
    check_editable(held.case)
    granted(pick(held.queue, held.waiting, me))
    if held.item["worked_by"] != me:
        await change.alter(t.QueueItem, item_id, {"worked_by": me})
        told(change, "picked", held.queue.id, item_id, held.case)
    change.audit("PICK_QUEUE_ITEM", "QueueItem", item_id, case=held.case["id"])
    await _own(change, held.case, me)
    if remove:
        await take_out(change, held.case, held.item)


async def release_item(change: Change, item_id: str) -> None:
    """Give an item back: nobody works on it, and its case goes to the owner of the queue."""
    held = await _hold(change, item_id)
    check_editable(held.case)
    granted(release(held.queue, held.waiting, str(change.viewer.user_id), _manages(change)))
    if held.item["worked_by"] is not None:
        await change.alter(t.QueueItem, item_id, {"worked_by": None})
        told(change, "released", held.queue.id, item_id, held.case)
    change.audit("RELEASE_QUEUE_ITEM", "QueueItem", item_id, case=held.case["id"])
    await _own(change, held.case, held.queue.owner_id)


async def route_item(change: Change, item_id: str, queue_id: str | None, user_id: str | None) -> None:
    """Send an item to another queue, or give it to somebody to work on in this one."""
    if (queue_id is None) is (user_id is None):
        raise BadInput(field="queue_id", rule="CS-12")
    held = await _hold(change, item_id)
    target = await _place(change, queue_id, "queue_id") if queue_id else None
    receiver = await _place_of(change, held.queue.id, user_id) if user_id else None
    check_editable(held.case)
    granted(release(held.queue, held.waiting, str(change.viewer.user_id), _manages(change)))
    change.audit("ROUTE_QUEUE_ITEM", "QueueItem", item_id, queue=queue_id, user=user_id)
    if target is not None:
        granted(enter(target))
        await place(change, held.case, target.id, held.item)
    elif receiver is not None:
        granted(member(receiver, "user_id"))
        await change.alter(t.QueueItem, item_id, {"worked_by": user_id})
        told(change, "picked", held.queue.id, item_id, held.case)


async def remove_item(change: Change, item_id: str) -> None:
    """Take an item out of its queue; what has left it already, has left it."""
    held = await _hold(change, item_id)
    if held.waiting.state is not QueueItemState.ACTIVE:
        granted(member(held.queue, "item_id"))
        return
    granted(release(held.queue, held.waiting, str(change.viewer.user_id), _manages(change)))
    change.audit("REMOVE_FROM_QUEUE", "QueueItem", item_id, case=held.case["id"])
    await take_out(change, held.case, held.item)


async def _hold(change: Change, item_id: str) -> Held:
    """The item behind its case, which everybody locks first."""
    require(change.viewer, Action.WORK_CASES, rule="CS-12")
    found = await change.row(_CASE_OF, keys=[item_id])
    if found is None:
        raise NotFound(field="item_id")
    case = await hold(change, found["incident_id"], field="item_id", rule="CS-12")
    item = await change.one(_LOCK, keys=[item_id])
    return Held(dict(item), case, await _place(change, item["queue_id"], "item_id"))


async def _place(change: Change, queue_id: str, field: str) -> Place:
    """The queue as I meet it."""
    row = await change.row(_PLACE, keys=[queue_id], user=change.viewer.user_id)
    if row is None:
        raise NotFound(field=field)
    return _placed(row)


async def _place_of(change: Change, queue_id: str, user_id: str) -> Place:
    """The queue as somebody else meets it, who must be there for me."""
    await check_user(change, user_id, "user_id")
    return _placed(await change.one(_PLACE, keys=[queue_id], user=user_id))


def _placed(row: Row) -> Place:
    return Place(row["id"], QueueType(row["type"]), QueueState(row["state"]), row["owner_id"], row["has_member"])


async def _own(change: Change, case: Facts, owner_id: str) -> None:
    if case["owner_id"] != owner_id:
        await keep(change, [Edit(case, {"owner_id": owner_id})])


def _waiting(item: Item) -> Waiting:
    return Waiting(QueueItemState(item["state"]), item["worked_by"])


def _move(change: Change, old: Place, item: Item, queue_id: str) -> Refused | None:
    """Whether a case may leave the queue that it waits in for this one."""
    if old.id == queue_id:
        return member(old, "case_id")
    return release(old, _waiting(item), str(change.viewer.user_id), _manages(change), "case_id")


def _manages(change: Change) -> bool:
    return change.viewer.may(Action.MANAGE_ROUTING)
