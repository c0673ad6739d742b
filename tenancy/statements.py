"""Statements, compiled once: what the scope runs.

SQLAlchemy builds the statement and puts the boundaries of every class that it names in; a test sees to it that
nobody above this floor names a table instead of its class. The text that comes out is run on the driver's own
connection, where a statement costs a third of what it costs through the asynchronous layer (H-5).
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from decimal import Decimal
from enum import Enum, StrEnum
from functools import cached_property
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import ColumnElement, Dialect
from sqlalchemy.dialects.postgresql.asyncpg import PGDialect_asyncpg
from sqlalchemy.orm import with_loader_criteria

from tenancy import boundaries
from tenancy.database import Row
from tenancy.tables import Owned, Table, owned_tables, shared_tables

_DIALECT: Dialect = PGDialect_asyncpg()  # type: ignore[no-untyped-call]  # SQLAlchemy leaves it untyped


class Reach(StrEnum):
    """How far a statement sees: what the viewer may see, or, for the sums and counts that a command must get
    right whoever asks (I-9, D-19), the whole of the viewer's tenant."""

    VIEWER = "VIEWER"
    TENANT = "TENANT"


class Statement:
    """One SQL statement with its boundaries, compiled on first use. Make it once, at import or behind a cache."""

    def __init__(self, source: Any, *, reach: Reach = Reach.VIEWER, record: type[Row] = Row) -> None:
        self.source = source
        self.reach = reach
        self.record = record

    @cached_property
    def sql(self) -> str:
        return self._compiled[0]

    def arguments(self, facts: Mapping[str, Any], values: Mapping[str, Any]) -> list[Any]:
        """The positional parameters: facts of the viewer, then what the caller gave, then the statement's own."""
        _, names, own = self._compiled
        found = []
        for name in names:
            if name in facts:
                found.append(facts[name])
            elif name in values:
                found.append(ready(values[name]))
            else:
                found.append(own[name])
        return found

    @cached_property
    def _compiled(self) -> tuple[str, Sequence[str], Mapping[str, Any]]:
        options = [
            with_loader_criteria(table, _condition(table, self.reach), include_aliases=True)
            for table in (*owned_tables(), *shared_tables())
        ]
        compiled = self.source.options(*options).compile(dialect=_DIALECT)
        own = {name: ready(value) for name, value in compiled.params.items()}
        return compiled.string, tuple(compiled.positiontup or ()), own


def compiled(source: Any) -> tuple[str, tuple[str, ...]]:
    """Text and parameter names of a statement that carries its tenant itself: the writes of `tenancy.changes`."""
    made = source.compile(dialect=_DIALECT)
    return made.string, tuple(made.positiontup or ())


def _condition(table: type[Table], reach: Reach) -> ColumnElement[bool]:
    wide = reach is Reach.TENANT and issubclass(table, Owned)
    return boundaries.of_tenant(table) if wide else boundaries.boundary(table)(table)


def ready(value: Any) -> Any:
    """A value as the driver takes it: text for uuid, numeric, date and json (see `tenancy.database`)."""
    if value is None or type(value) in _AS_IS:
        return value
    if isinstance(value, list | tuple | set | frozenset):
        return [ready(each) for each in value]
    if isinstance(value, Enum):
        return value.value
    return _written(value)


_AS_IS = frozenset({str, int, float, bool, bytes, dt.datetime})


def _written(value: Any) -> Any:
    if isinstance(value, dict):
        return orjson.dumps(value, default=str).decode()
    if isinstance(value, dt.date) and not isinstance(value, dt.datetime):
        return value.isoformat()
    return str(value) if isinstance(value, UUID | Decimal) else value
