"""The demo world holds the common data of the acceptance examples: terms, cases, shares, invitations."""

from collections import Counter
from datetime import date
from decimal import Decimal
from hashlib import sha256

import pytest

from gateway.demo import ids
from resolvers.rules import additional_cases
from tenancy.words import (
    Category,
    Classification,
    SupportKind,
)
from tests.gateway.demo.told import TODAY, Record, row, rows


def _used(line: str, workspace: str | None = None) -> Decimal:
    place = {"workspace_id": ids.of(workspace)} if workspace else {}
    return sum(
        (Decimal(each["quantity"]) for each in rows("consumption", entitlement_id=ids.of(line), **place)), Decimal(0)
    )


@pytest.mark.parametrize(
    ("line", "workspace", "total", "used"),
    [
        ("B1-proactive", None, "400.00", "200.00"),  # AE-9
        ("B1-proactive", "W1", "400.00", "120.00"),
        ("B1-proactive", "W2", "400.00", "80.00"),
        ("B1-advisory", None, "50.00", "12.00"),  # AE-12
        ("B1-advisory", "W1", "50.00", "12.00"),
        ("B1-reactive", None, None, "9.00"),
        ("B1-reactive", "W1", None, "9.00"),
        ("X1-credits", None, "120.00", "0"),  # AE-13
        ("X2-dse", None, "160.00", "8.00"),  # AE-16
        ("B1-education", "W1", None, "23.00"),  # AE-19
        ("B1-education", "W2", None, "9.00"),
        ("B2-reactive", None, "10.00", "3.00"),
    ],
)
def test_what_was_used_is_what_the_examples_say(line: str, workspace: str | None, total: str | None, used: str) -> None:
    assert row(f"contoso/{line}")["total_terms"] == total
    assert _used(f"contoso/{line}", workspace and f"contoso/{workspace}") == Decimal(used)


def test_every_category_was_bought_and_a_benefit_has_no_ledger() -> None:
    """CA-16, AE-13, I-11."""
    assert {line["category"] for line in rows("entitlement", "contoso")} == set(Category)
    assert not row("contoso/X1-briefings")["is_consumable"]
    assert rows("consumption", entitlement_id=ids.of("contoso/X1-briefings")) == []


def test_education_can_be_acted_on_and_assessments_cannot() -> None:
    """AE-17."""
    assert row("contoso/B1-education")["action_url"]
    assert row("contoso/B1-assessments")["action_url"] is None


def test_untouched_terms_are_untouched() -> None:
    """AE-56..AE-69 start from totals."""
    lines = [each for each in rows("entitlement", "contoso") if each["id"] in _TERMS]
    assert len(lines) == len(_TERMS)
    assert [each["name"] for each in lines if rows("consumption", entitlement_id=each["id"])] == []


_TERMS = {
    *(ids.of(f"contoso/terms-{name}") for name in ("creation", "second", "resolution", "hours", "single", "open")),
    *(ids.of(f"contoso/terms-{name}") for name in ("gold", "channel", "scoped", "draft", "waiting", "expired")),
    *(ids.of(f"contoso/terms-{name}") for name in ("cancelled", "renewed")),
}


def test_packages_reach_the_workspaces_of_the_common_data() -> None:
    mapped = {(each["package_id"], each["workspace_id"]) for each in rows("workspace_package", "contoso")}
    pairs = ("B0 W1", "B1 W1", "B1 W2", "B2 W4", "X1 W1", "X2 W1")
    assert mapped == {tuple(ids.of(f"contoso/{name}") for name in pair.split()) for pair in pairs}


# --- additional cases


def _request(case: Record) -> additional_cases.Request:
    agreement = next((each for each in rows("agreement") if each["id"] == case["agreement_id"]), None)
    packages = {each["id"] for each in rows("package") if agreement and each["agreement_id"] == agreement["id"]}
    places = frozenset(each["workspace_id"] for each in rows("workspace_package") if each["package_id"] in packages)
    return additional_cases.Request(
        SupportKind(case["support_kind"]),
        additional_cases.Backing(date.fromisoformat(agreement["ends_on"]), places) if agreement else None,
        case["package_id"] is not None,
        case["entitlement_id"] is not None,
        case["classification"] and Classification(case["classification"]),
    )


def _reasons(name: str, today: date = TODAY) -> list[str]:
    selected = frozenset({ids.of("contoso/W1")})
    return [*additional_cases.reasons(_request(row(f"contoso/{name}")), selected, today)]


@pytest.mark.parametrize(
    ("case", "expected"),
    [
        ("K1", ["AGREEMENT_EXPIRED"]),  # AE-1
        ("K2", []),  # AE-2
        ("K4", ["MISSING_AGREEMENT"]),  # AE-4
        ("K5", ["MISSING_PACKAGE"]),
        ("K6", ["MISSING_SERVICE"]),
        ("K7", ["AGREEMENT_NOT_MAPPED"]),
        ("K8", ["AGREEMENT_EXPIRED"]),
        ("K9", ["MISSING_AGREEMENT", "CLASSIFIED"]),
        ("K10", ["AGREEMENT_EXPIRED", "MISSING_PACKAGE"]),
        ("K11", ["CLASSIFIED"]),  # AE-5
        ("K14", ["CLASSIFIED"]),
        ("K15", []),  # AE-6
        ("K20", []),
    ],
)
def test_a_case_is_additional_for_the_reasons_of_the_examples(case: str, expected: list[str]) -> None:
    assert _reasons(case) == expected


def test_a_regular_case_becomes_additional_when_its_agreement_has_ended() -> None:
    """AE-2."""
    assert _reasons("K2", date(2025, 12, 31)) == []
    assert _reasons("K2", date(2026, 1, 1)) == ["AGREEMENT_EXPIRED"]


def test_the_panel_of_w1_counts_five_and_seven() -> None:
    """AE-8."""
    w1 = ids.of("contoso/W1")
    cases = map(_request, rows("incident", "contoso", workspace_id=w1))
    counts = additional_cases.panel(cases, frozenset({w1}), TODAY)
    assert counts == {SupportKind.ADVISORY: 5, SupportKind.PROBLEM_RESOLUTION: 7}


def test_k20_is_open_to_g1_to_bo_and_to_its_primary_contact() -> None:
    """AE-20."""
    k20 = row("contoso/K20")
    shares = {each["user_id"] or each["group_id"] for each in rows("incident_share", incident_id=k20["id"])}
    assert shares == {ids.user("bo"), ids.of("contoso/G1")}
    assert k20["primary_contact_user_id"] == ids.user("cy")
    members = {each["user_id"] for each in rows("support_group_member", group_id=ids.of("contoso/G1"))}
    assert ids.user("ann") in members
    assert not members & {ids.user(key) for key in ("ed", "fay", "gus", "hal", "kim")}


def test_an_invitation_is_kept_as_the_hash_of_its_token() -> None:
    """WS-20: tests redeem `ids.invitation_token(...)`."""
    kept = row("contoso/kim-W2")["token_hash"]
    assert kept == sha256(ids.invitation_token("contoso/kim-W2").encode()).hexdigest()
    assert {each["status"] for each in rows("invitation", "contoso")} == {"PENDING", "REDEEMED", "REVOKED"}


def test_two_customers_may_have_agreements_of_one_number() -> None:
    """T-04."""
    assert row("contoso/A1")["number"] == row("fabrikam/A1")["number"]


def test_wingtip_waits_as_the_activation_example_begins() -> None:
    """AE-27."""
    contacts = Counter(each["kind"] for each in rows("agreement_contact", "wingtip"))
    assert contacts == {"SERVICES_ADMIN": 1, "SUPPORT_CONTACT": 3}
    assert rows("workspace", "wingtip") == []
    assert Counter(each["section"] for each in rows("package", "wingtip")) == {"ENTERPRISE_WIDE": 1, "ADD_ON": 2}
