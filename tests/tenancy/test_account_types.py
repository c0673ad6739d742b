from datetime import UTC, date, datetime
from itertools import product

import pytest

from tenancy.account_types import (
    Admission,
    Ground,
    account_type,
    admission,
    in_force,
    personal_accounts,
)
from tenancy.words import AccountType, PersonalAccounts

CONSUMERS = "9188040d-6c67-4c5b-b112-36a304b66dad"
CONTOSO = "5c1f9f0e-7a0a-4f0f-9d5f-6d1d1b0f3c11"
TODAY = date(2025, 6, 15)
BOTH = (False, True)


def test_the_tenant_id_of_the_token_decides_the_type() -> None:
    assert account_type(CONSUMERS) is AccountType.PERSONAL
    assert account_type(CONTOSO) is AccountType.WORK_SCHOOL


def test_spelling_the_consumer_tenant_differently_does_not_make_a_work_account() -> None:
    assert account_type(CONSUMERS.upper()) is AccountType.PERSONAL
    assert account_type(CONSUMERS.replace("-", "")) is AccountType.PERSONAL


def test_ae_40_a_personal_account_invited_as_a_guest_is_a_work_account() -> None:
    """The token names Contoso as its tenant; `idp` and `acct` are no arguments of the rule (D-4)."""
    guest = account_type(CONTOSO)
    assert admission(guest, premier=False, unified=True, allow=False).admitted


@pytest.mark.parametrize("tid", [CONSUMERS, CONTOSO])
def test_an_application_token_is_an_application_in_every_tenant(tid: str) -> None:
    assert account_type(tid, is_application=True) is AccountType.APPLICATION


@pytest.mark.parametrize(("premier", "unified", "allow"), [*product(BOTH, repeat=3)])
def test_a_work_account_is_admitted_whatever_the_agreements_are(premier: bool, unified: bool, allow: bool) -> None:
    assert admission(AccountType.WORK_SCHOOL, premier, unified, allow) == Admission(True, Ground.WORK)


@pytest.mark.parametrize(("premier", "unified", "allow"), [*product(BOTH, repeat=3)])
def test_an_application_is_admitted_nowhere(premier: bool, unified: bool, allow: bool) -> None:
    """D-30"""
    assert admission(AccountType.APPLICATION, premier, unified, allow) == Admission(False, Ground.APPLICATION)


@pytest.mark.parametrize(
    ("premier", "unified", "allow", "ground"),
    [
        (True, False, False, Ground.PREMIER),
        (True, False, True, Ground.PREMIER),
        (True, True, False, Ground.PREMIER),
        (True, True, True, Ground.PREMIER),
        (False, True, True, Ground.OVERRIDE),
        (False, True, False, Ground.BLOCKED),
        (False, False, False, Ground.BLOCKED),
        (False, False, True, Ground.BLOCKED),
    ],
)
def test_the_whole_table_for_personal_accounts(premier: bool, unified: bool, allow: bool, ground: Ground) -> None:
    """Section 3.4; D-5: mixed programmes follow Premier, an override without any in force is void."""
    expected = Admission(ground is not Ground.BLOCKED, ground)
    assert admission(AccountType.PERSONAL, premier, unified, allow) == expected
    assert personal_accounts(premier, unified, allow) == PersonalAccounts(ground.value)


def test_ae_34_premier_admits_a_personal_account() -> None:
    assert admission(AccountType.PERSONAL, premier=True, unified=False, allow=False).admitted


def test_ae_35_unified_refuses_a_personal_account_and_admits_a_work_account() -> None:
    assert not admission(AccountType.PERSONAL, premier=False, unified=True, allow=False).admitted
    assert admission(AccountType.WORK_SCHOOL, premier=False, unified=True, allow=False).admitted


def test_ae_36_and_37_the_override_admits_and_withdrawing_it_refuses() -> None:
    assert admission(AccountType.PERSONAL, premier=False, unified=True, allow=True).admitted
    assert not admission(AccountType.PERSONAL, premier=False, unified=True, allow=False).admitted


@pytest.mark.parametrize(
    ("today", "expected"),
    [
        (date(2024, 12, 31), False),
        (date(2025, 1, 1), True),
        (date(2025, 12, 31), True),
        (date(2026, 1, 1), False),
    ],
)
def test_a_04_an_agreement_is_in_force_from_its_first_to_its_last_day(today: date, expected: bool) -> None:
    activated = datetime(2024, 12, 1, tzinfo=UTC)
    assert in_force(activated, date(2025, 1, 1), date(2025, 12, 31), today) is expected


def test_an_agreement_that_nobody_activated_is_not_in_force() -> None:
    assert not in_force(None, date(2025, 1, 1), date(2025, 12, 31), TODAY)
