"""Loading files: read and validate every line, stage, check, then write; all of a file or nothing (H-1, 5.2)."""

from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter
from typing import Any, Final

import asyncpg

from tenancy.importing import portfolio
from tenancy.importing.freshness import refresh
from tenancy.importing.inquiry import inquiry_of
from tenancy.importing.problems import Faulty, Problems
from tenancy.importing.reading import File, Line, Source, Told
from tenancy.importing.report import FileReport, Phase, Progress, Report, Step, silent
from tenancy.importing.shapes import shapes
from tenancy.importing.sql import Connection
from tenancy.importing.staging import Stages
from tenancy.importing.writing import Counts, write

_BATCH: Final = 5000
"""Lines between two copies to the server, and between two calls of `progress`."""


async def import_files(
    target: "str | Connection",
    files: Iterable[Path | str],
    *,
    progress: Progress = silent,
    at: datetime | None = None,
) -> Report:
    """Load files, each in a transaction of its own, in the order given.

    `target`: a connection of gw_system, or the address of one. `at`: the moment that freshness is dated with, by
    default now. A file with problems is reported and leaves no trace; the others are loaded all the same. Repeating
    an import is safe: rows are found again by their keys.
    """
    async with _connected(target) as connection:
        reports = [await _load(connection, File(Path(file)), progress, at) for file in files]
    return Report(tuple(reports))


async def import_records(
    target: "str | Connection",
    name: str,
    records: Iterable[Mapping[str, Any]],
    *,
    progress: Progress = silent,
    at: datetime | None = None,
) -> FileReport:
    """Load records from memory as if they were the lines of a file called `name`."""
    async with _connected(target) as connection:
        return await _load(connection, Told(name, tuple(records)), progress, at)


async def import_into_empty(
    url: str, name: str, records: Callable[[], Iterable[Mapping[str, Any]]], *, at: datetime | None = None
) -> FileReport | None:
    """The same, into a database without any organisation; None when there is one, which is left alone."""
    async with _connected(url) as connection:
        if await connection.fetchval("select exists (select from app.tenant)"):
            return None
        return await _load(connection, Told(name, tuple(records())), silent, at)


@asynccontextmanager
async def _connected(target: "str | Connection") -> AsyncIterator[Connection]:
    if not isinstance(target, str):
        yield target
        return
    connection = await asyncpg.connect(target.replace("postgresql+asyncpg:", "postgresql:", 1))
    try:
        yield connection
    finally:
        await connection.close()


async def _load(connection: Connection, source: Source, progress: Progress, at: datetime | None) -> FileReport:
    began, problems = perf_counter(), Problems(source.name)
    stages = Stages(connection)
    tables: Mapping[str, Counts] = {}
    transaction = connection.transaction()
    await transaction.start()
    try:
        # A large file takes longer than the role's limit for one statement, and nobody waits for it.
        await connection.execute("set local statement_timeout = 0")
        lines = await _stage(source, stages, problems, progress)
        if not problems:
            await _check(connection, stages, problems, progress)
        if not problems:
            tables = await _write(connection, stages, problems, progress, at or datetime.now(UTC))
    except BaseException:
        await transaction.rollback()
        raise
    await (transaction.rollback() if problems else transaction.commit())
    return FileReport(
        file=source.name,
        lines=lines,
        seconds=perf_counter() - began,
        tables={} if problems else tables,
        problems=tuple(problems),
        more=problems.overflowed,
    )


async def _stage(source: Source, stages: Stages, problems: Problems, progress: Progress) -> int:
    """Read the source to its end, or until it has problems enough; how many lines that were."""
    rows: dict[str, list[str]] = {}
    read, waiting, size = 0, 0, source.size
    for line in source.lines(problems):
        read += 1
        row = _row(line, problems) if line else None
        if problems.overflowed:
            return read
        if line and row is not None and not problems:
            rows.setdefault(line.shape.name, []).append(row)
        waiting += 1
        if line and waiting >= _BATCH:
            await stages.add(rows)
            rows, waiting = {}, 0
            progress(Step(source.name, Phase.READING, line.position, size))
    await stages.add(rows)
    await stages.settle()
    progress(Step(source.name, Phase.READING, size, size))
    return read


def _row(line: Line, problems: Problems) -> str | None:
    try:
        return line.shape.row(line.number, line.record)
    except Faulty as faulty:
        for field, rule in faulty.faults:
            problems.add(line.number, line.shape.name, field, rule)
        return None


async def _check(connection: Connection, stages: Stages, problems: Problems, progress: Progress) -> None:
    """Ask everything that only the whole file, and what is there already, can answer."""
    inquiry = inquiry_of(stages.filled)
    for done, asked in enumerate(inquiry, start=1):
        if asked.follows and problems:
            return
        for row in await connection.fetch(asked.sql):
            line, *rest = row
            problems.add(line, asked.table, asked.field, asked.rule.format(about=rest[0]) if rest else asked.rule)
        progress(Step(problems.file, Phase.CHECKING, done, len(inquiry)))


async def _write(
    connection: Connection, stages: Stages, problems: Problems, progress: Progress, at: datetime
) -> Mapping[str, Counts]:
    tables: dict[str, Counts] = {}
    try:
        await portfolio.notice(connection, stages)
        for done, name in enumerate(stages.filled, start=1):
            tables[name] = await write(connection, shapes()[name], stages.rows[name])
            progress(Step(problems.file, Phase.LOADING, done, len(stages.rows)))
        await refresh(connection, stages, at)
        await portfolio.follow(connection, stages)
        await portfolio.tell(connection, tables, at)
        await connection.execute("set constraints all immediate")
        await stages.drop()
    except asyncpg.IntegrityConstraintViolationError as breach:
        # The net below the questions: a rule that only the database knows, or a row that came in between.
        problems.add(None, breach.table_name, breach.constraint_name, breach.detail or str(breach))
    return tables
