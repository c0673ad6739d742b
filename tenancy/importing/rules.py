"""Rules of a single table, as questions to its stage: each answers the lines that break it.

They are read off the table's constraints, so a constraint that is added to a table is checked here as well.
"""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    ColumnElement,
    ForeignKeyConstraint,
    Index,
    Select,
    UniqueConstraint,
    and_,
    case,
    exists,
    func,
    literal,
    literal_column,
    not_,
    or_,
    select,
    true,
)
from sqlalchemy import Table as CoreTable
from sqlalchemy.sql.elements import TextClause

from tenancy.importing.incoming import incoming, same
from tenancy.importing.shapes import Shape, shapes
from tenancy.importing.staging import stage_of


@dataclass(frozen=True, slots=True)
class Question:
    """Which lines break a rule: `broken` selects their numbers, and after each what `rule` says as `{about}`."""

    table: str
    field: str | None
    rule: str
    broken: Select[Any]


def questions(filled: Collection[str], shape: Shape) -> Iterator[Question]:
    """Everything that one table asks of its stage, when the file has rows for the tables `filled`."""
    stage = stage_of(shape)
    yield from _keys(shape, stage)
    yield from _references(filled, shape, stage)
    yield from _checks(shape, stage)
    if shape.append_only and shape.key:
        yield _unchanged(shape, stage)


# --- keys: one row each, in the file and beyond


@dataclass(frozen=True, slots=True)
class _Unique:
    columns: tuple[str, ...]
    where: str | None = None
    nulls_equal: bool = False

    @property
    def subject(self) -> str:
        """The columns that the author of the file thinks of: the tenant leads every key."""
        return ", ".join(name for name in self.columns if name != "tenant_id") or "tenant_id"


def _keys(shape: Shape, stage: CoreTable) -> Iterator[Question]:
    for unique in _uniques(shape):
        yield _twice(shape, stage, unique)
        if unique.columns != shape.key:
            yield _taken(shape, stage, unique)


def _uniques(shape: Shape) -> Iterator[_Unique]:
    if shape.key:
        yield _Unique(shape.key)
    for constraint in shape.table.constraints:
        if isinstance(constraint, UniqueConstraint):
            equal = bool(constraint.dialect_options["postgresql"]["nulls_not_distinct"])
            yield _Unique(tuple(column.name for column in constraint.columns), nulls_equal=equal)
    for index in shape.table.indexes:
        if index.unique:
            yield _Unique(tuple(column.name for column in index.columns), where=_where(index))


def _where(index: Index) -> str | None:
    where = index.dialect_options["postgresql"]["where"]
    return where.text if isinstance(where, TextClause) else None


def _twice(shape: Shape, stage: CoreTable, unique: _Unique) -> Question:
    """Every later line with the same key as an earlier one, which is named."""
    columns = [stage.c[name] for name in unique.columns]
    first = func.min(stage.c.line).over(partition_by=columns).label("first")
    rows = select(stage.c.line, first).where(_counts(columns, unique)).subquery()
    rule = "must be unique: the same is in line {about}"
    return Question(shape.name, unique.subject, rule, select(rows).where(rows.c.line > rows.c.first))


def _taken(shape: Shape, stage: CoreTable, unique: _Unique) -> Question:
    """A line whose key is held by another row, which this file does not change."""
    # The condition of a partial index names columns alone, so each side keeps to itself while it is asked.
    new, old = (_of(place, unique) for place in (stage, shape.table))
    meets = and_(*(_equal(old.c[name], new.c[name], unique.nulls_equal) for name in unique.columns))
    brought = stage.alias()
    spoken_for = exists(select(1).where(same(brought.c, old.c, shape.key)).correlate(old))
    rows = select(new.c.line).join(old, meets)
    rule = "must be unique: another row has the same"
    return Question(shape.name, unique.subject, rule, rows.where(not_(spoken_for)) if shape.key else rows)


def _of(place: CoreTable, unique: _Unique) -> Any:
    return place if unique.where is None else select(place).where(_condition(unique.where)).subquery()


def _counts(columns: Iterable[Column[Any]], unique: _Unique) -> ColumnElement[bool]:
    """Rows with a null take no part, unless nulls are equal."""
    whole = true() if unique.nulls_equal else and_(*(column.is_not(None) for column in columns))
    return and_(whole, _condition(unique.where))


def _condition(where: str | None) -> ColumnElement[bool]:
    return true() if where is None else literal_column(f"({where})", Boolean)


def _equal(one: ColumnElement[Any], other: ColumnElement[Any], nulls_equal: bool) -> ColumnElement[bool]:
    return one.is_not_distinct_from(other) if nulls_equal else one == other


# --- references: to rows that are there, or that this file brings


def _references(filled: Collection[str], shape: Shape, stage: CoreTable) -> Iterator[Question]:
    for constraint in shape.table.foreign_key_constraints:
        yield _dangling(filled, shape, stage, constraint)


def _dangling(filled: Collection[str], shape: Shape, stage: CoreTable, constraint: ForeignKeyConstraint) -> Question:
    pairs = [(stage.c[key.parent.name], key.column.name) for key in constraint.elements]
    target = constraint.referred_table
    # A table may refer to itself: then the stage is asked about itself.
    places = [target, stage_of(shapes()[target.name]).alias()] if target.name in filled else [target]
    missing = [not_(exists(select(1).where(_meets(pairs, place)).correlate(stage))) for place in places]
    given = [column.is_not(None) for column, _ in pairs]
    within = " in this tenant" if len(pairs) > 1 else ""
    rule = f"refers to no {target.name}{within}"
    return Question(shape.name, pairs[-1][0].name, rule, select(stage.c.line).where(*given, *missing))


def _meets(pairs: Iterable[tuple[Column[Any], str]], place: Any) -> ColumnElement[bool]:
    return and_(*(place.c[name] == column for column, name in pairs))


# --- conditions that each row keeps


def _checks(shape: Shape, stage: CoreTable) -> Iterator[Question]:
    """The conditions of the table, asked of the rows as they will be; a line is told the first one that it breaks."""
    conditions = sorted(
        constraint.sqltext.text
        for constraint in shape.table.constraints
        if isinstance(constraint, CheckConstraint) and isinstance(constraint.sqltext, TextClause)
    )
    if conditions:
        rows = incoming(shape, stage).subquery()
        broken = [_condition(condition).is_(False) for condition in conditions]
        first = case(*zip(broken, map(literal, conditions), strict=True))
        lines = select(rows.c.line, first).where(or_(*broken))
        yield Question(shape.name, None, "must hold: {about}", lines)


def _unchanged(shape: Shape, stage: CoreTable) -> Question:
    """A ledger is never rewritten: the same row again is fine, another under its key is not (I-8)."""
    table = shape.table
    rest = [column.name for column in shape.columns if column.name not in shape.key]
    differs = or_(*(stage.c[name].is_distinct_from(table.c[name]) for name in rest))
    rows = select(stage.c.line).join(table, same(stage.c, table.c, shape.key)).where(differs)
    rule = "I-8: another row is recorded under this id, and records are not rewritten"
    return Question(shape.name, "id", rule, rows)
