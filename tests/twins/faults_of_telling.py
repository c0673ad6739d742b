"""Mistakes in what an answer tells besides its rows: counts, searches, orders, prices, statements, headers."""

import contextlib
import gc
from collections.abc import Iterator
from typing import Any
from unittest.mock import patch

from sqlalchemy import bindparam, exists, func, or_, select
from sqlalchemy.sql.elements import BindParameter

from gateway.endpoint import Endpoint
from resolvers import cases, listings
from resolvers.loaders import RowLoader
from tenancy import tables as t
from tenancy.database import Row
from tenancy.errors import Forbidden, Refusal
from tenancy.scope import Scope
from tenancy.statements import Reach, Statement
from tests.twins.contract import near
from tests.twins.planting import Fault, Plant, instead_of, recompiled

_GUESS = "select sum(reltuples)::int from pg_class where relname = 'incident'"
"""How many cases the planner takes the database to hold, whosever they are."""


def faults() -> Iterator[Fault]:
    """Something told that nobody asked."""
    counts = near("Query.cases(view) CaseConnection.totalCount", "Query.workspaces WorkspaceConnection.totalCount")
    named = near("Query.cases(filter.customerId)", "Query.cases(filter.ownerId)")
    ranked = near("Query.cases(view) CaseConnection.nodes Case.title")
    hidden = near("Query.case", "Query.node Invitation.id", "Query.node SupportGroup.id")
    anything = near("Query.workspaces WorkspaceConnection.totalCount", "Query.cases(view) CaseConnection.nodes")
    over_tenant = _counted(lambda count: Statement(count, reach=Reach.TENANT))
    yield Fault("a count is taken over the tenant", over_tenant, ("ann", "cy"), counts)
    yield Fault("a count is an estimate of the planner", _estimated, ("ann", "gil"), counts)
    yield Fault(
        "a search looks into hidden texts",
        _searched,
        ("mo", "rae"),
        near("Query.customers(search) CustomerConnection.totalCount"),
        policies=False,
    )
    yield Fault("a filter names a hidden thing", _named_unseen, ("ann", "maya"), named)
    yield Fault("a list is ordered by what is hidden", _ordered, ("mo", "cy"), ranked, policies=False)
    yield Fault("what exists but is hidden is FORBIDDEN", _existence, ("ann", "maya"), hidden)
    yield Fault("the price depends on rows", _priced, ("ann", "maya"), anything)
    yield Fault("one statement more for tenants that are full", _one_more, ("ann", "maya"), anything)
    yield Fault("an answer's header tells how many rows there are", _header, ("ann", "gil"), anything)


def _counted(make: Any) -> Plant:
    def _count(self: Any, active: Any) -> Statement:
        made: Statement = make(_COUNT(self, active).source)
        return made

    return _listing("_count", _count)


_COUNT = listings.Listing._count


def _listing(name: str, value: Any, place: Any = listings.Listing) -> Plant:
    """A listing that works otherwise, or its order; the statements that it keeps are forgotten."""

    @contextlib.contextmanager
    def plant() -> Iterator[None]:
        _forget_lists()
        try:
            with patch.object(place, name, value), recompiled():
                yield
        finally:
            _forget_lists()

    return plant


def _forget_lists() -> None:
    for each in gc.get_objects():
        if isinstance(each, listings.Listing):
            for name in ("rows", "count"):
                each.__dict__.pop(name, None)


@instead_of(Scope, "value")
async def _estimated(value: Any, self: Scope, statement: Statement, /, **values: Any) -> Any:
    if "count(" in str(statement.source).lower():
        return await _guessed(self)
    return await value(self, statement, **values)


async def _guessed(scope: Scope) -> Any:
    return (await scope.wire.fetch(scope.viewer.tenant_id, _GUESS, [], Row))[0][0]


def _searched() -> Any:
    """`customers(search)` also asks the titles of all cases, whosever they are."""
    c = t.Case.__table__.alias()
    word: BindParameter[str] = bindparam("search")
    hidden = exists(select(1).where(c.c.title.ilike(func.concat("%", word, "%"))))

    def _where(self: Any, active: Any) -> Any:
        found = _WHERE(self, active)
        return [
            or_(each, hidden) if name == "search" else each for name, each in zip(sorted(active), found, strict=True)
        ]

    return _listing("_where", _where)()


_WHERE = listings.Listing._where


@contextlib.contextmanager
def _named_unseen() -> Iterator[None]:
    """A thing that a filter names need not be there for the viewer; it is looked for in the whole tenant."""
    named = {name: (kind, Statement(find.source, reach=Reach.TENANT)) for name, (kind, find) in cases._NAMED.items()}
    with patch.object(cases, "_NAMED", named), recompiled():
        yield


def _mark(title: Any) -> Any:
    return func.left(func.md5(title), 1)


def _ordered() -> Any:
    """Rows are ranked by how many cases there are, anywhere, whose title has the same mark."""
    c = t.Case.__table__.alias()
    clauses = listings.Order.clauses

    def ordered(self: Any, row: Any) -> Any:
        if not hasattr(row, "title"):
            return clauses(self, row)
        alike = select(func.count()).where(_mark(c.c.title) == _mark(row.title)).scalar_subquery()
        return [alike, *clauses(self, row)]

    return _listing("clauses", ordered, listings.Order)()


@instead_of(RowLoader, "level")
async def _existence(level: Any, self: Any, keys: Any) -> Any:
    """Looks for the row past the boundary, and says FORBIDDEN when there is one."""
    wanted = list(keys)
    found = await level(self, wanted)
    table = self._table.__tablename__
    for key, row in zip(wanted, found, strict=True):
        if row is None and key is not None:
            sql = f"select 1 from app.{table} where id = $1"  # noqa: S608  a table's name
            if await self._loaders.scope.wire.fetch(self._loaders.scope.viewer.tenant_id, sql, [key], Row):
                raise Forbidden
    return found


@instead_of(Endpoint, "_run")
async def _priced(run: Any, self: Any, document: Any, context: Any, variables: Any) -> Any:
    """Longer documents are refused at a price that knows how many rows there are."""
    if len(variables or {}) < 3:
        return await run(self, document, context, variables)
    async with self._house.doors.database.driver() as connection:
        raise Refusal("QUERY_TOO_COMPLEX", details={"cost": await connection.fetchval(_GUESS)})


@instead_of(Scope, "rows")
async def _one_more(rows: Any, self: Scope, statement: Statement, /, **values: Any) -> Any:
    """A tenant that is full is read in more than one go."""
    for _ in range(await _guessed(self) % 7):
        await self.wire.fetch(self.viewer.tenant_id, "select 1", [], Row)
    return await rows(self, statement, **values)


@instead_of(Endpoint, "_answer")
async def _header(answer: Any, self: Any, *asked: Any) -> Any:
    response = await answer(self, *asked)
    async with self._house.doors.database.driver() as connection:
        response.headers["x-rows"] = str(await connection.fetchval(_GUESS))
    return response
