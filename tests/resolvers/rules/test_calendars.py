from datetime import date
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
        ({"zone": "Mars/Olympus", "weekly": OFFICE}, ".zone"),
        ({"zone": "../../etc/passwd", "weekly": OFFICE}, ".zone"),
        ({"zone": "UTC"}, ".weekly"),
        ({"zone": "UTC", "weekly": {}}, ".weekly"),
        ({"zone": "UTC", "weekly": {"MON": []}}, ".weekly"),
        ({"zone": "UTC", "weekly": {"MONDAY": [["09:00", "10:00"]]}}, ".weekly"),
        ({"zone": "UTC", "weekly": {"MON": "09:00-17:00"}}, ".weekly"),
        ({"zone": "UTC", "weekly": {"MON": ["09:00-17:00"]}}, ".weekly"),
        ({"zone": "UTC", "weekly": {"MON": [["09:00"]]}}, ".weekly"),
        ({"zone": "UTC", "weekly": {"MON": [["17:00", "09:00"]]}}, ".weekly"),
        ({"zone": "UTC", "weekly": {"MON": [["09:00", "12:00"], ["11:59", "13:00"]]}}, ".weekly"),
        ({"zone": "UTC", "weekly": {"MON": [["09:00", "24:01"]]}}, ".weekly"),
        ({"zone": "UTC", "weekly": {"MON": [["09:00", "10:60"]]}}, ".weekly"),
        ({"zone": "UTC", "weekly": {"MON": [["9:00", "10:00"]]}}, ".weekly"),
        ({"zone": "UTC", "weekly": {"MON": [["0x:00", "10:00"]]}}, ".weekly"),
        ({"zone": "UTC", "weekly": {"MON": [["٠٩:00", "10:00"]]}}, ".weekly"),
        ({"zone": "UTC", "weekly": {"MON": [[9, 17]]}}, ".weekly"),
        ({"zone": "UTC", "weekly": {"MON": [["00:00", "00:01"]] * 13}}, ".weekly"),
        ({"zone": "UTC", "weekly": OFFICE, "holidays": "2025-12-25"}, ".holidays"),
        ({"zone": "UTC", "weekly": OFFICE, "holidays": ["25.12.2025"]}, ".holidays"),
        ({"zone": "UTC", "weekly": OFFICE, "holidays": [20251225]}, ".holidays"),
        ({"zone": "UTC", "weekly": OFFICE, "holidays": ["2025-12-25"] * 401}, ".holidays"),
    ],
)
def test_what_is_wrong_is_named(document: Any, field: str) -> None:
    assert parse_calendar(document) == Refused("BAD_USER_INPUT", "CS-47", f"business_hours{field}")
