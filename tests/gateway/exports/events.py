"""What happens around exports: crashes, readers who leave, rights that end."""

import asyncio
from typing import Any

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


async def served(world: World, path: str, left: asyncio.Event) -> list[Any]:
    """What is sent to a reader who leaves at a moment of its choice."""
    sent: list[Any] = []

    async def receive() -> Any:
        await left.wait()
        return {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        sent.append(message)

    world.stand_at(NOON)
    token = f"Bearer {world.token('petra')}".encode()
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "headers": [(b"host", b"127.0.0.1:8000"), (b"authorization", token)],
        "client": ("127.0.0.1", 50000),
        "server": ("127.0.0.1", 8000),
    }
    await world.app(scope, receive, send)
    return sent
