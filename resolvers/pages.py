"""Pages: lists by keyset, for the root or under many parents at once (H-13).

A `Listing` says what a list is: a table, its filters and its orders. A page under parents is ranked per parent in
one statement, because a LIMIT over a batch would give one parent's page to all of them.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache, cached_property
from typing import Any

from sqlalchemy import ColumnElement, Integer, Select, and_, bindparam, func, or_, select
from sqlalchemy.sql.expression import Subquery

from resolvers.context import Context
from resolvers.loaders import KEYS, columns_of
from resolvers.selection import Selection
from tenancy.database import Row
from tenancy.errors import BadInput
from tenancy.statements import Statement
from tenancy.tables import Table

FIRST = 25
MOST = 100

Condition = ColumnElement[bool]


@dataclass(frozen=True)
class Order:
    """Columns that rank rows, each with whether it descends; the id, ascending, breaks ties. None of them is null."""

    name: str
    keys: tuple[tuple[str, bool], ...] = ()

    @property
    def columns(self) -> tuple[str, ...]:
        return (*(name for name, _ in self.keys), "id")

    def clauses(self, row: Any) -> list[Any]:
        ranked = [getattr(row, name).desc() if down else getattr(row, name) for name, down in self.keys]
        return [*ranked, row.id]

    def after(self, row: Any) -> Condition:
        """Rows behind the position `after_0`, `after_1`, ...: the last key decides where all before it are equal."""
        steps = [*self.keys, ("id", False)]
        found: Condition | None = None
        for place, (name, down) in reversed(list(enumerate(steps))):
            column = getattr(row, name)
            at = bindparam(f"after_{place}", type_=column.type)
            beyond = column < at if down else column > at
            found = beyond if found is None else or_(beyond, and_(column == at, found))
        assert found is not None
        return found


@dataclass(frozen=True, eq=False)
class Listing:
    """One list of the API. `filters` are conditions by name, each with its value bound under that name, if it has one.

    In a list under parents, `parent` is the column that names the parent; where that takes other tables,
    `pairs` selects (parent, child) ids instead, and `parent` is what the answer calls the parent.
    """

    name: str
    table: type[Table]
    filters: Mapping[str, Condition] = field(default_factory=dict)
    order: Order = Order("id")
    parent: str | None = None
    pairs: Select[Any, Any] | None = None

    @cached_property
    def rows(self) -> Callable[[frozenset[str], Order, bool, frozenset[str]], Statement]:
        """The statement for: filters in use, order, whether after a cursor, columns. Compiled once each."""
        return cache(self._rows)

    @cached_property
    def count(self) -> Callable[[frozenset[str]], Statement]:
        """How many rows these filters leave: one number, or one per parent."""
        return cache(self._count)

    def _rows(self, active: frozenset[str], order: Order, after: bool, columns: frozenset[str]) -> Statement:
        wanted = [getattr(self.table, name) for name in sorted(columns_of(self.table, columns, order.columns))]
        where = self._where(active) + ([order.after(self.table)] if after else [])
        limit = bindparam("limit", type_=Integer)
        if self.parent is None:
            plain = select(*wanted).where(*where).order_by(*order.clauses(self.table)).limit(limit)
            return Statement(plain)
        ranked = self._ranked(wanted, where, order)
        names = [column.name for column in ranked.c if column.name != "place"]
        chosen = select(*(ranked.c[name] for name in names)).where(ranked.c.place <= limit).order_by(ranked.c.place)
        return Statement(chosen)

    def _ranked(self, wanted: Sequence[Any], where: Sequence[Condition], order: Order) -> Subquery:
        owner, joined = self._owner()
        place = func.row_number().over(partition_by=owner, order_by=order.clauses(self.table)).label("place")
        named = [column for column in wanted if column.key != self.parent]
        return joined(select(*named, owner.label(self.parent), place)).where(owner == KEYS, *where).subquery()

    def _owner(self) -> tuple[Any, Callable[[Select[Any]], Select[Any]]]:
        """The column that names the parent, and how it comes into the statement."""
        if self.pairs is None:
            return getattr(self.table, str(self.parent)), lambda statement: statement
        pairs = self.pairs.subquery()
        parent, child = pairs.c
        id: Any = self.table.id  # type: ignore[attr-defined]  # listed tables have an id
        return parent, lambda statement: statement.select_from(self.table).join(pairs, child == id)

    def _count(self, active: frozenset[str]) -> Statement:
        where = self._where(active)
        if self.parent is None:
            return Statement(select(func.count()).select_from(self.table).where(*where))
        owner, joined = self._owner()
        per_parent = joined(select(owner.label("parent"), func.count().label("count")).select_from(self.table))
        return Statement(per_parent.where(owner == KEYS, *where).group_by(owner))

    def _where(self, active: frozenset[str]) -> list[Condition]:
        return [self.filters[name] for name in sorted(active)]


@dataclass(frozen=True)
class Request:
    """What a client asks of a listing. `values` are filters in use with their values (None: the filter has none)."""

    first: int | None = FIRST
    after: str | None = None
    values: Mapping[str, Any] = field(default_factory=dict)
    order: Order | None = None

    def size(self) -> int:
        """How many rows; outside 1..100 is an error, never a silent default (5.1)."""
        if self.first is None or not 1 <= self.first <= MOST:
            raise BadInput(field="first", details={"minimum": 1, "maximum": MOST})
        return self.first


@dataclass(frozen=True, slots=True)
class Edge:
    """A row and the place of it."""

    node: Row
    cursor: str


@dataclass(frozen=True, slots=True)
class PageInfo:
    has_next_page: bool
    has_previous_page: bool
    start_cursor: str | None
    end_cursor: str | None


class Page:
    """One page: what a connection of the schema reads from. Cursors are made for those who ask."""

    __slots__ = ("_close", "_request", "has_next", "nodes", "parent", "source")

    def __init__(self, source: "Source", nodes: list[Row], parent: str | None, close: Callable[[Row], str]) -> None:
        size = source.request.size()
        self.source, self.parent, self._close = source, parent, close
        self.has_next = len(nodes) > size
        self.nodes = nodes[:size]

    @property
    def edges(self) -> list[Edge]:
        return [Edge(row, self._close(row)) for row in self.nodes]

    @property
    def page_info(self) -> PageInfo:
        ends = [self._close(row) for row in (self.nodes[0], self.nodes[-1])] if self.nodes else [None, None]
        return PageInfo(self.has_next, self.source.request.after is not None, ends[0], ends[1])


@dataclass(frozen=True)
class Source:
    """One listing, asked for in one operation with one request: fetches pages and counts."""

    context: Context
    listing: Listing
    request: Request

    @property
    def order(self) -> Order:
        return self.request.order or self.listing.order

    async def page(self, selection: Selection) -> Page:
        """The page at the root."""
        rows = await self._fetch(selection, self._position(None))
        return Page(self, rows, None, self._closer(None))

    async def pages(self, parents: Sequence[str], selection: Selection) -> list[Page | Exception]:
        """One page per parent, in one statement. A cursor fits the parent that it was made for."""
        if self.request.after is None:
            return self._sorted(parents, await self._fetch(selection, None, keys=sorted(set(parents))))
        return [await self._one(parent, selection) for parent in parents]

    async def _one(self, parent: str, selection: Selection) -> Page | Exception:
        try:
            rows = await self._fetch(selection, self._position(parent), keys=[parent])
        except BadInput as refusal:
            return refusal
        return Page(self, rows, parent, self._closer(parent))

    async def count(self, parents: Sequence[str | None]) -> list[int]:
        """How many rows there are in all, for the root (parent None) or per parent."""
        statement = self.listing.count(frozenset(self.request.values))
        if self.listing.parent is None:
            number: int = await self.context.scope.value(statement, **self.request.values)
            return [number] * len(parents)
        keys = sorted({parent for parent in parents if parent})
        rows = await self.context.scope.rows(statement, keys=keys, **self.request.values)
        counted = {row["parent"]: row["count"] for row in rows}
        return [counted.get(parent, 0) for parent in parents]

    async def _fetch(self, selection: Selection, position: list[Any] | None, **values: Any) -> list[Row]:
        columns = wanted_of(selection, self.listing.table)
        active = frozenset(self.request.values)
        statement = self.listing.rows(active, self.order, position is not None, columns)
        values |= {f"after_{place}": value for place, value in enumerate(position or [])}
        limit = self.request.size() + 1
        return await self.context.scope.rows(statement, limit=limit, **self.request.values, **values)

    def _sorted(self, parents: Sequence[str], rows: list[Row]) -> list[Page | Exception]:
        found: dict[str, list[Row]] = {}
        for row in rows:
            found.setdefault(row[str(self.listing.parent)], []).append(row)
        return [Page(self, found.get(parent, []), parent, self._closer(parent)) for parent in parents]

    def _purpose(self, parent: str | None) -> list[Any]:
        viewer = self.context.viewer
        values = sorted((name, str(value)) for name, value in self.request.values.items())
        return [
            viewer.tenant_id,
            viewer.identity.tid,
            viewer.identity.oid,
            self.listing.name,
            self.order.name,
            values,
            parent,
        ]

    def _closer(self, parent: str | None) -> Callable[[Row], str]:
        purpose, columns = self._purpose(parent), self.order.columns
        return lambda row: self.context.house.seal.close([row[name] for name in columns], purpose)

    def _position(self, parent: str | None) -> list[Any] | None:
        if self.request.after is None:
            return None
        sealed = self.context.house.seal.open(self.request.after, self._purpose(parent))
        return [_read(self.listing.table, name, value) for name, value in zip(self.order.columns, sealed, strict=True)]


def _read(table: type[Table], name: str, value: Any) -> Any:
    timed = table.__table__.c[name].type.python_type is datetime
    return datetime.fromisoformat(value) if timed else value


def wanted_of(selection: Selection, table: type[Table]) -> frozenset[str]:
    """The columns that a connection's selection needs of its rows."""
    nodes, edges = selection.child("nodes"), selection.child("edges").child("node")
    return columns_of(table, nodes.columns) | columns_of(table, edges.columns)
