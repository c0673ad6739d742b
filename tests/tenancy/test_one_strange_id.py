"""Each id of each command strange in its turn, in an input that is otherwise good (T-03).

The inputs are those of the conversations: whatever command succeeds in one of them is planned before, as often as it
names ids, each time with one that is another tenant's and with one that is nobody's. So a command is not saved by its
first check, as it is where all ids are strange at once (`test_strange_ids.py`).
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from typing import Any, Final
from uuid import uuid4

import pytest

from resolvers import ids
from schema.node import nodes
from tenancy.errors import NotFound
from tests.conversations.test_conversations import TALKS
from tests.conversations.test_plans_of_all import Deed, deeds, mutations
from tests.talk import Talk, filled, found_at
from tests.tenancy.connections import connected
from tests.tenancy.foreign import none_foreign
from tests.tenancy.rows import B, furnish
from tests.world import World

OTHERWISE: Final = {("sendTestDelivery", "Tenant"): {"NO_PARTNER_RELATIONSHIP"}}
"""A customer without a link and no customer at all are one answer to a partner (PC-7, decision 0005)."""
_TEXT: Final = re.compile(r'"([A-Za-z0-9+/]{8,}={0,2})"')


@dataclass(frozen=True)
class Said:
    """A command as a conversation says it, planned: a document and its variables as texts."""

    deed: Deed
    document: str
    variables: str

    @property
    def named(self) -> list[str]:
        """The ids that it names, each once."""
        texts = dict.fromkeys(_TEXT.findall(self.document) + _TEXT.findall(self.variables))
        return [text for text in texts if _type(text)]

    def instead(self, id: str, other: str) -> "Said":
        """The same about something else in one place."""
        return replace(self, document=self.document.replace(id, other), variables=self.variables.replace(id, other))

    async def told(self, world: World) -> tuple[int, Any, set[str]]:
        """Status, body and codes."""
        turn = self.deed.turn
        answer = await world.ask(
            turn.viewer, self.document, json.loads(self.variables), at=turn.at, headers=turn.headers
        )
        body = answer.json()
        refused = (body.get("data") or {}).get(self.deed.field.name.value) or {"toldErrors": []}
        codes = [error["extensions"]["code"] for error in body.get("errors", ())]
        return answer.status_code, answer.text, {*codes, *(each["code"] for each in refused["toldErrors"])}


def _type(text: str) -> str | None:
    try:
        return ids.decode(text)[0]
    except NotFound:
        return None


def _foreign(id: str) -> str:
    """B's own thing of the same type."""
    type_name = _type(id) or ""
    table = nodes()[type_name].__tablename__ if type_name in nodes() else "app_user"
    return ids.encode(type_name, B.row(table))


@cache
def _chosen() -> dict[int, list[Deed]]:
    """Talk by talk, the first success of each command with each set of inputs."""
    found: dict[int, list[Deed]] = {}
    seen: set[tuple[str, frozenset[str]]] = set()
    for number, talk in enumerate(TALKS):
        answers = json.loads(talk.expected.read_text())
        for deed in deeds(talk):
            answer = answers[next(place for place, turn in enumerate(talk.turns) if turn is deed.turn)]
            kind = deed.field.name.value, frozenset(_inputs(deed))
            if "errors" not in answer and not _refused(answer, deed) and kind not in seen:
                seen.add(kind)
                found.setdefault(number, []).append(deed)
    return found


def _refused(answer: Any, deed: Deed) -> bool:
    name = deed.field.alias.value if deed.field.alias else deed.field.name.value
    payload = answer["data"].get(name)
    return payload is None or bool(payload.get("userErrors"))


def _inputs(deed: Deed) -> Iterator[str]:
    given = (deed.turn.variables or {}).get("input") or {}
    yield from (name for name, value in given.items() if _TEXT.search(json.dumps(value)) or name == "rules")


def _all_chosen() -> list[tuple[Talk, list[Deed]]]:
    return [(TALKS[number], found) for number, found in _chosen().items()]


def test_every_command_is_asked() -> None:
    asked = {deed.field.name.value for _, found in _all_chosen() for deed in found}
    assert mutations().keys() - asked == set()


@pytest.mark.parametrize(("talk", "chosen"), _all_chosen(), ids=[talk.path.stem for talk, _ in _all_chosen()])
async def test_one_foreign_id_is_an_absent_one(talk: Talk, chosen: list[Deed], fresh_world: World) -> None:
    """T-03, D-31: refused as an id that nobody has, byte for byte."""
    async with connected(fresh_world.address.owner) as past:
        await furnish(past)
    kept: dict[str, Any] = {}
    for turn in talk.turns:
        variables = filled(turn.variables, kept)
        for deed in (each for each in chosen if each.turn is turn):
            said = Said(deed, deed.said(plan=True), json.dumps(deed.variables(variables, plan=True)))
            for id in said.named:
                await _alike(fresh_world, said, id)
        _, body = await turn.told(fresh_world, variables)
        kept |= {name: found_at(body, path) for name, path in turn.kept.items()}


async def _alike(world: World, said: Said, id: str) -> None:
    type_name = _type(id) or ""
    foreign = await said.instead(id, _foreign(id)).told(world)
    absent = await said.instead(id, ids.encode(type_name, str(uuid4()))).told(world)
    what = f"{said.deed.turn.says}: {type_name}"
    none_foreign(what, [foreign[:2]], [absent[:2]])
    assert foreign[2] == OTHERWISE.get((said.deed.field.name.value, type_name), {"NOT_FOUND"}), (what, foreign[1])
