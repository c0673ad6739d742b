"""Rows that a command has decided on and not yet sent: all of them go to the server in one statement.

    with w0 as (insert into app.incident ...), w1 as (insert into app.consumption ...) update app.idempotency_key ...

Each table takes its rows from one parameter, a JSON document that PostgreSQL reads by the table's own columns, so the
text does not depend on how many there are. Foreign keys and triggers look at all of them when the statement ends, so
their order does not matter. Whoever reads on the same wire sends what waits first (`tenancy.scope.Wire`).
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import orjson
from sqlalchemy import Table as CoreTable
from sqlalchemy.dialects.postgresql import JSONB

from tenancy.remembered import remembered
from tenancy.statements import type_of
from tenancy.tables import Owned, Table


class Shape(NamedTuple):
    """Which columns of which table are written; with `keys`, in the rows that these columns name."""

    table: type[Owned]
    columns: tuple[str, ...]
    keys: tuple[str, ...] = ()


class Gathered:
    """What waits, by tenant; emptied by whoever sends it."""

    __slots__ = ("_rows",)

    def __init__(self) -> None:
        self._rows: dict[str, dict[Shape, list[Mapping[str, Any]]]] = {}

    def add(self, tenant: str, shape: Shape, row: Mapping[str, Any]) -> None:
        """One more row of this shape."""
        self._rows.setdefault(tenant, {}).setdefault(shape, []).append(row)

    def taken(self) -> Iterator[tuple[str, str, list[str]]]:
        """Tenant, text and parameters of each statement that writes what waited; nothing waits any longer."""
        waiting, self._rows = self._rows, {}
        for tenant, shapes in waiting.items():
            parts = [part for shape, rows in shapes.items() for part in _parts(shape, rows)]
            yield tenant, _text(tuple(shape for shape, _ in parts)), [tenant, *(document(*part) for part in parts)]

    def __bool__(self) -> bool:
        return bool(self._rows)


def document(shape: Shape, rows: Sequence[Mapping[str, Any]]) -> str:
    """Rows as `written` reads them; a document may come as the text that it is."""
    texts = _documents(shape)
    told = [{**row, **{name: _embedded(row[name]) for name in texts}} for row in rows] if texts else rows
    return orjson.dumps(told, default=_spelled).decode()


def written(shape: Shape, place: int) -> str:
    """The statement that writes rows of this shape, of the tenant `$1`, out of the document at `$place`."""
    table = _core(shape)
    name, given = table.fullname, f"json_populate_recordset(null::{table.fullname}, ${place}::json) as r"
    if not shape.keys:
        columns = ", ".join(f'"{each}"' for each in shape.columns)
        values = ", ".join(f'r."{each}"' for each in shape.columns)
        return f"insert into {name} (tenant_id, {columns}) select $1::uuid, {values} from {given}"
    # The key stands there as values, not as columns of `r`: a join may be planned as a search of all of the tenant.
    new = ", ".join(f'"{each}" = r."{each}"' for each in shape.columns)
    same = (f"w.\"{each}\" = (${place}::json #>> '{{0,{each}}}')::{type_of(table.c[each])}" for each in shape.keys)
    return f"update {name} as w set {new} from {given} where w.tenant_id = $1::uuid and {' and '.join(same)}"


def _parts(shape: Shape, rows: list[Mapping[str, Any]]) -> Iterator[tuple[Shape, list[Mapping[str, Any]]]]:
    """All new rows of a table together, altered ones each on its own."""
    if shape.keys:
        yield from ((shape, [row]) for row in rows)
    else:
        yield shape, rows


@remembered
def _text(shapes: tuple[Shape, ...]) -> str:
    *first, last = (written(shape, place) for place, shape in enumerate(shapes, 2))
    before = ", ".join(f"w{number} as ({each})" for number, each in enumerate(first))
    return f"with {before} {last}" if before else last


@remembered
def _documents(shape: Shape) -> tuple[str, ...]:
    columns = _core(shape).columns
    return tuple(name for name in (*shape.columns, *shape.keys) if isinstance(columns[name].type, JSONB))


def _core(shape: Shape) -> CoreTable:
    core = shape.table.__table__ if issubclass(shape.table, Table) else None
    assert isinstance(core, CoreTable), "Only tables are owned."
    return core


def _embedded(value: Any) -> Any:
    return orjson.Fragment(value) if isinstance(value, str) else value


def _spelled(value: Any) -> Any:
    """What JSON has no word for, as PostgreSQL reads it."""
    if isinstance(value, bytes):
        return f"\\x{value.hex()}"
    return sorted(value) if isinstance(value, set | frozenset) else str(value)
