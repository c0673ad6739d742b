"""Business time: a calendar of opening hours in its own zone, and arithmetic on its minutes (CS-47, AE-70, AE-71).

A day's hours are wall-clock hours, turned into instants day by day, so a day of 23 or 25 hours counts what it
really had. A year's openings are laid out once with their running sum; adding and measuring are then two bisections.
"""

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from itertools import accumulate
from typing import Final
from zoneinfo import ZoneInfo

MICROSECOND: Final = timedelta(microseconds=1)
_MINUTE: Final = timedelta(minutes=1)
_DAY: Final = timedelta(days=1)
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)

FARTHEST: Final = 10
"""Calendar years after its own that a moment can be added to: what takes longer ends with them, so that an hour a week
and a very long promise cost no search through all years there are."""


@dataclass(frozen=True, slots=True)
class Interval:
    """Open from one minute of the day to another, 0 to 1440; the end is not included."""

    opens: int
    closes: int


@dataclass(frozen=True)
class Calendar:
    """Opening hours: `weekly` from Monday to Sunday, each day's intervals in order and apart; none on `holidays`.

    At least one day of the week has an interval. Dates and times are those of `zone`.
    """

    zone: str
    weekly: tuple[tuple[Interval, ...], ...]
    holidays: frozenset[date] = frozenset()
    _years: "dict[int, _Year]" = field(default_factory=dict, init=False, compare=False, repr=False)


def add(hours: Calendar | None, start: datetime, business: timedelta) -> datetime:
    """The instant, in UTC, at which `business` time has passed since `start`; None is open always.

    Exactly at closing time counts as reached: eight hours from Monday 09:00 end on Monday 17:00. It is never later than
    the end of the last of the `FARTHEST` years.
    """
    if hours is None or not business:
        return start.astimezone(UTC) + business
    first = year = _local_year(hours, start)
    wanted = _year(hours, year).before(_ticks(start)) + business // MICROSECOND
    while wanted > _year(hours, year).total:
        wanted -= _year(hours, year).total
        year += 1
        if year > first + FARTHEST:
            return _instant(date(year, 1, 1), 0, ZoneInfo(hours.zone))
    return _EPOCH + _year(hours, year).reach(wanted) * MICROSECOND


def between(hours: Calendar | None, start: datetime, end: datetime) -> timedelta:
    """The business time from `start` to `end`; negative when `end` is before `start`. None is open always."""
    if hours is None:
        return end - start
    if end < start:
        return -between(hours, end, start)
    first, last = _local_year(hours, start), _local_year(hours, end)
    whole = sum(_year(hours, year).total for year in range(first, last))
    ticks = whole + _year(hours, last).before(_ticks(end)) - _year(hours, first).before(_ticks(start))
    return ticks * MICROSECOND


def minutes(count: int) -> timedelta:
    """`count` minutes, as the durations of SLA items are given."""
    return count * _MINUTE


@dataclass(frozen=True, slots=True)
class _Year:
    """The openings of the local dates of one year, in microseconds since the epoch, and their running sum."""

    opens: "array[int]"
    closes: "array[int]"
    sums: "array[int]"

    @property
    def total(self) -> int:
        return self.sums[-1]

    def before(self, moment: int) -> int:
        """How long it was open before `moment`."""
        begun = bisect_right(self.opens, moment)
        if not begun:
            return 0
        return self.sums[begun] - max(0, self.closes[begun - 1] - moment)

    def reach(self, wanted: int) -> int:
        """The first moment at which it has been open for `wanted`, which is more than 0 and at most the total."""
        place = bisect_left(self.sums, wanted)
        return self.closes[place - 1] - (self.sums[place] - wanted)


def _year(hours: Calendar, year: int) -> _Year:
    known = hours._years.get(year)
    if known is None:
        known = hours._years[year] = _laid_out(hours, year)
    return known


def _laid_out(hours: Calendar, year: int) -> _Year:
    openings = [*_openings(hours, year)]
    sums = accumulate((closes - opens for opens, closes in openings), initial=0)
    opens, closes = array("q", (opens for opens, _ in openings)), array("q", (closes for _, closes in openings))
    return _Year(opens, closes, array("q", sums))


def _openings(hours: Calendar, year: int) -> Iterator[tuple[int, int]]:
    zone = ZoneInfo(hours.zone)
    day = date(year, 1, 1)
    while day.year == year:
        for interval in () if day in hours.holidays else hours.weekly[day.weekday()]:
            opens, closes = _instant(day, interval.opens, zone), _instant(day, interval.closes, zone)
            if opens < closes:
                yield _ticks(opens), _ticks(closes)
        day += _DAY


def _instant(day: date, minute: int, zone: ZoneInfo) -> datetime:
    """The first instant, in UTC, at which the clocks of the zone show this minute of this day, or have passed it.

    When clocks are put forward, a time that they skip is the moment of the change; when they are put back, a time
    that they show twice is the first of the two. So hours that touch each other still do, and none overlap.
    """
    wall = datetime.combine(day, time()) + minute * _MINUTE
    early = wall.replace(tzinfo=zone, fold=1).astimezone(UTC)
    late = wall.replace(tzinfo=zone, fold=0).astimezone(UTC)
    while early < late - MICROSECOND:
        middle = early + (late - early) // 2
        if middle.astimezone(zone).replace(tzinfo=None) < wall:
            early = middle
        else:
            late = middle
    return late


def _local_year(hours: Calendar, moment: datetime) -> int:
    return moment.astimezone(ZoneInfo(hours.zone)).year


def _ticks(moment: datetime) -> int:
    return (moment - _EPOCH) // MICROSECOND
