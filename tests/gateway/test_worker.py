"""Several processes behind one port: what clients see when one dies, when all are replaced, when all end (F-11)."""

import asyncio
import os
import signal
import subprocess
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

import httpx2
import pytest

from gateway.demo.people import people as cast
from gateway.demo.people import person
from gateway.demo.provider import DemoProvider
from tests.gateway.test_process import free_port, serving
from tests.ground import Address

CLIENTS = 4
REFUSED, CUT_OFF = 0, -1
"""What a client sees instead of a status: nobody listens, or a connection that ended before its answer."""

MOST = 110.0
"""Seconds for what takes a few on a machine that has nothing else to do."""
WAITING = 12
"""As many as one person may have in flight at one process."""
QUESTION = {"query": "{ viewer { name } cases(first: 5) { nodes { ticketNumber } } }"}


class House:
    """The parent, and who asks it."""

    def __init__(self, url: str, parent: "subprocess.Popen[str]", folder: Path, own: int) -> None:
        self.url, self.parent, self.own = url, parent, own
        provider = DemoProvider(cast(), public_url=url, data=folder, demo_mode=True)
        self.headers = {"authorization": f"Bearer {provider.mint(person('maya'))}"}

    def children(self) -> set[int]:
        """The processes that serve; what Python keeps beside them does not."""
        tasks = Path(f"/proc/{self.parent.pid}/task").glob("*/children")
        found = {int(each) for task in tasks for each in task.read_text().split()}
        return {each for each in found if "spawn_main" in _command(each)}

    async def complete(self) -> bool:
        return len(self.children()) == 2

    async def replaced(self, new: int, known: set[int]) -> None:
        """Wait for so many processes that were not there before, and nobody of before."""

        async def done() -> bool:
            return len(self.children() - known) >= new and not self.children() & known

        await until(done)

    @asynccontextmanager
    async def load(self) -> AsyncIterator[list[int]]:
        """Clients that keep their connections and do not stop asking; each answer's status."""
        seen: list[int] = []
        clients = [asyncio.create_task(self._ask(seen)) for _ in range(CLIENTS)]
        try:
            yield seen
        finally:
            for client in clients:
                client.cancel()
            await asyncio.gather(*clients, return_exceptions=True)

    async def _ask(self, seen: list[int]) -> None:
        async with httpx2.AsyncClient(base_url=self.url, headers=self.headers, timeout=30) as client:
            while True:
                try:
                    seen.append((await client.post("/graphql", json=QUESTION)).status_code)
                except httpx2.ConnectError:
                    seen.append(REFUSED)
                except httpx2.HTTPError:
                    seen.append(CUT_OFF)
                await asyncio.sleep(0.05)


def _command(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_text()
    except OSError:
        return ""


@pytest.fixture(scope="module")
def house(world_database: Address, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    folder, own = tmp_path_factory.mktemp("house"), free_port()
    settings = {"GATEWAY_WORKERS": "2", "GATEWAY_WORKER_PORTS": str(own)}
    with serving(world_database, folder, **settings) as (url, parent):
        yield House(url, parent, folder, own)


async def asked(seen: list[int], times: int) -> bool:
    return len(seen) >= times


async def until(true: Callable[[], Awaitable[bool]]) -> None:
    """Ask until it is so."""
    async with asyncio.timeout(MOST):
        while not await true():  # noqa: ASYNC110  nobody tells a test
            await asyncio.sleep(0.05)


async def test_each_worker_answers_at_the_common_port_and_at_one_of_its_own(house: House) -> None:
    async with httpx2.AsyncClient() as client:
        for number in (1, 2):
            at = f"http://127.0.0.1:{house.own + number - 1}"

            async def ready(at: str = at) -> bool:
                return (await client.get(f"{at}/readyz", timeout=MOST)).status_code == 200

            await until(ready)
            assert (await client.get(f"{at}/readyz")).json()["worker"] == {"number": number, "of": 2}
            assert f"gateway_worker {number}.0" in (await client.get(f"{at}/metrics")).text
        assert (await client.get(f"{house.url}/readyz")).json()["worker"]["of"] == 2


async def test_a_restart_under_load_fails_no_request(house: House) -> None:
    known = house.children()
    async with house.load() as seen:
        await until(partial(asked, seen, 50))
        os.kill(house.parent.pid, signal.SIGHUP)
        await house.replaced(2, known)
        await until(partial(asked, seen, len(seen) + 50))
    assert set(seen) == {200}


async def test_a_killed_worker_is_replaced_and_the_other_one_goes_on(house: House) -> None:
    known = house.children()
    os.kill(victim := min(known), signal.SIGKILL)
    async with house.load() as seen:
        await house.replaced(1, {victim})

        async def as_before() -> bool:
            return seen.count(200) >= 50 and await house.complete()

        await until(as_before)
    assert set(seen) == {200}


async def test_what_waits_to_be_accepted_when_a_worker_is_killed_is_answered_by_the_other(house: House) -> None:
    """The queue belongs to the port, which they share; with a port for each (SO_REUSEPORT) half of it would be lost"""

    await until(house.complete)
    first, other = sorted(house.children())
    for each in (first, other):
        os.kill(each, signal.SIGSTOP)
    try:
        async with httpx2.AsyncClient(base_url=house.url, headers=house.headers, timeout=MOST) as client:
            asked = [asyncio.create_task(client.post("/graphql", json=QUESTION)) for _ in range(WAITING)]
            await asyncio.sleep(1)
            assert not any(each.done() for each in asked)
            os.kill(first, signal.SIGKILL)
            os.kill(other, signal.SIGCONT)
            assert [(await each).status_code for each in asked] == [200] * WAITING
    finally:
        os.kill(other, signal.SIGCONT)
    await house.replaced(1, {first})


async def test_all_end_under_load_and_every_request_that_was_taken_is_answered(house: House) -> None:
    """F-11: /readyz says no first; later only a connection that nobody accepted any more is without an answer"""
    async with house.load() as seen, httpx2.AsyncClient(base_url=house.url, timeout=30) as client:
        house.parent.send_signal(signal.SIGTERM)

        async def leaving() -> bool:
            return (await client.get("/readyz")).json()["staying"] is False

        await until(leaving)
        assert (await client.get("/readyz")).status_code == 503
        before = len(seen)

        async def ended() -> bool:
            return house.parent.poll() is not None

        await until(ended)
    house.parent.communicate()
    assert house.parent.returncode == 0
    assert set(seen[:before]) == {200}
    assert set(seen) <= {200, REFUSED, CUT_OFF}
    assert seen.count(CUT_OFF) <= CLIENTS
    assert house.children() == set()
