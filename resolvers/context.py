"""What every resolver of one operation can reach: the scope, the loaders, the cursors' seal, the request's choices."""

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from resolvers.cursors import Seal
from resolvers.loaders import Loaders
from resolvers.mailing import Nobody, Sender
from resolvers.rules.adoption import USUAL, Thresholds
from resolvers.rules.endpoints import Reach
from resolvers.rules.invitations import Term
from tenancy.changes import Change
from tenancy.clock import Clock
from tenancy.doors import Doors
from tenancy.errors import Unavailable
from tenancy.identity import Identity
from tenancy.rates import Rates
from tenancy.relay import Relay
from tenancy.scope import Scope
from tenancy.viewer import Viewer


@dataclass(frozen=True)
class Quote:
    """What a document would cost, and what is allowed; its kind (`query`, ...), its variables, each with whether it
    must be given; those that take no id; and its root fields that no application may ask (D-30). Of one that costs too
    much only that is known."""

    cost: int
    limit: int
    kind: str = ""
    variables: Mapping[str, bool] = field(default_factory=dict)
    idless: frozenset[str] = frozenset()
    closed: frozenset[str] = frozenset()


Quoting = Callable[[str, Mapping[str, Any], str | None], Quote]
"""Prices a document with its variables, without running it."""


def _nobody_quotes(_document: str, _variables: Mapping[str, Any], _name: str | None) -> Quote:
    raise Unavailable()


@dataclass(frozen=True)
class House:
    """What all operations share."""

    doors: Doors
    clock: Clock
    seal: Seal
    relay: Relay
    sender: Sender = field(default_factory=Nobody)
    invitation_term: Term = field(default_factory=Term)
    rates: Rates = field(default_factory=Rates)
    """Buckets for whatever should not be done too often: `await house.rates.take(POLICY, key)`."""
    quote: Quoting = _nobody_quotes
    events_kept: timedelta = timedelta(days=7)
    """For how long at least a subscription can go on after an event."""
    reach: Reach = field(default_factory=Reach)
    """What webhooks may call."""
    thresholds: Thresholds = USUAL
    """Where advice to partners begins (D-40)."""


@dataclass
class Context:
    """One operation. `wanted_tenant` and `wanted_workspace` (uuids) are what it selects; neither grants (3.3)."""

    house: House
    identity: Identity
    wanted_tenant: str | None = None
    wanted_workspace: str | None = None
    _open: AsyncExitStack = field(default_factory=AsyncExitStack)
    _scope: Scope | None = None
    _loaders: Loaders | None = None

    @classmethod
    def over(cls, house: House, scope: Scope) -> "Context":
        """One operation in a scope that somebody else opened and will close: of a command, or of work without a
        request."""
        viewer = scope.viewer
        return cls(house, viewer.identity, viewer.tenant_id, _scope=scope, _loaders=Loaders(scope))

    @property
    def scope(self) -> Scope:
        assert self._scope is not None, "The operation has no open scope."
        return self._scope

    @property
    def loaders(self) -> Loaders:
        assert self._loaders is not None, "The operation has no open scope."
        return self._loaders

    @property
    def viewer(self) -> Viewer:
        return self.scope.viewer

    def glance(self) -> bool:
        """Begin to read what one statement may answer; what was read counts only if the scope is `confirmed` in
        the end. False when this viewer cannot be foreseen."""
        self._scope = self.house.doors.glancing(self.identity, self.wanted_tenant)
        if self._scope is None:
            return False
        self._loaders = Loaders(self._scope)
        return True

    async def open(self, gate: AbstractAsyncContextManager[Any] | None = None, *, query: bool = False) -> None:
        """Begin to read: one snapshot, until `close`; `gate` is passed first, and given free last. That of a `query`
        may come from a copy; what follows a write or an event reads where that happened."""
        if gate is not None:
            await self._open.enter_async_context(gate)
        doors = self.house.doors
        door = (doors.querying if query else doors.reading)(self.identity, self.wanted_tenant)
        self._scope = await self._open.enter_async_context(door)
        self._loaders = Loaders(self._scope)

    @asynccontextmanager
    async def querying(self, *, copy: bool) -> AsyncIterator[Scope]:
        """Read one snapshot meanwhile, of a copy where that is wanted and there is one. Raises Forsaken when that went
        away."""
        try:
            async with self._open:
                await self.open(query=copy)
                yield self.scope
        finally:
            await self.close()

    async def plan(self) -> Change:
        """Try a command: what is read until `close` is what it would have done, and nothing of it stays."""
        change = await self._open.enter_async_context(self.house.doors.planning(self.identity, self.wanted_tenant))
        self._scope = change
        self._loaders = Loaders(change)
        return change

    async def close(self) -> None:
        """Stop reading; after a command the next read sees a new moment, and nothing that was read before it."""
        self._scope = self._loaders = None
        await self._open.aclose()
        self._open = AsyncExitStack()
