from datetime import UTC, date, datetime

import pytest

from resolvers.rules.agreements import activate, comes_by_itself, set_personal_accounts, supports_workspaces
from resolvers.rules.refused import Refused
from tenancy.words import PersonalAccounts, Section

FIRST, LAST = date(2025, 1, 1), date(2025, 12, 31)
TODAY = date(2025, 6, 15)
ACTIVATED = datetime(2025, 1, 2, tzinfo=UTC)


def code(decision: Refused | None) -> str | None:
    return None if decision is None else decision.code


def test_ae_27_an_agreement_is_activated_once() -> None:
    assert activate(None, FIRST, LAST, TODAY) is None
    assert code(activate(ACTIVATED, FIRST, LAST, TODAY)) == "ALREADY_ACTIVATED"


@pytest.mark.parametrize("today", [date(2024, 12, 31), date(2026, 1, 1)])
def test_d_37_an_agreement_is_activated_within_its_dates(today: date) -> None:
    assert code(activate(None, FIRST, LAST, today)) == "AGREEMENT_NOT_IN_FORCE"


@pytest.mark.parametrize("today", [FIRST, LAST])
def test_3_4_both_ends_of_an_agreement_are_within_its_dates(today: date) -> None:
    assert activate(None, FIRST, LAST, today) is None
    assert supports_workspaces(ACTIVATED, FIRST, LAST, today) is None


def test_ae_31_a_workspace_needs_an_agreement_in_force() -> None:
    assert supports_workspaces(ACTIVATED, FIRST, LAST, TODAY) is None
    assert code(supports_workspaces(ACTIVATED, FIRST, LAST, date(2026, 1, 1))) == "AGREEMENT_NOT_IN_FORCE"
    assert code(supports_workspaces(None, FIRST, LAST, TODAY)) == "AGREEMENT_NOT_IN_FORCE"


def test_ws_14_add_ons_do_not_come_by_themselves() -> None:
    assert comes_by_itself(Section.ENTERPRISE_WIDE)
    assert not comes_by_itself(Section.ADD_ON)


def test_ae_34_personal_accounts_cannot_be_switched_off_under_premier() -> None:
    assert code(set_personal_accounts(PersonalAccounts.PREMIER, False)) == "PREMIER_PERSONAL_LOCKED"
    assert set_personal_accounts(PersonalAccounts.PREMIER, True) is None


@pytest.mark.parametrize("stance", [PersonalAccounts.OVERRIDE, PersonalAccounts.BLOCKED])
@pytest.mark.parametrize("allowed", [True, False])
def test_ae_36_they_can_be_elsewhere(stance: PersonalAccounts, allowed: bool) -> None:
    assert set_personal_accounts(stance, allowed) is None
