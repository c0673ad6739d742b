"""Mistakes in what requests share: loaders, results, rights, the viewer's key, cursors."""

import contextlib
from collections.abc import Iterator
from typing import Any
from unittest.mock import patch

from resolvers import loaders
from resolvers.cursors import Seal
from resolvers.loaders import RowLoader
from tenancy import recognition
from tenancy import scope as scopes
from tenancy.database import Row
from tenancy.scope import Scope, Wire
from tenancy.statements import Statement
from tenancy.viewer import Viewer
from tests.twins.contract import OFTEN, near
from tests.twins.planting import Fault


def faults() -> Iterator[Fault]:
    """Something shared by those who must not share."""
    things = near("Query.case Case.title", "Query.workspace Workspace.name")
    lists = near("Query.cases(view) CaseConnection.totalCount", "Query.workspaces WorkspaceConnection.totalCount")
    ends = near(*OFTEN * ("Query.workspaces(after) WorkspaceConnection.nodes Workspace.name",))
    yield Fault("loaders are shared by all requests", _shared_loader, ("ann", "cy"), things)
    yield Fault("rows are remembered by their id", _remembered_rows, ("ann", "cy"), things)
    yield Fault("results are remembered by tenant", _remembered_by_tenant, ("ann", "maya"), lists)
    yield Fault("rights are remembered by the token's tenant", _rights_by_tid, ("ann", "maya"), lists)
    yield Fault("the viewer's key outlives its transaction", _outliving, ("ann", "maya"), lists)
    yield Fault("a cursor fits whoever asks", _unbound, ("noa", "fay"), ends)


def _shared_loader() -> Any:
    known: dict[Any, RowLoader] = {}
    own = loaders.Loaders.rows

    def rows(self: Any, table: Any, columns: Any, record: Any = Row, folds: Any = ()) -> RowLoader:
        loader = known.setdefault(
            (id(self.scope.clock), table, columns, folds), own(self, table, columns, record, folds)
        )
        loader._loaders = self
        return loader

    return patch.object(loaders.Loaders, "rows", rows)


def _remembered_rows() -> Any:
    known: dict[Any, Any] = {}
    level = RowLoader.level

    async def remembering(self: Any, keys: Any) -> Any:
        wanted = list(keys)
        house, read = id(self._loaders.scope.clock), (self._table, self._columns, self._folds)
        for key, row in zip(wanted, await level(self, wanted), strict=True):
            if row is not None:
                known[house, read, key] = row
        return [known.get((house, read, key)) for key in wanted]

    return patch.object(RowLoader, "level", remembering)


def _remembered_by_tenant() -> Any:
    known: dict[Any, Any] = {}
    rows = Scope.rows

    async def remembering(self: Scope, statement: Statement, **values: Any) -> Any:
        key = (id(self.clock), id(statement), self.viewer.tenant_id, repr(sorted(values.items())))
        if key not in known:
            known[key] = await rows(self, statement, **values)
        return known[key]

    return patch.object(Scope, "rows", remembering)


def _rights_by_tid() -> Any:
    """Whoever had most roles lends them to all of the same Entra tenant."""
    known: dict[Any, Viewer] = {}
    enter = recognition.recognise

    async def remembering(line: Any, identity: Any, wanted: Any, clock: Any) -> Viewer:
        viewer = await enter(line, identity, wanted, clock)
        key = (id(clock), identity.tid, viewer.tenant_id)
        known[key] = max(known.get(key, viewer), viewer, key=lambda each: len(each.tenant_roles))
        return known[key]

    return patch("tenancy.doors.recognise", remembering)


def _outliving() -> Any:
    """Set for the session, and only when the connection has none yet."""
    known: set[Any] = set()

    async def beginning(self: Wire, mode: str, identity: Any, tenant: str | None) -> None:
        backend = self.connection.get_server_pid()
        if backend in known:
            self.tenant = tenant
            await self.connection.execute(f"{mode}; SELECT set_config('app.tenant', '{tenant or ''}', true)")
            return
        known.add(backend)
        session = scopes._beginning.__wrapped__(mode, identity.tid, identity.oid, tenant or "")
        self.tenant = tenant
        await self.connection.execute(session.replace(", true)", ", false)"))

    return patch.object(Wire, "begin", beginning)


def _unbound() -> Any:
    """Cursors know their list and its order, and neither the person nor the filters."""
    close, opened = Seal.close, Seal.open
    return _both(
        patch.object(Seal, "close", lambda self, position, purpose: close(self, position, _loose(purpose))),
        patch.object(Seal, "open", lambda self, cursor, purpose: opened(self, cursor, _loose(purpose))),
    )


def _loose(purpose: Any) -> Any:
    """Once is enough: a seal that opens a cursor closes it again to compare."""
    return purpose[3:5] if len(purpose) > 2 else purpose


@contextlib.contextmanager
def _both(*plants: Any) -> Iterator[None]:
    with contextlib.ExitStack() as stack:
        for each in plants:
            stack.enter_context(each)
        yield
