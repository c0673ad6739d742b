"""Scalars of the contract."""

from decimal import Decimal, InvalidOperation
from typing import Any

import strawberry

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
