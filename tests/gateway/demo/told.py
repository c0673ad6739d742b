"""The demo world as tests look at it: records by table and by name, without a database."""

from collections.abc import Iterator
from datetime import date
from functools import cache
from typing import Any

from gateway.demo import ids
from gateway.demo.world import records

TODAY = date(2025, 6, 15)
Record = dict[str, Any]


@cache
def world() -> tuple[Record, ...]:
    return tuple(records(TODAY))


def rows(table: str, tenant: str | None = None, /, **columns: Any) -> list[Record]:
    """The records of a table, of one tenant if said, with these values."""
    wanted = columns if tenant is None else {"tenant_id": ids.of(tenant), **columns}
    return [row for row in _of(table) if all(row.get(name) == value for name, value in wanted.items())]


def row(name: str) -> Record:
    """The record that is called so: `contoso/K20`."""
    return next(row for row in world() if row.get("id") == ids.of(name))


def _of(table: str) -> Iterator[Record]:
    return (row for row in world() if row["table"] == table)
