from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from resolvers.rules.applicability import Claim, Cover, applicable, covers, default_on_create, default_on_update
from resolvers.rules.entitlement_states import Term
from resolvers.rules.refused import Refused
from tenancy.words import EntitlementState, Origin

TODAY = date(2025, 6, 15)
YEAR = Term(EntitlementState.ACTIVE, date(2025, 1, 1), date(2025, 12, 31))
COVER = Cover("E1", YEAR, customer_id="contoso")
CLAIM = Claim("contoso", "ben", "p2", Origin.PHONE, "contoso")


def refusal(cover: Cover, claim: Claim = CLAIM) -> tuple[str, str, str | None]:
    refused = applicable(cover, claim, TODAY)
    assert refused is not None
    return refused.code, refused.rule, refused.field


def test_ae_65_without_products_and_contacts_everything_is_covered() -> None:
    assert applicable(COVER, CLAIM, TODAY) is None
    assert applicable(COVER, Claim("contoso"), TODAY) is None


def test_ae_65_a_listed_product_or_contact_excludes_the_others() -> None:
    narrow = replace(COVER, products=frozenset({"p1"}), contacts=frozenset({"ann"}))
    assert refusal(narrow) == ("ENTITLEMENT_NOT_APPLICABLE", "AE-65", "product_id")
    assert refusal(narrow, replace(CLAIM, product_id="p1")) == ("ENTITLEMENT_NOT_APPLICABLE", "AE-65", "contact_id")
    assert applicable(narrow, replace(CLAIM, product_id="p1", contact_id="ann"), TODAY) is None


def test_a_customer_who_is_a_listed_contact_claims_in_person_but_not_through_somebody_else() -> None:
    cover = replace(COVER, customer_id="ann", contacts=frozenset({"ann"}))
    assert applicable(cover, Claim("ann"), TODAY) is None
    assert refusal(cover, Claim("ann", "ben"))[2] == "contact_id"


@pytest.mark.parametrize("customer", ["contoso", None])
def test_i_16_nobody_of_another_customer_claims_it(customer: str | None) -> None:
    """2.3: without contact rows every contact of the customer may claim it, and so no others."""
    cover = replace(COVER, customer_id=customer, is_mapped=True)
    stranger = replace(CLAIM, contact_account_id="fabrikam")
    assert refusal(cover, stranger) == ("ENTITLEMENT_NOT_APPLICABLE", "I-16", "contact_id")
    assert refusal(cover, replace(CLAIM, contact_account_id=None))[2] == "contact_id"
    assert applicable(cover, Claim("contoso", "contoso"), TODAY) is None


def test_ae_64_and_d_13_a_channel_with_a_total_of_zero_is_closed_and_the_others_are_open() -> None:
    cover = replace(COVER, channels={Origin.WEB: Decimal("0.00"), Origin.EMAIL: Decimal(3)})
    assert refusal(cover, replace(CLAIM, origin=Origin.WEB)) == ("ENTITLEMENT_NOT_APPLICABLE", "AE-64", "origin")
    for origin in (Origin.PHONE, Origin.EMAIL, None):
        assert applicable(cover, replace(CLAIM, origin=origin), TODAY) is None


def test_i_16_an_entitlement_of_another_customer_is_not_applicable() -> None:
    assert refusal(replace(COVER, customer_id="fabrikam")) == ("ENTITLEMENT_NOT_APPLICABLE", "I-16", "customer_id")


@pytest.mark.parametrize(("mapped", "code"), [(True, None), (False, "ENTITLEMENT_NOT_APPLICABLE")])
def test_i_16_an_entitlement_without_customer_comes_with_the_packages_of_the_workspace(
    mapped: bool, code: str | None
) -> None:
    refused = applicable(replace(COVER, customer_id=None, is_mapped=mapped), CLAIM, TODAY)
    assert (refused and refused.code) == code


def test_i_16_an_entitlement_without_customer_is_nobodys_until_it_is_known_to_be_mapped() -> None:
    assert refusal(Cover("E1", YEAR)) == ("ENTITLEMENT_NOT_APPLICABLE", "I-16", "customer_id")


@pytest.mark.parametrize(
    ("state", "today"),
    [
        (EntitlementState.WAITING, date(2024, 12, 31)),
        (EntitlementState.ACTIVE, date(2026, 1, 1)),
        (EntitlementState.DRAFT, TODAY),
        (EntitlementState.CANCELLED, TODAY),
    ],
)
def test_ae_68_only_an_active_entitlement_is_put_on_a_case(state: EntitlementState, today: date) -> None:
    refused = applicable(replace(COVER, term=replace(YEAR, state=state)), CLAIM, today)
    assert isinstance(refused, Refused)
    told = EntitlementState.EXPIRED if today > YEAR.ends_on else state
    assert refused == Refused("ENTITLEMENT_NOT_ACTIVE", "AE-68", "entitlement_id", {"state": told})


def test_a_case_keeps_an_entitlement_that_ran_out_as_long_as_it_covers_the_claim() -> None:
    over = replace(COVER, term=replace(YEAR, state=EntitlementState.EXPIRED))
    assert covers(over, CLAIM) is None


def test_ae_69_a_new_case_without_entitlement_gets_the_default() -> None:
    assert default_on_create(True, None, COVER, CLAIM, TODAY) == "E1"
    assert default_on_create(True, "E9", COVER, CLAIM, TODAY) == "E9"
    assert default_on_create(False, None, COVER, CLAIM, TODAY) is None
    assert default_on_create(True, None, None, CLAIM, TODAY) is None


def test_a_default_that_does_not_cover_the_case_is_passed_over() -> None:
    assert default_on_create(True, None, replace(COVER, products=frozenset({"p1"})), CLAIM, TODAY) is None


def test_ae_69_an_update_brings_the_default_only_with_customer_contact_or_product() -> None:
    changed = replace(CLAIM, contact_id="ann")
    assert default_on_update(True, None, COVER, CLAIM, CLAIM, TODAY) is None
    assert default_on_update(True, None, COVER, CLAIM, replace(CLAIM, origin=Origin.IOT), TODAY) is None
    assert default_on_update(True, None, COVER, CLAIM, changed, TODAY) == "E1"
    assert default_on_update(True, None, COVER, CLAIM, replace(CLAIM, product_id="p9"), TODAY) == "E1"
    assert default_on_update(True, None, COVER, replace(CLAIM, customer_id="old"), CLAIM, TODAY) == "E1"
    assert default_on_update(True, "E9", COVER, CLAIM, changed, TODAY) == "E9"
    assert default_on_update(False, None, COVER, CLAIM, changed, TODAY) is None
