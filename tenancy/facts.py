"""What there is to know of a database before it is trusted: who we are there, and what the server is."""

import asyncio
from dataclasses import dataclass
from typing import Final

import asyncpg

_ASKED: Final = """
select current_user::text as role, current_setting('server_version_num')::int as version,
  current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int as connections,
  coalesce((select ssl from pg_stat_ssl where pid = pg_backend_pid()), false) as encrypted,
  inet_server_addr() is null or inet_server_addr() = inet_client_addr() as near,
  pg_is_in_recovery() as standby,
  pg_postmaster_start_time()::text || '/' || current_database()::text as identity,
  not exists (select from pg_roles where rolname = 'gw_owner' and not pg_has_role(current_user, oid, 'member')) as owns,
  (select count(*) from pg_tables where schemaname = 'app' and tablename = 'alembic_version') > 0 as made
"""

PATIENCE: Final = 5.0


class Unreachable(Exception):
    """No connection; the text says why, and holds no password."""


@dataclass(frozen=True)
class Facts:
    """`identity` is the same for two addresses of one database; `connections` are for all but superusers; `near` is a
    connection that never leaves the machine; `owns` who may act as gw_owner, or is still to make it; `made` what was
    migrated once."""

    role: str
    version: int
    connections: int
    encrypted: bool
    near: bool
    standby: bool
    identity: str
    owns: bool
    made: bool


async def facts(url: str) -> Facts:
    """What this address leads to. Raises Unreachable."""
    try:
        async with asyncio.timeout(PATIENCE):
            connection = await asyncpg.connect(url, timeout=PATIENCE)
            try:
                row = await connection.fetchrow(_ASKED)
            finally:
                await connection.close()
    except TimeoutError:
        raise Unreachable("nobody answers") from None
    except (OSError, ValueError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        raise Unreachable(str(error) or type(error).__name__) from None
    assert row is not None
    return Facts(**{name: row[name] for name in Facts.__dataclass_fields__})
