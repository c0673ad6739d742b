"""Loaders: one per relation and set of columns, living as long as one operation (H-7).

A relation is declared once, on the table; its loader is derived from it. graphql-core asks key by key and
aiodataloader gathers the keys; the breadth-first executor has all keys of a level and hands them over at once.
"""

import asyncio
from collections.abc import Hashable, Iterable, Mapping, Sequence
from operator import itemgetter
from typing import Any, TypeVar

from aiodataloader import DataLoader
from sqlalchemy import Uuid, any_, bindparam, select
from sqlalchemy.dialects.postgresql import ARRAY

from resolvers.relations import Fold, joined, parts
from resolvers.relations import Relation as Relation
from resolvers.relations import columns_of as columns_of
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


class RowLoader:
    """Rows of one table by id, with at least these columns; hidden and absent rows are None."""

    __slots__ = ("_columns", "_folds", "_known", "_loaders", "_record", "_single", "_table")

    def __init__(
        self,
        loaders: "Loaders",
        table: type[Table],
        columns: frozenset[str],
        record: type[Row],
        folds: tuple[Fold, ...],
    ) -> None:
        self._loaders, self._table, self._columns, self._record, self._folds = loaders, table, columns, record, folds
        self._known: dict[str | None, Row | None] = {None: None}
        self._single: SafeLoader[str, Row | None] | None = None

    def load(self, key: str) -> "asyncio.Future[Row | None]":
        """One row, for those who ask key by key; what is asked for at once is read at once."""
        if self._single is None:
            self._single = SafeLoader(self._batch, max_batch_size=10_000)
        return self._single.load(key)

    async def level(self, keys: Iterable[str | None]) -> list[Row | None]:
        """The rows of a whole level, None for a missing key: one statement, no future per key."""
        wanted, known = list(keys), self._known
        missing = {*wanted} - known.keys()
        if missing:
            rows = await self._read(sorted(filter(None, missing)))
            known.update(dict.fromkeys(missing))
            known.update(zip(map(_ID, rows), rows, strict=True))
        return [known[key] for key in wanted]

    def know(self, found: Mapping[str | None, Any]) -> None:
        """Rows that came along with others."""
        self._known |= found
        self._known[None] = None

    async def _batch(self, keys: list[str]) -> list[Row | None]:
        found = {row["id"]: row for row in await self._read(keys)}
        return [found.get(key) for key in keys]

    async def _read(self, keys: list[str]) -> list[Row]:
        alone = len(keys) == 1
        statement = by_id(self._table, self._columns, self._record, self._folds, alone=alone)
        rows = await self._loaders.scope.rows(statement, keys=keys[0] if alone else keys)
        self._loaders.hand_out(rows, self._folds)
        return rows


_ID = itemgetter("id")


@remembered
def by_id(
    table: type[Table],
    columns: frozenset[str],
    record: type[Row],
    folds: tuple[Fold, ...] = (),
    *,
    alone: bool = False,
) -> Statement:
    """The rows with the ids `keys`, and what comes along with them. Where `alone`, `keys` is a single id: of an array
    the server does not know that it is short, and may rather read all rows of the tenant."""
    wanted = [getattr(table, name) for name in sorted(columns | {"id"})]
    named = bindparam("keys", type_=Uuid(as_uuid=False)) if alone else KEYS
    rows = select(*wanted).where(table.id == named)  # type: ignore[attr-defined]  # asked of tables with an id
    return Statement(joined(rows, table, folds), record=record)


class Found:
    """What came along, for the fields that will ask for it: by what was asked, the keys asked for and the rows."""

    def __init__(self) -> None:
        self._kept: dict[Any, tuple[frozenset[str], list[Any]]] = {}

    def keep(self, asked: Any, keys: Iterable[str], rows: list[Any]) -> None:
        self._kept[asked] = (frozenset(keys), rows)

    def of(self, asked: Any, keys: Sequence[str]) -> list[Any] | None:
        """The rows for these keys, and maybe for others; None when they did not come along."""
        known, rows = self._kept.get(asked, (frozenset(), []))
        return rows if keys and known.issuperset(keys) else None


class Loaders:
    """The loaders of one operation; forgotten after a command, so that its payload is read anew."""

    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        self._rows: dict[Hashable, RowLoader] = {}
        self.findings: dict[Hashable, Any] = {}
        """What was found out for one field and serves its neighbours, by whatever names it."""
        self.found = Found()

    def rows(
        self, table: type[Table], columns: frozenset[str], record: type[Row] = Row, folds: tuple[Fold, ...] = ()
    ) -> RowLoader:
        key = (table, columns, folds)
        found = self._rows.get(key)
        if found is None:
            found = self._rows[key] = RowLoader(self, table, columns, record, folds)
        return found

    def hand_out(self, rows: Sequence[Row], folds: tuple[Fold, ...]) -> None:
        """What came along with rows goes to the loaders that will be asked for it."""
        for fold, found in parts(rows, folds):
            self.rows(fold.relation.table, fold.columns, folds=fold.below).know(found)
