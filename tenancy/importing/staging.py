"""The stages of one file: a temporary table per table, filled by COPY, that nobody else sees."""

from collections.abc import Mapping, Sequence
from io import BytesIO
from typing import Any, Final

from sqlalchemy import Column, Enum, Integer, MetaData, Text
from sqlalchemy import Table as CoreTable
from sqlalchemy.schema import CreateTable

from tenancy.importing.shapes import Shape, shapes
from tenancy.importing.sql import Connection, sql

_WORTH_STATISTICS: Final = 2000
"""Rows from which on the planner is better told what a stage holds: it takes a fresh table for a small one."""


class Stages:
    """The rows of one file on the server, by table. Every column may be null: null is what the file left out."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._metadata = MetaData()
        self._tables: dict[str, CoreTable] = {}
        self.rows: dict[str, int] = {}

    @property
    def filled(self) -> Sequence[Shape]:
        """The shapes of the tables that the file has rows for, each after those that it refers to."""
        return [shape for shape in shapes().values() if shape.name in self._tables]

    def of(self, table: str) -> CoreTable | None:
        """The stage of a table, with a column `line` for where a row stands in the file."""
        return self._tables.get(table)

    async def add(self, rows: Mapping[str, Sequence[str]]) -> None:
        """Copy lines of COPY text, by table, each led by its number in the file."""
        for name, lines in rows.items():
            stage = self._tables[name] if name in self._tables else await self._create(shapes()[name])
            columns = [column.name for column in stage.columns]
            source = BytesIO(("\n".join(lines) + "\n").encode())
            await self._connection.copy_to_table(stage.name, source=source, columns=columns)
            self.rows[name] += len(lines)

    async def settle(self) -> None:
        """Tell the planner about large stages, once they are complete."""
        for name, stage in self._tables.items():
            if self.rows[name] >= _WORTH_STATISTICS:
                await self._connection.execute(f"analyze {stage.name}")

    async def drop(self) -> None:
        for stage in self._tables.values():
            await self._connection.execute(f"drop table {stage.name}")

    async def _create(self, shape: Shape) -> CoreTable:
        columns = [Column(column.name, _plain(column)) for column in shape.columns]
        name = f"import_{shape.name}"
        stage = CoreTable(name, self._metadata, Column("line", Integer), *columns, prefixes=["temporary"])
        await self._connection.execute(sql(CreateTable(stage)))
        self._tables[shape.name], self.rows[shape.name] = stage, 0
        return stage


def _plain(column: Column[Any]) -> Any:
    """The column's type without its constraint: words were checked before they came here."""
    return Text() if isinstance(column.type, Enum) else column.type
