"""Asking for files, waiting for them, and fetching them."""

import asyncio
import csv
import io
import time
from collections.abc import Awaitable, Callable
from typing import Any, Final

import asyncpg
import httpx2

from gateway.demo import ids as names
from resolvers import ids
from tests.world import NOON, World

START: Final = """
mutation ($input: StartExportInput!) {
  startExport(input: $input) { userErrors { code } job { id state } }
}
"""
CANCEL: Final = (
    "mutation ($input: ExportJobInput!) { cancelExport(input: $input) { userErrors { code } job { state } } }"
)
JOB: Final = """
query ($id: ID!) {
  exportJob(id: $id) {
    id state progress rowsWritten rowsTotal url expiresAt
    manifest {
      rowCount sizeBytes sha256 snapshotAt columns { name kind } sums { column sum }
      withheld { part rule column count reason } neutralised { count places }
    }
    failure { code details }
  }
}
"""
ENDED: Final = {"DONE", "FAILED", "CANCELLED", "EXPIRED"}
W1: Final = ids.encode("Workspace", names.of("contoso/W1"))
SECONDS: Final = 100.0

_keys = iter(range(1_000_000))


async def start(world: World, viewer: str, kind: str, format: str = "CSV", **filter: Any) -> str:
    """The id of a new job."""
    given = {"idempotencyKey": f"key-{next(_keys)}", "kind": kind, "format": format, "filter": filter or None}
    answer = (await world.data(viewer, START, {"input": given}))["startExport"]
    assert answer["userErrors"] == []
    id: str = answer["job"]["id"]
    return id


async def job(world: World, viewer: str, id: str) -> Any:
    return (await world.data(viewer, JOB, {"id": id}))["exportJob"]


async def ended(world: World, viewer: str, id: str, seconds: float = SECONDS) -> Any:
    """The job, once it has ended."""
    until = time.monotonic() + seconds
    while (found := await job(world, viewer, id))["state"] not in ENDED:
        assert time.monotonic() < until, found
        await asyncio.sleep(0.05)
    return found


async def exported(world: World, viewer: str, kind: str, format: str = "CSV", **filter: Any) -> Any:
    """A job whose file is there."""
    found = await ended(world, viewer, await start(world, viewer, kind, format, **filter))
    assert found["state"] == "DONE", found
    return found


async def fetch(world: World, viewer: str | None, url: str, **headers: str) -> httpx2.Response:
    world.stand_at(NOON)
    own = {"authorization": f"Bearer {world.token(viewer)}"} if viewer else {}
    return await world.client.get(url, headers=own | {name.replace("_", "-"): text for name, text in headers.items()})


def rows(answer: httpx2.Response) -> list[dict[str, str]]:
    assert answer.status_code == 200, answer.text
    csv.field_size_limit(1 << 24)
    return list(csv.DictReader(io.StringIO(answer.content.decode(), newline="")))


async def use(world: World, rows: int) -> None:
    """That many rows more in the ledger of Contoso's first workspace."""
    owner = await asyncpg.connect(world.address.owner)
    try:
        await owner.execute(
            """
            insert into app.consumption
              (tenant_id, id, entitlement_id, workspace_id, quantity, occurred_on, recorded_at, label, person)
            select $1, gen_random_uuid(), $2, $3, 1 + n % 7, date '2025-01-01' + n % 150, now(), 'Use ' || n, 'Ann'
            from generate_series(1, $4::int) as n
            """,
            *(names.of(name) for name in ("contoso", "contoso/X1-credits", "contoso/W1")),
            rows,
        )
    finally:
        await owner.close()


async def busy(world: World) -> int:
    """How many connections of the house's runtime role are inside a transaction."""
    owner = await asyncpg.connect(world.address.owner)
    try:
        asked = (
            "select count(*) from pg_stat_activity where datname = $1 and usename = 'gw_app' and xact_start is not null"
        )
        return int(await owner.fetchval(asked, world.address.name))
    finally:
        await owner.close()


async def until(condition: Callable[[], Awaitable[bool]], seconds: float) -> float:
    """How long it took until the condition held; fails when it takes longer than `seconds`."""
    began = time.monotonic()
    while not await condition():
        assert time.monotonic() - began < seconds, "it took too long"
        await asyncio.sleep(0.02)
    return time.monotonic() - began
