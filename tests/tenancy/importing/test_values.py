from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some
from sqlalchemy import (
    ARRAY,
    BigInteger,
    Boolean,
    Date,
    DateTime,
    Enum,
    Integer,
    LargeBinary,
    Numeric,
    String,
    Text,
    Uuid,
)
from sqlalchemy.dialects.postgresql import INET, JSONB

from tenancy.importing.problems import Unfit
from tenancy.importing.values import escaped, from_cell, writer
from tenancy.words import Priority

_PRIORITY = Enum(Priority, native_enum=False)


@pytest.mark.parametrize(
    ("kind", "value", "written"),
    [
        (Uuid(), "123E4567-E89B-12D3-A456-426614174000", "123e4567-e89b-12d3-a456-426614174000"),
        (_PRIORITY, "HIGH", "HIGH"),
        (_PRIORITY, Priority.LOW, "LOW"),
        (String(3), "äöü", "äöü"),
        (Text(), "a\tb\\c\r\nd", "a\\tb\\\\c\\r\\nd"),
        (Boolean(), True, "t"),
        (Boolean(), False, "f"),
        (Integer(), -(2**31), "-2147483648"),
        (BigInteger(), 2**63 - 1, "9223372036854775807"),
        (Numeric(12, 2), "12.5", "12.50"),
        (Numeric(12, 2), 7, "7.00"),
        (Numeric(12, 2), 0.1, "0.10"),
        (Numeric(12, 2), "-9999999999.99", "-9999999999.99"),
        (Numeric(12, 2), "1e3", "1000.00"),
        (Date(), "2024-02-29", "2024-02-29"),
        (DateTime(timezone=True), "2025-06-15T09:30:00Z", "2025-06-15T09:30:00+00:00"),
        (DateTime(timezone=True), "2025-06-15T09:30:00.5+02:00", "2025-06-15T09:30:00.500000+02:00"),
        (JSONB(), {"a": "\t"}, '{"a":"\\\\t"}'),
        (ARRAY(Text), ["A", 'b"\\'], '{"A","b\\\\"\\\\\\\\"}'),
        (ARRAY(Text), [], "{}"),
        (LargeBinary(), "00FF", "\\\\x00ff"),
    ],
)
def test_a_value_is_written_as_copy_reads_it(kind: Any, value: Any, written: str) -> None:
    assert writer(kind)(value) == written


@pytest.mark.parametrize(
    ("kind", "value", "rule"),
    [
        (Uuid(), "123e4567e89b12d3a456426614174000", "must be a uuid"),
        (Uuid(), 7, "must be a uuid"),
        (_PRIORITY, "high", "must be one of HIGH, NORMAL, LOW"),
        (_PRIORITY, 1, "must be one of"),
        (String(3), "four", "at most 3 characters, has 4"),
        (Text(), 4, "must be text"),
        (Text(), "a\0b", "NUL"),
        (Boolean(), 1, "true or false"),
        (Integer(), True, "whole number"),
        (Integer(), 1.0, "whole number"),
        (Integer(), "1", "whole number"),
        (Integer(), 2**31, "must lie between"),
        (Numeric(12, 2), "1.005", "at most 2 decimal places"),
        (Numeric(12, 2), "10000000000", "at most 10 digits"),
        (Numeric(12, 2), "NaN", "must be a number"),
        (Numeric(12, 2), "Infinity", "must be a number"),
        (Numeric(12, 2), "1_0", "must be a number"),
        (Numeric(12, 2), " 1", "must be a number"),
        (Numeric(12, 2), "one", "must be a number"),
        (Numeric(12, 2), True, "must be a number"),
        (Numeric(12, 2), [], "must be a number"),
        (Date(), "2025-02-29", "must be a date"),
        (Date(), "20250215", "must be a date"),
        (Date(), "2025-W07-6", "must be a date"),
        (Date(), 20250215, "must be a date"),
        (DateTime(timezone=True), "2025-06-15T09:30:00", "with its zone"),
        (DateTime(timezone=True), "yesterday", "with its zone"),
        (DateTime(timezone=True), 1750000000, "with its zone"),
        (JSONB(), [1], "must be a JSON object"),
        (JSONB(), {"a": "\0"}, "NUL"),
        (ARRAY(Text), "A", "list of texts"),
        (ARRAY(Text), [1], "list of texts"),
        (LargeBinary(), "0f0", "hexadecimal"),
        (LargeBinary(), 15, "hexadecimal"),
    ],
)
def test_a_value_that_does_not_fit_is_refused_with_the_rule(kind: Any, value: Any, rule: str) -> None:
    with pytest.raises(Unfit, match=rule):
        writer(kind)(value)


def test_a_type_that_nobody_can_write_is_found_at_once() -> None:
    with pytest.raises(TypeError, match="no writer"):
        writer(INET())


@pytest.mark.parametrize(
    ("kind", "cell", "value"),
    [
        (Boolean(), "true", True),
        (Boolean(), "yes", "yes"),
        (Integer(), "-12", -12),
        (Integer(), "1.5", "1.5"),
        (Integer(), "٣", "٣"),
        (Numeric(12, 2), "1.50", "1.50"),
        (JSONB(), '{"a": 1}', {"a": 1}),
        (JSONB(), "{", "{"),
        (ARRAY(Text), '["A"]', ["A"]),
        (Text(), "12", "12"),
    ],
)
def test_a_cell_becomes_the_value_it_spells_or_stays_text(kind: Any, cell: str, value: Any) -> None:
    assert from_cell(kind)(cell) == value


@given(some.text(some.characters(exclude_categories=["Cs"], exclude_characters="\0")))
def test_escaping_leaves_no_separator_behind(text: str) -> None:
    assert not set(escaped(text)) & set("\t\n\r")


@given(some.dates())
def test_every_date_is_written_as_it_is(day: date) -> None:
    assert writer(Date())(day.isoformat()) == day.isoformat()
