from dataclasses import replace

import pytest

from resolvers.rules.queueing import Place, Waiting, enter, member, pick, release
from resolvers.rules.refused import Refused
from tenancy.words import QueueItemState, QueueState, QueueType

OPEN = Place("tier2", QueueType.PUBLIC, QueueState.ACTIVE, "mo", has_member=False)
CLOSED = replace(OPEN, type=QueueType.PRIVATE)
FREE = Waiting(QueueItemState.ACTIVE, None)
MINE = replace(FREE, worked_by="rae")
THEIRS = replace(FREE, worked_by="rob")
GONE = Waiting(QueueItemState.INACTIVE, None)


def code(decision: Refused | None) -> str | None:
    return None if decision is None else decision.code


def test_everybody_works_from_a_public_queue_and_members_from_a_private_one() -> None:
    assert member(OPEN, "queue_id") is None
    assert code(member(CLOSED, "queue_id")) == "NOT_QUEUE_MEMBER"
    assert member(replace(CLOSED, has_member=True), "queue_id") is None


def test_a_queue_that_is_not_in_use_takes_nothing() -> None:
    assert enter(OPEN) is None
    assert enter(replace(OPEN, state=QueueState.INACTIVE)) == Refused("BAD_USER_INPUT", "CS-12", "queue_id")
    assert code(enter(CLOSED)) == "NOT_QUEUE_MEMBER"


@pytest.mark.parametrize(
    ("item", "expected"), [(FREE, None), (MINE, None), (THEIRS, "QUEUE_ITEM_TAKEN"), (GONE, "QUEUE_ITEM_TAKEN")]
)
def test_c_13_an_item_is_picked_by_one(item: Waiting, expected: str | None) -> None:
    assert code(pick(OPEN, item, "rae")) == expected
    assert code(pick(CLOSED, item, "rae")) == "NOT_QUEUE_MEMBER"


@pytest.mark.parametrize("item", [FREE, MINE, THEIRS])
def test_what_somebody_works_on_is_theirs_and_the_owners_and_the_managers(item: Waiting) -> None:
    assert code(release(OPEN, item, "rae", manages=False)) == ("QUEUE_ITEM_TAKEN" if item is THEIRS else None)
    assert release(OPEN, item, "rae", manages=True) is None
    assert release(OPEN, item, "mo", manages=False) is None
    assert code(release(CLOSED, item, "rae", manages=True)) == "NOT_QUEUE_MEMBER"


def test_what_has_left_the_queue_is_nobodys() -> None:
    assert code(release(OPEN, GONE, "mo", manages=True)) == "QUEUE_ITEM_TAKEN"
