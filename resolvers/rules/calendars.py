"""Business hours as they are written down, and what is wrong with them."""

from collections.abc import Mapping
from datetime import date
from functools import cache, lru_cache
from typing import Any, Final
from zoneinfo import available_timezones

from resolvers.rules.business_hours import Calendar, Interval
from resolvers.rules.refused import Refused, bad_input

DAYS: Final = ("MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN")
MOST_INTERVALS: Final = 12
MOST_HOLIDAYS: Final = 400
_DAY_MINUTES: Final = 24 * 60


def parse_calendar(document: Any) -> Calendar | Refused | None:
    """Business hours from decoded JSON; None stays None and means always.

    {"zone": "Europe/Berlin", "weekly": {"MON": [["09:00", "12:00"], ["13:00", "17:00"]]}, "holidays": ["2025-12-25"]}

    `zone` is an IANA name; days that are not listed are closed; "24:00" ends a day; intervals of a day are in order
    and do not overlap. Equal documents give the same object. Refuses with BAD_USER_INPUT, naming the part that is
    wrong.
    """
    if document is None:
        return None
    if not isinstance(document, Mapping) or document.keys() - {"zone", "weekly", "holidays"}:
        return bad_input("CS-47", "business_hours")
    zone, weekly, holidays = document.get("zone"), document.get("weekly"), document.get("holidays", [])
    if not isinstance(zone, str) or zone not in _zones():
        return bad_input("CS-47", "business_hours.zone")
    week = _week(weekly)
    if week is None or not any(week):
        return bad_input("CS-47", "business_hours.weekly")
    days = _dates(holidays)
    if days is None:
        return bad_input("CS-47", "business_hours.holidays")
    return _shared(Calendar(zone, week, days))


@lru_cache(maxsize=64)
def _shared(calendar: Calendar) -> Calendar:
    """One object for equal calendars: it keeps the years that were laid out for it."""
    return calendar


@cache
def _zones() -> frozenset[str]:
    # Asked by name and never opened as a path; the list costs a walk over the zone files, once.
    return frozenset(available_timezones())


def _week(weekly: Any) -> tuple[tuple[Interval, ...], ...] | None:
    if not isinstance(weekly, Mapping) or weekly.keys() - set(DAYS):
        return None
    week = tuple(_day(weekly.get(name, [])) for name in DAYS)
    whole = tuple(day for day in week if day is not None)
    return whole if len(whole) == len(week) else None


def _day(intervals: Any) -> tuple[Interval, ...] | None:
    if not isinstance(intervals, list) or len(intervals) > MOST_INTERVALS:
        return None
    day: list[Interval] = []
    for pair in intervals:
        interval = _interval(pair)
        if interval is None or (day and interval.opens < day[-1].closes):
            return None
        day.append(interval)
    return tuple(day)


def _interval(pair: Any) -> Interval | None:
    if not isinstance(pair, list) or len(pair) != 2:
        return None
    opens, closes = _minute(pair[0]), _minute(pair[1])
    return Interval(opens, closes) if opens is not None and closes is not None and opens < closes else None


def _minute(text: Any) -> int | None:
    """The minute of the day of "HH:MM", up to "24:00"."""
    if not isinstance(text, str) or len(text) != 5 or text[2] != ":" or not text.isascii():
        return None
    if not (text[:2] + text[3:]).isdigit():
        return None
    minute = 60 * int(text[:2]) + int(text[3:])
    return minute if int(text[3:]) < 60 and minute <= _DAY_MINUTES else None


def _dates(texts: Any) -> frozenset[date] | None:
    if not isinstance(texts, list) or len(texts) > MOST_HOLIDAYS:
        return None
    try:
        return frozenset(date.fromisoformat(text) for text in texts)
    except (TypeError, ValueError):
        return None
