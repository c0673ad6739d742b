from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resolvers.rules.business_hours import Calendar, Interval, add, between, minutes

NINE_TO_FIVE = (Interval(9 * 60, 17 * 60),)
WEEK = (NINE_TO_FIVE,) * 5 + ((), ())
UTC_WEEK = Calendar("UTC", WEEK)
ALL_DAY = Calendar("Europe/Berlin", ((Interval(0, 1440),),) * 7)
SPLIT = Calendar(
    "America/New_York",
    ((Interval(8 * 60, 12 * 60), Interval(13 * 60, 18 * 60)),) * 6 + ((),),
    frozenset({date(2025, 7, 4)}),
)
NIGHT = Calendar("Europe/Berlin", ((Interval(60, 150), Interval(150, 240)),) * 7)
HOUR = timedelta(hours=1)


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[arg-type, misc]  # six integers at most


def test_ae_70_business_time_skips_the_weekend() -> None:
    created = utc(2025, 6, 13, 16, 30)
    assert add(UTC_WEEK, created, minutes(60)) == utc(2025, 6, 16, 9, 30)
    assert add(UTC_WEEK, created, minutes(480)) == utc(2025, 6, 16, 16, 30)


def test_ten_hours_are_a_business_day_and_two_hours() -> None:
    assert add(UTC_WEEK, utc(2025, 6, 16, 9), 10 * HOUR) == utc(2025, 6, 17, 11)


def test_closing_time_counts_as_reached() -> None:
    assert add(UTC_WEEK, utc(2025, 6, 16, 9), 8 * HOUR) == utc(2025, 6, 16, 17)


def test_outside_the_hours_the_clock_starts_with_the_next_opening() -> None:
    assert add(UTC_WEEK, utc(2025, 6, 14, 12), HOUR) == utc(2025, 6, 16, 10)
    assert add(UTC_WEEK, utc(2025, 6, 14, 12), timedelta(0)) == utc(2025, 6, 14, 12)


def test_without_a_calendar_it_is_always_open() -> None:
    assert add(None, utc(2025, 6, 14, 12), HOUR) == utc(2025, 6, 14, 13)
    assert between(None, utc(2025, 6, 14, 12), utc(2025, 6, 14, 11)) == -HOUR


def test_a_holiday_is_closed() -> None:
    assert between(SPLIT, utc(2025, 7, 3, 21), utc(2025, 7, 5, 13)) == 2 * HOUR


def test_a_long_promise_runs_over_years() -> None:
    start = utc(2025, 6, 16, 9)
    end = add(UTC_WEEK, start, 5000 * HOUR)
    assert end.year == 2027
    assert between(UTC_WEEK, start, end) == 5000 * HOUR
    assert between(UTC_WEEK, end, start) == -5000 * HOUR


@pytest.mark.parametrize("calendar", [UTC_WEEK, SPLIT, ALL_DAY, NIGHT])
@pytest.mark.parametrize("year", [2024, 2025, 2026])
def test_all_of_a_year_ends_with_its_last_closing_time_and_not_in_the_next(calendar: Calendar, year: int) -> None:
    zone = ZoneInfo(calendar.zone)
    first, following = datetime(year, 1, 1, tzinfo=zone), datetime(year + 1, 1, 1, tzinfo=zone)
    whole = between(calendar, first, following)
    end = add(calendar, first, whole)
    assert end <= following
    assert between(calendar, first, end) == whole
    assert between(calendar, end, following) == timedelta(0)
    assert add(calendar, first, whole + HOUR) > following


def test_a_promise_beyond_ten_years_ends_with_them() -> None:
    rarely = Calendar("UTC", ((Interval(0, 1),), (), (), (), (), (), ()))
    for count in (1100, 2**31 - 1):
        assert add(rarely, utc(2025, 6, 16), minutes(count)) == utc(2036, 1, 1)
    assert utc(2036, 1, 1) > add(rarely, utc(2025, 6, 16), minutes(550)) > utc(2035, 12, 20)


def test_a_year_of_holidays_is_passed_over() -> None:
    first = date(2025, 1, 1)
    closed = Calendar("UTC", WEEK, frozenset(first + timedelta(days=day) for day in range(365)))
    assert add(closed, utc(2025, 3, 1), HOUR) == utc(2026, 1, 1, 10)
    assert between(closed, utc(2025, 3, 1), utc(2025, 12, 31)) == timedelta(0)


@pytest.mark.parametrize(
    ("calendar", "day", "hours"),
    [
        (ALL_DAY, date(2025, 3, 30), 23),
        (ALL_DAY, date(2025, 10, 26), 25),
        (ALL_DAY, date(2025, 6, 15), 24),
        (NIGHT, date(2025, 3, 30), 2),
        (NIGHT, date(2025, 10, 26), 4),
        (NIGHT, date(2025, 6, 15), 3),
    ],
)
def test_days_of_23_and_25_hours_count_what_they_had(calendar: Calendar, day: date, hours: int) -> None:
    zone = ZoneInfo(calendar.zone)
    start = datetime(day.year, day.month, day.day, tzinfo=zone)
    following = day + timedelta(days=1)
    end = datetime(following.year, following.month, following.day, tzinfo=zone)
    assert between(calendar, start, end) == hours * HOUR


def test_hours_that_touch_in_the_skipped_hour_still_touch() -> None:
    """02:30 does not exist on that night: both intervals meet at the moment of the change."""
    change = utc(2025, 3, 30, 1)
    assert between(NIGHT, utc(2025, 3, 30, 0), change) == HOUR
    assert between(NIGHT, change, utc(2025, 3, 30, 2)) == HOUR


def test_hours_inside_the_skipped_hour_do_not_exist_that_night() -> None:
    skipped = Calendar("Europe/Berlin", ((Interval(130, 170),),) * 7)
    assert between(skipped, utc(2025, 3, 29, 12), utc(2025, 3, 30, 12)) == timedelta(0)


_moments = st.integers(0, 4 * 365 * 24 * 3600 * 10**6).map(
    lambda ticks: utc(2024, 1, 1) + timedelta(microseconds=ticks)
)
_calendars = st.sampled_from([UTC_WEEK, ALL_DAY, SPLIT, NIGHT, None])


@given(_calendars, _moments, st.timedeltas(timedelta(0), timedelta(days=300)))
def test_what_was_added_lies_between(calendar: Calendar | None, start: datetime, business: timedelta) -> None:
    end = add(calendar, start, business)
    assert end >= start
    assert between(calendar, start, end) == business


@given(
    _calendars,
    _moments,
    st.timedeltas(timedelta(0), timedelta(days=100)),
    st.timedeltas(timedelta(0), timedelta(days=100)),
)
def test_adding_twice_is_adding_once(
    calendar: Calendar | None, start: datetime, one: timedelta, two: timedelta
) -> None:
    assert add(calendar, add(calendar, start, one), two) == add(calendar, start, one + two)


@given(_calendars, _moments, _moments, _moments)
def test_business_time_is_additive(calendar: Calendar | None, a: datetime, b: datetime, c: datetime) -> None:
    assert between(calendar, a, b) + between(calendar, b, c) == between(calendar, a, c)


@given(st.sampled_from([UTC_WEEK, ALL_DAY, SPLIT, NIGHT]), _moments, st.integers(0, 3 * 24 * 60))
def test_business_minutes_equal_a_count_of_open_minutes(calendar: Calendar, start: datetime, span: int) -> None:
    start = start.replace(second=0, microsecond=0)
    zone = ZoneInfo(calendar.zone)

    def is_open(moment: datetime) -> bool:
        wall = moment.astimezone(zone)
        minute = 60 * wall.hour + wall.minute
        day = () if wall.date() in calendar.holidays else calendar.weekly[wall.weekday()]
        return any(interval.opens <= minute < interval.closes for interval in day)

    count = sum(is_open(start + minutes(n)) for n in range(span))
    assert between(calendar, start, start + minutes(span)) == minutes(count)
