from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resolvers.rules.business_hours import Calendar, Interval, between, minutes
from resolvers.rules.conditions import Comparison, Operator
from resolvers.rules.sla_clock import (
    Choice,
    Item,
    Situation,
    aged,
    choose,
    follow,
    promised,
    seconds_to_failure,
    situation,
    start,
    status_at,
)
from tenancy.words import CaseState, CaseStatus, ClockStatus, Kpi, SlaSource

OFFICE = Calendar("UTC", ((Interval(9 * 60, 17 * 60),),) * 5 + ((), ()))
IN_PROGRESS, NEARING, NONCOMPLIANT, PAUSED, SUCCEEDED, CANCELED = (
    ClockStatus.IN_PROGRESS,
    ClockStatus.NEARING_NONCOMPLIANCE,
    ClockStatus.NONCOMPLIANT,
    ClockStatus.PAUSED,
    ClockStatus.SUCCEEDED,
    ClockStatus.CANCELED,
)
RUNS = Situation(applies=True, is_met=False, pauses=False)
HOLD = replace(RUNS, pauses=True)
MET = replace(RUNS, is_met=True)
GONE = replace(RUNS, applies=False)


def june(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2025, 6, day, hour, minute, tzinfo=UTC)


RESOLVE = start(june(16, 9), 360, 480, OFFICE)
RESPONSE = start(june(13, 16, 30), None, 60, OFFICE)


def test_ae_70_two_promises_of_a_case_created_on_friday_afternoon() -> None:
    assert RESPONSE.failure_time == june(16, 9, 30)
    assert start(june(13, 16, 30), None, 480, OFFICE).failure_time == june(16, 16, 30)


def test_ae_71_a_pause_moves_warning_and_failure_by_its_business_time() -> None:
    assert (RESOLVE.warning_time, RESOLVE.failure_time) == (june(16, 15), june(16, 17))
    paused = follow(RESOLVE, HOLD, june(16, 11), OFFICE)
    assert (paused.status, paused.paused_on) == (PAUSED, june(16, 11))
    resumed = follow(paused, RUNS, june(16, 13), OFFICE)
    assert (resumed.status, resumed.paused_on, resumed.paused_minutes) == (IN_PROGRESS, None, 120)
    assert (resumed.warning_time, resumed.failure_time) == (june(16, 17), june(17, 11))


def test_a_pause_that_began_after_the_warning_leaves_it_where_it_was() -> None:
    resumed = follow(follow(RESOLVE, HOLD, june(16, 16), OFFICE), RUNS, june(17, 10), OFFICE)
    assert (resumed.warning_time, resumed.failure_time) == (june(16, 15), june(17, 11))
    assert resumed.status is NEARING


def test_a_pause_that_begins_with_the_warning_moves_it() -> None:
    """2.4: only one that began after the warning time leaves it"""
    resumed = follow(follow(RESOLVE, HOLD, june(16, 15), OFFICE), RUNS, june(16, 16), OFFICE)
    assert (resumed.warning_time, resumed.status) == (june(16, 16), NEARING)


def test_no_time_has_been_worked_on_what_was_done_at_once_or_before() -> None:
    always = start(june(16, 9), None, 480, None)
    assert [follow(always, MET, june(16, hour), None).active_minutes for hour in (8, 9, 10)] == [0, 0, 60]


def test_staying_on_hold_changes_nothing() -> None:
    paused = follow(RESOLVE, HOLD, june(16, 11), OFFICE)
    assert follow(paused, HOLD, june(20, 11), OFFICE) == paused


def test_a_paused_clock_neither_warns_nor_fails_and_stands_still() -> None:
    paused = follow(RESOLVE, HOLD, june(16, 11), OFFICE)
    assert status_at(paused, june(30, 12)) is PAUSED
    assert seconds_to_failure(paused, june(30, 12)) == 6 * 3600


def test_ae_73_answered_in_time_it_succeeds_and_later_changes_leave_it() -> None:
    done = follow(RESPONSE, MET, june(16, 9, 20), OFFICE)
    assert (done.status, done.succeeded_on, done.terminal_at, done.active_minutes) == (
        SUCCEEDED,
        june(16, 9, 20),
        june(16, 9, 20),
        50,
    )
    for change in (RUNS, HOLD, GONE):
        assert follow(done, change, june(17, 9), OFFICE) == done
    assert seconds_to_failure(done, june(17, 9)) is None


def test_ae_73_not_answered_it_fails_at_its_time_and_counts_on() -> None:
    asked = june(16, 10)
    assert status_at(RESPONSE, asked) is NONCOMPLIANT
    assert seconds_to_failure(RESPONSE, asked) == -1800
    failed = follow(RESPONSE, MET, asked, OFFICE)
    assert (failed.status, failed.terminal_at, failed.active_minutes) == (NONCOMPLIANT, june(16, 9, 30), 60)
    assert seconds_to_failure(failed, asked) == -1800


def test_the_failure_moment_itself_is_too_late() -> None:
    assert status_at(RESPONSE, june(16, 9, 30)) is NONCOMPLIANT
    assert seconds_to_failure(RESPONSE, june(16, 9, 29)) == 60


def test_ae_75_without_a_warning_it_never_nears() -> None:
    assert RESPONSE.warning_time is None
    for minute in range(0, 60, 5):
        assert status_at(RESPONSE, june(16, 9, minute)) in (IN_PROGRESS, NONCOMPLIANT)
    assert follow(follow(RESPONSE, HOLD, june(16, 9), OFFICE), RUNS, june(16, 9, 5), OFFICE).warning_time is None


def test_time_alone_turns_a_clock_to_nearing() -> None:
    assert status_at(RESOLVE, june(16, 14, 59)) is IN_PROGRESS
    assert follow(RESOLVE, RUNS, june(16, 15), OFFICE).status is NEARING


@pytest.mark.parametrize("moment", [june(16, 14, 59), june(16, 15), june(16, 16, 59), june(16, 17), june(18, 9)])
def test_time_alone_does_what_a_change_that_changes_nothing_does(moment: datetime) -> None:
    assert aged(RESOLVE, moment, OFFICE) == follow(RESOLVE, RUNS, moment, OFFICE)
    nearing = aged(RESOLVE, june(16, 15), OFFICE)
    assert aged(nearing, moment, OFFICE) == follow(nearing, RUNS, moment, OFFICE)
    assert aged(RESPONSE, moment, OFFICE) == follow(RESPONSE, RUNS, moment, OFFICE)


def test_time_alone_leaves_what_is_paused_or_ended() -> None:
    paused = follow(RESOLVE, HOLD, june(16, 11), OFFICE)
    ended = [follow(RESOLVE, change, june(16, 12), OFFICE) for change in (MET, GONE)]
    for clock in (paused, *ended, follow(RESOLVE, RUNS, june(16, 18), OFFICE)):
        assert aged(clock, june(30, 12), OFFICE) == clock


def test_a_case_that_leaves_the_promise_cancels_the_clock_unless_it_failed_before() -> None:
    assert follow(RESOLVE, GONE, june(16, 12), OFFICE).status is CANCELED
    assert follow(RESOLVE, GONE, june(16, 18), OFFICE).status is NONCOMPLIANT
    assert seconds_to_failure(follow(RESOLVE, GONE, june(16, 12), OFFICE), june(16, 12)) is None


def test_succeeding_on_hold_counts_the_pause_as_paused() -> None:
    done = follow(follow(RESOLVE, HOLD, june(16, 11), OFFICE), MET, june(16, 13), OFFICE)
    assert (done.status, done.paused_on, done.paused_minutes, done.active_minutes) == (SUCCEEDED, None, 120, 120)


def test_recalculation_judges_a_success_again_and_nothing_else() -> None:
    done = follow(RESOLVE, MET, june(16, 12), OFFICE)
    again = follow(done, RUNS, june(16, 16), OFFICE, recalculate=True)
    assert (again.status, again.succeeded_on, again.terminal_at, again.active_minutes) == (NEARING, None, None, None)
    assert follow(done, MET, june(16, 16), OFFICE, recalculate=True) == done
    for gone in (GONE, replace(GONE, is_met=True)):
        assert follow(done, gone, june(16, 16), OFFICE, recalculate=True).status is CANCELED
    for ended in (follow(RESOLVE, GONE, june(16, 12), OFFICE), follow(RESOLVE, RUNS, june(16, 18), OFFICE)):
        assert follow(ended, RUNS, june(16, 19), OFFICE, recalculate=True) == ended


def test_a_success_that_is_taken_back_too_late_has_failed_at_its_time() -> None:
    done = follow(RESOLVE, MET, june(16, 12), OFFICE)
    late = follow(done, RUNS, june(18, 9), OFFICE, recalculate=True)
    assert (late.status, late.terminal_at) == (NONCOMPLIANT, june(16, 17))


def test_ae_74_by_hand_beats_the_entitlement_which_beats_the_default() -> None:
    assert choose("S2", "S1", "SD") == Choice("S2", SlaSource.MANUAL)
    assert choose(None, "S1", "SD") == Choice("S1", SlaSource.ENTITLEMENT)
    assert choose(None, None, "SD") == Choice("SD", SlaSource.DEFAULT)
    assert choose(None, None, None) is None


def test_what_a_case_means_to_its_clocks() -> None:
    pausing = [CaseStatus.ON_HOLD]
    on_hold = (CaseState.ACTIVE, CaseStatus.ON_HOLD)
    assert situation(Kpi.FIRST_RESPONSE, *on_hold, True, True, pausing) == Situation(True, True, True)
    assert situation(Kpi.RESOLVE, *on_hold, True, True, []) == RUNS
    solved = (CaseState.RESOLVED, CaseStatus.PROBLEM_SOLVED)
    assert situation(Kpi.RESOLVE, *solved, False, True, pausing) == MET
    cancelled = (CaseState.CANCELLED, CaseStatus.CANCELLED)
    assert not situation(Kpi.RESOLVE, *cancelled, False, True, pausing).applies
    assert not situation(Kpi.RESOLVE, *on_hold, False, False, pausing).applies


def test_cs_45_one_clock_for_each_kpi_the_specific_item_first() -> None:
    high = Comparison("priority", Operator.EQ, "high")
    items = [
        Item("general", Kpi.RESOLVE, None, 100),
        Item("high", Kpi.RESOLVE, high, 200),
        Item("broad", Kpi.FIRST_RESPONSE, None, 60),
        Item("strict", Kpi.FIRST_RESPONSE, None, 30),
    ]
    assert [item.id for item in promised(items, {"priority": "HIGH"})] == ["strict", "high"]
    assert [item.id for item in promised(items, {"priority": "LOW"})] == ["strict", "general"]
    assert promised([items[1]], {"priority": "LOW"}) == ()
    alike = [Item(id, Kpi.RESOLVE, None, 100) for id in "ab"]
    assert promised(alike, {}) == promised(alike[::-1], {}) == (alike[0],)


_steps = st.lists(st.tuples(st.sampled_from([RUNS, HOLD]), st.integers(0, 3000)), max_size=12)


@given(_steps, st.sampled_from([OFFICE, None]))
def test_pauses_never_shorten_a_promise_and_leave_its_business_time_alone(
    steps: list[tuple[Situation, int]], hours: Calendar | None
) -> None:
    clock, now = start(june(16, 9), 360, 480, hours), june(16, 9)
    paused = timedelta(0)
    for change, later in steps:
        held, now = clock.paused_on, now + minutes(later)
        previous, clock = clock, follow(clock, change, now, hours)
        if held is not None and clock.paused_on is None:
            paused += between(hours, held, now)
        assert clock.failure_time >= previous.failure_time
        assert between(hours, clock.applicable_from, clock.failure_time) == minutes(480) + paused
        assert clock.status is status_at(clock, now)
