"""A run: random questions to twins, what was covered, and every difference."""

import json
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from math import inf
from random import Random
from typing import Any, Final

from resolvers.ids import encode
from tests.twins.contract import Aim, Pair, pairs
from tests.twins.documents import Document, Writer
from tests.twins.twins import Heard, Twins
from tests.twins.values import Values

PEOPLE: Final = (
    "ann", "maya", "gil", "mo", "cy", "petra", "cam", "rae", "di", "cora", "pia", "lea", "gus", "sal", "flo", "max",
    "ed", "sam", "pam", "reader", "pat", "fred", "noa", "tess", "nils", "gwen", "ian", "fay", "uma", "pablo", "robot",
)  # fmt: skip
"""Who asks, one after the other: every role and every type of account."""

_LOUD: Final = {
    "contoso": ("gil", "mo", "fred"),
    "fabrikam": ("fred", "fran", "gil"),
    "partner-p": ("pam", "quin", "gil"),
}
"""Who asks in between, and must not be heard: people who see more."""


_ANYWHERE: Final = Aim()


@dataclass(frozen=True)
class Difference:
    """One question that told the twins apart."""

    person: str
    seed: int
    turn: int
    what: str
    aim: str
    document: str
    variables: str
    headers: str
    first: str
    other: str


@dataclass
class Tally:
    """What a run did."""

    asked: int = 0
    said: Counter[Pair] = field(default_factory=Counter)
    met: Counter[Pair] = field(default_factory=Counter)
    answered: Counter[Pair] = field(default_factory=Counter)
    codes: Counter[str] = field(default_factory=Counter)
    differences: list[Difference] = field(default_factory=list)
    surprises: list[str] = field(default_factory=list)

    def coverage(self) -> tuple[int, int, int, int]:
        """Pairs there are, said, met by a resolver, and answered with more than a refusal."""
        there = {*pairs("query"), *pairs("mutation")}
        said, met, answered = (len(there & {*each}) for each in (self.said, self.met, self.answered))
        return len(there), said, met, answered

    def add(self, other: "Tally") -> None:
        """What another round did comes to it."""
        self.asked += other.asked
        for name in ("said", "met", "answered", "codes"):
            getattr(self, name).update(getattr(other, name))
        self.differences += other.differences
        self.surprises += other.surprises

    def missing(self) -> list[Pair]:
        """Pairs that no resolver met."""
        return sorted({*pairs("query"), *pairs("mutation")} - {*self.met})


class Round:
    """One person's questions to its twins."""

    def __init__(self, twins: Twins, seed: int, tally: Tally, *, writes: float = 0.35, near: Aim = _ANYWHERE) -> None:
        self.twins, self.seed, self.tally = twins, seed, tally
        self.random = Random(f"{seed} {twins.person.key}")
        self.writer = Writer(self.random, Values(self.random, twins.pool, keen=bool(near.types)), near)
        self.writer.said = tally.said
        self.writes = writes

    async def ask(self, turns: int, until: float = inf) -> None:
        """So many questions, unless time is over before; pages that follow from them come on top."""
        for turn in range(turns):
            if time.monotonic() > until:
                return
            await self.turn(turn)

    async def turn(self, turn: int) -> None:
        """One question, and by chance what follows from it."""
        root = "mutation" if self.random.random() < self.writes else "query"
        document = self.writer.document(root)
        headers = self._headers()
        often = (0.5 if turn else 1) if self.writer.near.types else 0.3
        if root == "query" and self.random.random() < often:
            theirs = await self._noise(document)
            if theirs and self.random.random() < 0.5:
                await self._compare(turn, document, {**document.variables, **theirs}, headers)
        data = await self._compare(turn, document, document.variables, headers)
        following = document.cursors(data) if data else {}
        if following and root == "query" and self.random.random() < 0.5:
            await self._compare(turn, document, {**document.variables, **following}, headers)
            self.twins.pool.cursors = [*self.twins.pool.cursors[-30:], *following.values()]

    async def _compare(self, turn: int, document: Document, variables: dict[str, Any], headers: dict[str, str]) -> Any:
        a, b = await self.twins.ask(self.twins.person.key, document.text, variables, headers)
        self.tally.asked += 1
        if what := a.apart(b):
            told = (
                "\n".join(map(str, found)) if isinstance(found := getattr(each, what), tuple) else str(found)
                for each in (a, b)
            )
            said = json.dumps(variables), json.dumps(headers)
            self.tally.differences.append(
                Difference(self.twins.person.key, self.seed, turn, what, str(document.aim), document.text, *said, *told)
            )
        return self._note(document, a, variables)

    def _note(self, document: Document, heard: Heard, variables: dict[str, Any]) -> Any:
        body = json.loads(heard.body)
        codes = [error["extensions"]["code"] for error in body.get("errors", ())]
        self.tally.codes.update(codes or ["fine"])
        if "FORBIDDEN" in codes:
            self.writer.bar(document)
        if "INTERNAL" in codes:
            self.tally.surprises.append(f"{self.twins.person.key}: {document.text} {json.dumps(variables)}")
        data = body.get("data")
        if data:
            run = set(document.met(data))
            self.tally.met.update({pair for pair, _ in run})
            self.tally.answered.update({pair for pair, gave in run if gave})
            self.twins.learn(data)
        return data

    async def _noise(self, document: Document) -> dict[str, str]:
        """Somebody who sees more asks the same first; it must leave no trace. Answers their cursors."""
        home = self.twins.person.posts[0].organisation if self.twins.person.posts else "contoso"
        who = self.random.choice(_LOUD.get(home, ("gil", "fred")))
        a, b = await self.twins.ask(who, document.text, document.variables)
        bodies = [json.loads(each.body).get("data") for each in (a, b)]
        mine, theirs = (document.cursors(each) if each else {} for each in bodies)
        for name in mine.keys() & theirs.keys():
            self.twins.translated[mine[name]] = theirs[name]
            self.twins.pool.cursors = [*self.twins.pool.cursors[-30:], mine[name]]
        return {name: mine[name] for name in mine.keys() & theirs.keys()}

    def _headers(self) -> dict[str, str]:
        found, pool = {}, self.twins.pool
        near = bool(self.writer.near.types)
        if self.random.random() < (0.6 if len(self.twins.homes) > 1 else 0.5 if near else 0.05):
            homes = [encode("Tenant", home) for home in self.twins.homes]
            known = {*pool.seen.get("Tenant", ()), *pool.hidden.get("Tenant", ())}
            found["X-Tenant"] = self._one(homes, sorted(known - set(homes)))
        if self.random.random() < (0.4 if near else 0.15):
            found["X-Workspace"] = self._one(pool.seen.get("Workspace", []), pool.hidden.get("Workspace", []))
        return found

    def _one(self, own: list[str], others: list[str]) -> str:
        """Mostly one's own; where a fault is looked for, rather another's."""
        likely = 0.6 if self.writer.near.types else 0.1
        choice = others if (others and self.random.random() < likely) or not own else own
        return self.random.choice(choice or ["nonsense"])


def rounds(people: tuple[str, ...], turns: int, size: int) -> Iterator[tuple[int, str, int]]:
    """The rounds of a run: number, person, questions."""
    number = 0
    while turns > 0:
        yield number, people[number % len(people)], min(size, turns)
        turns -= size
        number += 1
