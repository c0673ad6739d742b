"""Writing: the same door as reading, plus what a command leaves behind (H-10).

A change adds, alters and removes rows of the viewer's tenant only. The audit entry and the events that a command
collects are written last, in the same transaction, so an effect without a trace cannot exist. Rows that are added wait
for the next statement, whatever it is, and then go together (`tenancy.gathered`): a command that only adds asks once.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import auto
from typing import Any
from uuid import uuid4

import orjson
from sqlalchemy import ColumnElement, bindparam, delete, insert, update
from sqlalchemy.sql.base import ReadOnlyColumnCollection
from sqlalchemy.sql.elements import KeyedColumnElement

from tenancy.boundaries import floor
from tenancy.database import Row
from tenancy.errors import Forbidden
from tenancy.gathered import Shape, document, written
from tenancy.remembered import remembered
from tenancy.scope import Scope
from tenancy.statements import compiled, ready
from tenancy.tables import AuditEntry, IdempotencyKey, Keyed, OutboxEvent, Owned, Table
from tenancy.viewer import Viewer
from tenancy.words.word import Word

_RECORDS: frozenset[type[Owned]] = frozenset({AuditEntry, IdempotencyKey, OutboxEvent})
"""What the house writes about its own work; no effect of a command."""

_EVENTS = Shape(OutboxEvent, ("topic", "subject_id", "workspace_id", "payload", "created_at"))

# Whoever writes events stands in the tenant's line of events until the end (`tenancy.functions`), and then in the line
# of its audit: in this order for everybody, which the count sees to. All other locks were taken before.
_TOLD = f"""
with told as ({written(_EVENTS, 2)} returning 1)
select pg_advisory_xact_lock(hashtextextended('audit:' || $1::text, 0)) from (select count(*) from told) as all_of_them
"""

# A statement of its own, and so a moment of its own: who stood in the line before us may just have written an entry.
_AUDIT = """
with recursive act as (
  select * from unnest($3::text[], $4::text[], $5::uuid[], $6::text[], $7::text[])
    with ordinality as given (action, subject_type, subject_id, detail, sealed, place)
), chain as (
  select 0::bigint as place, null::bytea as previous_hash,
    (select hash from app.audit_entry where tenant_id = $1::uuid order by id desc limit 1) as hash
  union all
  select act.place, chain.hash, sha256(coalesce(chain.hash, ''::bytea) || convert_to(act.sealed, 'UTF8'))
  from chain join act on act.place = chain.place + 1
)
insert into app.audit_entry
  (tenant_id, principal, action, subject_type, subject_id, detail, created_at, previous_hash, hash)
select $1::uuid, $2::uuid, action, subject_type, subject_id, detail::jsonb, $8::timestamptz, previous_hash, hash
from chain join act using (place) order by place
"""


class Touch(Word):
    """What a command did to a row."""

    CREATED = auto()
    CHANGED = auto()
    REMOVED = auto()


@dataclass(frozen=True)
class Touched:
    """One row that a command wrote; `key` is its id, or the columns that name it, `row` what is known of it: all that
    was added or removed, or what was changed."""

    touch: Touch
    table: type[Owned]
    key: str
    row: Mapping[str, Any] = field(default_factory=dict, repr=False, compare=False)


@dataclass
class _Trace:
    """What the command did, until it is sealed."""

    acts: list[tuple[str, str, str, dict[str, Any]]] = field(default_factory=list)
    events: list[dict[str, Any]] = field(default_factory=list)
    rows: dict[tuple[type[Owned], str], Touched] = field(default_factory=dict)


class Change(Scope):
    """A scope that can write. Locking is reading with a statement that says FOR UPDATE, in a statement of its own."""

    def __init__(self, *parts: Any) -> None:
        super().__init__(*parts)
        self._trace = _Trace()

    @property
    def touched(self) -> tuple[Touched, ...]:
        """Every row that the command wrote so far, in the order of its first touch; records of the house left out."""
        return tuple(self._trace.rows.values())

    async def add(self, table: type[Owned], values: Mapping[str, Any]) -> str:
        """Insert one row into the viewer's tenant; returns its id. `tenant_id` cannot be chosen."""
        row = _with_id(table, values)
        row.pop("tenant_id", None)
        self.wire.waiting.add(self._tenant, Shape(table, tuple(row)), row)
        self.note(Touch.CREATED, table, row)
        return str(row.get("id", ""))

    async def add_new(self, table: type[Owned], values: Mapping[str, Any]) -> bool:
        """Insert one row unless its key is taken; whether it was inserted."""
        sql, names = _insert(table, tuple(values))
        known = {**values, "tenant_id": self._tenant}
        return bool(await self.run(f"{sql} on conflict do nothing returning 1", *(known[name] for name in names)))

    async def add_all(self, table: type[Owned], rows: Sequence[Mapping[str, Any]]) -> None:
        """Insert several rows."""
        for row in rows:
            await self.add(table, row)

    async def alter(self, table: type[Owned], key: str | Mapping[str, Any], values: Mapping[str, Any]) -> None:
        """Update the row with this id (or these key columns)."""
        where = {"id": key} if isinstance(key, str) else dict(key)
        sql, names = _update(table, tuple(values), tuple(where))
        known = {**values, **{f"k_{name}": value for name, value in where.items()}, floor.TENANT: self._tenant}
        await self.run(sql, *(known[name] for name in names))
        self.note(Touch.CHANGED, table, {**where, **values}, tuple(where))

    def alter_own(self, table: type[Owned], key: Mapping[str, Any], values: Mapping[str, Any]) -> None:
        """The same for a row that this very command has sent: nobody else holds it, so it waits for the next rows."""
        self.wire.waiting.add(self._tenant, Shape(table, tuple(values), tuple(key)), {**key, **values})
        self.note(Touch.CHANGED, table, {**key, **values}, tuple(key))

    async def remove(self, table: type[Owned], key: Mapping[str, Any]) -> None:
        """Delete the rows with these column values, however many there are."""
        sql, names = _delete(table, tuple(key))
        known = {**{f"k_{name}": value for name, value in key.items()}, floor.TENANT: self._tenant}
        for row in await self.run(sql, *(known[name] for name in names)):
            self.note(Touch.REMOVED, table, dict(row), _key_of(table))

    def audit(self, action: str, subject_type: str, subject_id: str, **detail: Any) -> None:
        """Remember who did what to which thing; written, and sealed to the entry before it, at the end (D-06)."""
        self._trace.acts.append((action, subject_type, subject_id, detail))

    def publish(self, topic: str, subject_id: str, workspace_id: str | None = None, **payload: Any) -> None:
        """Remember an event for those who listen; ids and words only, since rights are checked on delivery."""
        event = {"topic": topic, "subject_id": subject_id, "workspace_id": workspace_id, "payload": payload}
        self._trace.events.append({**event, "created_at": self.now})

    async def seal(self) -> None:
        """Write the trace. Called once, before the commit, by the door that opened this change."""
        await self.wire.send()
        trace = self._trace
        if trace.events or trace.acts:
            await self.run(_TOLD, self._tenant, document(_EVENTS, trace.events))
        if trace.acts:
            who = (self.viewer.tenant_id, self.viewer.user_id)
            texts = [audit_text(*who, *act, self.now) for act in trace.acts]
            await self.run(_AUDIT, *who, *zip(*trace.acts, strict=True), texts, self.now)

    def stand_as(self, viewer: Viewer) -> None:
        """Go on from another standpoint of the same principal; what was done so far stays done (see `arrivals`)."""
        self.viewer, self._facts = viewer, floor.facts(viewer)

    async def run(self, sql: str, *arguments: Any) -> list[Row]:
        """A statement of this floor's own, in the viewer's tenant."""
        return await self.wire.fetch(self.viewer.tenant_id, sql, [ready(each) for each in arguments], Row)

    @property
    def _tenant(self) -> str:
        """Whose the rows are that are written; without a tenant nothing is (T-25)."""
        if self.viewer.tenant_id is None:
            raise Forbidden()
        return self.viewer.tenant_id

    def note(self, touch: Touch, table: type[Owned], row: Mapping[str, Any], naming: Iterable[str] = ()) -> None:
        """Remember that this row was written, by its id, or by the columns `naming` it, else by all of them. Its first
        touch counts, unless it goes again: then it never was, or is gone."""
        if table in _RECORDS:
            return
        key = str(row.get("id") or "|".join(f"{name}={row[name]}" for name in sorted(naming or row)))
        before = self._trace.rows.pop((table, key), None)
        if before is None:
            self._trace.rows[(table, key)] = Touched(touch, table, key, row)
        elif touch is not Touch.REMOVED:
            self._trace.rows[(table, key)] = Touched(before.touch, table, key, {**before.row, **row})
        elif before.touch is not Touch.CREATED:
            self._trace.rows[(table, key)] = Touched(touch, table, key, row)


def audit_text(*parts: Any) -> str:
    """The text that an audit entry's hash covers: its columns as canonical JSON."""
    return orjson.dumps(
        [ready(part) if not isinstance(part, dict) else part for part in parts],
        default=str,
        option=orjson.OPT_SORT_KEYS,
    ).decode()


def _with_id(table: type[Owned], values: Mapping[str, Any]) -> dict[str, Any]:
    own_id = {"id": str(uuid4())} if issubclass(table, Keyed) and "id" not in values else {}
    return {**own_id, **values}


@remembered
def _insert(table: type[Owned], columns: tuple[str, ...]) -> tuple[str, tuple[str, ...]]:
    return compiled(insert(table).values({name: bindparam(name) for name in ("tenant_id", *columns)}))


@remembered
def _update(table: type[Owned], columns: tuple[str, ...], keys: tuple[str, ...]) -> tuple[str, tuple[str, ...]]:
    new: dict[str, Any] = {name: bindparam(name) for name in columns}
    return compiled(update(table).where(*_matching(table, keys)).values(new))


@remembered
def _delete(table: type[Owned], keys: tuple[str, ...]) -> tuple[str, tuple[str, ...]]:
    return compiled(delete(table).where(*_matching(table, keys)).returning(*_columns(table)))


def _key_of(table: type[Owned]) -> tuple[str, ...]:
    """The columns that name a row inside its tenant."""
    return tuple(column.key for column in _columns(table) if column.primary_key and column.key != "tenant_id")


def _columns(table: type[Owned]) -> "ReadOnlyColumnCollection[str, KeyedColumnElement[Any]]":
    assert issubclass(table, Table), "Only tables are owned."
    return table.__table__.columns


def _matching(table: type[Owned], keys: tuple[str, ...]) -> list[ColumnElement[bool]]:
    if not keys:
        raise ValueError("A write names its rows by one column at least.")
    return [floor.in_tenant(table), *(getattr(table, name) == bindparam(f"k_{name}") for name in keys)]
