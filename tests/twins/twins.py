"""Two worlds that differ only in what one person may not see, asked the same: every byte of both answers is equal.

What a run makes itself has the same ids in both: the source of randomness stands at the same place before each
question.
"""

import contextlib
import hashlib
import os
import random
import re
import sys
from base64 import b64decode
from binascii import Error as NotBase64
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from types import FrameType
from typing import Any, Final, TypeVar
from unittest.mock import patch

from gateway.demo.people import Person, person
from resolvers.ids import encode
from tenancy.embedded import Cluster
from tests.ground import Address
from tests.tenancy.connections import connected
from tests.twins.altering import alter
from tests.twins.books import Book, read, tables, type_names
from tests.twins.dealing import deal
from tests.twins.hidden import Hidden
from tests.twins.patience import unhurried, worked
from tests.twins.reading import read_once
from tests.twins.values import Pool
from tests.world import World, opened

Build = Any
K = TypeVar("K")
_ERROR_ID: Final = re.compile(r'"errorId":"[0-9a-f]+"')
_FLOWING: Final = "ratelimit"
"""The one header that moves with the time of day."""
_PATIENT: Final = {"request_seconds": 120}
_FLOORS: Final = ("gateway", "schema", "resolvers", "tenancy")
_TOLD: Final = ("title", "name", "number", "email", "subject")
"""Columns that people search for, or that make a key."""
_numbers = count(1)


@dataclass(frozen=True)
class Heard:
    """One answer as it came, and the statements that it took."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: str
    statements: tuple[str, ...]

    def apart(self, other: "Heard") -> str | None:
        """In what two answers differ, if in anything."""
        for name in ("status", "body", "headers", "statements"):
            if getattr(self, name) != getattr(other, name):
                return name
        return None


@dataclass
class Twins:
    """Both worlds, the person who asks, and what there is to ask about. `translated`: cursors that other people got, in
    the first world -> in the other."""

    person: Person
    first: World
    other: World
    pool: Pool
    homes: list[str]
    translated: dict[str, str] = field(default_factory=dict)
    _asked: int = 0

    async def ask(
        self, who: str, text: str, variables: Mapping[str, Any], headers: Mapping[str, str] | None = None
    ) -> tuple[Heard, Heard]:
        """Both answers to one question."""
        self._asked += 1
        other = {name: self._theirs(value) for name, value in variables.items()}
        a = await _heard(self.first, who, text, variables, headers, self._asked)
        b = await _heard(self.other, who, text, other, headers, self._asked)
        return a, b

    def _theirs(self, value: Any) -> Any:
        return self.translated.get(value, value) if isinstance(value, str) else value

    def learn(self, data: Any) -> None:
        """Remember the ids of an answer."""
        for text in _texts(data):
            with contextlib.suppress(ValueError, NotBase64):
                type_name, _, id = b64decode(text, validate=True).decode().partition(":")
                if type_name.isalnum() and len(id) == 36:
                    self.pool.meet(type_name, text)


async def _heard(
    world: World, who: str, text: str, variables: Any, headers: Mapping[str, str] | None, turn: int
) -> Heard:
    with _the_same_chance(turn):
        async with world.listening() as statements:
            answer = await world.ask(who, text, variables, headers={"x-cost": "1", **(headers or {})})
        if text.startswith("mutation"):
            await worked(world.gateway.exports)
    return Heard(
        answer.status_code,
        tuple(sorted((name, value) for name, value in answer.headers.items() if name != _FLOWING)),
        _ERROR_ID.sub('"errorId":"-"', answer.text),
        tuple(statements),
    )


@contextlib.contextmanager
def _the_same_chance(turn: int) -> Iterator[None]:
    """The system's randomness: the same bytes in every turn of this number, for each line of the product that asks.

    Lines do not disturb each other: the driver draws for a connection that only one twin happens to need.
    """
    given: Counter[str] = Counter()

    def stream(size: int) -> bytes:
        line = _line(sys._getframe(1))
        given[line] += 1
        return hashlib.shake_128(f"{turn}/{line}/{given[line]}".encode()).digest(size)

    # `secrets` draws by a name of its own for the same source.
    with patch.object(os, "urandom", stream), patch.object(random, "_urandom", stream):
        yield


def _line(frame: FrameType | None) -> str:
    while frame is not None:
        if frame.f_globals.get("__name__", "").partition(".")[0] in _FLOORS:
            return f"{frame.f_code.co_filename}:{frame.f_lineno}"
        frame = frame.f_back
    return ""


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for each in value.values() if isinstance(value, dict) else value:
            yield from _texts(each)


@contextlib.asynccontextmanager
async def born(
    cluster: Cluster, template: str, folder: Path, key: str, seed: int, build: Build = None, **settings: Any
) -> AsyncIterator[Twins]:
    """Twins for one person, over the world of one seed. `build` does something to both databases before they part."""
    number, who = f"{os.getpid()}_{next(_numbers)}", person(key)
    async with contextlib.AsyncExitStack() as stack:
        first = await _copied(cluster, template, f"twin_a_{number}")
        async with connected(first.owner) as past:
            book = await deal(past, seed)
            if build:
                await build(past)
                book = await read(past)
        other = await _copied(cluster, first.name, f"twin_b_{number}")
        hidden = Hidden(book, who)
        async with connected(other.owner) as past:
            altered = await alter(past, hidden)
        stack.enter_context(unhurried())
        worlds = [
            await stack.enter_async_context(opened(address, _made(folder, f"{number}_{name}"), **_PATIENT, **settings))
            for name, address in (("a", first), ("b", other))
        ]
        stack.enter_context(read_once())
        yield Twins(who, worlds[0], worlds[1], pool_of(book, altered, hidden), hidden.homes)


async def _copied(cluster: Cluster, template: str, name: str) -> Address:
    """A copy that goes away with its cluster: to drop it costs as much as to make it."""
    await cluster.create_database(name, template)
    return Address(cluster, name)


def _made(folder: Path, name: str) -> Path:
    made = folder / name
    made.mkdir(parents=True)
    return made


def pool_of(book: Book, altered: Book, hidden: Hidden) -> Pool:
    """Ids and words of both worlds: what the person may see, and what only one who may not should know."""
    pool = Pool()
    words: set[str] = set()
    for table, kind in type_names().items():
        if "id" not in tables()[table].columns:
            continue
        concealed = hidden.rows.get(table, set())
        for row in (*book[table], *altered[table]):
            if row["id"] in hidden.unspoken:
                continue
            strange = row["id"] in concealed or row.get("tenant_id") in hidden.foreign or row not in book[table]
            id, told = encode(kind, str(row["id"])), {name: str(row[name]) for name in _TOLD if row.get(name)}
            (pool.hidden if strange else pool.seen).setdefault(kind, []).append(id)
            if strange and row.get("tenant_id") in hidden.homes:
                pool.close.setdefault(kind, []).append(id)
            for name in told if strange else ():
                pool.names.setdefault((kind, name), []).append(told[name])
            if len(words) < 3000:
                words.update(told.values())
    pool.hidden, pool.close = _sorted(pool.hidden), _sorted(pool.close)
    pool.names = _sorted(pool.names)
    pool.seen = {kind: sorted(set(ids) - set(pool.hidden.get(kind, ()))) for kind, ids in pool.seen.items()}
    pool.words = sorted(words)
    return pool


def _sorted(drawn: dict[K, list[str]]) -> dict[K, list[str]]:
    """The same choice in every run: each once, in order."""
    return {key: sorted(set(each)) for key, each in drawn.items()}
