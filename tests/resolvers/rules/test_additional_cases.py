from dataclasses import replace
from datetime import date
from itertools import product

import pytest

from resolvers.rules.additional_cases import SERVICES, AdditionalReason, Backing, Request, panel, reasons, unbacked
from tenancy.words import Classification, SupportKind

TODAY = date(2025, 6, 15)
W1 = frozenset({"W1"})
A0 = Backing(date(2024, 12, 31), W1)
A1 = Backing(date(2025, 12, 31), frozenset({"W1", "W2"}))
ADVISORY, PROBLEM, OTHER = SupportKind.ADVISORY, SupportKind.PROBLEM_RESOLUTION, SupportKind.OTHER
REGULAR = Request(PROBLEM, A1, has_package=True, has_entitlement=True)


def test_ae_1_a_case_on_an_expired_agreement_is_additional() -> None:
    k1 = Request(ADVISORY, A0, True, True)
    assert reasons(k1, W1, TODAY) == (AdditionalReason.AGREEMENT_EXPIRED,)
    assert panel([k1], W1, TODAY) == {ADVISORY: 1, PROBLEM: 0}


def test_ae_2_the_day_of_looking_decides() -> None:
    assert reasons(REGULAR, W1, date(2025, 12, 31)) == ()
    assert reasons(REGULAR, W1, date(2026, 1, 1)) == (AdditionalReason.AGREEMENT_EXPIRED,)


def test_ae_4_what_should_hold_the_case_is_missing() -> None:
    cases = [
        Request(PROBLEM, None, False, False),
        Request(PROBLEM, A1, False, False),
        Request(PROBLEM, A1, True, False),
    ]
    assert [reasons(case, W1, TODAY) for case in cases] == [
        (AdditionalReason.MISSING_AGREEMENT,),
        (AdditionalReason.MISSING_PACKAGE,),
        (AdditionalReason.MISSING_SERVICE,),
    ]
    assert panel(cases, W1, TODAY)[PROBLEM] == 3


@pytest.mark.parametrize("code", Classification)
def test_ae_5_a_classified_case_is_additional_although_everything_is_there(code: Classification) -> None:
    case = replace(REGULAR, support_kind=ADVISORY, classification=code)
    assert reasons(case, W1, TODAY) == (AdditionalReason.CLASSIFIED,)


def test_ae_6_other_cases_are_never_additional() -> None:
    case = Request(OTHER, None, False, False, Classification.SU)
    assert reasons(case, W1, TODAY) == ()
    assert panel([case], W1, TODAY) == {ADVISORY: 0, PROBLEM: 0}


def test_ae_8_the_panel_has_exactly_two_lines() -> None:
    lost = Request(ADVISORY, None, False, False)
    cases = [lost] * 5 + [replace(lost, support_kind=PROBLEM)] * 7 + [REGULAR] * 3
    assert list(panel(cases, W1, TODAY).items()) == [(ADVISORY, 5), (PROBLEM, 7)]
    assert list(panel([], W1, TODAY)) == list(SERVICES)


def test_d_9_mapped_to_any_selected_workspace_is_mapped() -> None:
    assert reasons(REGULAR, frozenset({"W2", "W3"}), TODAY) == ()
    assert reasons(REGULAR, frozenset({"W3"}), TODAY) == (AdditionalReason.AGREEMENT_NOT_MAPPED,)


def test_d_10_all_reasons_are_listed_and_the_case_counts_once() -> None:
    case = Request(ADVISORY, Backing(date(2024, 1, 1), frozenset()), False, False, Classification.REC)
    assert reasons(case, W1, TODAY) == (
        AdditionalReason.AGREEMENT_EXPIRED,
        AdditionalReason.AGREEMENT_NOT_MAPPED,
        AdditionalReason.MISSING_PACKAGE,
        AdditionalReason.CLASSIFIED,
    )
    assert panel([case], W1, TODAY)[ADVISORY] == 1


def test_a_row_tells_whether_its_case_is_additional_to_everybody() -> None:
    """The same as the rule says where the agreement is in force and mapped; a package has an agreement"""
    for agreement, package, entitlement, code in product([None, "A1"], [None, "P1"], [None, "E1"], [None, "SU"]):
        if package and not agreement:
            continue
        row = {"agreement_id": agreement, "package_id": package, "entitlement_id": entitlement, "classification": code}
        kind = Classification(code) if code else None
        case = Request(ADVISORY, A1 if agreement else None, bool(package), bool(entitlement), kind)
        assert unbacked(row) is bool(reasons(case, W1, TODAY))
