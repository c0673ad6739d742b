from decimal import Decimal

import pytest

from resolvers.rules.decrement import Balance, Terms
from resolvers.rules.quantities import LARGEST
from resolvers.rules.recording import record, reverse
from resolvers.rules.refused import Refused
from tenancy.words import AllocationType, Category, DecreaseOn

UNLIMITED = Balance(None)
HOURS, CREDITS = (Terms("e", unit, None, UNLIMITED) for unit in (AllocationType.HOURS, AllocationType.CREDITS))
BENEFIT = Terms("e", AllocationType.HOURS, None, UNLIMITED, is_consumable=False)


def of_ten(used: str, restricted: bool, on: DecreaseOn) -> Terms:
    return Terms("e", AllocationType.CASES, on, Balance(Decimal(10), Decimal(used)), restricted)


def code(decision: object) -> str:
    assert isinstance(decision, Refused)
    return decision.code


def test_ae_13_nothing_is_recorded_against_an_additional_benefit() -> None:
    assert code(record(Category.OTHER, BENEFIT, Decimal(1))) == "NOT_CONSUMABLE"


def test_ae_16_eighty_hours_booked_by_mistake_are_taken_back_and_eight_booked() -> None:
    wrong, right = (record(Category.BUILT_IN_PROACTIVE, HOURS, Decimal(n)) for n in (80, 8))
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
    assert record(category, HOURS, Decimal("1.5")) == Decimal("1.50")
    assert code(record(category, CREDITS, Decimal(1))) == "BAD_USER_INPUT"


def test_credits_are_recorded_as_credits() -> None:
    assert record(Category.PROACTIVE_CREDITS, CREDITS, Decimal(3)) == Decimal(3)


@pytest.mark.parametrize("quantity", ["0", "-1", "0.001", "NaN"])
def test_only_positive_quantities_of_two_places_are_recorded(quantity: str) -> None:
    refused = record(Category.OTHER, HOURS, Decimal(quantity))
    bounds = {"minimum": "0.01", "maximum": "9999999999.99"}
    assert refused == Refused("BAD_USER_INPUT", "I-8", "quantity", bounds)


def test_d_35_people_are_counted_and_not_recorded() -> None:
    assert code(record(Category.SUPPORT_CONTACTS, HOURS, Decimal(1))) == "NOT_CONSUMABLE"


def test_i_9_what_is_restricted_and_charged_at_creation_is_not_overdrawn_by_hand() -> None:
    capped = of_ten("8", True, DecreaseOn.CASE_CREATION)
    assert record(Category.REACTIVE_SUPPORT, capped, Decimal(2)) == Decimal(2)
    refused = record(Category.REACTIVE_SUPPORT, capped, Decimal("2.01"))
    assert isinstance(refused, Refused)
    assert (refused.code, refused.rule, refused.details) == ("ENTITLEMENT_EXHAUSTED", "I-9", {"remaining": "2.00"})


def test_i_9_what_is_unlimited_is_never_overdrawn() -> None:
    endless = Terms("e", AllocationType.CASES, DecreaseOn.CASE_CREATION, Balance(None, Decimal(5)), restricted=True)
    assert record(Category.REACTIVE_SUPPORT, endless, Decimal(1)) == Decimal(1)


@pytest.mark.parametrize(
    "terms", [of_ten("10", False, DecreaseOn.CASE_CREATION), of_ten("10", True, DecreaseOn.CASE_RESOLUTION)]
)
def test_d_12_finished_work_is_recorded_beyond_what_was_bought(terms: Terms) -> None:
    assert record(Category.REACTIVE_SUPPORT, terms, Decimal(1)) == Decimal(1)


def test_a_ledger_never_sums_up_to_more_than_a_quantity_may_be() -> None:
    """Otherwise the running total would have no room for it one day"""
    full = Terms("e", AllocationType.UNITS, None, Balance(None, LARGEST - 1))
    assert record(Category.OTHER, full, Decimal(1)) == Decimal(1)
    refused = record(Category.OTHER, full, Decimal("1.01"))
    assert isinstance(refused, Refused)
    assert (refused.code, refused.field, refused.details) == ("BAD_USER_INPUT", "quantity", {"maximum": "1.00"})
