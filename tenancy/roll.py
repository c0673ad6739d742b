"""Who listens is written down, so that other processes can tell it: one roll for each process (A-03).

    roll = Roll(database)
    await roll.keep(lambda: followers)      until it is cancelled

The roll runs a second behind, and no request waits for it. Rows whose process has not spoken for a minute are of one
that is gone: nobody reads them, and whoever speaks next removes them.
"""

import asyncio
import contextlib
import logging
from collections.abc import Callable, Iterable
from datetime import timedelta
from typing import Final
from uuid import uuid4

from tenancy.database import Database
from tenancy.follower import Follower

_TICK: Final = 1.0
_SPEAKING: Final = 20.0

GONE: Final = timedelta(minutes=1)
"""After so much silence a process is gone, and with it whoever listened there."""

_COMING = """
insert into app.live_subscription (tenant_id, id, workspace_id, user_id, watched, begun_at, process, seen_at)
select come.*, $7, now() from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::uuid[], $5::text[], $6::timestamptz[]) come
"""
_GOING = "delete from app.live_subscription where process = $1 and id = any($2::uuid[])"
_LEAVING = "delete from app.live_subscription where process = $1"
_STILL = """
with still as (update app.live_subscription set seen_at = now() where process = $1 returning 1)
select count(*) from still
"""
_SWEEP = "delete from app.live_subscription where seen_at < now() - $1::interval"

_Line = tuple[Follower, str]
"""A follower and a workspace that it is told about."""

_log = logging.getLogger("gateway.roll")


class Roll:
    """What this process has written about its followers."""

    def __init__(self, database: Database) -> None:
        self._database, self._process = database, str(uuid4())
        self._written: dict[_Line, str] = {}
        self._spoke_at = 0.0

    async def keep(self, followers: Callable[[], Iterable[Follower]]) -> None:
        """Write who came and who went, once a second; leaves nothing behind when it is cancelled."""
        try:
            while True:
                await asyncio.sleep(_TICK)
                try:
                    await self.write(followers())
                except Exception as error:
                    _log.warning("who listens is not written down now: %s", type(error).__name__)
                    self._spoke_at = 0.0
        finally:
            with contextlib.suppress(Exception):
                await self.write(())

    async def write(self, followers: Iterable[Follower]) -> None:
        """Make the rows of this process those of these followers."""
        now = {(each, place): each.watched for each in followers if each.watched and each.user for place in each.places}
        coming, going = now.keys() - self._written.keys(), self._written.keys() - now.keys()
        if coming or going:
            await self._turn(coming, going)
        if self._written and asyncio.get_running_loop().time() - self._spoke_at > _SPEAKING:
            await self._speak()

    async def _turn(self, coming: Iterable[_Line], going: Iterable[_Line]) -> None:
        new = {line: str(uuid4()) for line in coming}
        told = [
            (each.tenant, id, place, each.user, str(each.watched), each.begun_at) for (each, place), id in new.items()
        ]
        async with self._database.system() as connection, connection.transaction():
            await connection.execute(_GOING, self._process, [self._written[line] for line in going])
            if told:
                await connection.execute(_COMING, *map(list, zip(*told, strict=True)), self._process)
        for line in going:
            del self._written[line]
        self._written.update(new)

    async def _speak(self) -> None:
        """Say that all are still there. Rows that are gone (a crash empties the table) are written again."""
        async with self._database.system() as connection, connection.transaction():
            still: int = await connection.fetchval(_STILL, self._process)
            await connection.execute(_SWEEP, GONE)
            if still != len(self._written):
                await connection.execute(_LEAVING, self._process)
        if still != len(self._written):
            self._written.clear()
        else:
            self._spoke_at = asyncio.get_running_loop().time()
