"""Kept totals are the sums of the ledger, whoever wrote it and however many wrote at once; and a million rows cost
no more than ten."""

from collections.abc import AsyncIterator
from decimal import Decimal
from typing import Any

import asyncpg
import pytest

from gateway.demo import ids as names
from resolvers import ids
from tests.ground import Address
from tests.resolvers.crowd import at_once
from tests.resolvers.random_activity import Customer, insert
from tests.world import World

LINE = names.of("contoso/X1-credits")
RECORD = "mutation ($input: RecordConsumptionInput!) { recordConsumption(input: $input) { userErrors { code } } }"
PAGE = """query ($line: ID!) {
  customerActivity { enterpriseWide { lines { consumed remaining } } }
  node(id: $line) { ... on Entitlement { consumed drillDown {
    remaining rowsArePartial rows(first: 25) { nodes { quantity } } }
    explanation { rows(first: 25) { nodes { amount } } } } }
}"""
DIFFERENCE = """
select entitlement_id, workspace_id, origin, sum(quantity), count(*) from app.consumption group by 1, 2, 3
except all
select entitlement_id, workspace_id, origin, used, uses from app.consumption_total
"""


@pytest.fixture
async def owner(fresh_world: World) -> "AsyncIterator[asyncpg.Connection[Any]]":
    connection = await asyncpg.connect(fresh_world.address.owner)
    yield connection
    await connection.close()


async def balanced(owner: "asyncpg.Connection[Any]") -> bool:
    """Whether the two say the same, line by line; a total without rows would be one more."""
    pairs = await owner.fetchval(
        "select (select count(*) from (select distinct tenant_id, entitlement_id, workspace_id, origin"
        " from app.consumption) d) = (select count(*) from app.consumption_total)"
    )
    return await owner.fetch(DIFFERENCE) == [] and bool(pairs)


def use(number: int) -> dict[str, Any]:
    return {
        "idempotencyKey": f"k{number}",
        "entitlementId": ids.encode("Entitlement", LINE),
        "workspaceId": ids.encode("Workspace", names.of("contoso/W1")),
        "quantity": "0.25",
    }


async def test_totals_are_the_sums_of_what_was_imported_and_inserted(
    fresh_world: World, owner: "asyncpg.Connection[Any]"
) -> None:
    """I-9"""
    assert await balanced(owner)
    for seed in range(100, 104):
        await insert(Address(fresh_world.address.cluster, fresh_world.address.name), Customer(seed))
        assert await balanced(owner)


async def test_they_are_when_many_write_at_once(fresh_world: World, owner: "asyncpg.Connection[Any]") -> None:
    """I-9, C-01"""
    counted = await at_once(
        fresh_world,
        "recordConsumption",
        map(use, range(24)),
        viewers=("cora",),
        answer="consumption { id }",
        hands=6,
        patient=True,
    )
    assert counted == {"DONE": 24}
    assert await balanced(owner)
    kept = await owner.fetchval("select used from app.consumption_total where entitlement_id = $1", LINE)
    assert kept == Decimal("6.00")


async def test_a_refused_or_planned_use_leaves_no_total(fresh_world: World, owner: "asyncpg.Connection[Any]") -> None:
    planned = RECORD.replace("(input: $input)", "(input: $input, plan: true)")
    await fresh_world.data("cora", planned, {"input": use(0)})
    assert await owner.fetchval("select count(*) from app.consumption_total where entitlement_id = $1", LINE) == 0


@pytest.mark.parametrize(
    "statement",
    [
        "insert into app.consumption_total select * from app.consumption_total",
        "update app.consumption_total set used = 0",
        "delete from app.consumption_total",
    ],
)
async def test_no_request_writes_a_total(owner: "asyncpg.Connection[Any]", statement: str) -> None:
    """I-8: what is summed up cannot be bent"""
    await owner.execute("set role gw_app")
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await owner.execute(statement)


async def lengthen(owner: "asyncpg.Connection[Any]") -> None:
    """20,000 rows more of W1's education."""
    await owner.execute("set session_replication_role = replica")
    await owner.execute(
        """
        insert into app.consumption (tenant_id, entitlement_id, workspace_id, quantity, occurred_on, recorded_at)
        select e.tenant_id, e.id, $2, 1, date '2025-01-01' + n % 160, now()
        from app.entitlement e, generate_series(1, 20000) n where e.id = $1
        """,
        names.of("contoso/B1-education"),
        names.of("contoso/W1"),
    )
    await owner.execute("vacuum analyze app.consumption")


async def test_a_long_ledger_takes_no_more_statements_and_reads_no_more_rows(
    fresh_world: World, owner: "asyncpg.Connection[Any]"
) -> None:
    """Totals, first page, first rows of an explanation: the same statements, and none of them reads the ledger."""
    line = {"line": ids.encode("Entitlement", names.of("contoso/B1-education"))}
    await fresh_world.data("maya", PAGE, line)
    async with fresh_world.listening() as before:
        await fresh_world.data("maya", PAGE, line)
    await lengthen(owner)
    async with fresh_world.listening() as after:
        await fresh_world.data("maya", PAGE, line)
    assert after == before
    assert not [sql for sql in after if "sum(app.consumption.quantity)" in sql]


PLANS = {
    "the few rows of another workspace": """
        select id from app.consumption where tenant_id = $1 and entitlement_id = $2 and workspace_id = $3
        order by occurred_on desc, id limit 26""",
    "sums up to a past day": """
        select workspace_id, sum(quantity) from app.consumption where tenant_id = $1 and entitlement_id = $2
        and workspace_id = $3 and occurred_on <= date '2025-02-01' group by 1""",
}


@pytest.mark.parametrize("what", PLANS)
async def test_a_long_ledger_is_looked_up_in_the_index_alone(
    fresh_world: World, owner: "asyncpg.Connection[Any]", what: str
) -> None:
    """Whose rows are few waits for nobody whose rows are many"""
    await lengthen(owner)
    line = names.of("contoso/B1-education")
    tenant = await owner.fetchval("select tenant_id from app.entitlement where id = $1", line)
    plan = await owner.fetch(f"explain {PLANS[what]}", tenant, line, names.of("contoso/W2"))
    told = "\n".join(row[0] for row in plan)
    assert "Index Only Scan using ix_consumption_entitlement_id" in told
    assert "Sort" not in told


async def test_every_use_that_is_recorded_is_told_to_those_who_listen(
    fresh_world: World, owner: "asyncpg.Connection[Any]"
) -> None:
    """H-10: one event of the topic `activity` per row of the ledger, in the same transaction"""
    await fresh_world.data("cora", RECORD, {"input": use(0)})
    found = await owner.fetch(
        "select subject_id::text, workspace_id::text from app.outbox_event where topic = 'activity'"
    )
    assert [tuple(row) for row in found] == [(LINE, names.of("contoso/W1"))]
