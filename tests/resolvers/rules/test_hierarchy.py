import pytest

from resolvers.rules.hierarchy import Kin, adopt, create_child
from resolvers.rules.refused import Refused
from tenancy.words import CaseState

PARENT = Kin("P", children=2)


def code(decision: object) -> str:
    assert isinstance(decision, Refused)
    return decision.code


def test_ae_82_a_child_has_no_children() -> None:
    assert code(create_child(Kin("C", parent_id="P"), 100)) == "CHILD_OF_CHILD"
    assert code(adopt(Kin("C", parent_id="P"), [Kin("X")], 100)) == "CHILD_OF_CHILD"


def test_ae_82_a_parent_is_no_child() -> None:
    assert code(adopt(PARENT, [Kin("X"), Kin("Q", children=1)], 100)) == "PARENT_AS_CHILD"


def test_ae_82_the_hundredth_child_is_the_last() -> None:
    assert create_child(Kin("P", children=99), 100) is None
    assert code(create_child(Kin("P", children=100), 100)) == "CHILD_LIMIT"
    assert code(adopt(Kin("P", children=99), [Kin("X"), Kin("Y")], 100)) == "CHILD_LIMIT"


def test_an_organisation_may_allow_fewer() -> None:
    refused = create_child(Kin("P", children=3), 3)
    assert refused == Refused("CHILD_LIMIT", "I-12", "parent_id", {"limit": 3})


def test_cs_42_existing_cases_are_adopted_once_even_when_they_have_another_parent() -> None:
    assert adopt(PARENT, [Kin("X"), Kin("Y", parent_id="Q"), Kin("X")], 4) == ("X", "Y")


def test_a_child_that_is_there_already_is_not_counted_again() -> None:
    assert adopt(PARENT, [Kin("X", parent_id="P")], 2) == ()


def test_i_12_nobody_is_its_own_child() -> None:
    assert code(adopt(Kin("P"), [Kin("P")], 100)) == "BAD_USER_INPUT"


@pytest.mark.parametrize("state", [CaseState.RESOLVED, CaseState.CANCELLED])
def test_closed_cases_join_no_family(state: CaseState) -> None:
    assert code(create_child(Kin("P", state=state), 100)) == "CASE_NOT_ACTIVE"
    assert code(adopt(PARENT, [Kin("X", state=state)], 100)) == "CASE_NOT_ACTIVE"
