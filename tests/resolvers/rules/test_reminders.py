"""When somebody is reminded: never twice for one day, never after the end, never without end (2.1, 3.5)."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from resolvers.rules.reminders import (
    APART,
    DELEGATION_DAYS,
    INVITATION_DAYS,
    MOST_TRIES,
    PAUSES,
    pause,
    planned,
    reached,
)

SENT = datetime(2025, 6, 15, 12, tzinfo=UTC)
DAY = timedelta(days=1)
DAYS = st.lists(st.integers(1, 365), max_size=10)
SPANS = st.timedeltas(timedelta(0), timedelta(days=400))


def all_of(end: datetime, days: list[int], late: timedelta = timedelta(0)) -> list[datetime]:
    """Every reminder of one letter, each sent so late."""
    found: list[datetime] = []
    moment: datetime | None = SENT
    while moment is not None and (moment := planned(end, days, moment)) is not None:
        moment += late
        found.append(moment)
    return found


def test_an_invitation_of_thirty_days_is_called_to_mind_three_times() -> None:
    """2.1, D-20"""
    assert [(each - SENT).days for each in all_of(SENT + 30 * DAY, list(INVITATION_DAYS))] == [7, 23, 29]


def test_a_short_invitation_has_only_the_days_that_it_has() -> None:
    assert [(each - SENT).days for each in all_of(SENT + 7 * DAY, list(INVITATION_DAYS))] == [6]
    assert all_of(SENT + DAY, list(INVITATION_DAYS)) == []


@given(days=DAYS, life=SPANS, late=st.timedeltas(timedelta(0), timedelta(hours=9)))
def test_reminders_are_bounded_apart_and_before_the_end(days: list[int], life: timedelta, late: timedelta) -> None:
    """However late each goes out within its attempts, there is one a day at most, and none after the end"""
    end = SENT + life
    found = all_of(end, days, late)
    assert len(found) <= len(set(days))
    assert all(later - earlier >= APART for earlier, later in zip([SENT, *found], found, strict=False))
    assert all(moment < end for moment in found)


@given(days=DAYS, life=SPANS)
def test_on_time_no_day_of_the_plan_is_left_out(days: list[int], life: timedelta) -> None:
    end = SENT + life
    assert all_of(end, days) == sorted({end - each * DAY for each in days if end - each * DAY >= SENT + APART})


@given(days=DAYS, life=SPANS, slept=SPANS)
def test_who_slept_plans_only_what_is_still_to_come(days: list[int], life: timedelta, slept: timedelta) -> None:
    moment = planned(SENT + life, days, SENT + slept)
    assert moment is None or moment >= SENT + slept + APART


def test_attempts_are_bounded_and_end_within_the_last_day() -> None:
    assert [pause(tries) for tries in range(1, MOST_TRIES + 1)] == [*PAUSES, None]
    assert sum(PAUSES, timedelta(0)) < timedelta(hours=9) < DAY


def test_delegations_are_told_at_thirty_seven_and_one_day() -> None:
    """3.5"""
    begun, end = SENT, SENT + 100 * DAY
    moments = [31 * DAY, 30 * DAY, 8 * DAY, 7 * DAY, 2 * DAY, DAY, timedelta(seconds=1), timedelta(0)]
    assert [reached(begun, end, end - each) for each in moments] == [None, 30, 30, 7, 7, 1, 1, None]


def test_days_before_the_beginning_do_not_count() -> None:
    assert reached(SENT, SENT + 7 * DAY, SENT + DAY) is None
    assert reached(SENT, SENT + 7 * DAY, SENT + 6 * DAY) == 1


@given(life=SPANS, looks=st.lists(SPANS, min_size=1, max_size=60))
def test_whoever_looks_when_they_like_tells_each_day_once_and_in_order(life: timedelta, looks: list[timedelta]) -> None:
    """What is told falls, look by look, so a mark of the last one is enough never to tell one twice"""
    end = SENT + life
    told = [days for each in sorted(looks) if (days := reached(SENT, end, SENT + each)) is not None]
    assert told == sorted(told, reverse=True)
    assert set(told) <= set(DELEGATION_DAYS)
