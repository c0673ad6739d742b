"""A client that leaves takes its query along (F-09); one that waits in a crowd is told no soon (F-07)."""

import asyncio
import time
from typing import Any, Final

import asyncpg
import httpx2
import orjson
import pytest

from resolvers import cases
from tenancy.database import Row
from tests.live import Live
from tests.tenancy.connections import connected

ASLEEP: Final = """
select count(*) from pg_stat_activity where state = 'active' and query like '%pg_sleep%' and pid <> pg_backend_pid()"""
READ: Final = {"query": "{ slow: cases(view: ALL) { totalCount } }"}
WRITE: Final = "mutation ($i: CreateCaseInput!) { createCase(input: $i) { case { id } } }"


def sleeping(monkeypatch: pytest.MonkeyPatch, seconds: float) -> None:
    """Let whoever asks for cases wait for a slow statement first."""
    usual = cases.filters

    async def filters(context: Any, *given: Any, **more: Any) -> Any:
        sql = f"select pg_sleep({seconds})::text"
        await context.scope.wire.fetch(context.viewer.tenant_id, sql, [], Row)
        return await usual(context, *given, **more)

    monkeypatch.setattr(cases, "filters", filters)


async def asked(live: Live, body: dict[str, Any]) -> asyncio.StreamWriter:
    """A request that is sent, and not answered yet."""
    _, writer = await asyncio.open_connection("127.0.0.1", live.gateway.settings.port)
    text = orjson.dumps(body)
    head = (
        f"POST /graphql HTTP/1.1\r\nhost: 127.0.0.1\r\nauthorization: Bearer {live.token('mo')}\r\n"
        f"content-type: application/json\r\ncontent-length: {len(text)}\r\n\r\n"
    )
    writer.write(head.encode() + text)
    await writer.drain()
    return writer


async def until(wanted: int, past: "asyncpg.Connection[Any]") -> float:
    """Seconds until so many statements sleep."""
    started = time.monotonic()
    async with asyncio.timeout(10):
        while await past.fetchval(ASLEEP) != wanted:  # noqa: ASYNC110  nobody tells a test
            await asyncio.sleep(0.02)
    return time.monotonic() - started


async def test_f09_a_query_ends_when_its_client_leaves(live: Live, monkeypatch: pytest.MonkeyPatch) -> None:
    sleeping(monkeypatch, 4.5)
    lent = live.gateway.database.lent
    async with connected(live.address.owner) as past:
        writer = await asked(live, READ)
        await until(1, past)
        writer.transport.abort()
        assert await until(0, past) < 2
    async with asyncio.timeout(2):
        while len(live.gateway.meter.crowd.process) or live.gateway.database.lent > lent:  # noqa: ASYNC110  nobody tells a test
            await asyncio.sleep(0.01)
    assert 'gateway_operations_total{kind="query",outcome="gone"} 1.0' in (await live.client.get("/metrics")).text


async def test_f09_a_command_is_done_whoever_leaves(live_world: Live, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its effect is wanted, and its key is in the client's hands"""
    given = {"idempotencyKey": "left", "title": "Left alone", "supportKind": "OTHER"}
    writer = await asked(live_world, {"query": WRITE, "variables": {"i": given}})
    async with asyncio.timeout(10):
        while not len(live_world.gateway.meter.crowd.process):  # noqa: ASYNC110  nobody tells a test
            await asyncio.sleep(0.001)
        writer.transport.abort()
        while len(live_world.gateway.meter.crowd.process):  # noqa: ASYNC110  nobody tells a test
            await asyncio.sleep(0.01)
    async with connected(live_world.address.owner) as past:
        assert await past.fetchval("select count(*) from app.incident where title = 'Left alone'") == 1


async def test_f07_in_a_crowd_no_is_said_soon_and_health_needs_no_place(
    live: Live, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two hundred slow requests for a pool of eight"""
    sleeping(monkeypatch, 4.5)
    headers = {"authorization": f"Bearer {live.token('mo')}"}
    limits = httpx2.Limits(max_connections=300)
    async with httpx2.AsyncClient(base_url=live.gateway.settings.public_url, timeout=30, limits=limits) as client:

        async def one() -> int:
            return (await client.post("/graphql", json=READ, headers=headers)).status_code

        crowd = [asyncio.create_task(one()) for _ in range(200)]
        async with asyncio.timeout(4):
            while sum(task.done() for task in crowd) < 200 - 8:  # noqa: ASYNC110  nobody tells a test
                await asyncio.sleep(0.01)
        assert {task.result() for task in crowd if task.done()} == {503}
        for path in ("/livez", "/readyz"):
            assert (await live.client.get(path)).status_code == 200
        assert (await asyncio.gather(*crowd)).count(200) == 8
