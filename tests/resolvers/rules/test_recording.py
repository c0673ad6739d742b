from decimal import Decimal

import pytest

from resolvers.rules.recording import record, reverse
from resolvers.rules.refused import Refused
from tenancy.words import AllocationType, Category

HOURS, CREDITS = AllocationType.HOURS, AllocationType.CREDITS


def code(decision: object) -> str:
    assert isinstance(decision, Refused)
    return decision.code


def test_ae_13_nothing_is_recorded_against_an_additional_benefit() -> None:
    assert code(record(Category.OTHER, HOURS, False, Decimal(1))) == "NOT_CONSUMABLE"


def test_ae_16_eighty_hours_booked_by_mistake_are_taken_back_and_eight_booked() -> None:
    wrong, right = (record(Category.BUILT_IN_PROACTIVE, HOURS, True, Decimal(n)) for n in (80, 8))
    assert isinstance(wrong, Decimal)
    assert isinstance(right, Decimal)
    back = reverse(wrong, is_reversal=False, is_reversed=False, of_case=False)
    assert isinstance(back, Decimal)
    assert str(wrong + back + right) == "8.00"


def test_ae_16_and_i_8_a_row_is_taken_back_once_and_a_reversal_never() -> None:
    assert code(reverse(Decimal(80), is_reversal=False, is_reversed=True, of_case=False)) == "CONFLICT"
    assert code(reverse(Decimal(-80), is_reversal=True, is_reversed=False, of_case=False)) == "CONFLICT"


def test_i_10_nobody_takes_back_by_hand_what_a_case_was_charged() -> None:
    refused = reverse(Decimal(1), is_reversal=False, is_reversed=False, of_case=True)
    assert isinstance(refused, Refused)
    assert (refused.code, refused.rule) == ("CONFLICT", "I-10")


@pytest.mark.parametrize("category", [Category.BUILT_IN_PROACTIVE, Category.DSE])
def test_ca_5_proactive_services_are_recorded_in_delivered_hours(category: Category) -> None:
    assert record(category, HOURS, True, Decimal("1.5")) == Decimal("1.50")
    assert code(record(category, CREDITS, True, Decimal(1))) == "BAD_USER_INPUT"


def test_credits_are_recorded_as_credits() -> None:
    assert record(Category.PROACTIVE_CREDITS, CREDITS, True, Decimal(3)) == Decimal(3)


@pytest.mark.parametrize("quantity", ["0", "-1", "0.001", "NaN"])
def test_only_positive_quantities_of_two_places_are_recorded(quantity: str) -> None:
    assert code(record(Category.OTHER, HOURS, True, Decimal(quantity))) == "BAD_USER_INPUT"
