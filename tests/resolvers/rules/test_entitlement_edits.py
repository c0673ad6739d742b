from decimal import Decimal

import pytest

from resolvers.rules.decrement import Balance
from resolvers.rules.entitlement_edits import Deal, affordable, revise
from resolvers.rules.refused import Refused
from tenancy.words import AllocationType, DecreaseOn

CREATION, RESOLUTION = DecreaseOn.CASE_CREATION, DecreaseOn.CASE_RESOLUTION
DEAL = Deal("tostado", AllocationType.CASES, CREATION)
OTHERS = {
    "customer_id": Deal("northwind", AllocationType.CASES, CREATION),
    "allocation_type": Deal("tostado", AllocationType.HOURS, CREATION),
    "decrease_on": Deal("tostado", AllocationType.CASES, RESOLUTION),
}


@pytest.mark.parametrize(("field", "after"), OTHERS.items(), ids=OTHERS.keys())
def test_i_10_cases_keep_the_deal_that_they_were_charged_by(field: str, after: Deal) -> None:
    assert revise(DEAL, after, True) == Refused("ENTITLEMENT_STATE", "I-10", field)
    assert revise(DEAL, after, False) is None
    assert revise(DEAL, DEAL, True) is None


@pytest.mark.parametrize(
    ("total", "used", "refused"),
    [("3", "3", False), ("2.99", "3", True), (None, "3", False), ("0", "0", False)],
)
def test_i_9_what_is_restricted_never_sold_more_than_it_has(total: str | None, used: str, refused: bool) -> None:
    balance = Balance(None if total is None else Decimal(total), Decimal(used))
    answer = affordable(True, CREATION, [("total_terms", balance)])
    assert (answer is not None) is refused
    assert affordable(False, CREATION, [("total_terms", balance)]) is None
    assert affordable(True, RESOLUTION, [("total_terms", balance)]) is None


def test_i_9_the_field_of_the_account_that_is_overdrawn_is_named() -> None:
    fine, over = Balance(Decimal(9), Decimal(3)), Balance(Decimal(1), Decimal(2))
    refused = affordable(True, CREATION, [("total_terms", fine), ("channels", over)])
    assert refused == Refused("ENTITLEMENT_STATE", "I-9", "channels", {"used": "2"})
