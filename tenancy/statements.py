"""Statements, compiled once: what the scope runs.

SQLAlchemy builds the statement and puts the boundaries of every class that it names in; a test sees to it that
nobody above this floor names a table instead of its class. The text that comes out is run on the driver's own
connection, where a statement costs a third of what it costs through the asynchronous layer (H-5).
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from decimal import Decimal
from enum import Enum, StrEnum
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import ColumnElement, Dialect, and_, false
from sqlalchemy.dialects.postgresql.asyncpg import PGDialect_asyncpg
from sqlalchemy.orm import QueryableAttribute
from sqlalchemy.orm.util import LoaderCriteriaOption

from tenancy import boundaries
from tenancy.boundaries.floor import settled
from tenancy.database import Row, row_of
from tenancy.remembered import remembered
from tenancy.tables import Owned, Table, owned_tables, shared_tables

_DIALECT: Dialect = PGDialect_asyncpg()  # type: ignore[no-untyped-call]  # SQLAlchemy leaves it untyped


class Reach(StrEnum):
    """How far a statement sees: what the viewer may see, or, for the sums and counts that a command must get
    right whoever asks (I-9, D-19), the whole of the viewer's tenant."""

    VIEWER = "VIEWER"
    TENANT = "TENANT"


def same(column: QueryableAttribute[Any], other: QueryableAttribute[Any]) -> ColumnElement[bool]:
    """Rows of one tenant in which these columns are equal: how owned rows are joined (H-3)."""
    return and_(column.class_.tenant_id == other.class_.tenant_id, column == other)


class Statement:
    """One SQL statement with its boundaries. Make it once, at import or behind a cache.

    It has a text for each set of flags that viewers hold: what a viewer's roles settle is not asked of every row.
    Texts are compiled on first use; roles come in few combinations.
    """

    def __init__(self, source: Any, *, reach: Reach = Reach.VIEWER, record: type[Row] = Row) -> None:
        self.source = source
        self.reach = reach
        self.record: type[Row] = row_of(*source.selected_columns.keys(), kind=record)
        self._texts: dict[frozenset[str], Text] = {}

    def text(self, holding: frozenset[str]) -> "Text":
        """The statement for viewers who hold exactly these flags."""
        found = self._texts.get(holding)
        if found is None:
            found = self._texts[holding] = self._compiled(holding)
        return found

    def _compiled(self, holding: frozenset[str]) -> "Text":
        compiled = self.source.options(*_criteria(self.reach, holding)).compile(dialect=_DIALECT)
        own = {name: ready(value) for name, value in compiled.params.items()}
        return Text(compiled.string, tuple(compiled.positiontup or ()), own)


class Text:
    """SQL as the server gets it, and whence each of its parameters comes."""

    __slots__ = ("names", "own", "sql")

    def __init__(self, sql: str, names: Sequence[str], own: Mapping[str, Any]) -> None:
        self.sql, self.names, self.own = sql, names, own

    def arguments(self, facts: Mapping[str, Any], values: Mapping[str, Any]) -> list[Any]:
        """The positional parameters: facts of the viewer, then what the caller gave, then the statement's own."""
        found = []
        for name in self.names:
            if name in facts:
                found.append(facts[name])
            elif name in values:
                found.append(ready(values[name]))
            else:
                found.append(self.own[name])
        return found


def type_of(column: Any) -> str:
    """The type of a column as the server calls it."""
    return str(column.type.compile(dialect=_DIALECT))


def compiled(source: Any) -> tuple[str, tuple[str, ...]]:
    """Text and parameter names of a statement that carries its tenant itself: the writes of `tenancy.changes`."""
    made = source.compile(dialect=_DIALECT)
    return made.string, tuple(made.positiontup or ())


class _Boundary(LoaderCriteriaOption):
    """The boundary of one table, made for each name that the table has in a statement.

    SQLAlchemy fits a ready-made condition to an alias in WHERE but not in JOIN, where it would hold the wrong table.
    """

    __slots__ = ("_holding", "_make")

    def __init__(self, table: type[Table], reach: Reach, holding: frozenset[str]) -> None:
        super().__init__(table, false(), include_aliases=True)
        wide = reach is Reach.TENANT and issubclass(table, Owned)
        self._make = boundaries.of_tenant if wide else boundaries.boundary(table)
        self._holding = holding

    def _resolve_where_criteria(self, ext_info: Any) -> ColumnElement[bool]:
        with settled(self._holding):
            self.where_criteria = self._make(ext_info.entity)
        return super()._resolve_where_criteria(ext_info)


@remembered
def _criteria(reach: Reach, holding: frozenset[str]) -> tuple[_Boundary, ...]:
    return tuple(_Boundary(table, reach, holding) for table in (*owned_tables(), *shared_tables()))


def ready(value: Any) -> Any:
    """A value as the driver takes it: text for uuid, numeric, date and json (see `tenancy.database`)."""
    if value is None or type(value) in _AS_IS:
        return value
    if isinstance(value, list | tuple | set | frozenset):
        return list(value) if _AS_IS.issuperset(map(type, value)) else [ready(each) for each in value]
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
