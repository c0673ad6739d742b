"""What is kept for a while only is cleared away, in all tenants: events, and the keys of commands (3.3, D-04).

Of a tenant's events the oldest go, never one behind another that stays, and never the last one: so whoever can still
name its last event can go on after it without a gap. One process clears at a time, a batch in each transaction;
whatever is left over is the next turn's.
"""

from datetime import datetime, timedelta
from typing import Final

from tenancy.database import Database

KEYS_KEPT: Final = timedelta(hours=24)
"""How long a retry gets the first answer again (3.3)."""

BATCH: Final = 1_000
"""Rows of a table (and tenant) in one transaction."""

_ALONE: Final = "select pg_try_advisory_xact_lock(hashtextextended('clearing', 0))"
_EVENTS: Final = """
with old as (
  select t.id as tenant_id, kept.id as below
  from app.tenant t
  cross join lateral (select created_at from app.outbox_event e where e.tenant_id = t.id order by id limit 1) oldest
  cross join lateral (
    select coalesce(min(id) filter (where created_at >= $1), max(id)) as id from (
      select id, created_at from app.outbox_event e
      where e.tenant_id = t.id and oldest.created_at < $1 order by id limit $2 + 1) first) kept)
delete from app.outbox_event e using old where e.tenant_id = old.tenant_id and e.id < old.below
"""
_KEYS: Final = """
delete from app.idempotency_key where (tenant_id, principal, mutation, key) in (
  select tenant_id, principal, mutation, key from app.idempotency_key
  where created_at < $1 order by created_at limit $2)
"""


async def clear(database: Database, now: datetime, events_kept: timedelta) -> int:
    """Remove what is older than it has to be; how many rows went. Raises Unavailable."""
    return await _all(database, _EVENTS, now - events_kept) + await _all(database, _KEYS, now - KEYS_KEPT)


async def _all(database: Database, sql: str, before: datetime) -> int:
    gone = 0
    while count := await _batch(database, sql, before):
        gone += count
    return gone


async def _batch(database: Database, sql: str, before: datetime) -> int:
    async with database.system() as connection, connection.transaction():
        if not await connection.fetchval(_ALONE):
            return 0
        return int((await connection.execute(sql, before, BATCH)).removeprefix("DELETE "))
