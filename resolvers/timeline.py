"""What happened to a case: activities, notes and posts, newest first (CS-48, CS-51, 2.7; D-15)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ARRAY, Text, any_, bindparam, select

from resolvers.absence import there
from resolvers.case_holding import Facts, check_editable, hold
from resolvers.loaders import KEYS
from resolvers.pages import Listing, Order
from tenancy import tables as t
from tenancy.changes import Change
from tenancy.errors import BadInput
from tenancy.permissions import Action
from tenancy.statements import Statement
from tenancy.words import ActivityState, ActivityType, CaseState, RecordType

FIRST = 10
MOST = 50
"""Rows of a timeline page: by default, and at most (2.7)."""

LONGEST_SUBJECT = 200
LONGEST_BODY = 10_000
MOST_MINUTES = 100_000

_ENTRY = t.TimelineEntry


def _among(name: str, column: Any) -> Any:
    return column == any_(bindparam(name, type_=ARRAY(Text)))


TIMELINE = Listing(
    "case.timeline",
    _ENTRY,
    {
        "types": _among("types", _ENTRY.record_type),
        "activity_types": _among("activity_types", _ENTRY.activity_type),
        "states": _among("states", _ENTRY.state),
    },
    Order("newest", (("created_at", True),)),
    parent="incident_id",
)

_CASE_OF = Statement(select(_ENTRY.incident_id).where(_ENTRY.id == KEYS))
_LOCK = Statement(
    select(_ENTRY.id, _ENTRY.record_type, _ENTRY.state).where(_ENTRY.id == KEYS).with_for_update(of=_ENTRY)
)


@dataclass(frozen=True)
class Entry:
    """What somebody writes on a timeline; activities alone have a type, a state, minutes and a due time."""

    record_type: RecordType
    activity_type: ActivityType | None = None
    subject: str | None = None
    body: str | None = None
    state: ActivityState | None = None
    duration_minutes: int | None = None
    due_at: datetime | None = None
    attachment_name: str | None = None
    attachment_ref: str | None = None


_LONGEST = {"subject": LONGEST_SUBJECT, "body": LONGEST_BODY, "attachment_name": 200, "attachment_ref": 1000}
_OF_ACTIVITIES = ("activity_type", "state", "duration_minutes", "due_at")


async def add_entry(change: Change, case_id: str, entry: Entry) -> str:
    """Write an entry on the case; its id. Posts are open to whoever may open requests there, the rest to the desk."""
    case = await hold(change, case_id, action=_right(entry))
    _check_case(change, case, entry)
    _check(entry)
    id = await change.add(_ENTRY, _row(change, case_id, entry))
    change.audit("ADD_TIMELINE_ENTRY", "TimelineEntry", id, case=case_id, type=entry.record_type)
    change.publish("timeline", id, case["workspace_id"], case=case_id, change="ADDED")
    return id


async def complete_activity(change: Change, entry_id: str, duration_minutes: int | None) -> str:
    """Close an open activity; the id of its case."""
    _check_minutes(duration_minutes)
    found = await there(change, _CASE_OF, "activity_id", keys=[entry_id])
    case = await hold(change, found["incident_id"])
    check_editable(case)
    entry = await change.one(_LOCK, keys=[entry_id])
    if entry["record_type"] != RecordType.ACTIVITY or entry["state"] != ActivityState.OPEN:
        raise BadInput(field="activity_id", rule="AE-83")
    minutes = {} if duration_minutes is None else {"duration_minutes": duration_minutes}
    await change.alter(_ENTRY, entry_id, {"state": ActivityState.COMPLETED, **minutes})
    change.audit("COMPLETE_ACTIVITY", "TimelineEntry", entry_id, case=case["id"])
    change.publish("timeline", entry_id, case["workspace_id"], case=case["id"], change="COMPLETED")
    return str(case["id"])


def _right(entry: Entry) -> Action:
    return Action.OPEN_CASE if entry.record_type is RecordType.USER_POST else Action.WORK_CASES


def _check_case(change: Change, case: Facts, entry: Entry) -> None:
    """Closed cases take no entries, but for the posts of managers (D-15)."""
    closed = case["state"] != CaseState.ACTIVE
    if closed and entry.record_type is RecordType.USER_POST and change.viewer.may(Action.POST_ON_CLOSED_CASES):
        return
    check_editable(case)


def _check(entry: Entry) -> None:
    """The system alone writes auto posts (CS-51) and resolutions; an activity says which kind it is."""
    if entry.record_type is RecordType.AUTO_POST:
        raise BadInput(field="record_type", rule="CS-51")
    for name, most in _LONGEST.items():
        text = getattr(entry, name)
        if text is not None and (len(text) > most or "\0" in text):
            raise BadInput(field=name, details={"maximum": most})
    if not (entry.subject or "").strip() and not (entry.body or "").strip():
        raise BadInput(field="subject", rule="CS-48")
    _check_minutes(entry.duration_minutes)
    if entry.record_type is RecordType.ACTIVITY:
        if entry.activity_type in (None, ActivityType.CASE_RESOLUTION):
            raise BadInput(field="activity_type", rule="CS-48")
        if entry.state is ActivityState.CANCELLED:
            raise BadInput(field="state", rule="AE-83")
    for name in _OF_ACTIVITIES:
        if entry.record_type is not RecordType.ACTIVITY and getattr(entry, name) is not None:
            raise BadInput(field=name, rule="CS-48")


def _check_minutes(minutes: int | None) -> None:
    if minutes is not None and not 0 <= minutes <= MOST_MINUTES:
        raise BadInput(field="duration_minutes", rule="AE-84", details={"minimum": 0, "maximum": MOST_MINUTES})


def _row(change: Change, case_id: str, entry: Entry) -> Mapping[str, Any]:
    is_activity = entry.record_type is RecordType.ACTIVITY
    return {
        **vars(entry),
        "incident_id": case_id,
        "state": (entry.state or ActivityState.OPEN) if is_activity else None,
        "author_id": change.viewer.user_id,
        "created_at": change.now,
    }
