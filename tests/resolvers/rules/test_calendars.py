from datetime import date, timedelta
from typing import Any

import pytest

from resolvers.rules.business_hours import Calendar, Interval
from resolvers.rules.calendars import parse_calendar
from resolvers.rules.refused import Refused

OFFICE = {"MON": [["09:00", "12:00"], ["13:00", "17:00"]], "SAT": [["22:00", "24:00"]]}


def test_business_hours_are_read_from_json() -> None:
    assert parse_calendar({"zone": "Europe/Berlin", "weekly": OFFICE, "holidays": ["2025-12-25"]}) == Calendar(
        "Europe/Berlin",
        ((Interval(540, 720), Interval(780, 1020)), (), (), (), (), (Interval(1320, 1440),), ()),
        frozenset({date(2025, 12, 25)}),
    )


@pytest.mark.parametrize(("place", "name"), [*enumerate(("MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN"))])
def test_cs_47_each_day_of_the_week_has_its_name_and_its_place(place: int, name: str) -> None:
    calendar = parse_calendar({"zone": "UTC", "weekly": {name: [["00:00", "00:01"]]}})
    assert isinstance(calendar, Calendar)
    assert calendar.weekly == ((),) * place + ((Interval(0, 1),),) + ((),) * (6 - place)


def test_every_minute_of_a_day_is_read_and_the_last_is_its_end() -> None:
    for minute in range(1, 1441):
        document = {"zone": "UTC", "weekly": {"MON": [["00:00", f"{minute // 60:02}:{minute % 60:02}"]]}}
        calendar = parse_calendar(document)
        assert isinstance(calendar, Calendar)
        assert calendar.weekly[0] == (Interval(0, minute),)


def test_hours_of_a_day_may_touch() -> None:
    calendar = parse_calendar({"zone": "UTC", "weekly": {"MON": [["09:00", "12:00"], ["12:00", "17:00"]]}})
    assert isinstance(calendar, Calendar)
    assert calendar.weekly[0] == (Interval(540, 720), Interval(720, 1020))


def test_as_many_intervals_and_holidays_as_are_allowed() -> None:
    day = [[f"{hour:02}:00", f"{hour:02}:30"] for hour in range(12)]
    holidays = [(date(2025, 1, 1) + timedelta(days=n)).isoformat() for n in range(400)]
    calendar = parse_calendar({"zone": "UTC", "weekly": {"MON": day}, "holidays": holidays})
    assert isinstance(calendar, Calendar)
    assert (len(calendar.weekly[0]), len(calendar.holidays)) == (12, 400)


def test_equal_documents_share_one_calendar_and_its_laid_out_years() -> None:
    one, other = (parse_calendar({"zone": "UTC", "weekly": dict(OFFICE)}) for _ in range(2))
    assert one is other


def test_nothing_means_always() -> None:
    assert parse_calendar(None) is None


@pytest.mark.parametrize(
    ("document", "field"),
    [
        ([], ""),
        ({"zone": "UTC", "weekly": OFFICE, "colour": 1}, ""),
        ({"weekly": OFFICE}, ".zone"),
        ({"zone": 1, "weekly": OFFICE}, ".zone"),
        ({"zone": [], "weekly": OFFICE}, ".zone"),
        ({"zone": "Mars/Olympus", "weekly": OFFICE}, ".zone"),
        ({"zone": "../../etc/passwd", "weekly": OFFICE}, ".zone"),
        ({"zone": "UTC"}, ".weekly"),
        ({"zone": "UTC", "weekly": [OFFICE]}, ".weekly"),
        ({"zone": "UTC", "weekly": {}}, ".weekly"),
        ({"zone": "UTC", "weekly": {"MON": []}}, ".weekly"),
        ({"zone": "UTC", "weekly": {"MONDAY": [["09:00", "10:00"]]}}, ".weekly"),
        ({"zone": "UTC", "weekly": OFFICE | {"MONDAY": [["09:00", "10:00"]]}}, ".weekly"),
        ({"zone": "UTC", "weekly": OFFICE, "holidays": "2025-12-25"}, ".holidays"),
        ({"zone": "UTC", "weekly": OFFICE, "holidays": {"2025-12-25": True}}, ".holidays"),
        ({"zone": "UTC", "weekly": OFFICE, "holidays": ["25.12.2025"]}, ".holidays"),
        ({"zone": "UTC", "weekly": OFFICE, "holidays": [20251225]}, ".holidays"),
        ({"zone": "UTC", "weekly": OFFICE, "holidays": ["2025-12-25"] * 401}, ".holidays"),
    ],
)
def test_what_is_wrong_is_named(document: Any, field: str) -> None:
    assert parse_calendar(document) == Refused("BAD_USER_INPUT", "CS-47", f"business_hours{field}")


@pytest.mark.parametrize(
    "day",
    [
        "09:00-17:00",
        (["09:00", "17:00"],),
        None,
        ["09:00-17:00"],
        ["09"],
        [("09:00", "17:00")],
        [["09:00"]],
        [["09:00", "12:00", "17:00"]],
        [["17:00", "09:00"]],
        [["09:00", "09:00"]],
        [["09:00", "12:00"], ["11:59", "13:00"]],
        [["09:00", "12:00"], ["08:00", "08:30"]],
        [["09:00", "10:00"], ["13:00", "15:00"], ["14:00", "16:00"]],
        [["09:00", "24:01"]],
        [["09:00", "25:00"]],
        [["09:00", "10:60"]],
        [["9:00", "10:00"]],
        [["0x:00", "10:00"]],
        [["09:0x", "10:00"]],
        [["09:x0", "10:00"]],
        [["09-00", "10:00"]],
        [["09:000", "10:00"]],
        [["٠٩:00", "10:00"]],
        [[9, 17]],
        [[None, "10:00"]],
        [["09:00", None]],
        [[f"{hour:02}:00", f"{hour:02}:30"] for hour in range(13)],
    ],
    ids=repr,
)
def test_one_wrong_day_spoils_the_week_however_sound_the_others_are(day: Any) -> None:
    document = {"zone": "UTC", "weekly": {"MON": day, "TUE": [["09:00", "17:00"]]}}
    assert parse_calendar(document) == Refused("BAD_USER_INPUT", "CS-47", "business_hours.weekly")
