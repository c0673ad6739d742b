"""Resolving, cancelling and reactivating a case, with its children and activities (2.2, 2.6; AE-83, AE-84, D-33)."""

from collections.abc import Iterable
from dataclasses import dataclass

from resolvers.rules.case_states import editable
from resolvers.rules.refused import Refused, bad_input
from tenancy.words import CaseState, CaseStatus, ChildClosing, ResolutionType


@dataclass(frozen=True, slots=True)
class Closable:
    """A case that is to be closed, or a child of one: its state and how many of its activities are open."""

    id: str
    state: CaseState
    open_activities: int = 0


@dataclass(frozen=True, slots=True)
class Closing:
    """What closing does: the cases that close, the named one first, and whether open activities are cancelled.

    Each case that closes settles its own entitlement (D-33).
    """

    case_ids: tuple[str, ...]
    cancels_activities: bool


@dataclass(frozen=True, slots=True)
class Times:
    """Minutes spent and minutes to bill on a resolution."""

    total: int
    billable: int


def resolve(
    case: Closable, children: Iterable[Closable], preference: ChildClosing, cancel_open_activities: bool
) -> Closing | Refused:
    """Whether the case may be resolved. Open activities, its own and those of children that close with it, need the
    confirmation `cancel_open_activities`, and are cancelled then (AE-83, D-33)."""
    closing = _closing(case, tuple(children), preference)
    if isinstance(closing, Refused):
        return closing
    count = sum(each.open_activities for each in closing)
    if count and not cancel_open_activities:
        return _open_activities(count)
    return Closing(tuple(each.id for each in closing), cancels_activities=count > 0)


def cancel(case: Closable, children: Iterable[Closable], preference: ChildClosing) -> Closing | Refused:
    """Whether the case may be cancelled: all activities are closed beforehand, there is no confirmation (AE-83)."""
    closing = _closing(case, tuple(children), preference)
    if isinstance(closing, Refused):
        return closing
    count = sum(each.open_activities for each in closing)
    return _open_activities(count) if count else Closing(tuple(each.id for each in closing), False)


def reactivate(state: CaseState, status: CaseStatus) -> CaseStatus | Refused:
    """The status that a closed case takes up again; a merged one stays merged (AE-80)."""
    if state is CaseState.ACTIVE or status is CaseStatus.MERGED:
        return Refused("CASE_STATE", "AE-80", "case_id", {"state": state, "status": status})
    return CaseStatus.IN_PROGRESS


def resolved_status(resolution: ResolutionType) -> CaseStatus:
    """The status that goes with the type of a resolution."""
    return CaseStatus(resolution.value)


def times(durations: Iterable[int | None], total: int | None = None, billable: int | None = None) -> Times | Refused:
    """Minutes of a resolution: the total is that of the activities unless given, billable is the total (AE-84)."""
    whole = sum(minutes or 0 for minutes in durations) if total is None else total
    billed = whole if billable is None else billable
    if whole < 0:
        return bad_input("AE-84", "total_minutes")
    return Times(whole, billed) if billed >= 0 else bad_input("AE-84", "billable_minutes")


def _closing(
    case: Closable, children: tuple[Closable, ...], preference: ChildClosing
) -> tuple[Closable, ...] | Refused:
    """The cases that close together, by the organisation's preference; "closing" is resolving and cancelling."""
    refusal = editable(case.state)
    if refusal:
        return refusal
    active = tuple(child for child in children if child.state is CaseState.ACTIVE)
    if preference is ChildClosing.RESTRICT and active:
        return Refused("ACTIVE_CHILDREN", "D-33", "case_id", {"count": len(active)})
    return (case, *active) if preference is ChildClosing.CASCADE else (case,)


def _open_activities(count: int) -> Refused:
    return Refused("OPEN_ACTIVITIES", "AE-83", "case_id", {"count": count})
