"""A query on the copy of the database that goes away meanwhile is answered by the primary."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Final

import asyncpg
import pytest
from pydantic import SecretStr

from resolvers import cases
from tests.gateway.proxy import Proxy, through
from tests.gateway.test_endpoint import code
from tests.ground import Address
from tests.world import World, opened

READ: Final = "{ cases(view: ALL) { totalCount } viewer { name } }"


class Copied(World):
    """A world that reads its queries behind a wire of their own, as from a copy."""

    proxy: Proxy

    @property
    def lost(self) -> int:
        replica = self.gateway.database.replica
        assert replica is not None
        return replica.lost_times

    def proved(self) -> None:
        """The copy is as new as can be."""
        replica: Any = self.gateway.database.replica
        replica._proved = float("inf")


@asynccontextmanager
async def copied(address: Address, folder: Path) -> AsyncIterator[Copied]:
    async with through(address) as copy, opened(address, folder, replica_url=SecretStr(copy.app)) as world:
        found = Copied(world.gateway, world.app, world.client, address)
        found.proxy = copy.proxy
        found.proved()
        yield found


@pytest.fixture
async def copy(world_database: Address, tmp_path: Path) -> AsyncIterator[Copied]:
    async with copied(world_database, tmp_path) as found:
        yield found


def before_filters(monkeypatch: pytest.MonkeyPatch, work: Callable[[], Awaitable[None]]) -> None:
    """Let something happen in the middle of a query for cases."""
    usual = cases.filters

    async def filters(*given: Any, **more: Any) -> Any:
        await work()
        return await usual(*given, **more)

    monkeypatch.setattr(cases, "filters", filters)


async def test_a_copy_that_goes_away_in_the_middle_costs_no_answer(
    copy: Copied, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def cut() -> None:
        copy.proxy.cut()
        await asyncio.sleep(0.05)

    before_filters(monkeypatch, cut)
    answer = await copy.ask("rae", READ)
    assert answer.json()["data"]["viewer"] == {"name": "Rae Reed"}
    assert (answer.status_code, "errors" in answer.json(), copy.lost) == (200, False, 1)


async def test_a_copy_that_is_gone_before_the_first_word_costs_no_answer(copy: Copied) -> None:
    await copy.data("rae", READ)
    copy.proxy.away = True
    copy.proxy.cut()
    answer = await copy.ask("rae", "{ other: cases(view: ALL) { totalCount } }")
    assert (answer.status_code, "errors" in answer.json(), copy.lost) == (200, False, 1)


async def test_a_copy_that_throws_a_reader_out_costs_no_answer(copy: Copied, monkeypatch: pytest.MonkeyPatch) -> None:
    """It must replace what is being read; its connection lives."""
    times = []

    async def conflict() -> None:
        times.append(1)
        if len(times) == 1:
            raise asyncpg.SerializationError("canceling statement due to conflict with recovery")

    before_filters(monkeypatch, conflict)
    answer = await copy.ask("rae", READ)
    assert (answer.status_code, "errors" in answer.json(), len(times), copy.lost) == (200, False, 2, 1)


async def test_streams_and_sockets_read_again_too(copy: Copied, monkeypatch: pytest.MonkeyPatch) -> None:
    async def cut() -> None:
        copy.proxy.cut()
        await asyncio.sleep(0.05)

    before_filters(monkeypatch, cut)
    status, (told,) = await copy.heard("rae", READ)
    assert (status, told["data"]["viewer"], "errors" in told, copy.lost) == (200, {"name": "Rae Reed"}, False, 1)


async def test_what_takes_too_long_is_not_read_twice(copy: Copied, monkeypatch: pytest.MonkeyPatch) -> None:
    """F-08: the primary would take as long."""
    times = []

    async def dawdle() -> None:
        times.append(1)
        raise asyncpg.QueryCanceledError("canceling statement due to statement timeout")

    before_filters(monkeypatch, dawdle)
    answer = await copy.ask("rae", READ)
    assert (code(answer), len(times)) == ("DEADLINE_EXCEEDED", 1)


async def test_what_fails_at_the_primary_is_not_read_twice(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    times = []

    async def lost() -> None:
        times.append(1)
        raise asyncpg.ConnectionDoesNotExistError("connection was closed in the middle of operation")

    before_filters(monkeypatch, lost)
    answer = await world.ask("rae", READ)
    assert (code(answer), len(times)) == ("UNAVAILABLE", 1)


async def test_a_copy_and_a_primary_that_both_fail_are_unavailable(
    copy: Copied, monkeypatch: pytest.MonkeyPatch
) -> None:
    times = []

    async def lost() -> None:
        times.append(1)
        raise asyncpg.ConnectionDoesNotExistError("connection was closed in the middle of operation")

    before_filters(monkeypatch, lost)
    answer = await copy.ask("rae", READ)
    assert (code(answer), len(times)) == ("UNAVAILABLE", 2)
