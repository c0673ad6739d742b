"""Writes the files of export jobs behind the requests, in every process of the gateway (E-04, E-06, E-11, T-25).

    async with Runner(...).running(): ...

A job is read as its starter: through the same doors, with the rights that the tables give now, in one snapshot. While
it is written, its rights are asked again and its lease is renewed twice a second; whoever lost the right, or cancelled
the job, has its statement stopped (A-03). A process that is killed leaves a job whose lease runs out, and a hidden
folder.
"""

import asyncio
import contextlib
import logging
import time
from collections.abc import AsyncIterator, Mapping
from datetime import datetime
from typing import Any, Final

from gateway.exports.folder import Folder
from gateway.exports.writing import Manifest, write
from resolvers.context import Context, House
from resolvers.exports.asked import Narrowed, file_of
from resolvers.exports.jobs import AT_ONCE, TURN, finish_export
from resolvers.exports.reach import reach_of, still_reaches
from resolvers.sheets import Column
from tenancy.doors import Doors
from tenancy.errors import Forbidden, Refusal, Unavailable
from tenancy.export_queue import LEASE_SECONDS, ExportQueue, Taken
from tenancy.meanwhile import meanwhile

BEAT_SECONDS: Final = 0.5
IDLE_SECONDS: Final = 1.0
SWEEP_SECONDS: Final = 60.0

_log = logging.getLogger("gateway.exports")


class NotOurs(Exception):
    """The job was cancelled, or another process has it."""


class NoTurn(Exception):
    """The tenant has as many files under way as it may."""


class Runner:
    """Takes jobs from the queue and writes them, `workers` at a time. `slow` are doors for work of minutes."""

    def __init__(self, house: House, slow: Doors, queue: ExportQueue, folder: Folder, *, workers: int) -> None:
        self._house, self._slow, self._queue, self._folder = house, slow, queue, folder
        self._workers = workers

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Work meanwhile; on the way out what is being written is given back to the queue."""
        async with meanwhile(*(self._work() for _ in range(self._workers)), self._sweep()):
            yield

    async def _work(self) -> None:
        while True:
            try:
                if await self.once():
                    continue
            except Unavailable:
                _log.warning("exports wait: the database cannot be reached")
            except Exception:
                # Whatever one job meets, the next one must still be written.
                _log.exception("an export met a surprise")
            await asyncio.sleep(IDLE_SECONDS)

    async def once(self) -> bool:
        """Take one job and bring it to its end; False when there is none to take now."""
        job = await self._queue.take(self._now)
        if job is None:
            return False
        try:
            await self._held(job)
        except NotOurs:
            return True
        except NoTurn:
            await self._queue.give_back(job)
            return False
        except asyncio.CancelledError:
            # The process stops: somebody else begins anew at once.
            await asyncio.shield(self._queue.give_back(job))
            raise
        except Unavailable as refusal:
            await self._given_up(job, refusal)
        except Refusal as refusal:
            await self._queue.fail(job, refusal.code, refusal.details, self._now)
        except Exception:
            _log.exception("export %s, attempt %d", job.id, job.attempt)
            await self._queue.fail(job, "INTERNAL", None, self._now)
        return True

    async def _given_up(self, job: Taken, refusal: Refusal) -> None:
        """A database that is away, a disk that is full, a statement that takes too long: tried again when the lease is
        over, and no more often than jobs are that take down their process."""
        _log.warning("export %s, attempt %d: %s", job.id, job.attempt, refusal.code)
        if job.last:
            await self._queue.fail(job, refusal.code, None, self._now)

    async def _held(self, job: Taken) -> None:
        """Write the job while a task beside it holds its lease and asks its rights; the first to fail ends both."""
        progress = _Progress()
        writing = asyncio.create_task(self._written(job, progress))
        beating = asyncio.create_task(self._beat(job, progress))
        try:
            await asyncio.wait({writing, beating}, return_when=asyncio.FIRST_COMPLETED)
            # The beat ends only by an exception; it is told first, since it is why the writing would be stopped.
            for task in (beating, writing):
                if task.done():
                    task.result()
        finally:
            for task in (writing, beating):
                task.cancel()
            await asyncio.gather(writing, beating, return_exceptions=True)

    async def _written(self, job: Taken, progress: "_Progress") -> None:
        form = job.format.lower()
        with self._folder.draft(job.stem, form) as draft:
            async with self._slow.reading(job.identity, job.tenant_id) as scope:
                if not await scope.turn(TURN, AT_ONCE):
                    raise NoTurn
                file = await file_of(Context.over(self._house, scope), job.kind, Narrowed.read(job.filter))
                progress.reach = await reach_of(scope, file)
                manifest = await write(draft, file, scope, form, progress.tell)
            name = await asyncio.to_thread(self._folder.keep, draft)
        try:
            async with self._house.doors.changing(job.identity, job.tenant_id) as change:
                kept = await finish_export(change, job, name, _plain(manifest), progress.reach)
        except BaseException:
            self._folder.drop([name])
            raise
        if not kept:
            self._folder.drop([name])
            raise NotOurs

    async def _beat(self, job: Taken, progress: "_Progress") -> None:
        held = time.monotonic()
        while True:
            await asyncio.sleep(BEAT_SECONDS)
            try:
                await self._beaten(job, progress)
                held = time.monotonic()
            except Unavailable:
                # A moment without the database costs nothing, as long as the lease is ours.
                if time.monotonic() - held > LEASE_SECONDS / 2:
                    raise

    async def _beaten(self, job: Taken, progress: "_Progress") -> None:
        if not await self._queue.hold(job, progress.written, progress.total):
            raise NotOurs
        async with self._house.doors.reading(job.identity, job.tenant_id) as scope:
            file = await file_of(Context.over(self._house, scope), job.kind, Narrowed.read(job.filter))
            if progress.reach is not None and not await still_reaches(scope, file, progress.reach):
                raise Forbidden()

    async def _sweep(self) -> None:
        """Remove files whose time is over, and what dead processes left behind."""
        while True:
            with contextlib.suppress(Unavailable):
                await self.swept()
            await asyncio.sleep(SWEEP_SECONDS)

    async def swept(self) -> None:
        self._folder.drop(await self._queue.expire(self._now))
        old = await asyncio.to_thread(self._folder.old)
        if old:
            # A finished file is known by its name, a hidden folder by the job and the attempt that it is named after.
            known = await self._queue.known(old)
            self._folder.drop(name for name in old if name.removeprefix(".") not in known)

    @property
    def _now(self) -> datetime:
        return self._house.clock.now()


class _Progress:
    """How far the writing is, and on what grounds it reads; told by the one task, asked by the other."""

    def __init__(self) -> None:
        self.written: int = 0
        self.total: int | None = None
        self.reach: Mapping[str, Any] | None = None

    async def tell(self, written: int, total: int) -> None:
        self.written, self.total = written, total


def _plain(manifest: Manifest) -> dict[str, Any]:
    """The manifest as its job keeps it."""
    return {
        "columns": [_column(column) for column in manifest.columns],
        "rows": manifest.rows,
        "size": manifest.size,
        "sha256": manifest.sha256.hex(),
        "snapshot_at": manifest.at.isoformat(),
        "sums": {name: str(value) for name, value in manifest.sums.items()},
        "withheld": [
            {"part": each.part, "rule": each.rule, "reason": each.reason, "column": each.column, "count": each.count}
            for each in manifest.withheld
        ],
        "neutralised": dict(manifest.neutralised),
        "places": manifest.places,
    }


def _column(column: Column) -> dict[str, str]:
    return {"name": column.name, "kind": column.kind}
