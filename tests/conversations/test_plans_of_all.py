"""Every mutation can be planned: the plan changes nothing and tells exactly what applying then does.

The cases are the conversations: each of their mutations is planned first, then applied, and then said again. A mutation
of the schema without a conversation fails in test_completeness.py, one that is never applied fails here.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

import pytest
from graphql import (
    FieldNode,
    GraphQLInputObjectType,
    Node,
    OperationType,
    get_named_type,
)

from schema.contract import contract
from tests.conversations.repeating import KEY, varied
from tests.conversations.test_conversations import TALKS
from tests.resolvers.desk import everything
from tests.talk import Talk, Telling, Turn, filled, found_at
from tests.world import World

BY_VARIABLE: Final = "plan: $plan"

BEFORE_THE_KEY: Final = {"FORBIDDEN", "NOT_FOUND", "BAD_USER_INPUT"}
"""Codes of what is refused before a key is looked at: rights and shapes."""

TOLD: Final = """
  told: planned toldErrors: userErrors { code field rule count }
  toldEffects: effects {
    type change count
    terms { entitlement origin quantity } clocks { case kpi status } sight { who name what gains }
  }
"""
"""Asked of every mutation beside what its conversation asks."""

NEEDS_NO_KEY: Final = {
    "carries the version that it edits": """
        updateCase updateEntitlement updateWebhook rotateWebhookSecret deleteWebhook""",
    "sets a value: twice is once": """
        setDecrement assignCase addChildCases linkArticle mapPackage setPersonalAccounts setGroupMembers
        setDefaultGroup addToQueue routeQueueItem""",
    "takes one thing away: the second time there is nothing": """
        removeChildCase unlinkArticle revokeInvitation revokeRole removeMember unmapPackage unshareCase
        revokeApplication removeFromQueue""",
    "moves a state on: the second time it is there": """
        completeActivity redeemInvitation approveDelegation terminateDelegation
        activateRoutingRuleSet pickQueueItem releaseQueueItem cancelExport
        redeliver""",
}
"""Why mutations without an idempotency key do no harm when they are said again."""


def mutations() -> Mapping[str, Any]:
    root = contract._schema.get_root_type(OperationType.MUTATION)
    assert root is not None
    return dict(root.fields)


def has_key(mutation: str) -> bool:
    """Whether its input has a key to make a retry safe."""
    kind = get_named_type(mutations()[mutation].args["input"].type)
    assert isinstance(kind, GraphQLInputObjectType)
    return "idempotencyKey" in kind.fields


@dataclass(frozen=True)
class Deed:
    """A turn that says one mutation, and how it is said otherwise."""

    turn: Turn

    @property
    def field(self) -> FieldNode:
        (field,) = self.turn.operation.selection_set.selections
        assert isinstance(field, FieldNode)
        return field

    @property
    def key(self) -> str | None:
        """The key that its variables give."""
        given = (self.turn.variables or {}).get("input")
        return given.get(KEY) if isinstance(given, dict) else None

    def said(self, *, plan: bool) -> str:
        """The document with the effects asked for, planned or applied."""
        text, field = self.turn.document, self.field
        assert field.selection_set is not None
        brace = _end(field.selection_set) - 1
        if BY_VARIABLE in text:
            return f"{text[:brace]}{TOLD}{text[brace:]}"
        (*_, last) = field.arguments or ()
        bracket = _end(last)
        return f"{text[:bracket]}, plan: {str(plan).lower()}{text[bracket:brace]}{TOLD}{text[brace:]}"

    def variables(self, variables: Any, *, plan: bool) -> Any:
        """Its variables, where one of them says whether it is planned."""
        return {**variables, "plan": plan} if BY_VARIABLE in self.turn.document else variables


def _end(node: Node) -> int:
    assert node.loc is not None
    return node.loc.end


def deeds(talk: Talk) -> Iterator[Deed]:
    for turn in talk.turns:
        one = len(turn.operation.selection_set.selections) == 1
        planned = "plan: true" in turn.document or (turn.variables or {}).get("plan")
        if one and turn.operation.operation is OperationType.MUTATION and not planned:
            yield Deed(turn)


@cache
def applied() -> frozenset[str]:
    """The mutations that succeed in some conversation, by the expected answers."""
    found = set()
    for talk in TALKS:
        for turn, answer in zip(talk.turns, json.loads(talk.expected.read_text()), strict=True):
            if any(deed.turn is turn for deed in deeds(talk)) and "errors" not in answer:
                found |= {name for name in turn.roots if not (answer["data"].get(name) or {}).get("userErrors")}
    return frozenset(found)


def test_every_mutation_is_applied_by_a_conversation_and_so_planned_below() -> None:
    assert mutations().keys() - applied() == set()


def test_every_mutation_takes_a_plan_and_a_key_or_tells_why_not() -> None:
    """Two of the same are one effect: by a key, or by what the mutation is"""
    assert all("plan" in field.args for field in mutations().values())
    excused = {name for names in NEEDS_NO_KEY.values() for name in names.split()}
    assert {name for name in mutations() if not has_key(name)} == excused


def test_every_key_is_used_again_by_a_conversation_below() -> None:
    """C-05, C-06"""
    said = {deed.field.name.value for talk in TALKS for deed in deeds(talk) if deed.key}
    assert {name for name in mutations() if has_key(name)} & applied() - said == set()


WRITERS = [talk for talk in TALKS if any(True for _ in deeds(talk))]


@pytest.mark.parametrize("talk", WRITERS, ids=lambda talk: str(talk.path.stem))
async def test_a_plan_changes_nothing_and_predicts_what_applying_does(talk: Talk, fresh_world: World) -> None:
    kept: dict[str, Any] = {}
    for turn in talk.turns:
        variables = filled(turn.variables, kept)
        deed = next((each for each in deeds(talk) if each.turn is turn), None)
        if deed is None:
            _, body = await turn.told(fresh_world, variables)
        else:
            body = await _planned_and_applied(fresh_world, deed, variables)
        kept |= {name: found_at(body, path) for name, path in turn.kept.items()}


async def _planned_and_applied(world: World, deed: Deed, variables: Any) -> Any:
    before = await everything(world)
    foreseen = await _told(world, deed.turn, deed.said(plan=True), deed.variables(variables, plan=True))
    assert await everything(world) == before, "a plan changed something"
    body = await _told(world, deed.turn, deed.said(plan=False), deed.variables(variables, plan=False))
    assert _comparable(foreseen) == _comparable(body), deed.turn.says
    unchanged = await everything(world) == before
    if _refused(body, deed):
        assert unchanged, f"{deed.turn.says}: refused, and something was written"
    elif unchanged:
        # What was said twice, or sets what is set, is done without a change.
        assert not _effects(body, deed), deed.turn.says
    if deed.key and not _refused(body, deed):
        await _repeated(world, deed, variables, body)
    return body


async def _repeated(world: World, deed: Deed, variables: Any, body: Any) -> None:
    """The same again gives the same and does nothing; anything else with this key is no success (C-05, C-06)."""
    now = await everything(world)
    again = await _told(world, deed.turn, deed.said(plan=False), deed.variables(variables, plan=False))
    assert _answered(again, deed) == _answered(body, deed), deed.turn.says
    assert not _effects(again, deed), deed.turn.says
    kind = get_named_type(mutations()[deed.field.name.value].args["input"].type)
    codes = set()
    for name, other in varied(kind, variables["input"]):
        odd = await _told(
            world, deed.turn, deed.said(plan=False), deed.variables({**variables, "input": other}, plan=False)
        )
        assert _refused(odd, deed), f"{deed.turn.says}: another {name} was taken for the same call"
        codes |= {error["extensions"]["code"] for error in odd.get("errors", ())}
    assert codes <= BEFORE_THE_KEY or "IDEMPOTENCY_KEY_REUSED" in codes, codes
    assert await everything(world) == now, deed.turn.says


def _answered(body: Any, deed: Deed) -> Any:
    return {name: value for name, value in _payload(body, deed).items() if "effects" not in name.lower()}


async def _told(world: World, turn: Turn, document: str, variables: Any) -> Any:
    viewer = None if turn.viewer == "nobody" else turn.viewer
    return (await world.ask(viewer, document, variables, at=turn.at, headers=turn.headers)).json()


def _comparable(body: Any) -> Any:
    """A body with made ids numbered, and without the word that tells a plan from the deed."""
    told = json.loads(json.dumps(Telling().tell(body)))
    for payload in (told.get("data") or {}).values():
        if isinstance(payload, dict):
            payload.pop("planned", None)
            payload.pop("told", None)
    return told


def _payload(body: Any, deed: Deed) -> Any:
    name = deed.field.alias.value if deed.field.alias else deed.field.name.value
    return (body.get("data") or {}).get(name)


def _refused(body: Any, deed: Deed) -> bool:
    payload = _payload(body, deed)
    return "errors" in body or payload is None or bool(payload["toldErrors"])


def _effects(body: Any, deed: Deed) -> Any:
    payload = _payload(body, deed)
    return payload and payload["toldEffects"]
