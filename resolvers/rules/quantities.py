"""Figures: two places for quantities, one for percentages, both rounded half up."""

from decimal import ROUND_HALF_UP, Decimal
from typing import Final

ZERO: Final = Decimal("0.00")
SMALLEST: Final = Decimal("0.01")
LARGEST: Final = Decimal("9999999999.99")
"""The largest quantity that a `numeric(12, 2)` column holds."""


def two_places(quantity: Decimal) -> Decimal:
    """`quantity` to two places, half up (D-34). The sign is kept: -0.005 becomes -0.01."""
    return quantity.quantize(SMALLEST, ROUND_HALF_UP)


def is_quantity(value: Decimal) -> bool:
    """Whether `value` is finite, at least 0, at most `LARGEST`, and has no more than two places."""
    # The size comes first: quantizing 1E+999999 would be an error, or a very long number.
    return value.is_finite() and 0 <= value <= LARGEST and value == value.quantize(SMALLEST)


def remaining(total: Decimal | None, used: Decimal) -> Decimal | None:
    """What is left of `total`, None when it is unlimited; negative when more was used (I-9)."""
    return None if total is None else two_places(total - used)


def percent(part: int, whole: int) -> Decimal | None:
    """`part` of `whole` in percent, one place, half up, never capped; None when `whole` is 0 (D-28, D-45)."""
    if whole == 0:
        return None
    # In whole tenths: no quotient is rounded twice.
    return Decimal((2000 * part + whole) // (2 * whole)).scaleb(-1)
