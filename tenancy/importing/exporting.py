"""The way back: what a database holds, as the files that an import reads. One snapshot, whatever goes on meanwhile."""

from collections.abc import AsyncIterator, Iterable
from typing import Any, Final

import asyncpg
import orjson
from sqlalchemy import Table as CoreTable
from sqlalchemy.dialects.postgresql import JSONB

from tenancy.importing.shapes import Shape, shapes
from tenancy.tables import SCHEMA

ALL: Final = "all"
_AHEAD: Final = 1000
"""Rows that are fetched at a time: memory does not grow with the table."""


def kinds() -> tuple[str, ...]:
    """What can be exported: every table that a file may fill, each after those that it refers to, and `all`."""
    return (*shapes(), ALL)


async def export_records(url: str, kind: str) -> AsyncIterator[bytes]:
    """The lines of an import file, for a login of gw_system; KeyError for a kind that is none of `kinds`."""
    wanted: Iterable[Shape] = shapes().values() if kind == ALL else (shapes()[kind],)
    connection = await asyncpg.connect(url.replace("postgresql+asyncpg:", "postgresql:", 1))
    try:
        async with connection.transaction(isolation="repeatable_read", readonly=True):
            for shape in wanted:
                async for row in connection.cursor(_statement(shape), prefetch=_AHEAD):
                    yield _line(shape.table, row)
    finally:
        await connection.close()


def _statement(shape: Shape) -> str:
    columns = ", ".join(f'"{column.name}"' for column in shape.columns)
    keys = ", ".join(f'"{column.name}"' for column in shape.table.primary_key.columns)
    return f'select {columns} from {SCHEMA}."{shape.table.name}" order by {keys}'


def _line(table: CoreTable, row: asyncpg.Record) -> bytes:
    values = {name: _value(table, name, value) for name, value in row.items() if value is not None}
    return orjson.dumps({"table": table.name, **values}, default=_text, option=orjson.OPT_APPEND_NEWLINE)


def _value(table: CoreTable, name: str, value: Any) -> Any:
    return orjson.loads(value) if isinstance(table.c[name].type, JSONB) else value


def _text(value: Any) -> str:
    return value.hex() if isinstance(value, bytes) else str(value)
