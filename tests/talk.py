"""Conversations with the API: a `.graphql` file of turns, and a `.json` file of what was answered.

A turn is a head of comment lines and a document; `# ---` separates turns, and a turn without a document says the one
before it again. See docs/conversations.md.
Ids of the demo world are written by name, `@Case(contoso/K20)`, on both sides; values that nobody can foresee
(new ids, cursors, error ids) are numbered in the order in which they appear.
"""

import binascii
import json
import re
from base64 import b64decode
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from difflib import unified_diff
from functools import cache
from pathlib import Path
from typing import Any, Final
from unittest.mock import patch

from graphql import FieldNode, OperationDefinitionNode, OperationType, parse

from gateway.demo import ids as names
from gateway.demo.world import records
from resolvers import ids
from tenancy.errors import NotFound
from tests.world import NOON, TODAY, World

KEYS: Final = frozenset({"viewer", "says", "tenant", "workspace", "at", "variables"})
_TURNS = re.compile(r"^# ---.*\n", re.MULTILINE)
_SAID = re.compile(r"(\w+): (.*)")
_KEPT = re.compile(r"\$(\w+) <- (.+)")
_NAMED = re.compile(r"@([A-Z]\w*)\(([\w/ -]+)\)")
_TICKET = re.compile(r"CAS-\d{6}-([0-9A-F]{8})")
_WIDTH = 110
_PLACES = frozenset({"cursor", "startCursor", "endCursor", "eventId", "latestEventId"})


@dataclass(frozen=True)
class Turn:
    """One document of one viewer. `kept` are the values of the answer that later turns use, by variable."""

    viewer: str
    says: str
    document: str
    variables: Any
    at: datetime
    headers: Mapping[str, str]
    kept: Mapping[str, str]

    @classmethod
    def of(cls, text: str, again: str) -> "Turn":
        head, document = _split(text)
        said = {match[1]: match[2] for line in head if (match := _SAID.fullmatch(line))}
        kept = {match[1]: match[2] for line in head if (match := _KEPT.fullmatch(line))}
        assert set(said) <= KEYS, f"a turn does not know {sorted(set(said) - KEYS)}"
        assert len(said) + len(kept) == len(head), f"not understood: {head}"
        return cls(
            viewer=said["viewer"],
            says=said["says"],
            document=_unnamed(document) or again,
            variables=json.loads(_unnamed(said.get("variables", "null"))),
            at=_moment(said.get("at")),
            headers=dict(_headers(said)),
            kept=kept,
        )

    @property
    def operation(self) -> OperationDefinitionNode:
        (found,) = (each for each in parse(self.document).definitions if isinstance(each, OperationDefinitionNode))
        return found

    async def told(self, world: World, variables: Any) -> tuple[int, Any]:
        """Status and body of the answer; a subscription's is all that it tells."""
        viewer = None if self.viewer == "nobody" else self.viewer
        if self.operation.operation is OperationType.SUBSCRIPTION:
            status, events = await world.heard(viewer, self.document, variables, at=self.at, headers=self.headers)
            return status, {"events": events}
        answer = await world.ask(viewer, self.document, variables, at=self.at, headers=self.headers)
        return answer.status_code, answer.json()

    @property
    def roots(self) -> set[str]:
        """The root fields that the document asks."""
        return {each.name.value for each in self.operation.selection_set.selections if isinstance(each, FieldNode)}


@dataclass(frozen=True)
class Talk:
    """A file of turns."""

    path: Path
    turns: tuple[Turn, ...]

    @classmethod
    def read(cls, path: Path) -> "Talk":
        turns: list[Turn] = []
        for text in _TURNS.split(path.read_text()):
            turns.append(Turn.of(text, turns[-1].document if turns else ""))
        return cls(path, tuple(turns))

    @property
    def writes(self) -> bool:
        return any(turn.operation.operation is OperationType.MUTATION for turn in self.turns)

    @property
    def expected(self) -> Path:
        return self.path.with_suffix(".json")

    async def held(self, world: World) -> str:
        """The answers to all turns, as text that is the same in every run."""
        kept: dict[str, Any] = {}
        told = Telling()
        answers = []
        for turn in self.turns:
            variables = filled(turn.variables, kept)
            status, body = await turn.told(world, variables)
            kept |= {name: found_at(body, path) for name, path in turn.kept.items()}
            answers.append({"viewer": turn.viewer, "status": status, **told.tell(body)})
        return _printed(answers, "") + "\n"


class Telling:
    """Writes answers down with names for ids, and numbers for what nobody can foresee."""

    def __init__(self) -> None:
        self._seen: dict[str, str] = {}

    def tell(self, value: Any, key: str = "") -> Any:
        if isinstance(value, dict):
            return {name: self.tell(each, name) for name, each in value.items() if name != "locations"}
        if isinstance(value, list):
            return [self.tell(each) for each in value]
        return self._text(value, key) if isinstance(value, str) else value

    def _text(self, value: str, key: str) -> str:
        if key in _PLACES:
            return self._numbered("cursor", value)
        if key == "errorId":
            return self._numbered("error", value)
        if (ticket := _TICKET.fullmatch(value)) and ticket[1] not in _tickets():
            return self._numbered("ticket", value)
        return self._id(value)

    def _id(self, value: str) -> str:
        try:
            type_name, _, id = b64decode(value, validate=True).decode().partition(":")
            ids.of(type_name, value)
        except (ValueError, binascii.Error, NotFound):
            return value
        known = named().get(id)
        return f"@{type_name}({known.removeprefix('user/')})" if known else self._numbered(f"@{type_name}", value)

    def _numbered(self, kind: str, value: str) -> str:
        if value not in self._seen:
            number = 1 + sum(each.startswith(f"{kind}(") for each in self._seen.values())
            self._seen[value] = f"{kind}({number})"
        return self._seen[value]


def identified(type_name: str, name: str) -> str:
    """The global id of something in the demo world; a name that nobody has gives an id that nothing has."""
    return ids.encode(type_name, names.user(name) if type_name == "User" else names.of(name))


@cache
def named() -> Mapping[str, str]:
    """Every id of the demo world with its name."""
    found: dict[str, str] = {}
    make = names.of

    def remembered(name: str) -> str:
        return found.setdefault(make(name), name) and make(name)

    with patch.object(names, "of", remembered):
        for _ in records(TODAY):
            pass
    return found


@cache
def _tickets() -> frozenset[str]:
    return frozenset(id[:8].upper() for id in named())


def _printed(value: Any, margin: str) -> str:
    """JSON, with everything on one line that fits there."""
    line = json.dumps(value, ensure_ascii=False)
    if len(line) + len(margin) <= _WIDTH or not isinstance(value, dict | list):
        return line
    inside = margin + "  "
    if isinstance(value, list):
        parts = [f"{inside}{_printed(each, inside)}" for each in value]
    else:
        parts = [f"{inside}{json.dumps(name)}: {_printed(each, inside)}" for name, each in value.items()]
    left, right = "[]" if isinstance(value, list) else "{}"
    return ",\n".join([f"{left}\n{parts[0]}", *parts[1:]]) + f"\n{margin}{right}"


def difference(expected: str, answered: str, name: str) -> str:
    """What an answer has more or less than was expected, with its surroundings."""
    lines = unified_diff(expected.splitlines(), answered.splitlines(), f"{name} expected", "answered", "", "", 8, "")
    return "\n".join(lines)


def _split(text: str) -> tuple[list[str], str]:
    """The head's entries, lines that go on joined to their first one, and the document."""
    lines = text.strip().splitlines()
    end = next((number for number, line in enumerate(lines) if not line.startswith("#")), len(lines))
    head: list[str] = []
    for line in lines[:end]:
        if line.startswith("#  "):
            head[-1] += " " + line.removeprefix("#").strip()
        else:
            head.append(line.removeprefix("#").strip())
    return head, "\n".join(lines[end:])


def _unnamed(text: str) -> str:
    return _NAMED.sub(lambda match: identified(*match.groups()), text)


def _moment(text: str | None) -> datetime:
    if text is None:
        return NOON
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(hour=12, tzinfo=UTC)


def _headers(said: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    for key, type_name in (("tenant", "Tenant"), ("workspace", "Workspace")):
        if key in said:
            yield f"x-{key}", identified(type_name, said[key])


def filled(value: Any, kept: Mapping[str, Any]) -> Any:
    if isinstance(value, dict):
        return {name: filled(each, kept) for name, each in value.items()}
    if isinstance(value, list):
        return [filled(each, kept) for each in value]
    return kept[value[1:]] if isinstance(value, str) and value.startswith("$") else value


def found_at(body: Any, path: str) -> Any:
    found = body
    for step in path.split("."):
        assert found if step.isdigit() else step in (found or ()), f"There is no {path} in the answer {body}"
        found = found[int(step)] if step.isdigit() else found[step]
    return found
