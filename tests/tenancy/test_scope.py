"""One viewer's door: what comes out of it, one statement at a time, in the tenant it stands in."""

import asyncio

import pytest
from sqlalchemy import bindparam, select

from gateway.demo import ids
from tenancy.database import Row
from tenancy.doors import Doors
from tenancy.errors import NotFound
from tenancy.scope import Wire
from tenancy.statements import Statement
from tenancy.tables import Case, Subscription, Workspace
from tenancy.viewer import Home
from tenancy.words import TenantKind
from tests.tenancy.callers import CONTOSO, FABRIKAM, identity

BY_ID = Statement(select(Case.id, Case.title).where(Case.id == bindparam("id", type_=Case.id.type)))
WORKSPACES = Statement(select(Workspace.tenant_id))
LICENCES = Statement(select(Subscription.tenant_id))
CURRENT = "select current_setting('app.tenant', true) as tenant"


async def test_one_row_or_not_found(doors: Doors) -> None:
    """D-31: absent, hidden and foreign are the same."""
    async with doors.reading(identity("gil")) as scope:
        mine = ids.of("contoso/K1")
        assert (await scope.one(BY_ID, id=mine)).id == mine
        assert (await scope.row(BY_ID, id=mine)) == (await scope.rows(BY_ID, id=mine))[0]
        assert await scope.value(BY_ID, id=mine) == mine
        for other in (ids.of("fabrikam/K1"), ids.of("nobody/K1")):
            with pytest.raises(NotFound) as refused:
                await scope.one(BY_ID, id=other)
            assert refused.value.extensions == {"code": "NOT_FOUND"}
            assert await scope.row(BY_ID, id=other) is None
            assert await scope.value(BY_ID, id=other) is None


async def test_a_caller_cannot_say_what_the_viewer_is(doors: Doors) -> None:
    """Facts of the viewer come before whatever a caller names the same."""
    async with doors.reading(identity("ann")) as scope:
        found = await scope.rows(WORKSPACES, v_tenant=FABRIKAM, v_enters_all=True, v_entered=[ids.of("fabrikam/W1")])
        assert {row.tenant_id for row in found} == {CONTOSO}


async def test_now_is_the_same_for_all_of_an_operation(doors: Doors) -> None:
    async with doors.reading(identity("ann")) as scope:
        assert (scope.now, scope.today) == (doors.clock.now(), doors.clock.today())


async def test_statements_of_one_scope_wait_for_each_other(doors: Doors) -> None:
    """H-4: a connection is one line of talk, whoever asks; each statement runs in the tenant it was asked from."""
    async with doors.reading(identity("cora"), CONTOSO) as scope:
        other = next(home for home in scope.viewer.tenants if home.id == FABRIKAM)
        there = scope.seen_by(scope.viewer.visiting(other))
        asked = [(scope if turn % 2 else there).wire.fetch(tenant, CURRENT, [], Row) for turn, tenant in _turns()]
        answers = [rows[0]["tenant"] for rows in await asyncio.gather(*asked)]
        assert answers == [tenant for _, tenant in _turns()]


def _turns() -> list[tuple[int, str]]:
    return [(turn, (CONTOSO, FABRIKAM)[turn % 2]) for turn in range(20)]


async def test_a_turn_that_was_cancelled_is_made_again(doors: Doors, monkeypatch: pytest.MonkeyPatch) -> None:
    """Cancelled while it turns to another tenant, the wire no longer claims to know where it stands."""
    async with doors.reading(identity("cora"), CONTOSO) as scope:
        wire = scope.wire
        with monkeypatch.context() as patched:
            patched.setattr(wire, "connection", _TurnsAndStops(wire))
            with pytest.raises(asyncio.CancelledError):
                await wire.fetch(FABRIKAM, CURRENT, [], Row)
        assert [tuple(row) for row in await wire.fetch(CONTOSO, CURRENT, [], Row)] == [(CONTOSO,)]


class _TurnsAndStops:
    """A connection that does what it is told, and is cancelled before it can say so."""

    def __init__(self, wire: Wire) -> None:
        self._connection = wire.connection

    async def execute(self, sql: str) -> None:
        await self._connection.execute(sql)
        raise asyncio.CancelledError


@pytest.mark.isolation
async def test_a_partner_that_visits_sees_licences_of_that_customer_and_nothing_else(doors: Doors) -> None:
    """D-27: aggregates, never records; roles stay those of the partner."""
    async with doors.reading(identity("pam")) as scope:
        assert await scope.rows(LICENCES) == []
        customer = Home(CONTOSO, "Contoso", TenantKind.CUSTOMER, None)
        there = scope.visiting(customer)
        assert {row.tenant_id for row in await there.rows(LICENCES)} == {CONTOSO}
        assert await there.rows(WORKSPACES) == []
        assert await there.rows(Statement(select(Case.id))) == []
        assert (there.now, there.wire) == (scope.now, scope.wire)


async def test_a_setting_that_is_no_uuid_is_never_put_into_a_statement(doors: Doors) -> None:
    """What stands in the text of BEGIN can be nothing but a uuid."""
    async with doors.reading(identity("ann")) as scope:
        with pytest.raises(ValueError, match="badly formed"):
            await scope.wire.fetch("'; select 1; --", CURRENT, [], Row)
