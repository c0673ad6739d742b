"""Numbers and days on their way in and out."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import orjson
import pytest
from graphql import GraphQLScalarType

from schema.contract import contract
from tenancy.errors import BadInput


def scalar(name: str) -> GraphQLScalarType:
    found = contract._schema.type_map[name]
    assert isinstance(found, GraphQLScalarType)
    return found


@pytest.mark.parametrize(("given", "expected"), [("12.50", "12.50"), (12, "12"), ("-0.01", "-0.01"), ("1E+2", "1E+2")])
def test_a_decimal_is_text_or_a_whole_number(given: Any, expected: str) -> None:
    """H-11: exact, however it was written"""
    assert scalar("Decimal").coerce_input_value(given) == Decimal(expected)


@pytest.mark.parametrize(
    "given",
    [
        1.5,
        True,
        None,
        "",
        "x",
        "NaN",
        "Infinity",
        "1_000",
        " 1",
        "\u0663",
        "1,5",
        "1E+999999",
        "1E-999999",
        "1" * 15,
        [],
    ],
)
def test_what_is_no_exact_number_is_refused(given: Any) -> None:
    """G-24: no float, no flag, nothing that would take a minute to add"""
    with pytest.raises(BadInput):
        scalar("Decimal").coerce_input_value(given)


def test_a_decimal_goes_out_as_text() -> None:
    assert scalar("Decimal").coerce_output_value(Decimal("9.50")) == "9.50"


@pytest.mark.parametrize("day", ["2025-06-15", date(2025, 6, 15)])
def test_a_day_goes_out_as_text_whoever_computed_it(day: str | date) -> None:
    """Rows hold days as text, rules as dates; graphql-core's executor meets both"""
    assert scalar("Date").coerce_output_value(day) == "2025-06-15"


@pytest.mark.parametrize("given", ["0000-00-00", "2025-02-30", "15.06.2025", 20250615, True])
def test_what_is_no_day_is_refused(given: Any) -> None:
    """G-24"""
    with pytest.raises(Exception, match="Date"):
        scalar("Date").coerce_input_value(given)


@pytest.mark.parametrize("given", ["2025-06-15T12:00:00Z", "2025-06-15T14:00:00+02:00", "2025-06-15T00:00:00-12:00"])
def test_a_moment_is_converted_to_utc(given: str) -> None:
    assert scalar("DateTime").coerce_input_value(given) == datetime(2025, 6, 15, 12, tzinfo=UTC)
    assert scalar("DateTime").coerce_input_value(given).tzinfo is UTC


@pytest.mark.parametrize(
    "given",
    [
        "0001-01-01T00:00:00+14:00",
        "9999-12-31T23:59:59-12:00",
        "0001-01-01T00:00:00Z",
        "9999-12-31T23:59:59.999999Z",
        "2025-06-15T12:00:00",
        "2025-06-15",
        "0000-00-00T00:00:00Z",
        "noon",
        1750000000,
        True,
        None,
    ],
)
def test_what_is_no_moment_is_refused(given: Any) -> None:
    """G-24: no zone, no moment; nor what UTC has no year for"""
    with pytest.raises(BadInput):
        scalar("DateTime").coerce_input_value(given)


def test_a_moment_goes_out_as_both_executors_write_it() -> None:
    moment = datetime(2025, 6, 15, 12, 0, 0, 5, tzinfo=UTC)
    assert scalar("DateTime").coerce_output_value(moment) == orjson.loads(orjson.dumps(moment))
