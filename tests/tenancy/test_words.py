import pickle
from inspect import getdoc, getmembers, isclass

import pytest

from tenancy import words
from tenancy.words import Word

VOCABULARIES = [word for _, word in getmembers(words, isclass) if issubclass(word, Word) and word is not Word]


@pytest.mark.parametrize("vocabulary", VOCABULARIES)
def test_a_word_is_spelled_as_its_name_everywhere(vocabulary: type[Word]) -> None:
    assert {word.name: word.value for word in vocabulary} == {word.name: str(word) for word in vocabulary}
    assert all(word.name == word.value for word in vocabulary)


@pytest.mark.parametrize("vocabulary", VOCABULARIES)
def test_every_vocabulary_says_what_it_is_for(vocabulary: type[Word]) -> None:
    assert getdoc(vocabulary) not in (None, getdoc(Word))


def test_a_word_survives_pickling() -> None:
    assert pickle.loads(pickle.dumps(words.Role.CSAM)) is words.Role.CSAM


def test_every_role_has_exactly_one_scope() -> None:
    scopes = (words.TENANT_ROLES, words.WORKSPACE_ROLES, words.PARTNER_ROLES)
    assert sorted(role for scope in scopes for role in scope) == sorted(words.Role)


def test_every_status_belongs_to_exactly_one_state() -> None:
    """I-13"""
    assert set(words.STATUSES) == set(words.CaseState)
    assert sorted(status for statuses in words.STATUSES.values() for status in statuses) == sorted(words.CaseStatus)


def test_only_clocks_that_have_not_ended_can_fall_due() -> None:
    assert set(words.RUNNING_CLOCKS) < set(words.OPEN_CLOCKS) < set(words.ClockStatus)


def test_the_two_closed_lists_of_the_seeds_are_complete() -> None:
    """CA-38c, PC-16"""
    assert [*words.Classification] == ["SU", "DSA", "X85", "REC"]
    assert next(iter(words.SubscriptionState)) == "ACTIVE"
    assert len(words.SubscriptionState) == 6
