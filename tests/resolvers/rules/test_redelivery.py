"""When a message is sent again."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from resolvers.rules.redelivery import LONGEST, LONGEST_ASKED, Patience

PATIENCE = Patience()
NOW = datetime(2025, 6, 15, tzinfo=UTC)


def test_each_pause_is_three_times_the_one_before_up_to_half_a_day_and_after_the_last_there_is_none() -> None:
    pauses = [PATIENCE.pause(attempt, 0.5) for attempt in range(1, PATIENCE.attempts + 1)]
    assert pauses[:4] == [timedelta(seconds=5 * 3**n) for n in range(4)]
    assert pauses[-2] == LONGEST == timedelta(hours=12)
    assert len(pauses) == 12
    assert pauses[-1] is None


@given(st.integers(1, 11), st.floats(0, 1))
def test_chance_moves_a_pause_by_a_fifth_at_most(attempt: int, chance: float) -> None:
    even, moved = PATIENCE.pause(attempt, 0.5), PATIENCE.pause(attempt, chance)
    assert even is not None
    assert moved is not None
    assert even * 0.799 <= moved <= even * 1.201


@given(st.integers(1, 11), st.timedeltas(timedelta(0), timedelta(days=400)))
def test_a_receiver_is_never_called_sooner_than_it_asked_within_a_day(attempt: int, asked: timedelta) -> None:
    pause = PATIENCE.pause(attempt, 0.0, asked)
    assert pause is not None
    assert min(asked, LONGEST_ASKED) <= pause <= LONGEST_ASKED


def test_a_receiver_may_ask_for_a_day_and_no_longer() -> None:
    assert PATIENCE.pause(1, 0.5, timedelta(days=2)) == LONGEST_ASKED == timedelta(days=1)


def test_a_receiver_that_takes_nothing_for_days_is_given_up() -> None:
    assert not PATIENCE.exhausted(None, NOW)
    assert not PATIENCE.exhausted(NOW - timedelta(days=4, hours=23), NOW)
    assert PATIENCE.exhausted(NOW - timedelta(days=5), NOW)
