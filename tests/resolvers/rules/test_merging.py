import pytest

from resolvers.rules.hierarchy import Kin
from resolvers.rules.merging import Merge, merge
from resolvers.rules.refused import Refused
from tenancy.words import CaseState


def code(decision: object) -> str:
    assert isinstance(decision, Refused)
    return decision.code


def cases(count: int) -> list[Kin]:
    return [Kin(str(number)) for number in range(count)]


@pytest.mark.parametrize("others", [[], [Kin("T")]])
def test_ae_79_one_case_in_all_is_too_few(others: list[Kin]) -> None:
    assert code(merge(Kin("T"), others, 100)) == "MERGE_SIZE"


def test_ae_79_ten_with_the_survivor_are_fine_and_eleven_are_not() -> None:
    assert isinstance(merge(Kin("T"), cases(9), 100), Merge)
    refused = merge(Kin("T"), cases(10), 100)
    assert refused == Refused("MERGE_SIZE", "D-18", "case_ids", {"cases": 11, "limit": 10})


def test_the_survivor_may_be_listed_or_not_and_counts_once() -> None:
    alone, listed = (merge(Kin("T"), others, 100) for others in (cases(2), [Kin("T"), *cases(2), Kin("0")]))
    assert alone == listed == Merge("T", ("0", "1"))


@pytest.mark.parametrize("state", [CaseState.RESOLVED, CaseState.CANCELLED])
def test_ae_79_every_case_must_be_active(state: CaseState) -> None:
    assert code(merge(Kin("T"), [Kin("A"), Kin("B", state=state)], 100)) == "CASE_NOT_ACTIVE"
    assert code(merge(Kin("T", state=state), [Kin("A")], 100)) == "CASE_NOT_ACTIVE"


def test_a_case_that_was_merged_away_survives_nothing() -> None:
    target = Kin("T", state=CaseState.CANCELLED)
    assert code(merge(target, [Kin("A")], 100, target_is_merged=True)) == "MERGE_TARGET"


def test_ae_80_parents_must_be_the_same() -> None:
    child = Kin("C", parent_id="P1")
    assert code(merge(child, [Kin("D", parent_id="P2")], 100)) == "MERGE_DIFFERENT_PARENTS"
    assert code(merge(child, [Kin("D")], 100)) == "MERGE_DIFFERENT_PARENTS"
    assert code(merge(Kin("P1", children=1), [child], 100)) == "MERGE_DIFFERENT_PARENTS"
    assert merge(child, [Kin("D", parent_id="P1")], 100) == Merge("C", ("D",))


def test_ae_82_the_survivor_takes_all_children_and_not_too_many() -> None:
    target, other = Kin("T", children=60), Kin("A", children=40)
    assert isinstance(merge(target, [other], 100), Merge)
    refused = merge(target, [other, Kin("B", children=1)], 100)
    assert refused == Refused("CHILD_LIMIT", "AE-82", "target_id", {"limit": 100})


def test_a_child_that_survives_takes_no_children() -> None:
    assert code(merge(Kin("C", "P"), [Kin("D", "P", children=1)], 100)) == "CHILD_OF_CHILD"
