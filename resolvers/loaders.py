"""Loaders: one per relation and set of columns, living as long as one operation (H-7).

A relation is declared once, on the table; its loader is derived from it. graphql-core asks key by key and
aiodataloader gathers the keys; the breadth-first executor has all keys of a level and hands them over at once.
"""

import asyncio
from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from operator import itemgetter
from typing import Any, TypeVar

from aiodataloader import DataLoader
from sqlalchemy import Uuid, any_, bindparam, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import InstrumentedAttribute

from tenancy.database import Row
from tenancy.remembered import remembered
from tenancy.scope import Scope
from tenancy.statements import Statement
from tenancy.tables import Table

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")

KEYS = any_(bindparam("keys", type_=ARRAY(Uuid(as_uuid=False))))
"""`column == KEYS`: the column is one of the keys, given as the parameter `keys`."""


class SafeLoader(DataLoader[K, V]):
    """Cancelling one waiter must not cancel the future that other fields share."""

    def load(self, key: K) -> "asyncio.Future[V]":
        return asyncio.shield(super().load(key))


@dataclass(frozen=True)
class Relation:
    """A many-to-one reference: `local` on the parent names the row of `table`."""

    local: str
    table: type[Table]

    @staticmethod
    def of(attribute: InstrumentedAttribute[Any]) -> "Relation":
        """The relation that a relationship of the tables declares."""
        found: Any = attribute.property
        (local,) = (column.key for column in found.local_columns if column.key != "tenant_id")
        return Relation(str(local), found.mapper.class_)


class RowLoader(SafeLoader[str, Row | None]):
    """Rows of one table by id, with at least these columns; hidden and absent rows are None."""

    def __init__(self, scope: Scope, table: type[Table], columns: frozenset[str], record: type[Row]) -> None:
        super().__init__(max_batch_size=10_000)
        self._scope = scope
        self._statement = by_id(table, columns, record)
        self._known: dict[str | None, Row | None] = {None: None}

    async def batch_load_fn(self, keys: list[str]) -> list[Row | None]:
        rows = await self._scope.rows(self._statement, keys=keys)
        found = {row["id"]: row for row in rows}
        return [found.get(key) for key in keys]

    async def level(self, keys: Iterable[str | None]) -> list[Row | None]:
        """The rows of a whole level, None for a missing key: one statement, no future per key."""
        wanted, known = list(keys), self._known
        missing = {*wanted} - known.keys()
        if missing:
            rows = await self._scope.rows(self._statement, keys=sorted(filter(None, missing)))
            known.update(dict.fromkeys(missing))
            known.update(zip(map(_ID, rows), rows, strict=True))
        return [known[key] for key in wanted]


_ID = itemgetter("id")


@remembered
def by_id(table: type[Table], columns: frozenset[str], record: type[Row]) -> Statement:
    """The rows with the ids `keys`."""
    wanted = [getattr(table, name) for name in sorted(columns | {"id"})]
    return Statement(select(*wanted).where(table.id == KEYS), record=record)  # type: ignore[attr-defined]  # asked of tables with an id


class Loaders:
    """The loaders of one operation; forgotten after a command, so that its payload is read anew."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope
        self._rows: dict[tuple[type[Table], frozenset[str]], RowLoader] = {}
        self.findings: dict[Hashable, Any] = {}
        """What was found out for one field and serves its neighbours, by whatever names it."""

    def rows(self, table: type[Table], columns: frozenset[str], record: type[Row] = Row) -> RowLoader:
        key = (table, columns)
        if key not in self._rows:
            self._rows[key] = RowLoader(self._scope, table, columns, record)
        return self._rows[key]


@remembered
def columns_of(table: type[Table], wanted: frozenset[str] | None, always: tuple[str, ...] = ()) -> frozenset[str]:
    """The columns of the table among `wanted` (None: all), and those that are always needed."""
    own = _own_columns(table)
    return (own if wanted is None else own & wanted) | frozenset(always)


@remembered
def _own_columns(table: type[Table]) -> frozenset[str]:
    return frozenset(str(column.key) for column in table.__table__.columns)
