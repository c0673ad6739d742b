"""What a line of each table must look like, read off the tables themselves: a new table needs no code here."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any

from sqlalchemy import Column
from sqlalchemy import Table as CoreTable

from tenancy.importing.problems import Faulty, Unfit
from tenancy.importing.values import NULL, Writer, from_cell, writer
from tenancy.rights import APPEND_ONLY
from tenancy.tables import Derived, Passing, Table, owned_tables, shared_tables


@dataclass(frozen=True)
class Shape:
    """One table as lines of a file fill it. Columns that the database numbers are not in a file."""

    table: CoreTable
    append_only: bool

    @property
    def name(self) -> str:
        return self.table.name

    @cached_property
    def columns(self) -> tuple[Column[Any], ...]:
        return tuple(column for column in self.table.columns if column.identity is None)

    @cached_property
    def key(self) -> tuple[str, ...]:
        """The columns that tell whether a row is there already; () when the database numbers the rows."""
        columns = tuple(self.table.primary_key.columns)
        return () if any(column.identity for column in columns) else tuple(column.name for column in columns)

    @cached_property
    def required(self) -> tuple[str, ...]:
        """The columns that every line gives."""
        return tuple(column.name for column in self.columns if _required(column))

    @cached_property
    def cells(self) -> Mapping[str, Callable[[str], Any]]:
        """How the cells of a CSV file become values, by column."""
        return {column.name: from_cell(column.type) for column in self.columns}

    def row(self, line: int, record: Mapping[str, Any]) -> str:
        """The record as a line of COPY, led by its number in the file; raises `Faulty` with all that is wrong."""
        get, fields = record.get, [str(line)]
        found = 0
        try:
            for name, write, required in self._plan:
                value = get(name)
                if value is None:
                    if required:
                        raise Faulty(self._faults(record))
                    found += name in record
                    fields.append(NULL)
                else:
                    found += 1
                    fields.append(write(value))
        except Unfit:
            raise Faulty(self._faults(record)) from None
        if found != len(record):
            raise Faulty(self._faults(record))
        return "\t".join(fields)

    @cached_property
    def _plan(self) -> tuple[tuple[str, Writer, bool], ...]:
        return tuple((column.name, writer(column.type), _required(column)) for column in self.columns)

    def _faults(self, record: Mapping[str, Any]) -> Iterator[tuple[str | None, str]]:
        known = {name for name, _, _ in self._plan}
        for name in record:
            if name not in known:
                yield name, _unknown(self.table, name)
        for name, write, required in self._plan:
            value = record.get(name)
            if value is None:
                if required:
                    yield name, "is required"
                continue
            try:
                write(value)
            except Unfit as unfit:
                yield name, str(unfit)


def _required(column: Column[Any]) -> bool:
    """A key is always given, even where the database could make one: else a repeated load would add rows."""
    return column.primary_key or not (column.nullable or column.server_default is not None)


def _unknown(table: CoreTable, name: str) -> str:
    return "is numbered by the database" if name in table.columns else "is no column of this table"


@cache
def shapes() -> Mapping[str, Shape]:
    """Every table that a file may fill, by name, each after those that it refers to."""
    append_only = {table.__tablename__ for table in APPEND_ONLY}
    every = (*owned_tables(), *shared_tables())
    ours = {table.__tablename__ for table in every if issubclass(table, Derived | Passing)}
    tables = (table for table in Table.metadata.sorted_tables if table.name not in ours)
    return {table.name: Shape(table, table.name in append_only) for table in tables}
