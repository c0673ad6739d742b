"""What a list is: a table, its filters and its orders, as statements that are compiled once (H-13).

A page under parents is ranked per parent in one statement, because a LIMIT over a batch would give one parent's page to
all of them.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property
from typing import Any

from sqlalchemy import ColumnElement, Integer, Select, and_, bindparam, func, or_, select
from sqlalchemy.sql.expression import Subquery

from resolvers.loaders import KEYS
from resolvers.relations import Fold, columns_of, joined
from tenancy.statements import Statement
from tenancy.tables import Table

Condition = ColumnElement[bool]

MOST = 100
"""Rows of one page."""


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
    def rows(self) -> Callable[[frozenset[str], Order, bool, frozenset[str], tuple[Fold, ...]], Statement]:
        """The statement for: filters in use, order, whether after a cursor, columns, and what comes along. Compiled
        once each."""
        return cache(self._rows)

    @cached_property
    def count(self) -> Callable[[frozenset[str]], Statement]:
        """How many rows these filters leave: one number, or one per parent."""
        return cache(self._count)

    def _rows(
        self, active: frozenset[str], order: Order, after: bool, columns: frozenset[str], folds: tuple[Fold, ...]
    ) -> Statement:
        wanted = [getattr(self.table, name) for name in sorted(columns_of(self.table, columns, order.columns))]
        where = self._where(active) + ([order.after(self.table)] if after else [])
        limit = bindparam("limit", type_=Integer)
        if self.parent is None:
            plain = select(*wanted).where(*where).order_by(*order.clauses(self.table)).limit(limit)
            return Statement(with_relations(folds, plain, order))
        ranked = self._ranked(wanted, where, order)
        names = [column.name for column in ranked.c if column.name != "place"]
        chosen = select(*(ranked.c[name] for name in names)).where(ranked.c.place <= limit).order_by(ranked.c.place)
        return Statement(joined(chosen, ranked.c, folds))

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


def with_relations(folds: tuple[Fold, ...], page: Select[Any], order: Order) -> Select[Any]:
    """A page with its relations: they are joined to its few rows, whatever the planner expects of the limit."""
    if not folds:
        return page
    rows = page.subquery()
    return joined(select(*rows.c).select_from(rows), rows.c, folds).order_by(*order.clauses(rows.c))
