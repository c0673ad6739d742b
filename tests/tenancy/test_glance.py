"""One statement as a whole operation: it gives what a transaction would give, or nothing that counts (H-4, H-8)."""

from dataclasses import replace

import pytest
from sqlalchemy import bindparam, func, select

from gateway.demo import ids
from tenancy.doors import Doors
from tenancy.glance import Glance, NotEnough
from tenancy.scope import Scope
from tenancy.statements import Statement
from tenancy.tables import Case, Workspace
from tenancy.viewer import Home
from tenancy.words import TenantKind
from tests.ground import Address
from tests.tenancy.callers import CONTOSO, FABRIKAM, identity
from tests.tenancy.connections import Connection, connected
from tests.world import World

CASES = Statement(select(Case.id, Case.tenant_id).order_by(Case.id))
COUNT = Statement(select(func.count()).select_from(Case))
BY_ID = Statement(select(Case.id).where(Case.id == bindparam("id", type_=Case.id.type)))
NAMES = Statement(select(Workspace.name).order_by(Workspace.id))

FORESEEN = ("ann", "bo", "ed", "gil", "maya", "rae", "fred")
NOT_FORESEEN = ("pam", "pat", "zoe", "nils")
"""Partners, personal accounts, and who holds nothing: other tables, or nothing at all, make them what they are."""

LIST = "{ cases(view: ALL, first: 50) { nodes { id title status } } }"


def glance(doors: Doors, key: str) -> Scope:
    scope = doors.glancing(identity(key))
    assert scope is not None
    return scope


@pytest.mark.isolation
@pytest.mark.parametrize("key", FORESEEN)
async def test_a_glance_shows_what_a_transaction_shows(doors: Doors, key: str) -> None:
    for statement in (CASES, COUNT, NAMES):
        async with doors.reading(identity(key)) as scope:
            expected = await scope.rows(statement)
        if expected:
            scope = glance(doors, key)
            assert await scope.rows(statement) == expected
            assert scope.confirmed


async def test_nobody_is_foreseen_before_being_recognised(doors: Doors) -> None:
    new = Doors(doors.database, doors.clock)
    assert new.glancing(identity("ann")) is None


@pytest.mark.parametrize("key", NOT_FORESEEN)
async def test_who_follows_from_more_than_own_grants_is_not_foreseen(doors: Doors, key: str) -> None:
    """What relationships, the account rule and the day say is asked each time."""
    async with doors.reading(identity(key)):
        assert doors.glancing(identity(key)) is None


async def test_another_tenant_is_another_viewer(doors: Doors) -> None:
    """T-05: what was foreseen for one choice of tenant is not used for another."""
    async with doors.reading(identity("ann")):
        assert doors.glancing(identity("ann"), CONTOSO) is None
        assert doors.glancing(identity("ann"), FABRIKAM) is None


@pytest.mark.isolation
@pytest.mark.parametrize("statement", [CASES, COUNT], ids=["rows", "a number that is there without rows"])
@pytest.mark.parametrize(
    "change",
    [
        "delete from app.role_grant where user_id = $1",
        "delete from app.role_grant where user_id = $1 and role <> 'MEMBER'",
        "update app.role_grant set role = 'VIEW_ALL_SUPPORT_REQUESTS' where user_id = $1 and role = 'WORKSPACE_ADMIN'",
        "update app.tenant t set name = 'X' from app.role_grant where user_id = $1 and tenant_id = t.id",
        "update app.app_user set oid = tid where id = $1",
    ],
    ids=["all grants gone", "one grant gone", "another role", "another name", "no such principal"],
)
async def test_a_changed_grant_gives_nothing(ground: Address, doors: Doors, statement: Statement, change: str) -> None:
    """H-8: whatever changes in what made the viewer, the statement that foresees it gives no row, and says so."""
    async with doors.reading(identity("maya")) as scope:
        user = scope.viewer.user_id
    assert await glance(doors, "maya").rows(statement)
    async with connected(ground.owner) as past:
        await _keep(past)
        await past.execute(change, user)
        try:
            seen = glance(doors, "maya")
            with pytest.raises(NotEnough):
                await seen.rows(statement)
            assert not seen.confirmed
        finally:
            await _put_back(past)


_TABLES = ("role_grant", "tenant", "app_user")


async def _keep(past: Connection) -> None:
    for table in _TABLES:
        await past.execute(f"create temp table kept_{table} as table app.{table}")


async def _put_back(past: Connection) -> None:
    await past.execute("set session_replication_role = replica")
    for table in _TABLES:
        await past.execute(f"delete from app.{table}; insert into app.{table} table kept_{table}")  # noqa: S608  own names


@pytest.mark.isolation
async def test_a_viewer_that_never_was_gets_nothing(doors: Doors) -> None:
    """A mark that the tables never gave, and a tenant in which the principal holds nothing."""
    async with doors.reading(identity("ann")) as scope:
        viewer = scope.viewer
    assert viewer.tenant is not None
    abroad = replace(viewer, tenant=replace(viewer.tenant, id=FABRIKAM), mark="")
    for wrong in (replace(viewer, mark="()"), abroad):
        seen = Scope(Glance(doors.database, wrong), wrong, doors.clock)
        with pytest.raises(NotEnough):
            await seen.rows(CASES)
        assert not seen.confirmed


async def test_a_glance_is_one_statement_in_one_tenant(doors: Doors) -> None:
    """H-4: two statements would be two moments."""
    async with doors.reading(identity("ann")) as scope:
        elsewhere = scope.viewer.visiting(Home(FABRIKAM, "Fabrikam", TenantKind.CUSTOMER, None))
    seen = glance(doors, "ann")
    assert await seen.rows(CASES)
    assert (seen.confirmed, seen.asked) == (True, 1)
    with pytest.raises(NotEnough):
        await seen.rows(NAMES)
    assert not seen.confirmed
    seen = glance(doors, "ann")
    with pytest.raises(NotEnough):
        await seen.seen_by(elsewhere).rows(NAMES)
    assert not seen.confirmed


async def test_nothing_read_is_nothing_confirmed(doors: Doors) -> None:
    async with doors.reading(identity("ann")):
        pass
    seen = glance(doors, "ann")
    assert not seen.confirmed
    with pytest.raises(NotEnough):
        await seen.rows(BY_ID, id=ids.of("fabrikam/K1"))
    assert not seen.confirmed


async def test_a_glance_leaves_nothing_on_its_connection(doors: Doors) -> None:
    """T-10: no transaction, and nobody's settings."""
    async with doors.reading(identity("ann")):
        pass
    assert await glance(doors, "ann").rows(CASES)
    async with doors.database.driver() as connection:
        assert not connection.is_in_transaction()
        for name in ("app.tenant", "app.tid", "app.oid"):
            assert await connection.fetchval("select current_setting($1, true)", name) in (None, "")


async def test_the_memory_of_viewers_has_an_end(doors: Doors) -> None:
    small = Doors(doors.database, doors.clock, remember=2)
    for key in ("ann", "bo", "cy"):
        async with small.reading(identity(key)):
            pass
    assert [small.glancing(identity(key)) is not None for key in ("ann", "bo", "cy")] == [False, False, True]


async def test_a_list_that_was_asked_before_is_one_message(world: World) -> None:
    """What a front end asks all day: one statement, and neither BEGIN nor COMMIT."""
    first = await world.data("gil", LIST)
    async with world.listening() as heard:
        assert await world.data("gil", LIST) == first
    assert len(heard) == 1


async def test_what_takes_more_is_done_in_one_snapshot(world: World) -> None:
    """A document that took one statement last time and takes two now is read in a transaction after all."""
    document = """query ($all: Boolean!) {
      workspaces(first: 5) { totalCount @include(if: $all) nodes { name } }
    }"""
    expected = await world.data("gil", document, {"all": True})
    for _ in range(2):
        await world.data("gil", document, {"all": False})
        async with world.listening() as heard:
            assert await world.data("gil", document, {"all": True}) == expected
        assert any("REPEATABLE READ" in each for each in heard)
