"""From the stage into the table: what is new is inserted, what differs is changed, what is the same is left alone."""

from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, func, not_, or_, select
from sqlalchemy.dialects.postgresql import Insert, insert

from tenancy.importing.incoming import incoming, same
from tenancy.importing.shapes import Shape
from tenancy.importing.sql import Connection, sql
from tenancy.importing.staging import stage_of


@dataclass(frozen=True, slots=True)
class Counts:
    """What became of the rows of a table, or of a file."""

    inserted: int = 0
    updated: int = 0
    unchanged: int = 0

    def __add__(self, other: "Counts") -> "Counts":
        return Counts(self.inserted + other.inserted, self.updated + other.updated, self.unchanged + other.unchanged)


async def write(connection: Connection, shape: Shape, staged: int) -> Counts:
    """Load a stage of `staged` rows. Rows may refer to each other: the database looks when all are in."""
    known = await connection.fetchval(_count_of_known(shape)) if shape.key else 0
    written = _written(await connection.execute(_insertion(shape)))
    inserted = staged - known if shape.key else written
    return Counts(inserted, written - inserted, staged - written)


@cache
def _count_of_known(shape: Shape) -> str:
    """How many rows of the stage are in the table already, changed or not."""
    stage = stage_of(shape)
    there = select(func.count()).select_from(stage).join(shape.table, same(stage.c, shape.table.c, shape.key))
    return sql(there)


def _written(status: str) -> int:
    """The last word of `INSERT 0 12`: rows inserted or updated."""
    return int(status.rpartition(" ")[2])


@cache
def _insertion(shape: Shape) -> str:
    rows = incoming(shape, stage_of(shape)).subquery("rows")
    names = [column.name for column in shape.columns]
    source = select(*(rows.c[name] for name in names))
    if not shape.key:
        source = source.where(not_(_there(shape, rows)))
    return sql(_upsert(shape, insert(shape.table).from_select(names, source)))


def _upsert(shape: Shape, statement: Insert) -> Insert:
    rest = [column for column in shape.columns if column.name not in shape.key]
    if not shape.key:
        return statement
    if shape.append_only or not rest:
        return statement.on_conflict_do_nothing(index_elements=shape.key)
    new = statement.excluded
    changed = or_(*(shape.table.c[column.name].is_distinct_from(new[column.name]) for column in rest))
    return statement.on_conflict_do_update(
        index_elements=shape.key, set_={column.name: new[column.name] for column in rest}, where=changed
    )


def _there(shape: Shape, rows: Any) -> ColumnElement[bool]:
    """Whether a row without a key of its own is in the table already: one that equals it in every column."""
    old = shape.table.alias("old")
    equal = [
        old.c[column.name].is_not_distinct_from(rows.c[column.name])
        if column.nullable
        else old.c[column.name] == rows.c[column.name]
        for column in shape.columns
    ]
    return exists(select(1).where(and_(*equal)).correlate(rows))
