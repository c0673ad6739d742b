"""Documents made worse: random changes of their tokens that keep brackets in pairs, so that they stay readable."""

import re
from collections.abc import Callable, Iterator
from functools import cache
from random import Random
from typing import Final

from graphql import GraphQLInterfaceType, GraphQLObjectType

from schema.contract import contract

LONGEST: Final = 32 * 1024
_TOKEN: Final = re.compile(r'\.\.\.|"(?:[^"\\\n]|\\.)*"|[\w.-]+|\S')
_PAIRS: Final = {"{": "}", "(": ")", "[": "]"}
_NAME: Final = re.compile(r"[A-Za-z_]\w*")

Tokens = list[str]


@cache
def words() -> tuple[str, ...]:
    """Names of fields, of arguments and of types of the contract."""
    found: dict[str, None] = {}
    for name, type_ in contract._schema.type_map.items():
        if isinstance(type_, GraphQLObjectType | GraphQLInterfaceType) and not name.startswith("__"):
            found[name] = None
            for field, definition in type_.fields.items():
                found[field] = None
                found.update(dict.fromkeys(definition.args))
    return tuple(found)


@cache
def types() -> tuple[str, ...]:
    """What a fragment can be on."""
    kinds = (GraphQLObjectType, GraphQLInterfaceType)
    return tuple(name for name, each in contract._schema.type_map.items() if isinstance(each, kinds))


def tokens(text: str) -> Tokens:
    return _TOKEN.findall(text)


def written(document: Tokens) -> str:
    return " ".join(document)


class Twister:
    """Changes documents, by chance."""

    def __init__(self, random: Random) -> None:
        self.random = random
        self._ways: tuple[Callable[[Tokens], Tokens], ...] = (
            *[self._repeat] * 4,
            self._drop,
            self._rename,
            self._wrap,
            self._extract,
            self._argue,
            self._direct,
            self._alias,
            self._double,
        )

    def twisted(self, document: Tokens, other: Tokens) -> Tokens:
        """A variation, within the length that is read at all; now and then with a part of another one in it."""
        for _ in range(self.random.choice((1, 1, 2, 3))):
            document = self.random.choice(self._ways)(document)
            if self.random.random() < 0.15:
                document = self._splice(document, other)
        while len(written(document)) > LONGEST:
            document = self._drop(document)
        return document

    def _span(self, document: Tokens, most: int = 60) -> tuple[int, int]:
        """A stretch in which every bracket has its partner; empty where there is none."""
        spans = list(_balanced(document, self.random.randrange(len(document) or 1), most))
        return self.random.choice(spans) if spans else (0, 0)

    def _repeat(self, document: Tokens) -> Tokens:
        start, end = self._span(document)
        room = max(0, 2_000 - len(document)) // max(1, end - start)
        times = min(room, self.random.choice((1, 2, 5, 30, 200, 1_000)))
        return document[:end] + document[start:end] * times + document[end:]

    def _drop(self, document: Tokens) -> Tokens:
        start, end = self._span(document)
        return document[:start] + document[max(end, start + 1) :] if len(document) > 4 else ["{", "a", "}"]

    def _rename(self, document: Tokens) -> Tokens:
        return self._at_name(document, lambda _: [self.random.choice(words())])

    def _alias(self, document: Tokens) -> Tokens:
        return self._at_name(document, lambda name: [f"a{self.random.randrange(40)}", ":", name])

    def _direct(self, document: Tokens) -> Tokens:
        value = self.random.choice(("true", "$v0", "1"))
        told = ["@", self.random.choice(("include", "skip", "x")), "(", "if", ":", value, ")"]
        return self._at_name(document, lambda name: [name, *told])

    def _argue(self, document: Tokens) -> Tokens:
        deep = ["["] * 40 + ["]"] * 40
        value = self.random.choice((["1"], ["$v0"], ['"x"'], ["null"], deep, ["{", "a", ":", "1", "}"]))
        name = self.random.choice(("first", "after", "id", "filter", self.random.choice(words())))
        return self._at_name(document, lambda field: [field, "(", name, ":", *value, ")"])

    def _double(self, document: Tokens) -> Tokens:
        """One more definition, with a name of its own."""
        number = self.random.randrange(60)
        spread = ["...", f"F{self.random.randrange(60)}"] * self.random.choice((1, 2, 30))
        return [*document, "fragment", f"F{number}", "on", self.random.choice(types()), "{", *spread, "id", "}"]

    def _wrap(self, document: Tokens) -> Tokens:
        start, end = self._span(document)
        condition = ["on", self.random.choice(types())] if self.random.random() < 0.5 else []
        return [*document[:start], "...", *condition, "{", *document[start:end], "}", *document[end:]]

    def _extract(self, document: Tokens) -> Tokens:
        start, end = self._span(document)
        name = f"F{self.random.randrange(60)}"
        made = ["fragment", name, "on", self.random.choice(types()), "{", *document[start:end], "}"]
        return [*document[:start], "...", name, *document[end:], *made]

    def _splice(self, document: Tokens, other: Tokens) -> Tokens:
        start, end = self._span(other)
        at, _ = self._span(document)
        return document[:at] + other[start:end] + document[at:]

    def _at_name(self, document: Tokens, change: Callable[[str], Tokens]) -> Tokens:
        places = [place for place, each in enumerate(document) if _NAME.fullmatch(each)]
        if not places:
            return document
        place = self.random.choice(places)
        return document[:place] + change(document[place]) + document[place + 1 :]


def _balanced(document: Tokens, start: int, most: int) -> Iterator[tuple[int, int]]:
    waiting: list[str] = []
    for end in range(start, min(len(document), start + most)):
        token = document[end]
        if token in _PAIRS:
            waiting.append(_PAIRS[token])
        elif token in _PAIRS.values() and (not waiting or waiting.pop() != token):
            return
        if not waiting:
            yield start, end + 1
