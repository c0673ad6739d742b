"""The stages of one file: a temporary table per table, filled by COPY, that nobody else sees."""

from collections.abc import Mapping, Sequence
from functools import cache
from io import BytesIO
from typing import Any, Final

from sqlalchemy import Column, Enum, Integer, MetaData, Text
from sqlalchemy import Table as CoreTable
from sqlalchemy.schema import CreateTable

from tenancy.importing.shapes import Shape, shapes
from tenancy.importing.sql import Connection, sql

_WORTH_STATISTICS: Final = 2000
"""Rows from which on the planner is better told what a stage holds: it takes a fresh table for a small one."""

_METADATA: Final = MetaData()


@cache
def stage_of(shape: Shape) -> CoreTable:
    """The stage of a table: its columns, all of which may be null, and `line`, where a row stands in the file."""
    columns = [Column(column.name, _plain(column)) for column in shape.columns]
    return CoreTable(f"import_{shape.name}", _METADATA, Column("line", Integer), *columns, prefixes=["temporary"])


def _plain(column: Column[Any]) -> Any:
    """The column's type without its constraint: words were checked before they came here."""
    return Text() if isinstance(column.type, Enum) else column.type


class Stages:
    """The rows of one file on the server: `rows` counts them by table."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self.rows: dict[str, int] = {}

    @property
    def filled(self) -> tuple[str, ...]:
        """The tables that the file has rows for, each after those that it refers to."""
        return tuple(name for name in shapes() if name in self.rows)

    async def add(self, rows: Mapping[str, Sequence[str]]) -> None:
        """Copy lines of COPY text, by table, each led by its number in the file."""
        for table, lines in rows.items():
            stage = stage_of(shapes()[table])
            if table not in self.rows:
                await self._connection.execute(sql(CreateTable(stage)))
                self.rows[table] = 0
            columns = [column.name for column in stage.columns]
            source = BytesIO(("\n".join(lines) + "\n").encode())
            await self._connection.copy_to_table(stage.name, source=source, columns=columns)
            self.rows[table] += len(lines)

    async def settle(self) -> None:
        """Tell the planner about large stages, once they are complete."""
        for table, count in self.rows.items():
            if count >= _WORTH_STATISTICS:
                await self._connection.execute(f"analyze {stage_of(shapes()[table]).name}")

    async def drop(self) -> None:
        for table in self.rows:
            await self._connection.execute(f"drop table {stage_of(shapes()[table]).name}")
