"""Many-to-one relations: how a row names another, and how the other comes along with it (H-5, H-7).

A document mostly says beforehand which relations of its rows it wants. So the statement that reads the rows joins them,
each with its own boundaries in the join's condition, and hands what it found to the loaders: the field of the relation
asks its loader as ever, and finds the rows there. What is hidden is joined as nothing, as it is when asked for alone.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from operator import itemgetter
from typing import Any

from sqlalchemy import Select
from sqlalchemy.orm import InstrumentedAttribute, aliased

from resolvers.selection import Selection
from tenancy.database import Row
from tenancy.record import part_of
from tenancy.remembered import remembered
from tenancy.tables import Table

_MOST_JOINS = 6
"""In one statement; the others are asked for on their own."""


@dataclass(frozen=True)
class Relation:
    """A many-to-one reference: `local` on the parent names the row of `table`. `parent` is the table whose rows hold
    it, where the tables declare it."""

    local: str
    table: type[Table]
    parent: type[Table] | None = None

    @staticmethod
    def of(attribute: InstrumentedAttribute[Any]) -> "Relation":
        """The relation that a relationship of the tables declares."""
        found: Any = attribute.property
        (local,) = (column.key for column in found.local_columns if column.key != "tenant_id")
        return Relation(str(local), found.mapper.class_, found.parent.class_)


@dataclass(frozen=True)
class Fold:
    """A relation whose rows come along, with which columns; `below` would come along with them, were they asked for."""

    relation: Relation
    columns: frozenset[str]
    below: tuple["Fold", ...]

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The columns in the order of the statement, the id first: it is null where there is no row."""
        return ("id", *sorted(self.columns - {"id"}))

    @cached_property
    def _hash(self) -> int:
        return hash((self.relation, self.columns, self.below))

    def __hash__(self) -> int:
        # Loaders are found by folds, several times in a request, and a fold may hold a tree of others.
        return self._hash


@remembered
def folds_of(table: type[Table], *selections: Selection) -> tuple[Fold, ...]:
    """The relations of the table that one of these selections wants, and whose rows can come along."""
    wanted: dict[Relation, tuple[Selection, ...]] = {}
    for selection in selections:
        for name, relation in selection.relations.items():
            below = selection.fields[name]
            if relation.parent is table and below.columns is not None:
                wanted[relation] = (*wanted.get(relation, ()), below)
    # Two places that want other columns have two loaders: then each asks for its own.
    single = [(relation, found[0]) for relation, found in wanted.items() if len(set(found)) == 1]
    single.sort(key=lambda each: each[0].local)
    return tuple(
        Fold(relation, columns_of(relation.table, below.columns), folds_of(relation.table, below))
        for relation, below in single[:_MOST_JOINS]
    )


def joined(chosen: Select[Any], row: Any, folds: Iterable[Fold]) -> Select[Any]:
    """The statement with the columns of the relations behind its own; `row` has the columns that name them."""
    for fold in folds:
        local, other = fold.relation.local, aliased(fold.relation.table)
        columns = [getattr(other, name).label(f"{local}__{name}") for name in fold.names]
        chosen = chosen.add_columns(*columns).outerjoin(other, other.id == getattr(row, local))  # type: ignore[attr-defined]  # what relations lead to has an id
    return chosen


def parts(rows: Sequence[Row], folds: tuple[Fold, ...]) -> Iterator[tuple[Fold, dict[str | None, Any]]]:
    """What came along with the rows of a statement with these folds: by id, None for what nobody may see."""
    for fold, name_of, id_of, values_of, make in _cuts(folds):
        holders = dict(zip(map(name_of, rows), rows, strict=True))
        found = zip(holders, map(id_of, holders.values()), map(values_of, holders.values()), strict=True)
        yield fold, {key: None if id is None else make(values) for key, id, values in found}


@remembered
def _cuts(folds: tuple[Fold, ...]) -> tuple[tuple[Any, ...], ...]:
    """For each fold: what names it in a row, its id, its values, and what makes a part of them. Its columns stand
    behind all others, so their places are counted from the end."""
    found = []
    begin = -sum(len(fold.names) for fold in folds)
    for fold in folds:
        end = begin + len(fold.names)
        values = itemgetter(slice(begin, end or None))
        make = partial(tuple.__new__, part_of(*fold.names))
        found.append((fold, itemgetter(fold.relation.local), itemgetter(begin), values, make))
        begin = end
    return tuple(found)


@remembered
def columns_of(table: type[Table], wanted: frozenset[str] | None, always: tuple[str, ...] = ()) -> frozenset[str]:
    """The columns of the table among `wanted` (None: all), and those that are always needed."""
    own = _own_columns(table)
    return (own if wanted is None else own & wanted) | frozenset(always)


@remembered
def _own_columns(table: type[Table]) -> frozenset[str]:
    return frozenset(str(column.key) for column in table.__table__.columns)
