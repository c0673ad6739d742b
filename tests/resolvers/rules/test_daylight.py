"""Business time across every change of the clocks of real zones, against a count of minutes (CS-47, AE-70)."""

from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from resolvers.rules.business_hours import Calendar, Interval, add, between, minutes
from resolvers.rules.sla_clock import Situation, aged, follow, start
from tenancy.words import ClockStatus

ZONES = (
    "Europe/Berlin",
    "Europe/London",
    "America/New_York",
    "America/St_Johns",
    "America/Santiago",
    "Australia/Lord_Howe",  # half an hour
    "Pacific/Chatham",  # a quarter of an hour off
    "Pacific/Auckland",
    "Africa/Casablanca",
    "Asia/Kathmandu",  # never
)
OFFICE = ((Interval(9 * 60, 17 * 60),),) * 5 + ((), ())
ALWAYS = ((Interval(0, 24 * 60),),) * 7
NIGHTS = ((Interval(0, 6 * 60), Interval(22 * 60, 24 * 60)),) * 7
WEEKS = {"office": OFFICE, "always": ALWAYS, "nights": NIGHTS}


@cache
def changes(zone: str) -> tuple[datetime, ...]:
    """The moments of 2024 to 2027 at which the clocks of a zone are put forward or back, to the hour before."""
    place = ZoneInfo(zone)
    hours = (datetime(2024, 1, 1, tzinfo=UTC) + timedelta(hours=each) for each in range(4 * 366 * 24))
    known = [(moment, moment.astimezone(place).utcoffset()) for moment in hours]
    found = tuple(one for (one, before), (_, after) in pairwise(known) if before != after)
    return found or (datetime(2025, 3, 30, tzinfo=UTC),)


def counted(calendar: Calendar, begin: datetime, end: datetime) -> int:
    """The open minutes between two whole minutes, one by one."""
    place, found, moment = ZoneInfo(calendar.zone), 0, begin
    while moment < end:
        wall = moment.astimezone(place)
        minute = 60 * wall.hour + wall.minute
        found += any(each.opens <= minute < each.closes for each in calendar.weekly[wall.weekday()])
        moment += timedelta(minutes=1)
    return found


@st.composite
def spans(draw: st.DrawFn) -> tuple[Calendar, datetime, datetime]:
    """A calendar of a real zone, and a span around one of the changes of its clocks."""
    zone = draw(st.sampled_from(ZONES))
    change = draw(st.sampled_from(changes(zone)))
    begin = change - timedelta(minutes=draw(st.integers(0, 2 * 24 * 60)))
    return (
        Calendar(zone, WEEKS[draw(st.sampled_from(sorted(WEEKS)))]),
        begin,
        begin + timedelta(minutes=draw(st.integers(0, 4 * 24 * 60))),
    )


@given(spans())
@settings(max_examples=60, deadline=None)
def test_business_time_is_the_count_of_open_minutes_through_every_change(
    span: tuple[Calendar, datetime, datetime],
) -> None:
    calendar, begin, end = span
    assert between(calendar, begin, end) == minutes(counted(calendar, begin, end))


@given(spans(), st.integers(1, 48 * 60))
@settings(max_examples=100, deadline=None)
def test_a_promise_ends_when_its_minutes_are_over_and_not_before(
    span: tuple[Calendar, datetime, datetime], promised: int
) -> None:
    calendar, begin, _ = span
    due = add(calendar, begin, minutes(promised))
    assert between(calendar, begin, due) == minutes(promised)
    assert between(calendar, begin, due - timedelta(minutes=1)) < minutes(promised)


@given(spans(), st.integers(60, 48 * 60), st.integers(0, 3 * 24 * 60))
@settings(max_examples=100, deadline=None)
def test_a_pause_through_a_change_costs_nobody_a_minute(
    span: tuple[Calendar, datetime, datetime], promised: int, pause: int
) -> None:
    """AE-71 in any zone: what was left before the pause is left after it"""
    calendar, begin, _ = span
    clock = start(begin, None, promised, calendar)
    held = begin + timedelta(minutes=promised // 2)
    if held >= clock.failure_time:
        return
    left = between(calendar, held, clock.failure_time)
    still = Situation(applies=True, is_met=False, pauses=True)
    paused = follow(clock, still, held, calendar)
    later = held + timedelta(minutes=pause)
    resumed = follow(paused, Situation(applies=True, is_met=False, pauses=False), later, calendar)
    assert between(calendar, later, resumed.failure_time) == left


@pytest.mark.parametrize("zone", ZONES[:-1])
def test_every_zone_changes_twice_a_year(zone: str) -> None:
    """The examples above would prove nothing in zones that stand still"""
    assert len(changes(zone)) >= 8


def test_time_alone_ends_a_clock_at_its_promised_moment() -> None:
    clock = start(datetime(2025, 3, 28, 8, tzinfo=UTC), 60, 120, Calendar("Europe/Berlin", OFFICE))
    assert aged(clock, clock.failure_time - timedelta(seconds=1), None).status is ClockStatus.NEARING_NONCOMPLIANCE
    ended = aged(clock, clock.failure_time + timedelta(days=3), Calendar("Europe/Berlin", OFFICE))
    assert (ended.status, ended.terminal_at) == (ClockStatus.NONCOMPLIANT, clock.failure_time)
    assert aged(ended, ended.failure_time + timedelta(days=9), None) == ended
