"""The only way to a row: one viewer's door, open for one operation (H-2).

    row = await scope.one(STATEMENT, id=id)     boundaries and viewer are in the statement

A connection is one line of talk: one statement runs at a time, whoever asks. Scopes are opened by `tenancy.doors`.
"""

import asyncio
from collections.abc import AsyncIterator, Sequence
from functools import lru_cache
from typing import Any
from uuid import UUID

from asyncpg import Connection

from tenancy import boundaries
from tenancy.cascade import Cascade, Step
from tenancy.clock import Clock
from tenancy.database import Row
from tenancy.errors import NotFound
from tenancy.gathered import Gathered
from tenancy.identity import Identity
from tenancy.remembered import remembered
from tenancy.spans import within
from tenancy.statements import Statement
from tenancy.tally import count
from tenancy.viewer import Home, Viewer

_BETWEEN = "between two tenants"
_PLACE = "select pg_try_advisory_xact_lock(hashtextextended($1, $2))"

CHUNK = 1000
"""Rows that a stream reads at once."""


class Wire:
    """One connection inside one transaction: what several standpoints of one operation share."""

    copied = False
    """Whether a copy of the database is read, and not the primary."""

    def __init__(self, connection: "Connection[Row]", *, copied: bool = False) -> None:
        self.connection, self.copied = connection, copied
        self.statements = 0
        """How many of the operation's own were asked."""
        self.waiting = Gathered()
        """Rows to write before anything else is asked here, whoever asks."""
        self.tenant: str | None = None
        self._line = asyncio.Lock()

    @property
    def confirmed(self) -> bool:
        """Whether what was read is what the viewer may read; a wire that recognised its viewer first is sure of it."""
        return True

    async def begin(self, mode: str, identity: Identity, tenant: str | None) -> None:
        """BEGIN and the viewer's key in one round trip; every value is a uuid, so it can stand in the text."""
        self.tenant = tenant
        await self.connection.execute(_beginning(mode, identity.tid, identity.oid, tenant or ""))

    async def fetch(self, tenant: str | None, sql: str, arguments: Sequence[Any], record: type[Row]) -> list[Row]:
        """Rows of one statement, run while `tenant` is the current one."""
        async with self._line:
            if self.waiting:
                await self._send()
            return await self._ask(tenant, sql, arguments, record)

    async def send(self) -> None:
        """Write the rows that wait."""
        async with self._line:
            await self._send()

    async def stream(
        self, tenant: str | None, sql: str, arguments: Sequence[Any], record: type[Row], size: int
    ) -> AsyncIterator[list[Row]]:
        """Rows of one statement, `size` at a time, by a cursor of the server; other statements may run in between."""
        async with self._line:
            await self._send()
            if tenant != self.tenant:
                await self._turn_to(tenant)
            self.statements += 1
            cursor: Any = await self.connection.cursor(sql, *arguments, record_class=record)
        while True:
            async with self._line:
                if tenant != self.tenant:
                    await self._turn_to(tenant)
                rows: list[Row] = await cursor.fetch(size)
            if not rows:
                return
            yield rows

    async def _ask(self, tenant: str | None, sql: str, arguments: Sequence[Any], record: type[Row]) -> list[Row]:
        if tenant != self.tenant:
            await self._turn_to(tenant)
        self.statements += 1
        rows: list[Row] = await within("sql", sql, self.connection.fetch(sql, *arguments, record_class=record))
        count(len(rows))
        return rows

    async def _send(self) -> None:
        for tenant, sql, arguments in self.waiting.taken():
            await self._ask(tenant, sql, arguments, Row)

    async def _turn_to(self, tenant: str | None) -> None:
        # Whoever is cancelled here leaves it open which tenant the server stands in: the next one must ask again.
        self.tenant = _BETWEEN
        await self.connection.execute(f"SELECT set_config('app.tenant', '{_uuid(tenant or '')}', true)")
        self.tenant = tenant


@lru_cache(4096)
def _beginning(mode: str, tid: str, oid: str, tenant: str) -> str:
    settings = {"app.tid": tid, "app.oid": oid, "app.tenant": tenant}
    calls = ", ".join(f"set_config('{name}', '{_uuid(value)}', true)" for name, value in settings.items())
    return f"{mode}; SELECT {calls}"


def _uuid(value: str) -> str:
    return str(UUID(value)) if value else ""


class Scope:
    """What one viewer can read, at one moment."""

    def __init__(self, wire: Wire, viewer: Viewer, clock: Clock) -> None:
        self.wire, self.viewer, self.clock = wire, viewer, clock
        self.now = clock.now()
        self.today = self.now.date()
        self._facts = boundaries.facts(viewer)

    @property
    def asked(self) -> int:
        """How many statements the operation took so far."""
        return self.wire.statements

    @property
    def confirmed(self) -> bool:
        """Whether what was read counts; only a glance can say no, and then nothing of it does."""
        return self.wire.confirmed

    async def rows(self, statement: Statement | Cascade, **values: Any) -> list[Row]:
        """All rows of the statement within the viewer's boundaries."""
        facts = self._facts
        text = statement.text(facts.holding)
        arguments = text.arguments(facts, values)
        return await self.wire.fetch(self.viewer.tenant_id, text.sql, arguments, statement.record)

    async def together(self, *statements: Statement, **values: Any) -> list[list[Any]]:
        """The rows of each of these statements, all asked at once and of one moment; they share the parameters."""
        every = _abreast(statements)
        return every.split(await self.rows(every, **values))

    async def stream(self, statement: Statement, size: int = CHUNK, **values: Any) -> AsyncIterator[list[Row]]:
        """The same rows, in chunks: however many there are, one chunk is in memory (E-05)."""
        facts = self._facts
        text = statement.text(facts.holding)
        arguments = text.arguments(facts, values)
        async for rows in self.wire.stream(self.viewer.tenant_id, text.sql, arguments, statement.record, size):
            yield rows

    async def turn(self, what: str, most: int) -> bool:
        """Take one of the tenant's `most` places for this work, until the transaction ends; False when all are taken
        by whichever process (E-11)."""
        for place in range(most):
            line = f"{what}:{self.viewer.tenant_id}"
            taken = await self.wire.fetch(self.viewer.tenant_id, _PLACE, [line, place], Row)
            if taken[0][0]:
                return True
        return False

    async def row(self, statement: Statement, **values: Any) -> Row | None:
        """The first row, if any."""
        found = await self.rows(statement, **values)
        return found[0] if found else None

    async def one(self, statement: Statement, **values: Any) -> Row:
        """The row, or NOT_FOUND: absent and hidden look the same (D-31)."""
        found = await self.rows(statement, **values)
        if not found:
            raise NotFound()
        return found[0]

    async def value(self, statement: Statement, **values: Any) -> Any:
        """The first column of the first row; None without rows."""
        found = await self.rows(statement, **values)
        return found[0][0] if found else None

    def seen_by(self, viewer: Viewer) -> "Scope":
        """The same moment from another standpoint of the same principal."""
        return Scope(self.wire, viewer, self.clock)

    def visiting(self, customer: Home) -> "Scope":
        """A partner's look at aggregates of one customer; what allows it is checked by the caller (D-27)."""
        return self.seen_by(self.viewer.visiting(customer))


@remembered
def _abreast(statements: tuple[Statement, ...]) -> Cascade:
    return Cascade([Step(statement) for statement in statements])
