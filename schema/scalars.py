"""Scalars of the contract."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

import strawberry
from strawberry.schema.types.base_scalars import DateDefinition, DateTimeDefinition

from tenancy.errors import BadInput


def _parse(value: Any) -> Decimal:
    try:
        number = Decimal(value) if _is_written_as_number(value) else None
    except InvalidOperation:
        number = None
    if (
        number is None
        or not number.is_finite()
        or len(number.as_tuple().digits) > DIGITS
        or abs(number.adjusted()) > DIGITS
    ):
        raise BadInput()
    return number


def _is_written_as_number(value: Any) -> bool:
    # Decimal itself would also take "1_000", blanks around, and the digits of every script.
    if isinstance(value, str):
        return _WRITTEN.fullmatch(value) is not None
    return isinstance(value, int) and not isinstance(value, bool)


_WRITTEN = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?")

DIGITS = 14

DECIMAL = strawberry.scalar(
    name="Decimal",
    description='An exact decimal number as text, for instance "12.50"; never a floating-point number.',
    serialize=str,
    parse_value=_parse,
)


def _day(value: str | date) -> str:
    # Rows hold days as the text that goes out; computed days are dates.
    return value if isinstance(value, str) else value.isoformat()


DATE = replace(DateDefinition, description="A day of the calendar, for instance 2025-06-15; UTC.", serialize=_day)


def _moment(value: Any) -> datetime:
    try:
        told = datetime.fromisoformat(value) if isinstance(value, str) else None
        moment = told.astimezone(UTC) if told and told.tzinfo else None
    except (ValueError, OverflowError):  # no date, or one that has no place in the years 1 to 9999 of UTC
        moment = None
    if moment is None or moment in _FOR_EVER:
        raise BadInput()
    return moment


_FOR_EVER = (datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC))
"""What the driver takes for the infinities of PostgreSQL."""


DATE_TIME = replace(
    DateTimeDefinition,
    description="A moment with its zone, for instance 2025-06-15T12:00:00Z; answers are in UTC.",
    parse_value=_moment,
)
