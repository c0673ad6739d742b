"""Opens scopes: a token's identity comes in, one transaction with one viewer comes out (H-4).

    async with doors.reading(identity, tenant) as scope:      one snapshot: REPEATABLE READ READ ONLY
        rows = await scope.rows(STATEMENT, first=51)

    scope = doors.glancing(identity, tenant)                  one statement, which needs no transaction around it

    async with doors.changing(identity, tenant) as change:    READ COMMITTED, committed on the way out
        row = await change.one(LOCK, id=id)                   lock in its own statement, then sum, then write

The viewer's key travels with BEGIN, so it costs no round trip of its own; row-level security reads it from there.
"""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import TypeVar

from tenancy.changes import Change
from tenancy.clock import Clock
from tenancy.database import Database, Loan
from tenancy.errors import Refusal, Unavailable
from tenancy.glance import Glance
from tenancy.house import house_in
from tenancy.identity import Identity
from tenancy.recognition import recognise
from tenancy.scope import Scope, Wire
from tenancy.viewer import Viewer

_READ = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
_WRITE = "BEGIN ISOLATION LEVEL READ COMMITTED"

Kind = TypeVar("Kind", bound=Scope)


class Doors:
    """Opens scopes. `remembered` holds which tenant a principal was in last: only a guess that saves a round trip,
    because rights and tenant are read from the tables each time (H-8)."""

    def __init__(self, database: Database, clock: Clock, *, remember: int = 10_000) -> None:
        self.database, self.clock = database, clock
        self._remembered: dict[tuple[str, str, str | None], str | None] = {}
        self._foreseen: dict[tuple[Identity, str | None], Viewer] = {}
        self._limit = remember

    def tenant_of(self, identity: Identity, wanted: str | None = None) -> str | None:
        """The tenant that this principal was in when it last asked like this; None when nobody remembers."""
        return self._remembered.get((identity.tid, identity.oid, wanted))

    def glancing(self, identity: Identity, tenant: str | None = None) -> Scope | None:
        """A scope for a single statement, which proves that the viewer is still the one of the last time; None for
        those who cannot be foreseen. What came of it counts only if its wire, a Glance, is confirmed."""
        viewer = self._foreseen.get((identity, tenant))
        return None if viewer is None else Scope(Glance(self.database, viewer), viewer, self.clock)

    @asynccontextmanager
    async def reading(self, identity: Identity, tenant: str | None = None) -> AsyncIterator[Scope]:
        """One snapshot for one query operation; nothing can be written in it."""
        async with self._snapshot(self._borrow(), identity, tenant) as scope:
            yield scope

    @asynccontextmanager
    async def querying(self, identity: Identity, tenant: str | None = None) -> AsyncIterator[Scope]:
        """The same for a query that may be answered from a copy: a moment that is past by the copy's bound at most,
        and never before a write that somebody has heard of."""
        async with self._snapshot(self.database.reader(), identity, tenant) as scope:
            yield scope

    @asynccontextmanager
    async def changing(self, identity: Identity, tenant: str | None = None) -> AsyncIterator[Change]:
        """One command: committed on the way out, rolled back on any error; nobody calls commit."""
        async with self._kept(lambda wire: self._enter(wire, _WRITE, identity, tenant, Change)) as change:
            yield change
        await self.database.told()

    @asynccontextmanager
    async def working(self, tenant_id: str) -> AsyncIterator[Change]:
        """The house at work in one tenant, as gw_app and inside its fence; kept like a command (T-25)."""
        viewer = house_in(tenant_id)

        async def enter(wire: Wire) -> Change:
            await wire.begin(_WRITE, viewer.identity, viewer.tenant_id)
            return Change(wire, viewer, self.clock)

        async with self._kept(enter) as change:
            yield change

    @asynccontextmanager
    async def planning(self, identity: Identity, tenant: str | None = None) -> AsyncIterator[Change]:
        """A command that is tried: the real code and the real rules, in a transaction that is always rolled back."""
        async with self._borrow() as connection:
            wire = Wire(connection)
            try:
                yield await self._enter(wire, _WRITE, identity, tenant, Change)
            finally:
                await leave(wire, "ROLLBACK")

    @asynccontextmanager
    async def _snapshot(self, loan: Loan, identity: Identity, tenant: str | None) -> AsyncIterator[Scope]:
        async with loan as connection:
            wire = Wire(connection, copied=loan.copied)
            try:
                yield await self._enter(wire, _READ, identity, tenant, Scope)
            finally:
                await leave(wire, "COMMIT")

    @asynccontextmanager
    async def _kept(self, enter: Callable[[Wire], Awaitable[Change]]) -> AsyncIterator[Change]:
        """A change that is sealed and committed when all went well; else nothing of it stays."""
        async with self._borrow() as connection:
            wire = Wire(connection)
            ending = "ROLLBACK"
            try:
                change = await enter(wire)
                yield change
                await change.seal()
                ending = "COMMIT"
            finally:
                ended = await leave(wire, ending)
            if ended != "COMMIT":
                raise _lost(wire)

    def _borrow(self) -> Loan:
        return self.database.driver()

    async def _enter(self, wire: Wire, mode: str, identity: Identity, tenant: str | None, make: type[Kind]) -> Kind:
        key = (identity.tid, identity.oid, tenant)
        await wire.begin(mode, identity, self._remembered.get(key))
        try:
            viewer = await recognise(wire, identity, tenant, self.clock)
        except Refusal:
            self._remembered.pop(key, None)
            self._foreseen.pop((identity, tenant), None)
            raise
        self._remember(key, viewer.tenant_id)
        self._foresee(identity, tenant, viewer)
        wire.statements = 0
        return make(wire, viewer, self.clock)

    def _remember(self, key: tuple[str, str, str | None], tenant: str | None) -> None:
        if len(self._remembered) >= self._limit:
            self._remembered.clear()
        self._remembered[key] = tenant

    def _foresee(self, identity: Identity, tenant: str | None, viewer: Viewer) -> None:
        if viewer.mark is None:
            self._foreseen.pop((identity, tenant), None)
            return
        if len(self._foreseen) >= self._limit:
            self._foreseen.clear()
        self._foreseen[identity, tenant] = viewer


class SlowDoors(Doors):
    """The same doors for work behind the requests, which may take minutes: on connections of its own, so that no
    request waits for one of them."""

    def _borrow(self) -> Loan:
        return self.database.slow()


def _lost(wire: Wire) -> Exception:
    """Why a change that went well was not kept: nobody may take it for done."""
    if wire.connection.is_closed():
        return Unavailable()
    return RuntimeError("The change was rolled back: a statement of it had failed, and nobody said so.")


async def leave(wire: Wire, ending: str) -> str:
    """End the transaction; a connection that cannot even do that is not handed out again by the pool.

    Answers what the server did: a transaction in which a statement failed is rolled back, even by COMMIT.
    """
    if wire.connection.is_closed() or not wire.connection.is_in_transaction():
        return "ROLLBACK"
    return await wire.connection.execute(ending)
