"""Pages: what a client asks of a listing, and what it gets, at the root or under many parents at once (H-13)."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from resolvers.context import Context
from resolvers.listings import MOST, Condition, Listing, Order
from resolvers.nests import Nest, content_of, page_rows, tree_of
from resolvers.selection import Selection
from tenancy.database import Row
from tenancy.errors import BadInput
from tenancy.statements import Statement
from tenancy.tables import Table

FIRST = 25


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

    __slots__ = ("has_next", "nodes", "parent", "source")

    def __init__(self, source: "Source", nodes: list[Row], parent: str | None) -> None:
        size = source.request.size()
        self.source, self.parent = source, parent
        self.has_next = len(nodes) > size
        self.nodes = nodes[:size] if self.has_next else nodes

    @property
    def edges(self) -> list[Edge]:
        close = self.source.closer(self.parent)
        return [Edge(row, close(row)) for row in self.nodes]

    @property
    def page_info(self) -> PageInfo:
        close = self.source.closer(self.parent)
        ends = [close(row) for row in (self.nodes[0], self.nodes[-1])] if self.nodes else [None, None]
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
        return Page(self, rows, None)

    async def pages(self, parents: Sequence[str], selection: Selection) -> list[Page | Exception]:
        """One page per parent, in one statement. A cursor fits the parent that it was made for."""
        if self.request.after is None:
            return self._sorted(parents, await self._first(parents, selection))
        return [await self._one(parent, selection) for parent in parents]

    async def _one(self, parent: str, selection: Selection) -> Page | Exception:
        try:
            rows = await self._fetch(selection, self._position(parent), keys=[parent])
        except BadInput as refusal:
            return refusal
        return Page(self, rows, parent)

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

    async def _first(self, parents: Sequence[str], selection: Selection) -> list[Row]:
        """The first pages under these parents, unless they came along with them."""
        if not self.request.values and self.order is self.listing.order:
            nest = Nest(self.listing, self.request.size(), content_of(selection, self.listing.table))
            found = self.context.loaders.found.of(nest, parents)
            if found is not None:
                return found
        return await self._fetch(selection, None, keys=sorted(set(parents)))

    async def _fetch(self, selection: Selection, position: list[Any] | None, **values: Any) -> list[Row]:
        content = content_of(selection, self.listing.table)
        active = frozenset(self.request.values)
        statement = page_rows(self.listing, active, self.order, content, after=position is not None)
        values |= {f"after_{place}": value for place, value in enumerate(position or [])}
        values |= {"limit": self.request.size() + 1, **self.request.values}
        tree = tree_of(statement, content)
        if tree is None:
            rows = await self.context.scope.rows(statement, **values)
        else:
            steps = tree.cascade.split(await self.context.scope.rows(tree.cascade, **values))
            rows = steps[0]
            for (above, asked), found in zip(tree.asked, steps[1:], strict=True):
                self._keep(asked, [row.id for row in steps[above]], found)
        self.context.loaders.hand_out(rows, content.folds)
        return rows

    def _keep(self, asked: Nest | Statement, keys: list[str], rows: list[Any]) -> None:
        """What came along, for the fields that will ask for it."""
        loaders = self.context.loaders
        loaders.found.keep(asked, keys, rows)
        if isinstance(asked, Nest):
            loaders.hand_out(rows, asked.content.folds)

    def _sorted(self, parents: Sequence[str], rows: list[Row]) -> list[Page | Exception]:
        name = str(self.listing.parent)
        found: dict[str, list[Row]] = {}
        for row in rows:
            found.setdefault(row[name], []).append(row)
        return [Page(self, found.get(parent, []), parent) for parent in parents]

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

    def closer(self, parent: str | None) -> Callable[[Row], str]:
        """Makes the cursors of the rows under one parent; None is the root."""
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


__all__ = [
    "FIRST",
    "MOST",
    "Condition",
    "Edge",
    "Listing",
    "Order",
    "Page",
    "PageInfo",
    "Request",
    "Source",
]
