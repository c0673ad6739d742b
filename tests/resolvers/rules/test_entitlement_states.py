from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resolvers.rules.entitlement_states import (
    Definition,
    Term,
    activate,
    cancel,
    deactivate,
    decrease_on,
    define,
    edit,
    effective_state,
    make_default,
    renew,
)
from resolvers.rules.refused import Refused
from tenancy.words import AllocationType, DecreaseOn, EntitlementState

DRAFT, ACTIVE, WAITING, EXPIRED, CANCELLED = (
    EntitlementState.DRAFT,
    EntitlementState.ACTIVE,
    EntitlementState.WAITING,
    EntitlementState.EXPIRED,
    EntitlementState.CANCELLED,
)
TODAY = date(2025, 6, 15)
HOURS, CASES = AllocationType.HOURS, AllocationType.CASES


def term(state: EntitlementState, starts: date = date(2025, 7, 1), ends: date = date(2025, 12, 31)) -> Term:
    return Term(state, starts, ends)


def code(decision: object) -> str:
    assert isinstance(decision, Refused)
    return decision.code


def test_ae_68_activated_before_its_start_it_waits_then_runs_then_expires() -> None:
    assert activate(term(DRAFT), TODAY) is WAITING
    assert effective_state(term(WAITING), date(2025, 6, 30)) is WAITING
    assert effective_state(term(WAITING), date(2025, 7, 1)) is ACTIVE
    assert effective_state(term(WAITING), date(2025, 12, 31)) is ACTIVE
    assert effective_state(term(WAITING), date(2026, 1, 1)) is EXPIRED
    assert effective_state(term(ACTIVE), date(2026, 1, 1)) is EXPIRED


def test_activating_takes_the_state_of_the_day() -> None:
    assert activate(term(DRAFT), date(2025, 7, 1)) is ACTIVE
    assert activate(term(DRAFT), date(2026, 1, 1)) is EXPIRED


@pytest.mark.parametrize("state", [ACTIVE, WAITING, EXPIRED, CANCELLED])
def test_only_a_draft_is_activated_or_edited(state: EntitlementState) -> None:
    assert code(activate(term(state), date(2025, 8, 1))) == "ENTITLEMENT_STATE"
    assert code(edit(term(state), date(2025, 8, 1))) == "ENTITLEMENT_STATE"


def test_a_draft_is_edited() -> None:
    assert edit(term(DRAFT), TODAY) is None


@pytest.mark.parametrize("state", [ACTIVE, WAITING])
def test_d_36_running_and_waiting_ones_go_back_to_draft_or_are_cancelled(state: EntitlementState) -> None:
    assert deactivate(term(state), date(2025, 8, 1)) is DRAFT
    assert cancel(term(state), date(2025, 8, 1)) is CANCELLED


@pytest.mark.parametrize("state", [DRAFT, CANCELLED, EXPIRED])
def test_the_others_are_neither_deactivated_nor_cancelled(state: EntitlementState) -> None:
    assert code(deactivate(term(state), TODAY)) == "ENTITLEMENT_STATE"
    assert code(cancel(term(state), TODAY)) == "ENTITLEMENT_STATE"


def test_an_entitlement_that_ran_out_is_expired_before_anybody_wrote_it_down() -> None:
    late = date(2026, 1, 10)
    assert code(deactivate(term(ACTIVE), late)) == "ENTITLEMENT_STATE"
    assert isinstance(renew(term(ACTIVE), late), Term)


def test_ae_68_renewal_is_a_new_draft_from_today_for_as_many_days() -> None:
    assert renew(term(EXPIRED), date(2026, 1, 10)) == Term(DRAFT, date(2026, 1, 10), date(2026, 7, 12))


@pytest.mark.parametrize("state", [DRAFT, ACTIVE, WAITING])
def test_only_ended_ones_are_renewed(state: EntitlementState) -> None:
    assert code(renew(term(state), date(2025, 8, 1))) == "ENTITLEMENT_STATE"


def test_i_7_only_an_active_one_becomes_the_default() -> None:
    assert make_default(term(ACTIVE), date(2025, 8, 1)) is None
    refused = make_default(term(WAITING), TODAY)
    assert refused == Refused("ENTITLEMENT_STATE", "AE-68", details={"state": WAITING})


@given(st.dates(date(2020, 1, 1), date(2030, 1, 1)), st.integers(0, 4000), st.dates(date(2020, 1, 1), date(2040, 1, 1)))
def test_a_renewal_lasts_as_long_as_what_it_renews(starts: date, days: int, today: date) -> None:
    renewed = renew(Term(CANCELLED, starts, starts + timedelta(days=days)), today)
    assert isinstance(renewed, Term)
    assert renewed.starts_on == today
    assert (renewed.ends_on - renewed.starts_on).days == days


def definition(
    allocation: AllocationType = CASES,
    moment: DecreaseOn | None = DecreaseOn.CASE_RESOLUTION,
    total: str | None = "10",
    channels: tuple[str, ...] = (),
    ends_on: date = date(2025, 12, 31),
) -> Definition:
    terms = None if total is None else Decimal(total)
    return Definition(date(2025, 7, 1), ends_on, allocation, moment, terms, tuple(map(Decimal, channels)))


@pytest.mark.parametrize(
    "sound",
    [
        definition(),
        definition(HOURS),
        definition(CASES, DecreaseOn.CASE_CREATION),
        definition(AllocationType.CREDITS, None),
        definition(total=None, channels=("5", "500")),
        definition(channels=("4", "6")),
        definition(ends_on=date(2025, 7, 1)),
        Definition(date(2000, 1, 1), date(2999, 12, 31), CASES, None, None),
        Definition(date(2999, 12, 31), date(2999, 12, 31), CASES, None, None),
    ],
)
def test_these_entitlements_may_be_written(sound: Definition) -> None:
    assert define(sound) is None


@pytest.mark.parametrize(
    ("unsound", "rule", "field"),
    [
        (definition(HOURS, DecreaseOn.CASE_CREATION), "I-6", "decrease_on"),
        (definition(HOURS, None), "I-6", "decrease_on"),
        (definition(ends_on=date(2025, 6, 30)), "CS-31", "ends_on"),
        (definition(total="-1"), "I-9", "total_terms"),
        (definition(total="1.001"), "I-9", "total_terms"),
        (definition(channels=("-1",)), "I-9", "channels"),
        (definition(channels=("4", "6.01")), "D-38", "channels"),
    ],
)
def test_ae_58_and_d_38_these_may_not(unsound: Definition, rule: str, field: str) -> None:
    assert define(unsound) == Refused("BAD_USER_INPUT", rule, field)


def test_hours_and_cases_go_down_at_resolution_unless_said_otherwise() -> None:
    assert decrease_on(HOURS, None) is DecreaseOn.CASE_RESOLUTION
    assert decrease_on(CASES, None) is DecreaseOn.CASE_RESOLUTION
    assert decrease_on(CASES, DecreaseOn.CASE_CREATION) is DecreaseOn.CASE_CREATION
    assert decrease_on(AllocationType.UNITS, None) is None


@pytest.mark.parametrize(
    ("starts", "ends", "field"),
    [
        (date(1999, 12, 31), date(2025, 1, 1), "starts_on"),
        (date(3000, 1, 1), date(3000, 1, 1), "starts_on"),
        (date(2025, 1, 1), date(3000, 1, 1), "ends_on"),
        (date(2025, 1, 2), date(2025, 1, 1), "ends_on"),
    ],
)
def test_an_entitlement_lies_in_days_that_can_be_reckoned_with(starts: date, ends: date, field: str) -> None:
    refused = define(Definition(starts, ends, CASES, None, None))
    assert isinstance(refused, Refused)
    assert (refused.code, refused.field) == ("BAD_USER_INPUT", field)


def test_d_32_what_never_ended_is_renewed_for_as_long_as_there_are_days() -> None:
    assert renew(term(CANCELLED, date(2000, 1, 1), date.max), TODAY) == Term(DRAFT, TODAY, date(2999, 12, 31))
