"""The queue of exports, across tenants: who writes which file, and for how long nobody else does (E-06, E-11).

A process takes a job with SKIP LOCKED and holds it by a lease that it renews; a lease that ran out means that the
process is gone, and the job is taken anew as the next attempt. Each step names the attempt, so that a process which was
only slow finds that the job is no longer its own. Leases are told by the database's clock, all other times by that of
the house.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import orjson

from tenancy.changes import Change
from tenancy.database import Database, Row
from tenancy.identity import Identity, stored_identity
from tenancy.words import ExportFormat, ExportKind

LEASE_SECONDS: Final = 15
MOST_ATTEMPTS: Final = 3

_LINE = "select pg_advisory_xact_lock(hashtextextended('export:' || $1::text, -1))"
_UNFINISHED = "select count(*) from app.export_job where tenant_id = $1 and state in ('QUEUED', 'RUNNING')"

_TAKE = f"""
with free as (
  select tenant_id, id from app.export_job
  where state = 'QUEUED' or (state = 'RUNNING' and lease_until < clock_timestamp())
  order by created_at limit 1 for update skip locked)
update app.export_job j
set state = 'RUNNING', attempt = j.attempt + 1, started_at = $1, rows_written = 0, rows_total = null,
  lease_until = clock_timestamp() + interval '{LEASE_SECONDS} seconds'
from free, app.app_user u
where j.tenant_id = free.tenant_id and j.id = free.id and u.id = j.user_id
returning j.tenant_id, j.id, j.kind, j.format, j.filter, j.attempt,
  u.tid, u.oid, u.account_type, u.is_guest, u.display_name, u.email
"""

# An event like those of commands (H-10): whoever waits for the file learns that it will not come.
_FAILED = """
with failed as (
  update app.export_job set state = 'FAILED', failure = {failure}, failure_detail = {detail}, finished_at = {now},
    lease_until = null
  where {which} returning tenant_id, id)
insert into app.outbox_event (tenant_id, topic, subject_id, payload, created_at)
select tenant_id, 'export', id, jsonb_build_object('change', 'FAILED'), {now} from failed order by tenant_id, id
"""
_GIVE_UP = _FAILED.format(
    failure="'UNAVAILABLE'",
    detail="failure_detail",
    now="$1::timestamptz",
    which=f"state = 'RUNNING' and lease_until < clock_timestamp() and attempt >= {MOST_ATTEMPTS}",
)
_MINE = "tenant_id = $1 and id = $2 and attempt = $3 and state = 'RUNNING'"
_HOLD = f"""
update app.export_job set rows_written = $4, rows_total = $5,
  lease_until = clock_timestamp() + interval '{LEASE_SECONDS} seconds'
where {_MINE} returning 1
"""
_GIVE_BACK = f"""
update app.export_job set state = 'QUEUED', attempt = attempt - 1, lease_until = null, started_at = null
where {_MINE}
"""
_FAIL = _FAILED.format(failure="$4", detail="$5::jsonb", now="$6::timestamptz", which=_MINE)
_EXPIRE = "update app.export_job set state = 'EXPIRED' where state = 'DONE' and expires_at <= $1 returning file_name"
_KNOWN = """
select file_name as name from app.export_job where file_name = any ($1::text[]) and state = 'DONE'
union all
select id::text || '.' || attempt::text from app.export_job where state = 'RUNNING'
"""


@dataclass(frozen=True)
class Taken:
    """A job that this process may write now."""

    tenant_id: str
    id: str
    kind: ExportKind
    format: ExportFormat
    filter: Mapping[str, Any]
    attempt: int
    identity: Identity

    @property
    def key(self) -> tuple[str, str, int]:
        return self.tenant_id, self.id, self.attempt

    @property
    def last(self) -> bool:
        """Whether nobody tries again after this."""
        return self.attempt >= MOST_ATTEMPTS

    @property
    def stem(self) -> str:
        """Leads the names of this attempt's files: no two attempts ever write the same one."""
        return f"{self.id}.{self.attempt}"


async def unfinished(change: Change) -> int:
    """How many exports the tenant has under way; others that ask wait until this transaction ends (E-11)."""
    await change.run(_LINE, change.viewer.tenant_id)
    counted = await change.run(_UNFINISHED, change.viewer.tenant_id)
    return int(counted[0][0])


class ExportQueue:
    """The queue, as the processes that write files see it: a named job of gw_system."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def take(self, now: datetime) -> Taken | None:
        """The oldest job that nobody holds, if any. One that took down every process so far is given up."""
        await self._run(_GIVE_UP, now)
        rows = await self._run(_TAKE, now)
        return _taken(rows[0]) if rows else None

    async def hold(self, job: Taken, written: int, total: int | None) -> bool:
        """Renew the lease and tell how far it is; False when the job was cancelled, or is somebody else's now."""
        return bool(await self._run(_HOLD, *job.key, written, total))

    async def give_back(self, job: Taken) -> None:
        """Somebody else may take it at once; this attempt does not count."""
        await self._run(_GIVE_BACK, *job.key)

    async def fail(self, job: Taken, code: str, detail: Mapping[str, Any] | None, now: datetime) -> None:
        await self._run(_FAIL, *job.key, code, None if detail is None else orjson.dumps(detail).decode(), now)

    async def expire(self, now: datetime) -> list[str]:
        """Let go of what is past its time; the names of its files."""
        return [row["file_name"] for row in await self._run(_EXPIRE, now)]

    async def known(self, names: Sequence[str]) -> set[str]:
        """Those of these files that belong to a finished job, and the stems of what is being written now."""
        return {row["name"] for row in await self._run(_KNOWN, list(names))}

    async def _run(self, sql: str, *arguments: Any) -> list[Row]:
        async with self._database.system() as connection:
            return await connection.fetch(sql, *arguments)


def _taken(row: Row) -> Taken:
    return Taken(
        row["tenant_id"],
        row["id"],
        ExportKind(row["kind"]),
        ExportFormat(row["format"]),
        orjson.loads(row["filter"]),
        row["attempt"],
        stored_identity(row),
    )
