"""`make revocation`: every form of taking a right away, measured at two servers over real HTTP (K-23, T-16).

Rights are taken away through one server and asked for at the other one, turn by turn, while readers ask both without
a pause. A request that still sees what was taken is counted as late, and there must be none. Then the same is done to
people who listen at the other server, and it is measured how soon they are told.
"""

import argparse
import asyncio
import contextlib
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import httpx2

from tests.crash.grounds import Server, based, served
from tests.gateway.test_process import free_port
from tests.revoking.forms import FORMS, Ask, Form
from tests.revoking.sockets import LISTENED, told

READERS: Final = ("maya", "cy", "di", "rae")
READING: Final = {"query": "{ cases(view: ALL, first: 25) { nodes { title owner { displayName } } } }"}
LONGEST_MS: Final = 1000.0
HEAD: Final = "| form | n | late | p50 ms | p99 ms | worst ms |\n| --- | --- | --- | --- | --- | --- |"


@dataclass(frozen=True)
class Measured:
    """What came of one form: milliseconds of the first request after the taking, and how many still saw it."""

    took: Sequence[float]
    late: int

    def at(self, share: float) -> float:
        """The quantile, as the value that is really there."""
        return sorted(self.took)[min(int(share * len(self.took)), len(self.took) - 1)]

    def line(self, name: str) -> str:
        cells = (len(self.took), self.late, *(f"{self.at(q):.1f}" for q in (0.5, 0.99, 1.0)))
        return f"| {name} | " + " | ".join(map(str, cells)) + " |"

    @property
    def good(self) -> bool:
        return self.late == 0 and self.at(0.99) < LONGEST_MS


def say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def asking(client: httpx2.AsyncClient, server: Server) -> Ask:
    """How people ask this server."""
    tokens: dict[str, str] = {}

    async def ask(
        viewer: str, query: str, variables: Mapping[str, Any] | None = None, tenant: str | None = None
    ) -> dict[str, Any]:
        if viewer not in tokens:
            tokens[viewer] = server.token(viewer)
        headers = {"authorization": f"Bearer {tokens[viewer]}"} | ({"x-tenant": tenant} if tenant else {})
        sent = {"query": query, "variables": variables}
        body: dict[str, Any] = (await client.post(f"{server.url}/graphql", json=sent, headers=headers)).json()
        return body

    return ask


@contextlib.asynccontextmanager
async def load(asks: Sequence[Ask]) -> AsyncIterator[list[int]]:
    """Readers at each server who ask without a pause; how many answers they got, in the one element."""
    count = [0]

    async def read(ask: Ask, viewer: str) -> None:
        while True:
            body = await ask(viewer, READING["query"])
            assert "errors" not in body, body
            count[0] += 1

    readers = [asyncio.create_task(read(ask, viewer)) for ask in asks for viewer in READERS]
    try:
        yield count
    finally:
        for reader in readers:
            reader.cancel()
        for came in await asyncio.gather(*readers, return_exceptions=True):
            if not isinstance(came, asyncio.CancelledError):
                raise AssertionError("a reader was not answered") from came


async def measure(form: Form, asks: Sequence[Ask], rounds: int) -> Measured:
    """Give, see at both; take at the one, ask at the other."""
    took, late = [], 0
    for number in range(rounds):
        here, there = asks[number % 2], asks[(number + 1) % 2]
        key = f"{form.name}-{number}"
        id = await form.give(here, key)
        for ask in asks:
            assert await form.seen(ask), f"{form.name}: what is given is not seen"
        await form.take(here, key, id)
        begun = time.perf_counter()
        late += await form.seen(there)
        took.append((time.perf_counter() - begun) * 1000)
    return Measured(took, late)


async def main(rounds: int) -> bool:
    """Prints a line for each form; whether all are as they must be."""
    good = True
    with tempfile.TemporaryDirectory() as folder:
        async with based(Path(folder)) as base, httpx2.AsyncClient(trust_env=False, timeout=60) as client:
            with served(base, free_port()) as one, served(base, free_port()) as two:
                asks = [asking(client, one), asking(client, two)]
                say(HEAD)
                begun = time.monotonic()
                async with load(asks) as answered:
                    for form in FORMS:
                        found = await measure(form, asks, rounds)
                        say(found.line(form.name))
                        good = good and found.good
                    for form in LISTENED:
                        found = Measured(await told(form, [one, two], asks, rounds // 2), 0)
                        say(found.line(f"{form.name}, to who listens"))
                        good = good and found.good
                say(f"\nmeanwhile {answered[0] / (time.monotonic() - begun):.0f} reading requests a second")
    say("every form is effective at the next request, and told within a second" if good else "NOT as it must be")
    return good


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=200)
    sys.exit(not asyncio.run(main(parser.parse_args().rounds)))
