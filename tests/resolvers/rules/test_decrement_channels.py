from dataclasses import replace
from decimal import Decimal

import pytest

from resolvers.rules.decrement import Balance, Claimant, settle
from resolvers.rules.refused import Refused
from tenancy.words import DecreaseOn, Origin
from tests.resolvers.rules.one_case import CREATION, RESOLUTION, Ledger, cases


def test_a_charge_counts_on_the_channel_of_its_origin_too() -> None:
    ledger = Ledger(replace(cases(CREATION), channels={Origin.WEB: Balance(Decimal(2))}))
    ledger.change("E1", origin=Origin.WEB)
    assert [ledger.used("E1"), ledger.used("E1", Origin.WEB)] == [1, 1]


@pytest.mark.parametrize(("decrease_on", "used"), [(CREATION, 2), (RESOLUTION, 2)])
def test_a_restricted_channel_without_terms_refuses(decrease_on: DecreaseOn, used: int) -> None:
    terms = replace(cases(decrease_on, restricted=True), channels={Origin.WEB: Balance(Decimal(2), Decimal(used))})
    refused = settle(None, Claimant(terms, origin=Origin.WEB))
    assert isinstance(refused, Refused)
    assert (refused.code, refused.field) == ("ENTITLEMENT_EXHAUSTED", "origin")
    assert not isinstance(settle(None, Claimant(terms, origin=Origin.PHONE)), Refused)


def test_a_charge_follows_its_case_to_another_channel() -> None:
    ledger = Ledger(replace(cases(CREATION), channels={Origin.WEB: Balance(Decimal(2))}))
    ledger.change("E1", origin=Origin.PHONE)
    ledger.change(origin=Origin.WEB)
    assert (ledger.left(), int(ledger.used("E1", Origin.WEB))) == ("9.00", 1)
    ledger.change(origin=None)
    assert (ledger.left(), int(ledger.used("E1", Origin.WEB))) == ("9.00", 0)


def test_a_charge_stays_where_it_is_when_no_channel_keeps_an_account() -> None:
    ledger = Ledger(cases(CREATION))
    ledger.change("E1", origin=Origin.PHONE)
    ledger.change(origin=Origin.WEB)
    assert len(ledger.rows) == 1


def test_moving_to_another_channel_needs_terms_there_and_none_of_the_entitlement() -> None:
    ledger = Ledger(
        replace(
            cases(CREATION, total=1, restricted=True),
            channels={Origin.WEB: Balance(Decimal(1)), Origin.IOT: Balance(Decimal(0))},
        )
    )
    assert ledger.change("E1", origin=Origin.PHONE) is None
    assert ledger.change(origin=Origin.WEB) is None
    assert isinstance(ledger.change(origin=Origin.IOT), Refused)
