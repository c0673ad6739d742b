"""Attacks beside good traffic, one group at a time: what they do to others' p99 is measured (F-17, F-18, 4.2).

Each runs in a process of its own, so that good traffic waits for the server alone, and not for its attackers' client.
"""

import asyncio
import contextlib
import json
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass
from random import Random
from typing import Final

import httpx2

from tests.chaos.traffic import ACCEPT
from tests.fuzz.drafts import Drafter
from tests.fuzz.search import SEEDS, known

EVERY: Final = 0.05
"""Seconds between two attacks: 20 a second."""
NOISY: Final = ("flo", "fran", "fred")
"""Of another tenant than the good traffic."""
HUNDRED: Final = "{ cases(view: ALL, first: 100) { nodes { title } } }"
"""A price of 101 points: a tenant may ask this ten times a second."""
NOISE: Final = 100.0
"""Requests a second: ten times what the tenant may."""


@dataclass(frozen=True)
class Target:
    """Whom an attack is for, and the tokens that it has."""

    port: int
    tokens: Mapping[str, str]

    def client(self, token: str) -> httpx2.AsyncClient:
        headers = {"authorization": f"Bearer {token}", "accept": ACCEPT, "content-type": "application/json"}
        return httpx2.AsyncClient(base_url=f"http://127.0.0.1:{self.port}", timeout=20, headers=headers)


async def documents(target: Target) -> None:
    """G: hostile documents, each a little different, so that none is known already."""
    texts, number = (*SEEDS, *known()), 0
    async with target.client(target.tokens[NOISY[0]]) as client:
        while True:
            number += 1
            text = f"{texts[number % len(texts)]} #{number}"
            await _sent(client, json.dumps({"query": text}).encode())


async def requests(target: Target) -> None:
    """H: what is no request, bodies of the wrong size, strange headers."""
    drafter = Drafter(Random(1), list(target.tokens.values()))
    while True:
        sent = drafter.draft()
        with contextlib.suppress(OSError):
            _, writer = await asyncio.open_connection("127.0.0.1", target.port)
            lines = [f"{sent.method} {sent.path} HTTP/1.1".encode(errors="replace")]
            lines += [b"%s: %s" % each for each in sent.headers]
            lines += [b"content-length: %d" % len(sent.body), b"", b""]
            writer.write(b"\r\n".join(lines) + sent.body)
            await asyncio.sleep(EVERY)
            writer.close()


async def tokens(target: Target) -> None:
    """K: tokens that are none."""
    good = target.tokens[NOISY[0]]
    async with target.client(f"{good.rpartition('.')[0]}.AAAA") as client:
        while True:
            await _sent(client, b'{"query": "{ viewer { name } }"}')


async def slow_clients(target: Target) -> None:
    """H-07: two hundred who say a byte now and then."""
    writers = [(await asyncio.open_connection("127.0.0.1", target.port))[1] for _ in range(200)]
    try:
        while True:
            for writer in writers:
                if not writer.is_closing():
                    writer.write(b"x")
            await asyncio.sleep(0.5)
    finally:
        for writer in writers:
            writer.transport.abort()


async def noise(target: Target) -> None:
    """F-17: a tenant that asks for ten times what it may, whatever it hears."""
    body = json.dumps({"query": HUNDRED}).encode()
    running: set[asyncio.Task[None]] = set()
    async with contextlib.AsyncExitStack() as stack:
        clients = [await stack.enter_async_context(target.client(target.tokens[who])) for who in NOISY]
        due, number = time.monotonic(), 0
        while True:
            if len(running) < 64:
                task = asyncio.create_task(_sent(clients[number % len(clients)], body, pause=0.0))
                running.add(task)
                task.add_done_callback(running.discard)
            number += 1
            due += 1 / NOISE
            await asyncio.sleep(max(0.0, due - time.monotonic()))


Attack = Callable[[Target], Awaitable[None]]
ATTACKS: Final[Mapping[str, tuple[Attack, float]]] = {
    "G: hostile documents, 20 a second": (documents, 2.0),
    "H: strange requests, 20 a second": (requests, 2.0),
    "H-07: 200 slow clients": (slow_clients, 2.0),
    "K: bad tokens, 20 a second": (tokens, 2.0),
    "F-17: a tenant at ten times its rate": (noise, 1.5),
}
"""By name: what is done, and by how much the p99 of good traffic may grow."""


@asynccontextmanager
async def under(name: str, target: Target) -> AsyncIterator[None]:
    """While this attack runs."""
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(sys.executable, "-m", __name__, stdin=pipe, stdout=pipe)
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(json.dumps({"name": name, **asdict(target)}).encode() + b"\n")
    await process.stdout.readline()  # it has begun
    try:
        yield
    finally:
        process.kill()
        await process.communicate()


async def _sent(client: httpx2.AsyncClient, body: bytes, pause: float = EVERY) -> None:
    with contextlib.suppress(httpx2.HTTPError, OSError):
        await client.post("/graphql", content=body)
    await asyncio.sleep(pause)


def main() -> None:
    """The process of one attack; it ends when it is killed, or after ten minutes."""
    given = json.loads(sys.stdin.readline())
    attack, _ = ATTACKS[given.pop("name")]
    sys.stdout.write("begun\n")
    sys.stdout.flush()
    with contextlib.suppress(TimeoutError):
        asyncio.run(asyncio.wait_for(_run(attack, Target(**given)), 600))


async def _run(attack: Attack, target: Target) -> None:
    await attack(target)


if __name__ == "__main__":
    main()
