"""All rows of a database as plain values, and what the tables' declarations tell of their columns."""

import enum
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Column, Uuid
from sqlalchemy import Table as CoreTable

from tenancy.tables import Table
from tests.tenancy.connections import Connection

Row = Mapping[str, Any]
Book = Mapping[str, list[Row]]

_TYPES: Final = {"subscription": "LicenseSubscription"}
"""Tables whose rows have another name in the contract than their class."""


async def read(past: Connection) -> Book:
    """Every row of every table; ids are texts."""
    return {name: [_plain(row) for row in await past.fetch(f"select * from app.{name}")] for name in tables()}  # noqa: S608  names from the metadata


def _plain(row: Any) -> Row:
    return {name: str(value) if isinstance(value, UUID) else value for name, value in row.items()}


@cache
def tables() -> Mapping[str, CoreTable]:
    """The declared tables by name."""
    return {table.name: table for table in Table.metadata.sorted_tables}


@cache
def type_names() -> Mapping[str, str]:
    """Table -> the name of its rows in global ids."""
    names = {mapper.class_.__tablename__: mapper.class_.__name__ for mapper in Table.registry.mappers}
    return names | _TYPES


@cache
def keys(table: str) -> tuple[str, ...]:
    """The columns of the key; the tenant is left out where there is an id, which is like no other anywhere."""
    columns = tables()[table].primary_key
    return tuple(column.name for column in columns if "id" not in columns or column.name != "tenant_id")


def key_of(table: str, row: Row) -> str:
    """The key as one text, the same as `key_text` makes in SQL."""
    return "/".join(str(row[name]) for name in keys(table))


def key_text(table: str) -> str:
    """The key of a row as SQL."""
    return f"concat_ws('/', {', '.join(f'{name}::text' for name in keys(table))})"


def others(table: str) -> Iterator[tuple[str, str]]:
    """Each column that can have another value, and that value as SQL."""
    for column in tables()[table].columns:
        fixed = column.primary_key or column.foreign_keys or column.computed is not None
        made = None if fixed else _other(column)
        if made:
            yield column.name, made


def _other(column: "Column[Any]") -> str | None:
    name = column.name
    if isinstance(column.type, Uuid):
        return None
    try:
        kind = column.type.python_type
    except NotImplementedError:
        return None
    if issubclass(kind, enum.Enum):
        words = [each.value for each in kind]
        turned = dict(zip(words, [*words[1:], words[0]], strict=True))
        cases = " ".join(f"when '{old}' then '{new}'" for old, new in turned.items())
        return f"case {name} {cases} end"
    if kind is str:
        return f"left('other ' || md5({name} || 'b'), {getattr(column.type, 'length', None) or 40})"
    by_kind = {datetime: f"{name} + interval '3 hours'", date: f"{name} - 3", int: f"{name} + 7", bool: f"not {name}"}
    return by_kind.get(kind) or (f"{name} + 7" if issubclass(kind, Decimal) else None)
