"""The clock of one promise: when it warns, when it fails, how it pauses (CS-33, CS-45..47; AE-70..75).

Durations are business time of the SLA's calendar. A clock never says what it will become: `status_at` tells
what it is at a moment, so that a reader is right even before anybody wrote the change down.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from resolvers.rules.business_hours import Calendar, add, between, minutes
from resolvers.rules.conditions import Condition, holds
from tenancy.words import OPEN_CLOCKS, RUNNING_CLOCKS, CaseState, CaseStatus, ClockStatus, Kpi, SlaSource


@dataclass(frozen=True, slots=True)
class Clock:
    """One KPI instance. `paused_minutes` and `active_minutes` are business minutes, whole ones."""

    status: ClockStatus
    applicable_from: datetime
    warning_time: datetime | None
    failure_time: datetime
    paused_on: datetime | None = None
    paused_minutes: int = 0
    active_minutes: int | None = None
    succeeded_on: datetime | None = None
    terminal_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Situation:
    """What a case means to one of its clocks: still under the promise, the promise met, time standing still."""

    applies: bool
    is_met: bool
    pauses: bool


@dataclass(frozen=True, slots=True)
class Item:
    """One measure of an SLA, as far as choosing among them goes."""

    id: str
    kpi: Kpi
    applicable_when: Condition | None
    fail_minutes: int


@dataclass(frozen=True, slots=True)
class Choice:
    """The one SLA of a case, and where it comes from."""

    sla_id: str
    source: SlaSource


def choose(manual: str | None, entitlement: str | None, default: str | None) -> Choice | None:
    """The SLA that applies: set by hand, else the entitlement's, else the default one (AE-74, CS-33, D-16).

    The ids are those of active SLAs; a draft one is not given.
    """
    for sla_id, source in (
        (manual, SlaSource.MANUAL),
        (entitlement, SlaSource.ENTITLEMENT),
        (default, SlaSource.DEFAULT),
    ):
        if sla_id is not None:
            return Choice(sla_id, source)
    return None


def start(applicable_from: datetime, warn_minutes: int | None, fail_minutes: int, hours: Calendar | None) -> Clock:
    """A clock that runs from `applicable_from`, usually the case's creation (AE-70); no warning, no nearing (AE-75)."""
    return Clock(
        ClockStatus.IN_PROGRESS,
        applicable_from,
        None if warn_minutes is None else add(hours, applicable_from, minutes(warn_minutes)),
        add(hours, applicable_from, minutes(fail_minutes)),
    )


def status_at(clock: Clock, now: datetime) -> ClockStatus:
    """What the clock is at a moment: time warns and fails a running one, and nothing else (AE-73)."""
    if clock.status not in RUNNING_CLOCKS:
        return clock.status
    if now >= clock.failure_time:
        return ClockStatus.NONCOMPLIANT
    if clock.warning_time is not None and now >= clock.warning_time:
        return ClockStatus.NEARING_NONCOMPLIANCE
    return ClockStatus.IN_PROGRESS


def seconds_to_failure(clock: Clock, now: datetime) -> int | None:
    """Seconds on the wall until the promise breaks, negative afterwards (AE-73); a paused clock stands still.

    None when the clock ended well or was canceled: nothing is counted down then.
    """
    if clock.status in (ClockStatus.SUCCEEDED, ClockStatus.CANCELED):
        return None
    return (clock.failure_time - (clock.paused_on or now)) // timedelta(seconds=1)


def follow(
    clock: Clock, situation: Situation, now: datetime, hours: Calendar | None, recalculate: bool = False
) -> Clock:
    """The clock after a change of its case at `now`, or after time alone.

    An ended clock stays as it is; with the organisation's `recalculate` one that succeeded is judged again, a
    canceled one never. Going on after a pause shifts failure and warning by the business time of the pause (AE-71); a
    warning that was due before the pause stays where it was.
    """
    if recalculate and clock.status is ClockStatus.SUCCEEDED and not (situation.applies and situation.is_met):
        clock = replace(clock, status=ClockStatus.IN_PROGRESS, succeeded_on=None, terminal_at=None, active_minutes=None)
    if clock.status not in OPEN_CLOCKS:
        return clock
    if status_at(clock, now) is ClockStatus.NONCOMPLIANT:
        return _ended(clock, ClockStatus.NONCOMPLIANT, clock.failure_time, hours)
    if not situation.applies:
        return _ended(_resumed(clock, now, hours), ClockStatus.CANCELED, now, hours)
    if situation.is_met:
        return replace(_ended(_resumed(clock, now, hours), ClockStatus.SUCCEEDED, now, hours), succeeded_on=now)
    if situation.pauses:
        return replace(clock, status=ClockStatus.PAUSED, paused_on=clock.paused_on or now)
    running = _resumed(clock, now, hours)
    return replace(running, status=status_at(running, now))


def aged(clock: Clock, now: datetime, hours: Calendar | None) -> Clock:
    """The clock after time alone: warned, or ended at its failure time; the same as long as nothing was due."""
    status = status_at(clock, now)
    if status is ClockStatus.NONCOMPLIANT and clock.status in RUNNING_CLOCKS:
        return _ended(clock, status, clock.failure_time, hours)
    return replace(clock, status=status)


def situation(
    kpi: Kpi, state: CaseState, status: CaseStatus, first_response_sent: bool, applies: bool, pausing: Iterable[str]
) -> Situation:
    """How a case stands to a promise: first response, or resolution. A cancelled case is under no promise.

    `applies`: the item's condition holds and the SLA is still the case's. `pausing`: the item's pause statuses,
    empty when it does not allow pauses.
    """
    return Situation(
        applies=applies and state is not CaseState.CANCELLED,
        is_met=first_response_sent if kpi is Kpi.FIRST_RESPONSE else state is CaseState.RESOLVED,
        pauses=status in tuple(pausing),
    )


def promised(items: Iterable[Item], facts: Mapping[str, Any]) -> tuple[Item, ...]:
    """The items of an SLA that start a clock for a case: one for each KPI it tracks (CS-45).

    Of several that apply, one with a condition beats one for every case, then the stricter one wins.
    """
    applying = [item for item in items if holds(item.applicable_when, facts)]
    applying.sort(key=lambda item: (item.applicable_when is None, item.fail_minutes, item.id))
    first = {item.kpi: item for item in reversed(applying)}
    return tuple(first[kpi] for kpi in Kpi if kpi in first)


def _resumed(clock: Clock, now: datetime, hours: Calendar | None) -> Clock:
    """The clock running on, as if the pause had not been."""
    if clock.paused_on is None:
        return clock
    pause = between(hours, clock.paused_on, now)
    warning = clock.warning_time
    if warning is not None and warning >= clock.paused_on:
        warning = add(hours, warning, pause)
    return replace(
        clock,
        status=ClockStatus.IN_PROGRESS,
        warning_time=warning,
        failure_time=add(hours, clock.failure_time, pause),
        paused_on=None,
        paused_minutes=clock.paused_minutes + pause // minutes(1),
    )


def _ended(clock: Clock, status: ClockStatus, at: datetime, hours: Calendar | None) -> Clock:
    active = between(hours, clock.applicable_from, at) // minutes(1) - clock.paused_minutes
    return replace(clock, status=status, terminal_at=at, active_minutes=max(0, active))
