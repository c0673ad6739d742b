"""Random documents over the whole contract: led to whatever was said least, filled up with whatever is there."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any, Final

from tests.twins.contract import Aim, Pair, distances, pairs, root_type, ways
from tests.twins.drafts import Asked, Draft
from tests.twins.values import Values

LED: Final = 8
"""How often each way is gone before documents keep to types only."""
_ANYWHERE: Final = Aim()


@dataclass
class Document:
    """A document with its variables. `after` are the variables that a cursor of its own answer can fill."""

    text: str
    variables: dict[str, Any]
    asked: list[Asked]
    writes: bool
    aim: Pair

    def met(self, data: Any) -> Iterator[tuple[Pair, bool]]:
        """What was really run, a field whose parent was there, and whether it gave anything."""
        yield from _met(self.asked, data, "Mutation" if self.writes else "Query")

    def cursors(self, data: Any) -> dict[str, str]:
        """The cursors of its answer, by the variable that takes them."""
        return dict(_cursors(self.asked, data))


def _met(asked: list[Asked], data: Any, type_: str | None) -> Iterator[tuple[Pair, bool]]:
    for each in data if isinstance(data, list) else [data]:
        if isinstance(each, dict):
            known = each.get("__typename", type_)
            for one in asked:
                if one.key in each and known in (None, one.on):
                    yield from ((pair, each[one.key] is not None) for pair in one.pairs)
                    yield from _met(one.below, each[one.key], None)


def _cursors(asked: list[Asked], data: Any) -> Iterator[tuple[str, str]]:
    for each in data if isinstance(data, list) else [data]:
        if isinstance(each, dict):
            for one in asked:
                found = each.get(one.key)
                if one.after and isinstance(found, dict) and (found.get("pageInfo") or {}).get("endCursor"):
                    yield one.after, found["pageInfo"]["endCursor"]
                yield from _cursors(one.below, found)


class Writer:
    """Writes documents; `said` counts how often each pair was said, and what is said least comes next. `near` is what
    they are led to: its ways first, then its types."""

    def __init__(self, random: Random, values: Values, near: Aim = _ANYWHERE) -> None:
        self.random, self.values, self.near = random, values, near
        self._led = iter(near.ways * LED)
        self.said: Counter[Pair] = Counter()
        self.barred: Counter[tuple[str, str]] = Counter()
        self._skipped: Counter[Pair] = Counter()

    def document(self, root: str) -> Document:
        """A document that says at least one thing that was said seldom, or what it is led to."""
        led = next(self._led, None)
        if led is not None:
            return self._written(root, led)
        aim = self._aim(root)
        for _ in range(4):
            # What was forbidden twice is asked again now and then, but there are better questions.
            if self.barred[self._door(root, aim)] < 2 or self.random.random() < 0.1:
                break
            self._skipped[aim] += 1
            aim = self._aim(root)
        return self._written(root, [*(Pair(*step) for step in self._way(root, aim.owner)), aim])

    def _written(self, root: str, way: Sequence[Pair]) -> Document:
        """A document along this way; its end is the aim."""
        draft = Draft(self.random, self.values)
        asked = draft.selection(root_type(root).name, list(way), 0)
        if root == "query" and self.random.random() < 0.3:
            other = self.random.choice(list(root_type("query").fields))
            (second,) = draft.selection("Query", [Pair("Query", other)], 0)
            second.key = "second"
            asked.append(second)
        for pair in _all(asked):
            self.said[pair] += 1
        return Document(draft.text(root, asked), draft.variables, asked, root == "mutation", way[-1])

    def bar(self, document: Document) -> None:
        """The person may not do this."""
        for each in document.asked:
            self.barred[each.on, each.name] += 1

    def _door(self, root: str, aim: Pair) -> tuple[str, str]:
        """The root field that an aim goes through, where only one leads there."""
        if aim.owner.endswith("Payload"):
            return next(step for step in ways(root)[aim.owner])
        return aim.owner, aim.field

    def _aim(self, root: str) -> Pair:
        there: Sequence[Pair] = pairs(root)
        if self.near.types and self.random.random() < 0.9:
            there = [each for each in there if each.owner in self.near.types] or there
        if self.random.random() < 0.25:
            return self.random.choice(there)
        tried = {each: self.said[each] + self._skipped[each] for each in there}
        least = min(tried.values())
        return self.random.choice([each for each in there if tried[each] == least])

    def _way(self, root: str, owner: str) -> list[tuple[str, str]]:
        """Fields from the root to the owner, each a step nearer; any of them may be the one."""
        far = distances(root)
        way: list[tuple[str, str]] = []
        while far[owner]:
            nearer = [step for step in ways(root)[owner] if far[step[0]] < far[owner]]
            roots = [step for step in nearer if not far[step[0]]]
            step = self.random.choice(roots if roots and self.random.random() < 0.5 else nearer)
            way.insert(0, step)
            owner = step[0]
        return way


def _all(asked: list[Asked]) -> Iterator[Pair]:
    for each in asked:
        yield from each.pairs
        yield from _all(each.below)
