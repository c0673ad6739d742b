"""No row of another tenant is seen or touched through the scope, whoever asks and whichever table is named.

These tests hold with either of the two locks on rows removed, and fail without both: `make locks` (T-11, T-12).
"""

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from functools import cache

import asyncpg
import pytest
from sqlalchemy import select

from gateway.demo import ids
from gateway.demo.people import Person, people
from tenancy.changes import Change
from tenancy.doors import Doors
from tenancy.errors import Refusal
from tenancy.rights import rights_of, updatable
from tenancy.statements import Reach, Statement
from tenancy.tables import RoleGrant, Table, Tenant, User, owned_tables
from tests.tenancy.callers import CONTOSO, identity
from tests.tenancy.connections import Connection
from tests.tenancy.foreign import name_of, none_foreign, prints, untouched, whose
from tests.tenancy.rows import A, B, furnish

pytestmark = pytest.mark.isolation

KNOWN = list({each.posts: each for each in people() if each.posts}.values())
"""One person for each set of roles that the demo world knows."""
STRANGERS = ["nils", "zoe"]
ADMINISTRATORS = ["gil", "mo", "cora", "abe"]
"""They see all of Contoso, so the tenant is all that stands between them and the rest."""


@dataclass(frozen=True)
class Seen:
    """What one person saw of one table from one tenant: whose the rows are, and who they may be."""

    person: str
    table: type[Table]
    reach: Reach
    owners: frozenset[tuple[str, ...]]
    mine: frozenset[str | None]


@pytest.fixture(scope="module")
async def crowded(past: Connection) -> Connection:
    """The demo world, where somebody listens, and two tenants more that have a row in every table."""
    await furnish(past)
    await past.execute(
        "insert into app.live_subscription (tenant_id, workspace_id, user_id, watched, begun_at, process, seen_at)"
        " select tenant_id, workspace_id, user_id, 'CASE', now(), gen_random_uuid(), now() from app.role_grant"
        " where workspace_id is not null and role = 'MEMBER'"
    )
    return past


@pytest.fixture(scope="module")
async def everything_seen(crowded: Connection, doors: Doors) -> list[Seen]:
    """Every owned table, read by everybody from everywhere they may be, as viewers and for the whole tenant."""
    return [seen for person in KNOWN async for seen in _seen_by(doors, person)]


async def _seen_by(doors: Doors, person: Person) -> AsyncIterator[Seen]:
    for tenant in _tenants(person):
        async with doors.reading(identity(person.key), tenant) as scope:
            for table, reach in _questions():
                rows = await scope.rows(_owners(table, reach))
                owners = frozenset(tuple(row) for row in rows)
                yield Seen(person.key, table, reach, owners, frozenset({tenant, scope.viewer.user_id}))


def _tenants(person: Person) -> Iterator[str]:
    return (ids.of(key) for key in dict.fromkeys(post.organisation for post in person.posts))


def _questions() -> Iterator[tuple[type[Table], Reach]]:
    return ((table, reach) for table in owned_tables() for reach in Reach)


@cache
def _owners(table: type[Table], reach: Reach) -> Statement:
    return Statement(select(*(getattr(table, column) for column in whose(table))), reach=reach)


@pytest.mark.parametrize("table", owned_tables())
async def test_nobody_sees_a_row_of_another_tenant_through_the_scope(
    crowded: Connection, everything_seen: list[Seen], table: type[Table]
) -> None:
    """There are foreign rows to be seen in each table."""
    assert await crowded.fetchval(f"select count(distinct tenant_id) from {name_of(table)}") >= 2  # noqa: S608 (names from the metadata)
    for seen in everything_seen:
        if seen.table is table:
            mine = {owners for owners in seen.owners if not seen.mine.isdisjoint(owners)}
            none_foreign((seen.person, seen.reach, table.__name__), seen.owners, mine)


@pytest.mark.parametrize("table", owned_tables())
def test_the_tables_are_read_at_all(everything_seen: list[Seen], table: type[Table]) -> None:
    """Somebody sees rows of each table in the reach of the tenant, so that the tests beside this one are not empty."""
    assert any(seen.owners for seen in everything_seen if seen.table is table and seen.reach is Reach.TENANT)


@pytest.mark.parametrize("stranger", STRANGERS)
async def test_a_stranger_sees_nothing_anywhere(crowded: Connection, doors: Doors, stranger: str) -> None:
    """A valid token without any grant; known or not, it opens nothing but the person's own row."""
    async with doors.reading(identity(stranger)) as scope:
        assert scope.viewer.tenant_id is None
        for table, reach in _questions():
            none_foreign(table, [tuple(row) for row in await scope.rows(_owners(table, reach))], [])
        none_foreign("tenants", [row["id"] for row in await scope.rows(Statement(select(Tenant.id)))], [])
        seen = [row["id"] for row in await scope.rows(Statement(select(User.id)))]
        none_foreign("people", seen, [scope.viewer.user_id])


@pytest.mark.parametrize("who", ["gil", "ann", "mo", "cora"])
async def test_people_of_another_tenant_are_not_seen(crowded: Connection, doors: Doors, who: str) -> None:
    """People belong to no tenant: they are seen where they hold a role."""
    held = await crowded.fetch("select user_id from app.role_grant where tenant_id = $1", CONTOSO)
    async with doors.reading(identity(who), CONTOSO) as scope:
        seen = {row["id"] for row in await scope.rows(Statement(select(User.id)))}
    assert len(seen) > 1
    none_foreign("people", seen, {str(id) for (id,) in held})


@pytest.mark.parametrize("who", ["gil", "ann", "mo"])
async def test_organisations_are_seen_by_those_who_are_tied_to_them(
    crowded: Connection, doors: Doors, who: str
) -> None:
    async with doors.reading(identity(who)) as scope:
        seen = {row["id"] for row in await scope.rows(Statement(select(Tenant.id)))}
    none_foreign("tenants", seen, {CONTOSO, ids.of("partner-p")})


async def test_grants_of_others_elsewhere_are_not_seen(crowded: Connection, doors: Doors) -> None:
    async with doors.reading(identity("max"), CONTOSO) as scope:
        rows = await scope.rows(Statement(select(RoleGrant.tenant_id).where(RoleGrant.user_id != scope.viewer.user_id)))
    none_foreign("grants", [row["tenant_id"] for row in rows], [CONTOSO])


# --- writing


def _writable() -> list[type[Table]]:
    return [table for table in owned_tables() if updatable(table) or rights_of(table).delete]


def _key(table: type[Table]) -> tuple[str, ...]:
    return tuple(column.name for column in table.__table__.primary_key if column.name != "tenant_id")


@pytest.mark.parametrize("who", ADMINISTRATORS)
async def test_a_change_reaches_no_row_of_another_tenant(crowded: Connection, doors: Doors, who: str) -> None:
    """Altered and removed by the keys of B's own rows, in every table that the runtime may write."""
    before = await prints(crowded)
    for table in _writable():
        row = await crowded.fetchrow(f"select * from {name_of(table)} where tenant_id = $1", B.id)  # noqa: S608 (names from the metadata)
        assert row is not None
        key = {column: row[column] for column in _key(table)}
        async with doors.changing(identity(who), CONTOSO) as change:
            await _alter(change, table, key, row)
            if rights_of(table).delete:
                await change.remove(table, key)  # type: ignore[arg-type]  # owned tables mix in Owned
    await untouched(crowded, before)


async def _alter(change: Change, table: type[Table], key: dict[str, object], row: asyncpg.Record) -> None:
    for column in updatable(table):
        await change.alter(table, key, {column: row[column]})  # type: ignore[arg-type]  # owned tables mix in Owned


async def test_the_tenant_of_a_row_cannot_be_chosen(crowded: Connection, doors: Doors) -> None:
    """`tenant_id` among the values, or in a key, is the viewer's own all the same."""
    before = await _of(crowded, B.id)
    for table in (each for each in owned_tables() if rights_of(each).insert):
        values = B.values(table.__table__) | {"tenant_id": B.id}  # type: ignore[arg-type]  # declared tables are core tables
        if "id" in values:
            values["id"] = A.row(f"chosen {table.__tablename__}")
        try:
            async with doors.changing(identity("cora"), CONTOSO) as change:
                await change.add(table, values)  # type: ignore[arg-type]  # owned tables mix in Owned
        except (asyncpg.IntegrityConstraintViolationError, Refusal):
            continue
    none_foreign("added", await _of(crowded, B.id), before)


async def _of(past: Connection, tenant: str) -> set[tuple[str, str]]:
    """The rows of a tenant, as text."""
    found = set()
    for name in map(name_of, owned_tables()):
        rows = await past.fetch(f"select t::text from {name} t where tenant_id = $1", tenant)  # noqa: S608 (names from the metadata)
        found |= {(name, text) for (text,) in rows}
    return found
