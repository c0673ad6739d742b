"""Resolving, cancelling and reactivating cases (2.2, 2.6, CS-35; AE-56..58, AE-83, AE-84, D-33)."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, or_, select

from resolvers.case_holding import Facts, check_editable, customs, hold, hold_family
from resolvers.case_keeping import Edit, keep
from resolvers.loaders import KEYS
from resolvers.refusals import granted
from resolvers.rules.case_states import current
from resolvers.rules.closing import Closable, Closing, Times, cancel, reactivate, resolve, resolved_status, times
from resolvers.rules.refused import Refused
from tenancy import tables as t
from tenancy.changes import Change
from tenancy.errors import BadInput
from tenancy.statements import Reach, Statement
from tenancy.words import ActivityState, ActivityType, CaseState, CaseStatus, RecordType, ResolutionType

LONGEST_TEXT = 2000
MOST_MINUTES = 1_000_000

_ENTRY = t.TimelineEntry
_OPEN = Statement(
    select(_ENTRY.id, _ENTRY.incident_id)
    .where(_ENTRY.incident_id == KEYS, _ENTRY.state == ActivityState.OPEN)
    .order_by(_ENTRY.id),
    reach=Reach.TENANT,
)

_MINUTES = Statement(
    select(_ENTRY.incident_id, func.sum(_ENTRY.duration_minutes).label("minutes"))
    .where(
        _ENTRY.incident_id == KEYS,
        _ENTRY.record_type == RecordType.ACTIVITY,
        _ENTRY.activity_type != ActivityType.CASE_RESOLUTION,
        or_(_ENTRY.state == ActivityState.COMPLETED, _ENTRY.state.is_(None)),
    )
    .group_by(_ENTRY.incident_id),
    reach=Reach.TENANT,
)


@dataclass(frozen=True)
class Resolution:
    """How a case was resolved. Minutes that are None follow from the activities (AE-84)."""

    type: ResolutionType
    text: str
    total_minutes: int | None = None
    billable_minutes: int | None = None
    cancel_open_activities: bool = False


async def resolve_case(change: Change, case_id: str, resolution: Resolution, version: int | None) -> None:
    """Resolve the case, and where the organisation says so its children; each settles its own entitlement (D-33)."""
    _check(resolution)
    case, children = await _family(change, case_id, version)
    preference = (await customs(change)).child_closing
    open_ones = await _open(change, [case, *children])
    closing = resolve(
        _closable(case, open_ones),
        [_closable(child, open_ones) for child in children],
        preference,
        resolution.cancel_open_activities,
    )
    granted(closing)
    closes = [each for each in (case, *children) if each["id"] in _ids(closing)]
    await _cancel_activities(change, [id for each in closes for id in open_ones.get(each["id"], ())])
    spent = await _spent(change, closes)
    status = resolved_status(resolution.type)
    edits = []
    for each in closes:
        minutes = _minutes(resolution, spent.get(each["id"], 0), each is case)
        await _record(change, each, resolution, minutes)
        edits.append(Edit(each, _closed(change, CaseState.RESOLVED, status), minutes.billable))
    change.audit("RESOLVE_CASE", "Case", case_id, type=resolution.type, cases=len(edits))
    await keep(change, edits)


async def cancel_case(change: Change, case_id: str, version: int | None) -> None:
    """Cancel the case: all activities are closed beforehand, creation terms come back (AE-56, AE-83)."""
    case, children = await _family(change, case_id, version)
    preference = (await customs(change)).child_closing
    open_ones = await _open(change, [case, *children])
    closing = cancel(_closable(case, open_ones), [_closable(child, open_ones) for child in children], preference)
    granted(closing)
    closes = [each for each in (case, *children) if each["id"] in _ids(closing)]
    change.audit("CANCEL_CASE", "Case", case_id, cases=len(closes))
    await keep(change, [Edit(each, _closed(change, CaseState.CANCELLED, CaseStatus.CANCELLED)) for each in closes])


async def reactivate_case(change: Change, case_id: str, version: int | None) -> None:
    """Open a closed case again: resolution terms come back, creation terms of a cancelled one are charged again."""
    case = await hold(change, case_id)
    if version is not None:
        granted(current(case["version"], version))
    status = granted(reactivate(CaseState(case["state"]), CaseStatus(case["status"])))
    change.audit("REACTIVATE_CASE", "Case", case_id)
    await keep(change, [Edit(case, {"state": CaseState.ACTIVE, "status": status, "closed_at": None})])


def _check(resolution: Resolution) -> None:
    if not resolution.text.strip() or len(resolution.text) > LONGEST_TEXT or "\0" in resolution.text:
        raise BadInput(field="text", rule="AE-83", details={"maximum": LONGEST_TEXT})
    for name in ("total_minutes", "billable_minutes"):
        minutes = getattr(resolution, name)
        if minutes is not None and not 0 <= minutes <= MOST_MINUTES:
            raise BadInput(field=name, rule="AE-84", details={"minimum": 0, "maximum": MOST_MINUTES})


async def _family(change: Change, case_id: str, version: int | None) -> tuple[Facts, list[Facts]]:
    case, children = await hold_family(change, case_id)
    check_editable(case, version)
    return case, children


async def _open(change: Change, cases: Sequence[Facts]) -> dict[str, list[str]]:
    """The open activities of these cases."""
    found: dict[str, list[str]] = {}
    for row in await change.rows(_OPEN, keys=sorted(case["id"] for case in cases)):
        found.setdefault(row["incident_id"], []).append(row["id"])
    return found


def _closable(case: Facts, open_ones: dict[str, list[str]]) -> Closable:
    return Closable(case["id"], CaseState(case["state"]), len(open_ones.get(case["id"], ())))


def _ids(closing: Closing | Refused) -> tuple[str, ...]:
    return () if isinstance(closing, Refused) else closing.case_ids


async def _cancel_activities(change: Change, ids: Sequence[str]) -> None:
    for id in ids:
        await change.alter(_ENTRY, id, {"state": ActivityState.CANCELLED})


async def _spent(change: Change, cases: Sequence[Facts]) -> dict[str, int]:
    """Minutes of the completed activities of each case, resolutions left out."""
    rows = await change.rows(_MINUTES, keys=sorted(case["id"] for case in cases))
    return {row["incident_id"]: int(row["minutes"] or 0) for row in rows}


def _minutes(resolution: Resolution, spent: int, is_named: bool) -> Times:
    """What was said counts for the case that was named; children go by their own activities (D-33)."""
    total, billable = (resolution.total_minutes, resolution.billable_minutes) if is_named else (None, None)
    found = times([spent], total, billable)
    granted(found)
    assert isinstance(found, Times)
    return found


async def _record(change: Change, case: Facts, resolution: Resolution, minutes: Times) -> None:
    """The resolution on the timeline: an activity that is completed from the start."""
    row = {
        "incident_id": case["id"],
        "record_type": RecordType.ACTIVITY,
        "activity_type": ActivityType.CASE_RESOLUTION,
        "subject": "Case resolved",
        "body": resolution.text,
        "state": ActivityState.COMPLETED,
        "duration_minutes": minutes.total,
        "billable_minutes": minutes.billable,
        "resolution_type": resolution.type,
        "author_id": change.viewer.user_id,
        "created_at": change.now,
    }
    id = await change.add(_ENTRY, row)
    change.publish("timeline", id, case["workspace_id"], case=case["id"], change="ADDED")


def _closed(change: Change, state: CaseState, status: CaseStatus) -> Facts:
    return {"state": state, "status": status, "closed_at": change.now}
