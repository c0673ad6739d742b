"""A schema with everything in it, over data that is made up as it is asked for and full of traps.

What a field gives depends on the seed, the object and the field's name alone: not on who asks, when, or how often.
So two executors see the same nulls, the same errors and the same values of the wrong type.
"""

import asyncio
from collections.abc import Callable, Generator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from enum import Enum
from random import Random
from typing import Any
from uuid import UUID

EPOCH = datetime(2025, 1, 1, tzinfo=UTC)


class Shade(Enum):
    """An enum whose values are not its names."""

    LIGHT = "l"
    DARK = "d"


@dataclass(frozen=True)
class Context:
    """One request: a seed for the data, how often a trap is laid, and whether resolvers wait."""

    seed: int
    traps: float = 0.06
    waits: bool = False

    def random(self, *key: object) -> Random:
        return Random(f"{self.seed}/{'/'.join(map(str, key))}")


class Row:
    """An object that makes up its attributes; subclasses are known by their GraphQL type."""

    kind = ""

    def __init__(self, context: Context, key: str) -> None:
        self.context = context
        self.key = key

    def __getattr__(self, name: str) -> Any:
        if name not in MAKERS:
            raise AttributeError(name)
        return planted(self.context, self.key, name, MAKERS[name])


class Odd:
    """A value of no known type."""

    def __repr__(self) -> str:
        return "odd"


class ThingRow(Row):
    """Found by `is_type_of`."""

    kind = "Thing"


class PartRow(Row):
    """Says what it is."""

    kind = "Part"
    graphql_type_name = "Part"


class NoteRow(Row):
    kind = "Note"
    graphql_type_name = "Note"


class StrangeRow(Row):
    """Of no type in the schema."""

    kind = "Strange"


Maker = Callable[[Context, Random, str], Any]


def planted(context: Context, key: str, name: str, make: Maker) -> Any:
    """A value, or one of the traps: null, an error as a value, a raised error, a wrong type, an awaitable."""
    random = context.random(key, name)
    drawn = random.random()
    if drawn >= context.traps:
        return make(context, random, f"{key}.{name}")
    trap = int(drawn / context.traps * 6)
    if trap == 0:
        raise ValueError(f"{name} cannot be read")
    if trap == 1:
        return LookupError(f"{name} is an error")
    if trap == 2:
        # Text of a date or a moment goes out as it is, where graphql-core would object; so it is no trap there.
        wrong = 5 if name in ("day", "moment") else "wrong"
        return random.choice([Odd(), 2**40, float("inf"), wrong, [None], {"a": 1}, True])
    if trap == 3 and context.waits:
        return Later(make(context, random, f"{key}.{name}"))
    return None


class Later:
    """An awaitable that nobody has to await: the value, some turns of the loop from now."""

    def __init__(self, value: Any) -> None:
        self.value = value

    def __await__(self) -> Generator[Any, None, Any]:
        for _ in range(len(repr(type(self.value))) % 3):
            yield from asyncio.sleep(0).__await__()
        if isinstance(self.value, Exception):
            raise self.value
        return self.value


def maybe_later(context: Context, value: Any) -> Any:
    return Later(value) if context.waits and not isinstance(value, Later) else value


def row(context: Context, random: Random, key: str, kinds: str = "TPN") -> Row:
    classes = {"T": ThingRow, "P": PartRow, "N": NoteRow, "S": StrangeRow}
    return classes[random.choice(kinds)](context, key)


def many(make: Maker) -> Maker:
    """A list, sometimes a tuple or a generator, with traps among the items."""

    def made(context: Context, random: Random, key: str) -> Any:
        items: list[Any] = []
        for index in range(random.randrange(4)):
            try:
                items.append(planted(context, key, str(index), make))
            except ValueError as error:
                items.append(error)
        shape = random.randrange(8)
        return tuple(items) if shape == 0 else iter(items) if shape == 1 else items

    return made


def thing(context: Context, random: Random, key: str) -> Row:
    return row(context, random, key, "T")


def part(context: Context, random: Random, key: str) -> Row:
    return row(context, random, key, "P")


def anything(context: Context, random: Random, key: str) -> Row:
    return row(context, random, key, "TTTPPPNNNS" if context.traps else "TPN")


def number(_context: Context, random: Random, _key: str) -> int:
    return random.randrange(-5, 1000)


def text(_context: Context, random: Random, _key: str) -> str:
    return random.choice(["", "a", "Grüße", "line\nline", "x" * 40])


MAKERS: dict[str, Maker] = {
    "id": lambda _c, random, key: random.choice([key, 7]),
    "label": text,
    "count": number,
    "maybe_count": number,
    "ratio": lambda _c, random, _k: random.choice([0.5, 3, -1e10]),
    "flag": lambda _c, random, _k: random.random() < 0.5,
    "shade": lambda _c, random, _k: random.choice(list(Shade)),
    "maybe_shade": lambda _c, random, _k: random.choice(list(Shade)),
    "day": lambda _c, random, _k: date(2025, 1, random.randrange(1, 28)),
    "moment": lambda _c, random, _k: EPOCH + timedelta(seconds=random.randrange(10**6)),
    "uuid": lambda _c, random, _k: UUID(int=random.getrandbits(128)),
    "amount": lambda _c, random, _k: random.choice([Decimal("12.00"), "7.50"]),
    "extra": lambda _c, random, _k: random.choice([{"a": [1, None]}, [], "s", 3]),
    "numbers": many(number),
    "maybe_numbers": many(number),
    "matrix": many(many(number)),
    "shades": many(lambda _c, random, _k: random.choice(list(Shade))),
    "thing": thing,
    "maybe_thing": thing,
    "things": many(thing),
    "strict_things": many(thing),
    "loose_things": many(thing),
    "grid": many(many(thing)),
    "part": part,
    "node": lambda c, random, key: row(c, random, key, "TP"),
    "strict_node": lambda c, random, key: row(c, random, key, "TP"),
    "nodes": many(lambda c, random, key: row(c, random, key, "TPTPTPS" if c.traps else "TP")),
    "item": anything,
    "items": many(anything),
    "strict_items": many(anything),
    "body": text,
}


def batch(context: Context, parents: list[Row], name: str, make: Maker) -> list[Any]:
    """A batched field: errors in slots; now and then the whole batch fails."""
    if context.random("batch", name).random() < context.traps / 4:
        raise RuntimeError(f"the batch {name} fails")
    values: list[Any] = []
    for parent in parents:
        try:
            value = planted(context, parent.key, name, make)
        except ValueError as error:
            value = error
        values.append(value)
    return values
