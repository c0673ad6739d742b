"""What happens around exports: crashes, readers who leave, rights that end."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any
from urllib.parse import unquote

import asyncpg

from gateway.demo import ids as names
from resolvers import ids
from tests.gateway.exports.jobs import START, busy, job, use
from tests.world import NOON, World


async def has_state(world: World, viewer: str, id: str, state: str) -> bool:
    return bool((await job(world, viewer, id))["state"] == state)


async def begun(world: World, id: str) -> bool:
    return bool((await job(world, "maya", id))["rowsWritten"])


async def quiet(world: World) -> bool:
    return await busy(world) == 0


async def waits(world: World) -> bool:
    owner = await asyncpg.connect(world.address.owner)
    try:
        asked = "select count(*) from pg_stat_activity where datname = $1 and wait_event_type = 'Lock'"
        return bool(await owner.fetchval(asked, world.address.name))
    finally:
        await owner.close()


async def refused(world: World, viewer: str) -> str | None:
    """The code with which a new export is refused; None when it is not."""
    given = {"idempotencyKey": "once", "kind": "CASES"}
    body = (await world.ask(viewer, START, {"input": given})).json()
    return body["errors"][0]["extensions"]["code"] if "errors" in body else None


async def without_grants(world: World, viewer: str, role: str | None = None) -> None:
    async with world.gateway.database.system() as connection:
        await connection.execute(
            "delete from app.role_grant where user_id = $1 and role = coalesce($2, role)", names.user(viewer), role
        )


async def link_ends(world: World, customer: str, days_ago: int) -> None:
    """The partner's link to a customer was over so many days ago (D-27)."""
    async with world.gateway.database.system() as connection:
        await connection.execute(
            "update app.partner_relationship set status = 'TERMINATED', ends_at = $3"
            " where kind = 'RESELLER' and partner_tenant_id = $1 and tenant_id = $2",
            *(names.of(each) for each in ("partner-p", customer)),
            NOON - timedelta(days=days_ago),
        )


async def lease_runs_out(world: World) -> None:
    async with world.gateway.database.system() as connection:
        await connection.execute("update app.export_job set lease_until = now() - interval '1 second'")


async def failure(world: World, id: str) -> str | None:
    async with world.gateway.database.system() as connection:
        asked = "select failure from app.export_job where id = $1"
        found: str | None = await connection.fetchval(asked, ids.of("ExportJob", id))
        return found


async def told(world: World, id: str) -> list[str]:
    """What the outbox tells of an export, in order (H-10)."""
    async with world.gateway.database.system() as connection:
        rows = await connection.fetch(
            "select payload ->> 'change' from app.outbox_event where topic = 'export' and subject_id = $1 order by id",
            ids.of("ExportJob", id),
        )
        return [row[0] for row in rows]


async def write_on(world: World) -> None:
    """A thousand rows a second, as long as nobody stops it."""
    while True:
        await use(world, 100)
        await asyncio.sleep(0.1)


Heard = Callable[[Any], Awaitable[None]]
"""What a reader does on each message, after it was sent."""


async def _listens(_: Any) -> None:
    """Nothing."""


async def served(
    world: World, path: str, left: asyncio.Event, viewer: str = "petra", heard: Heard = _listens
) -> list[Any]:
    """What is sent to a reader who leaves at a moment of its choice."""
    sent: list[Any] = []

    async def receive() -> Any:
        await left.wait()
        return {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        sent.append(message)
        await heard(message)

    world.stand_at(NOON)
    token = f"Bearer {world.token(viewer)}".encode()
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": unquote(path.partition("?")[0]),
        "raw_path": path.partition("?")[0].encode(),
        "query_string": path.partition("?")[2].encode(),
        "headers": [(b"host", b"127.0.0.1:8000"), (b"authorization", token)],
        "client": ("127.0.0.1", 50000),
        "server": ("127.0.0.1", 8000),
    }
    await world.app(scope, receive, send)
    return sent
