from datetime import UTC, datetime, timedelta

from tenancy.clock import Clock


def test_the_clock_is_utc_and_goes() -> None:
    clock = Clock()
    first, second = clock.now(), clock.now()
    assert first.tzinfo is UTC
    assert first <= second
    assert abs(datetime.now(UTC) - second) < timedelta(seconds=5)


def test_a_clock_that_stands_stands() -> None:
    """D-24: today is the UTC date."""
    clock, moment = Clock(), datetime(2025, 12, 31, 23, 59, 59, tzinfo=UTC)
    clock.stand_at(moment)
    assert (clock.now(), clock.now(), clock.today()) == (moment, moment, moment.date())
