"""A search for the document of 32 KB that costs most to read: hill climbing from the worst ones that are known.

The height of a document is its CPU time beside a yardstick. A few stay, are changed by chance, and give way to worse.
What was found stays as a file in `worst/`, and every run and every test reads these first.
"""

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from random import Random
from typing import Final

from graphql import GraphQLError, parse

from schema.contract import contract
from schema.execution import Engine, Refused
from tests.fuzz.twisting import Twister, tokens, written
from tests.yardstick import cpu_seconds

GOAL: Final = 0.020
"""Seconds of CPU on a quiet machine (security 4.2)."""

WORST: Final = Path(__file__).with_name("worst")
_KEPT: Final = 12

SEEDS: Final = (
    "{ cases { nodes { " + "title " * 790 + "} } }",
    "{ cases { nodes { " + "owner { id } " * 385 + "} } }",
    "{ cases { nodes { " + "...F " * 780 + "} } } fragment F on Case { title }",
    "{ cases(first: 1) { nodes { " + "... on Case { title owner { id } } " * 190 + "} } }",
    '{ node(id: "x") { ' + "... on Case { title owner { id } } ... on Workspace { name } " * 95 + "} }",
    "{ ...F0 }" + "".join(f"fragment F{n} on Query {{ ...F{n + 1} ...F{n + 1} }}" for n in range(48)),
    "query (" + " ".join(f"$v{n}: Int" for n in range(480)) + ") { viewer { name } }",
    "{ viewer { " + " ".join(f"f{n}" for n in range(790)) + "} }",
    "{ cases(" + " ".join(f"a{n}: 1" for n in range(640)) + ") { totalCount } }",
)


@dataclass(frozen=True)
class Found:
    """One document, and what it costs to read, in seconds of the reference machine."""

    seconds: float
    text: str

    @property
    def mark(self) -> str:
        return sha256(self.text.encode()).hexdigest()[:12]

    def __str__(self) -> str:
        return f"{self.seconds * 1000:5.1f} ms  {self.mark}  {_shape(self.text)}"


def known() -> Iterator[str]:
    """What earlier searches found."""
    yield from (file.read_text() for file in sorted(WORST.glob("*.graphql")))


def cost(text: str, tries: int = 3, enough: float = 0.0) -> float:
    """Seconds of CPU that reading takes, for a process that has never seen it."""
    return cpu_seconds(lambda: answer(text), tries=tries, enough=enough)


def answer(text: str) -> str:
    """What comes of it."""
    try:
        Engine(contract).document(text)
    except Refused as refused:
        return refused.errors[0].message[:60]
    return "read"


def climb(seed: int, seconds: float, tries: int) -> list[Found]:
    """The worst documents found in so many seconds, or so many tries if these are sooner; the worst one first."""
    random, until = Random(seed), time.monotonic() + seconds
    twister = Twister(random)
    hill = sorted((Found(cost(text), text) for text in (*SEEDS, *known())), key=lambda each: -each.seconds)
    hill = hill[:_KEPT]
    for _ in range(tries):
        if time.monotonic() > until:
            break
        parent, other = (tokens(random.choice(hill).text) for _ in range(2))
        text = written(twister.twisted(parent, other))
        _keep(hill, text)
    return hill


def _keep(hill: list[Found], text: str) -> None:
    """Let it stay if it is worse than the least; a second look tells luck from height."""
    if any(each.text == text for each in hill) or cost(text, tries=1) <= hill[-1].seconds:
        return
    seconds = cost(text, tries=5)
    if seconds > hill[-1].seconds:
        hill[-1] = Found(seconds, text)
        hill.sort(key=lambda each: -each.seconds)


def looked_at_again(found: Sequence[Found], most: int = 5) -> list[Found]:
    """The worst of them, measured with patience: nobody is blamed for what else the machine did."""
    worst = {each.text: each for each in sorted(found, key=lambda each: each.seconds)}
    chosen = sorted(worst.values(), key=lambda each: -each.seconds)[:most]
    return sorted((Found(cost(each.text, tries=40), each.text) for each in chosen), key=lambda each: -each.seconds)


def save(found: Found) -> Path:
    """Keep it for every later run."""
    WORST.mkdir(exist_ok=True)
    file = WORST / f"{found.mark}.graphql"
    file.write_text(found.text)
    return file


def _shape(text: str) -> str:
    parts = tokens(text)
    return f"{len(text)} characters, {len(parts)} tokens, {_definitions(text)}, {parts.count('{')} sets; {answer(text)}"


def _definitions(text: str) -> str:
    try:
        return f"{len(parse(text, max_tokens=10_000).definitions)} definitions"
    except GraphQLError:
        return "not readable"
