"""Rows as they will be: what the file says, else what is there, else what the table says by default."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    DefaultClause,
    Select,
    and_,
    case,
    func,
    literal,
    literal_column,
    or_,
    select,
)
from sqlalchemy import Table as CoreTable
from sqlalchemy.sql.elements import TextClause

from tenancy.importing.shapes import Shape


def incoming(shape: Shape, stage: CoreTable) -> Select[Any]:
    """One row for every row of the stage: its `line`, and every column of the table."""
    old = shape.table
    values = [_value(shape, stage, old, column).label(column.name) for column in shape.columns]
    rows = select(stage.c.line, *values)
    return rows.join_from(stage, old, same(stage.c, old.c, shape.key), isouter=True) if shape.key else rows


def same(one: Any, other: Any, columns: Iterable[str]) -> ColumnElement[bool]:
    """Both are the row with one key."""
    return and_(*(one[name] == other[name] for name in columns))


def _value(shape: Shape, stage: CoreTable, old: Any, column: Column[Any]) -> ColumnElement[Any]:
    given: ColumnElement[Any] = stage.c[column.name]
    default = column.server_default
    if column.primary_key or not isinstance(default, DefaultClause):
        return given
    # Rows that the database numbers have no older selves to look up.
    kept = [_kept(shape, stage, old, column)] if shape.key else []
    return func.coalesce(given, *kept, _literal(default))


def _kept(shape: Shape, stage: CoreTable, old: Any, column: Column[Any]) -> Any:
    return _next_version(shape, stage, old) if column.name == "version" else old.c[column.name]


def _next_version(shape: Shape, stage: CoreTable, old: Any) -> ColumnElement[Any]:
    """Whoever edits what was read before the import must be told so (CONFLICT): a change counts as a version."""
    changed = or_(*(_changes(stage.c[column.name], old.c[column.name], column) for column in shape.columns))
    return case((changed, old.c.version + 1), else_=old.c.version)


def _changes(given: ColumnElement[Any], kept: ColumnElement[Any], column: Column[Any]) -> ColumnElement[bool]:
    differs = given.is_distinct_from(kept)
    return differs if column.server_default is None else and_(given.is_not(None), differs)


def _literal(default: DefaultClause) -> ColumnElement[Any]:
    value = default.arg
    return literal_column(value.text) if isinstance(value, TextClause) else literal(str(value))
