"""Rights and moments as they are for a while: a test changes them, and they are put back."""

import contextlib
from collections.abc import AsyncIterator, Iterator
from datetime import datetime
from typing import Any

from gateway.demo import ids
from tenancy.doors import Doors
from tenancy.viewer import Viewer
from tests.tenancy.callers import identity
from tests.tenancy.connections import Connection
from tests.world import NOON

DELEGATED = ids.of("fabrikam/partner-p/DELEGATED")


async def seen(doors: Doors, who: str, tenant: str | None = None) -> Viewer:
    """The viewer that the doors make of somebody."""
    async with doors.reading(identity(who), tenant) as scope:
        return scope.viewer


@contextlib.contextmanager
def standing_at(doors: Doors, moment: datetime) -> Iterator[None]:
    doors.clock.stand_at(moment)
    try:
        yield
    finally:
        doors.clock.stand_at(NOON)


@contextlib.asynccontextmanager
async def without(
    past: Connection, who: str, *, workspace: str | None = None, role: str | None = None
) -> AsyncIterator[None]:
    """Somebody without its grants, or without those of a workspace or a role."""
    async with _grants_kept(past):
        await past.execute(
            "delete from app.role_grant where user_id = $1"
            " and ($2::uuid is null or workspace_id = $2) and ($3::text is null or role = $3)",
            *(ids.user(who), workspace, role),
        )
        yield


@contextlib.asynccontextmanager
async def granted(
    past: Connection, who: str, role: str, tenant: str, *, workspace: str | None = None
) -> AsyncIterator[None]:
    """Somebody with one role more."""
    async with _grants_kept(past):
        await past.execute(
            "insert into app.role_grant (tenant_id, user_id, role, workspace_id, granted_at)"
            " values ($1, $2, $3, $4, now())",
            *(tenant, ids.user(who), role, workspace),
        )
        yield


@contextlib.asynccontextmanager
async def delegated(past: Connection, **columns: Any) -> AsyncIterator[None]:
    """The relationship that lets P act for Fabrikam, with other values in these columns."""
    names = "status, ends_at, auto_extend_days"
    kept = await past.fetchrow(f"select {names} from app.partner_relationship where id = $1", DELEGATED)  # noqa: S608  our own names
    assert kept is not None
    put = f"update app.partner_relationship set ({names}) = ($2, $3, $4) where id = $1"  # noqa: S608  our own names
    await past.execute(put, DELEGATED, *({**kept, **columns}).values())
    try:
        yield
    finally:
        await past.execute(put, DELEGATED, *kept)


@contextlib.asynccontextmanager
async def _grants_kept(past: Connection) -> AsyncIterator[None]:
    rows = [tuple(row) for row in await past.fetch("select * from app.role_grant")]
    try:
        # Grants that no command would leave are to be seen too: the triggers keep out of it.
        await past.execute("set session_replication_role = replica")
        yield
    finally:
        await past.execute("delete from app.role_grant")
        await past.copy_records_to_table("role_grant", schema_name="app", records=rows)
        await past.execute("reset session_replication_role")
