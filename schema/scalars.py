"""Scalars of the contract."""

from dataclasses import replace
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

import strawberry
from strawberry.schema.types.base_scalars import DateDefinition

from tenancy.errors import BadInput


def _parse(value: Any) -> Decimal:
    try:
        number = Decimal(value) if isinstance(value, str | int) and not isinstance(value, bool) else None
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
