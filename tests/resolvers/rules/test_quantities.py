from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resolvers.rules.quantities import LARGEST, is_quantity, percent, remaining, two_places


@pytest.mark.parametrize(
    ("given_", "rounded"),
    [("0.005", "0.01"), ("0.004", "0.00"), ("-0.005", "-0.01"), ("2.675", "2.68"), ("1", "1.00")],
)
def test_quantities_round_half_away_from_zero_to_two_places(given_: str, rounded: str) -> None:
    assert str(two_places(Decimal(given_))) == rounded


@pytest.mark.parametrize("text", ["0", "0.00", "12.5", "9999999999.99", "1E+3", "3.100"])
def test_these_are_quantities(text: str) -> None:
    assert is_quantity(Decimal(text))


@pytest.mark.parametrize("text", ["-0.01", "0.001", "10000000000", "NaN", "sNaN", "Infinity", "1E+999999", "1E-999999"])
def test_g_24_these_are_no_quantities(text: str) -> None:
    assert not is_quantity(Decimal(text))


def test_what_remains_may_be_negative_and_is_unknown_without_a_total() -> None:
    assert str(remaining(Decimal(10), Decimal("10.5"))) == "-0.50"
    assert remaining(None, Decimal(10)) is None
    assert remaining(LARGEST, Decimal(0)) == LARGEST


@pytest.mark.parametrize(
    ("part", "whole", "expected"),
    [
        (150, 200, "75.0"),
        (20, 30, "66.7"),
        (1, 8, "12.5"),
        (1, 2000, "0.1"),
        (1, 2001, "0.0"),
        (3, 1, "300.0"),
    ],
)
def test_d_28_percentages_have_one_place_rounded_half_up_and_no_cap(part: int, whole: int, expected: str) -> None:
    assert str(percent(part, whole)) == expected


def test_d_28_nothing_is_a_percentage_of_zero() -> None:
    assert percent(5, 0) is None


@given(st.integers(0, 2**31), st.integers(1, 2**31))
def test_a_percentage_is_within_half_a_tenth_of_the_truth(part: int, whole: int) -> None:
    shown = percent(part, whole)
    assert shown is not None
    error = shown * whole - 100 * Decimal(part)
    assert -whole <= 20 * error <= whole
