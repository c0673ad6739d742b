from dataclasses import replace
from decimal import Decimal

import pytest

from resolvers.rules.decrement import Balance, Charge, Claimant, Entry, Terms, concerned, cost, due, settle
from resolvers.rules.refused import Refused
from tenancy.words import AllocationType, CaseState, Classification, DecreaseOn, Origin
from tests.resolvers.rules.one_case import CREATION, RESOLUTION, Ledger, cases, hours

ACTIVE, RESOLVED, CANCELLED = CaseState.ACTIVE, CaseState.RESOLVED, CaseState.CANCELLED


def test_ae_56_creation_terms_go_down_with_the_case_and_come_back_with_its_cancelling() -> None:
    ledger = Ledger(cases(CREATION))
    seen = []
    for step in (
        {"to": "E1"},
        {"state": CANCELLED},
        {"state": ACTIVE},
        {"state": RESOLVED},
        {"state": ACTIVE},
    ):
        assert ledger.change(**step) is None
        seen.append(ledger.left())
    assert seen == ["9.00", "10.00", "9.00", "9.00", "9.00"]


def test_ae_57_resolution_terms_go_down_with_the_resolution_and_come_back_with_the_reactivation() -> None:
    ledger = Ledger(cases(RESOLUTION))
    seen = []
    for step in ({"to": "E1"}, {"state": RESOLVED}, {"state": ACTIVE}, {"state": RESOLVED}):
        ledger.change(**step)
        seen.append(ledger.left())
    ledger.case, ledger.open = None, {}
    ledger.change("E1", state=ACTIVE)
    ledger.change(state=CANCELLED)
    assert [*seen, ledger.left()] == ["10.00", "9.00", "10.00", "9.00", "9.00"]


def test_ae_58_hours_are_billable_minutes_to_two_places() -> None:
    ledger = Ledger(hours())
    ledger.change("E1")
    ledger.change(state=RESOLVED, billable_minutes=30)
    assert ledger.left() == "9.50"
    ledger.case, ledger.open = None, {}
    ledger.change("E1", state=ACTIVE)
    ledger.change(state=RESOLVED, billable_minutes=50)
    assert ledger.left() == "8.67"


def test_ae_84_thirty_billable_minutes_charge_half_an_hour() -> None:
    assert str(cost(Claimant(hours(), RESOLVED, billable_minutes=30))) == "0.50"


@pytest.mark.parametrize(("minutes", "charge"), [(50, "0.83"), (1, "0.02"), (3, "0.05"), (9, "0.15"), (100, "1.67")])
def test_d_34_hours_round_half_up_per_case(minutes: int, charge: str) -> None:
    assert str(cost(Claimant(hours(), billable_minutes=minutes))) == charge


def test_a_resolution_without_billable_time_writes_no_row_of_zero() -> None:
    ledger = Ledger(hours())
    ledger.change("E1")
    ledger.change(state=RESOLVED, billable_minutes=0)
    assert ledger.rows == []


def test_ae_59_an_exempt_case_is_not_charged() -> None:
    ledger = Ledger(cases(RESOLUTION))
    ledger.change("E1")
    ledger.change(decrement_terms=False)
    ledger.change(state=RESOLVED)
    assert ledger.left() == "10.00"


def test_ae_61_a_restricted_entitlement_refuses_the_case_after_the_last() -> None:
    full = replace(cases(CREATION, total=1, restricted=True), balance=Balance(Decimal(1), Decimal(1)))
    refused = settle(None, Claimant(full))
    assert refused == Refused("ENTITLEMENT_EXHAUSTED", "D-12", "entitlement_id", {"remaining": "0.00"})


def test_ae_61_an_unrestricted_entitlement_goes_below_zero() -> None:
    full = replace(cases(CREATION, total=1), balance=Balance(Decimal(1), Decimal(1)))
    assert settle(None, Claimant(full)) == (Entry("E1", Decimal("1.00"), None, None),)


def test_2_3_terms_are_open_and_minutes_none_unless_said_otherwise() -> None:
    full = Terms("E1", AllocationType.CASES, CREATION, Balance(Decimal(1), Decimal(1)))
    assert settle(None, Claimant(full)) == (Entry("E1", Decimal("1.00"), None, None),)
    assert cost(Claimant(hours())) == 0


def test_unlimited_terms_are_never_exhausted() -> None:
    endless = replace(cases(CREATION, restricted=True), balance=Balance(None, Decimal(10**6)))
    assert not isinstance(settle(None, Claimant(endless)), Refused)


@pytest.mark.parametrize(("used", "refused"), [("9.99", False), ("10.00", True), ("10.50", True)])
def test_d_12_resolution_terms_refuse_a_new_case_when_nothing_is_left(used: str, refused: bool) -> None:
    terms = replace(hours(), restricted=True, balance=Balance(Decimal(10), Decimal(used)))
    assert isinstance(settle(None, Claimant(terms)), Refused) is refused
    assert isinstance(settle(Claimant(None), Claimant(terms)), Refused) is refused


@pytest.mark.parametrize("used", ["9.90", "10.00", "12.00"])
def test_d_12_resolving_is_never_refused(used: str) -> None:
    terms = replace(hours(), restricted=True, balance=Balance(Decimal(10), Decimal(used)))
    entries = settle(Claimant(terms), Claimant(terms, RESOLVED, billable_minutes=600))
    assert entries == (Entry("E1", Decimal("10.00"), None, None),)


@pytest.mark.parametrize("decrease_on", [CREATION, RESOLUTION])
@pytest.mark.parametrize("state", CaseState)
def test_d_12_what_charges_nothing_is_never_refused_however_much_is_overdrawn(
    decrease_on: DecreaseOn, state: CaseState
) -> None:
    """Terms may be overdrawn before they are restricted, or by resolutions."""
    over = replace(cases(decrease_on, restricted=True), balance=Balance(Decimal(10), Decimal(12)))
    charges = [Charge("1", "E1", Decimal(1))] if due(Claimant(over, state)) else []
    for after in (Claimant(over, state, origin=Origin.WEB), Claimant(over, state, decrement_terms=False)):
        assert not isinstance(settle(Claimant(over, state), after, charges), Refused)
    assert not isinstance(settle(Claimant(over, state), Claimant(over, CANCELLED), charges), Refused)


def test_reactivating_a_cancelled_case_is_refused_when_somebody_else_took_the_last_terms() -> None:
    full = replace(cases(CREATION, total=1, restricted=True), balance=Balance(Decimal(1), Decimal(1)))
    assert isinstance(settle(Claimant(full, CANCELLED), Claimant(full)), Refused)


def test_ae_67_swapping_the_entitlement_gives_back_and_charges_anew() -> None:
    ledger = Ledger(cases(CREATION), cases(CREATION, total=4, id="E2"))
    ledger.change("E1")
    ledger.change("E2")
    assert (ledger.left("E1"), ledger.left("E2")) == ("10.00", "3.00")
    assert [row.quantity for row in ledger.rows] == [1, -1, 1]


def test_d_16_taking_the_entitlement_off_gives_back() -> None:
    ledger = Ledger(cases(CREATION))
    ledger.change("E1")
    ledger.change(entitlement=None)
    assert ledger.left() == "10.00"


def test_d_14_exempting_gives_back_and_taking_it_back_does_not_charge_again() -> None:
    ledger = Ledger(cases(CREATION))
    ledger.change("E1")
    ledger.change(decrement_terms=False)
    assert ledger.left() == "10.00"
    for step in ({"decrement_terms": True}, {"state": RESOLVED}, {"state": ACTIVE}):
        ledger.change(**step)
        assert ledger.left() == "10.00"


def test_d_14_cancelling_and_reactivating_is_an_event_that_charges() -> None:
    ledger = Ledger(cases(CREATION))
    ledger.change("E1", decrement_terms=False)
    ledger.change(decrement_terms=True)
    ledger.change(state=CANCELLED)
    ledger.change(state=ACTIVE)
    assert ledger.left() == "9.00"


def test_d_14_taking_an_exemption_back_lets_the_later_resolution_charge() -> None:
    ledger = Ledger(cases(RESOLUTION))
    ledger.change("E1", decrement_terms=False)
    ledger.change(decrement_terms=True)
    ledger.change(state=RESOLVED)
    assert ledger.left() == "9.00"


def test_d_10_a_classified_case_is_additional_and_charges_nothing() -> None:
    ledger = Ledger(cases(CREATION))
    ledger.change("E1", classification=Classification.SU)
    assert ledger.left() == "10.00"
    ledger.change(classification=None)
    assert ledger.left() == "9.00"
    ledger.change(classification=Classification.REC)
    assert ledger.left() == "10.00"


def test_d_18_a_merged_case_is_cancelled_and_gives_back() -> None:
    ledger = Ledger(cases(CREATION))
    ledger.change("E1")
    ledger.change(state=CANCELLED)
    assert ledger.left() == "10.00"


@pytest.mark.parametrize("decrease_on", [CREATION, RESOLUTION])
def test_i_11_an_additional_benefit_is_never_charged_and_never_exhausted(decrease_on: DecreaseOn) -> None:
    benefit = replace(cases(decrease_on, total=0, restricted=True), is_consumable=False)
    assert settle(None, Claimant(benefit)) == ()


@pytest.mark.parametrize("allocation", [AllocationType.CREDITS, AllocationType.UNITS])
def test_cases_do_not_use_up_credits_or_units(allocation: AllocationType) -> None:
    assert settle(None, Claimant(replace(cases(CREATION), allocation=allocation))) == ()


def test_an_entitlement_that_names_no_moment_is_never_charged() -> None:
    terms = replace(cases(CREATION), decrease_on=None)
    assert not due(Claimant(terms))
    assert not due(Claimant(terms, RESOLVED))


def test_a_case_without_entitlement_owes_nothing() -> None:
    assert not due(Claimant(None))
    assert settle(None, Claimant(None)) == ()


def test_locks_are_taken_in_one_order_and_once() -> None:
    charges = [Charge(str(n), f"E{n % 7}", Decimal(1)) for n in (6, 4, 1, 3, 0, 2, 13)]
    assert concerned(Claimant(cases(CREATION, id="E5")), charges) == tuple(f"E{n}" for n in range(7))
    assert concerned(Claimant(None), charges[:2]) == ("E4", "E6")
