"""A personal account that is let in nowhere: no field of the contract forgets the rule (A-01, 3.4)."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from tests.conversations.test_completeness import STRANGERS
from tests.conversations.test_conversations import TALKS
from tests.talk import Turn
from tests.world import World

OPEN_TO_EVERYBODY = {"viewer", "explainAccess", "price"}
"""Who one is, why one is kept out, and what a question would cost."""
SILENT = {"ACCOUNT_TYPE_NOT_ALLOWED", "NOT_FOUND", "FORBIDDEN"}


def _turns() -> Iterator[Turn]:
    """What strangers have asked: every root field of the contract (see test_completeness)."""
    seen: set[str] = set()
    for talk in TALKS:
        for turn in talk.turns:
            if turn.viewer in STRANGERS and not turn.headers and turn.roots - OPEN_TO_EVERYBODY - seen:
                seen |= turn.roots
                yield turn


@pytest.mark.parametrize("turn", list(_turns()), ids=lambda turn: "-".join(sorted(turn.roots)))
async def test_a_barred_member_is_answered_nothing(world: World, turn: Turn) -> None:
    """Pat is a support contact of a Unified workspace without the override; an empty page would not say why."""
    _, body = await replace(turn, viewer="pat").told(world, turn.variables)
    answers = body.get("events", [body])
    assert answers, "a subscription says why it ends"
    for answer in answers:
        told = {name for name, value in (answer.get("data") or {}).items() if value is not None}
        assert told <= OPEN_TO_EVERYBODY
        assert {error["extensions"]["code"] for error in answer.get("errors", ())} <= SILENT
