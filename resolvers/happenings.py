"""Events as subscriptions tell them: what happened, in words, and the ids that fields follow."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import auto
from typing import Any, Final

import orjson

from resolvers.context import Context
from resolvers.rules.consumption import ActivityGroup, activity_group
from resolvers.watching import event_id
from tenancy.database import Row
from tenancy.words import Category, SupportKind
from tenancy.words.word import Word


class CaseTouch(Word):
    """What happened to a case."""

    CREATED = auto()
    CHANGED = auto()
    SHARED = auto()
    UNSHARED = auto()


class ItemTouch(Word):
    """What happened to an item of a queue."""

    ADDED = auto()
    PICKED = auto()
    RELEASED = auto()
    REMOVED = auto()


CASE_TOUCHES: Final[Mapping[str, CaseTouch]] = {
    "CREATED": CaseTouch.CREATED,
    "SHARE_CASE": CaseTouch.SHARED,
    "UNSHARE_CASE": CaseTouch.UNSHARED,
}
"""What the event of a case says of it -> what that is; everything else is a change."""

ITEM_TOUCHES: Final[Mapping[str, ItemTouch]] = {
    "queue.item_added": ItemTouch.ADDED,
    "queue.item_picked": ItemTouch.PICKED,
    "queue.item_released": ItemTouch.RELEASED,
    "queue.item_removed": ItemTouch.REMOVED,
}
"""Topic of an event of a queue, whose payload names the `item` -> what happened to it."""


@dataclass(frozen=True)
class Happening:
    """One event. `event_id` is the place behind it: whoever goes on after it gets the next one."""

    event_id: str
    occurred_at: datetime


@dataclass(frozen=True)
class CaseChanged(Happening):
    change: CaseTouch
    case_id: str


@dataclass(frozen=True)
class EntryAdded(Happening):
    entry_id: str
    case_id: str


@dataclass(frozen=True)
class ClockChanged(Happening):
    clock_id: str
    case_id: str


@dataclass(frozen=True)
class QueueChanged(Happening):
    change: ItemTouch
    item_id: str
    queue_id: str


@dataclass(frozen=True)
class FiguresChanged(Happening):
    category: Category
    group: ActivityGroup
    entitlement_id: str | None
    additional_service: SupportKind | None


@dataclass(frozen=True)
class DelegationEnding(Happening):
    days: int
    ends_at: datetime
    relationship_id: str


def case_changed(context: Context, row: Row) -> CaseChanged:
    change = CASE_TOUCHES.get(_said(row).get("change", ""), CaseTouch.CHANGED)
    return CaseChanged(*_happened(context, row), change, row["subject_id"])


def entry_added(context: Context, row: Row) -> EntryAdded:
    return EntryAdded(*_happened(context, row), row["subject_id"], _said(row)["case"])


def clock_changed(context: Context, row: Row) -> ClockChanged:
    return ClockChanged(*_happened(context, row), row["subject_id"], _said(row)["case"])


def queue_changed(context: Context, row: Row) -> QueueChanged:
    return QueueChanged(*_happened(context, row), ITEM_TOUCHES[row["topic"]], _said(row)["item"], row["subject_id"])


def figures_changed(context: Context, row: Row) -> FiguresChanged:
    """The entitlement is absent where people or cases were counted, and not what was bought."""
    category, said = Category(row["category"]), _said(row)
    entitlement = None if "category" in said else row["subject_id"]
    service = SupportKind(said["service"]) if "service" in said else None
    return FiguresChanged(*_happened(context, row), category, activity_group(category), entitlement, service)


def delegation_ending(context: Context, row: Row) -> DelegationEnding:
    said = _said(row)
    return DelegationEnding(
        *_happened(context, row), said["days"], datetime.fromisoformat(said["ends"]), row["subject_id"]
    )


def _happened(context: Context, row: Row) -> tuple[str, datetime]:
    return event_id(context, row["id"]), row["created_at"]


def _said(row: Row) -> Any:
    return orjson.loads(row["payload"])
