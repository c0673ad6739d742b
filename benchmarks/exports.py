"""python -m benchmarks.exports: what an export of a million rows costs, in each form (E-05).

A ledger of so many rows is exported through the same runner as in production, each form in a process of its own, and
the growth of that process is read from the kernel: the most that it ever had, less what it had before it took the job.
"""

import argparse
import asyncio
import os
import subprocess
import sys
import tempfile
import time
from datetime import date
from pathlib import Path

import asyncpg
from pydantic import SecretStr

from gateway.app import Gateway, Ground
from gateway.demo import ids
from gateway.demo.world import load
from gateway.settings import Settings
from migrations.run import upgrade
from tenancy.embedded import Cluster
from tenancy.embedded.server import SUPERUSER

FORMS = ("CSV", "NDJSON", "PARQUET", "XLSX")
TODAY = date(2025, 6, 15)

_LEDGER = """
insert into app.consumption
  (tenant_id, id, entitlement_id, workspace_id, quantity, occurred_on, recorded_at, label, person)
select $1, gen_random_uuid(), $2, $3, 1 + n % 7, date '2025-01-01' + n % 150, now(), 'Use ' || n, 'Ann Archer'
from generate_series(1, $4::int) as n
"""
_JOB = """
insert into app.export_job (tenant_id, id, user_id, kind, format, filter, state, created_at)
values ($1, gen_random_uuid(), $2, 'CONSUMPTION', $3, '{}', 'QUEUED', now())
"""
_LAST = "select state, rows_written from app.export_job order by started_at desc nulls last"


async def main(rows: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o711)
        with Cluster.start(Path(folder), durable=False) as cluster:
            await cluster.ensure_database("exports")
            app, system, owner = (cluster.url(role, "exports") for role in ("gw_app", "gw_system", SUPERUSER))
            await upgrade(owner)
            await load(system, TODAY)
            connection = await asyncpg.connect(owner)
            places = (ids.of(name) for name in ("contoso", "contoso/X1-credits", "contoso/W1"))
            await connection.execute(_LEDGER, *places, rows, timeout=600)
            await connection.execute("analyze app.consumption")
            for form in FORMS:
                await connection.execute(_JOB, ids.of("contoso"), ids.user("gil"), form)
                command = [sys.executable, "-m", "benchmarks.exports", "--once", folder, app, system]
                done = await asyncio.to_thread(subprocess.run, command, check=True, capture_output=True, text=True)
                found = await connection.fetchrow(_LAST)
                assert found is not None
                told = f"{form:8} {found['state']:8} {found['rows_written']:>9,} rows  {done.stdout.strip()}"
                print(told, flush=True)  # noqa: T201  for people
            await connection.close()


async def once(folder: Path, app: str, system: str) -> None:
    """One job, by the runner of production; prints its seconds and what the process grew by."""
    settings = Settings(
        database_url=SecretStr(app),
        system_url=SecretStr(system),
        secret=SecretStr("a secret for measuring, long enough"),
        demo=True,
        data=folder / "files",
        export_workers=0,
    )
    gateway = Gateway(settings, Ground(app, system))
    before, began = _now_kilobytes(), time.monotonic()
    assert await gateway.exports.once()
    seconds = time.monotonic() - began
    grown = (_most_kilobytes() - before) / 1024
    await gateway.database.close()
    print(f"{seconds:6.1f} s  RSS {before / 1024:5.0f} MB, grown by {grown:5.1f} MB at most")  # noqa: T201  for people


def _now_kilobytes() -> int:
    return _status("VmRSS")


def _most_kilobytes() -> int:
    return _status("VmHWM")


def _status(name: str) -> int:
    lines = Path(f"/proc/{os.getpid()}/status").read_text().splitlines()
    (found,) = (line for line in lines if line.startswith(f"{name}:"))
    return int(found.split()[1])


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--once", nargs=3, metavar=("FOLDER", "APP", "SYSTEM"))
    given = parser.parse_args()
    if given.once:
        asyncio.run(once(Path(given.once[0]), given.once[1], given.once[2]))
    else:
        asyncio.run(main(given.rows))
