"""Sends random requests to the application of production over a real database, and judges each answer."""

import asyncio
import contextlib
import json
import logging
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from random import Random
from typing import Any

from starlette.types import ASGIApp, Message

from gateway.demo.people import people
from tests.fuzz.drafts import CANARY, Drafter, Sent
from tests.fuzz.judging import Answer, faults
from tests.world import World

SECONDS = 60.0
"""After that a request counts as one that is never answered."""


@dataclass
class Tally:
    """What became of the requests."""

    statuses: Counter[int] = field(default_factory=Counter)
    codes: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)

    @property
    def asked(self) -> int:
        return self.statuses.total()

    def note(self, sent: Sent, answer: Answer) -> None:
        self.statuses[answer.status] += 1
        self.codes.update(_codes(answer))
        self.wrong += [f"{what}\n    {sent}\n    {answer.body[:600]!r}" for what in faults(sent, answer)]

    def add(self, other: "Tally") -> None:
        self.statuses += other.statuses
        self.codes += other.codes
        self.wrong += other.wrong


async def fuzz(world: World, count: int, seed: int, progress: Callable[[], None] = lambda: None) -> Tally:
    """So many requests, as this seed has them, a few at a time."""
    drafter, tally = Drafter(Random(seed), [world.token(each.key) for each in people()]), Tally()
    waiting = iter(range(count))

    async def sender() -> None:
        for _ in waiting:
            sent = drafter.draft()
            answer = await answered(world.app, sent)
            tally.note(sent, answer)
            _learn(drafter, answer)
            progress()

    with overheard() as said:
        await asyncio.gather(*(sender() for _ in range(4)))
    tally.wrong += [f"the log says {CANARY}: {line[:300]}" for line in said if CANARY in line]
    return tally


async def answered(app: ASGIApp, sent: Sent) -> Answer:
    """What the application says, spoken to as a server does; an exception that leaves it is a 500."""
    messages: list[Message] = []
    coming: list[Message] = [{"type": "http.request", "body": sent.body, "more_body": False}]
    gone = asyncio.Event()

    async def receive() -> Message:
        if coming:
            return coming.pop()
        await gone.wait()
        return {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        messages.append(message)
        if message.get("type") == "http.response.body" and _is_stream(messages[0]):
            gone.set()  # what goes on for ever is left after its first words

    try:
        async with asyncio.timeout(SECONDS):
            await app(_scope(sent), receive, send)
    except Exception as error:
        return Answer(500, {}, repr(error).encode())
    start = messages[0]
    body = b"".join(each.get("body", b"") for each in messages[1:])
    return Answer(start["status"], dict(start.get("headers", ())), body)


def _scope(sent: Sent) -> dict[str, Any]:
    return {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": sent.method,
        "scheme": "http",
        "path": sent.path,
        "raw_path": sent.path.encode(),
        "query_string": sent.query,
        "headers": sent.headers,
        "client": ("127.0.0.1", 50_000),
        "server": ("127.0.0.1", 8000),
    }


def _is_stream(start: Mapping[str, Any]) -> bool:
    return any(value.startswith(b"text/event-stream") for name, value in start["headers"] if name == b"content-type")


def _codes(answer: Answer) -> Iterator[str]:
    with contextlib.suppress(ValueError, AttributeError, TypeError):
        yield from (str(error["extensions"]["code"]) for error in json.loads(answer.body).get("errors", ()))


def _learn(drafter: Drafter, answer: Answer) -> None:
    """Remember ids that were told: later requests ask for what there is."""
    with contextlib.suppress(ValueError):
        waiting = [json.loads(answer.body or b"null")]
        while waiting:
            each = waiting.pop()
            if isinstance(each, dict) and isinstance(each.get("id"), str) and isinstance(each.get("__typename"), str):
                drafter.pool.meet(each["__typename"], each["id"])
            waiting += each.values() if isinstance(each, dict) else each if isinstance(each, list) else ()


@contextlib.contextmanager
def overheard() -> Iterator[list[str]]:
    """Every line that is logged meanwhile, traces included."""
    said: list[str] = []

    class Ear(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            said.append(self.format(record))

    ear, root = Ear(), logging.getLogger()
    root.addHandler(ear)
    try:
        yield said
    finally:
        root.removeHandler(ear)
