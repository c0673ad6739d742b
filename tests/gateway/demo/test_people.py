"""Who can sign in to the demo world."""

from collections import Counter

import pytest

from gateway.demo.people import people, person
from tenancy.permissions import EXERCISABLE
from tenancy.tables import CONSUMER_TID
from tenancy.words import AccountType, Role


def test_there_is_somebody_for_every_role_and_every_kind_of_account() -> None:
    assert {role for each in people() for post in each.posts for role in post.roles} == set(Role)
    assert {each.account_type for each in people()} == set(AccountType)
    assert [each.key for each in people() if each.is_guest] == ["gwen"]


def test_nobody_shares_a_key_or_an_identity() -> None:
    """3.3: `(tid, oid)` is the key."""
    assert len({each.key for each in people()}) == len(people())
    assert len({(each.tid, each.oid) for each in people()}) == len(people())


def test_the_type_of_an_account_follows_its_tid() -> None:
    for each in people():
        assert (each.tid == CONSUMER_TID) == (each.account_type is AccountType.PERSONAL)


def test_everybody_can_exercise_the_roles_that_were_given() -> None:
    for each in people():
        for post in each.posts:
            assert set(post.roles) <= EXERCISABLE[each.account_type]


def test_two_principals_may_share_a_mail() -> None:
    """A-05: an address decides nothing."""
    twice = [mail for mail, count in Counter(each.email for each in people() if each.email).items() if count > 1]
    assert twice == [person("pat").email]


def test_a_listed_person_has_the_fields_of_the_command() -> None:
    assert person("cam").listed() == {
        "name": "Cam Cole",
        "person": "cam",
        "account_type": "WORK_SCHOOL",
        "tenant": "Contoso",
        "roles": ["contoso/W1: MEMBER, CUSTOMER_ACTIVITY", "contoso/W2: MEMBER, CUSTOMER_ACTIVITY"],
    }


def test_an_unknown_key_is_a_key_error() -> None:
    with pytest.raises(KeyError):
        person("nobody-at-all")
