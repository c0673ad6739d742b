"""How fast cases are opened on an entitlement: the gateway beside one function in PostgreSQL, called through Mercurius.

Both write to a copy of the small world. Before anything is timed each opens one case, and every row that came of it is
compared: case, charge, running total, clocks, post, audit entry, events, and the key of the request.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import asyncpg
import orjson

from benchmarks import rows
from benchmarks.questions import FRESH, Request, encoded
from benchmarks.world import World, copied

QUERIES = ("create_hot", "create_spread")
COPY = "bench_writing"
_MUTATION = """mutation CreateCase($input: CreateCaseInput!) { createCase(input: $input) {
  case { id title status priority createdAt } } }"""
DOCUMENTS = {
    "gateway": dict.fromkeys(QUERIES, _MUTATION),
    "function": dict.fromkeys(QUERIES, _MUTATION),
}

_PREPARE = (Path(__file__).parent / "creating.sql").read_text()


async def prepared(small: World) -> World:
    """A copy of the small world whose entitlements last, each with an SLA of two clocks; with the function in it."""
    world = await copied(small, COPY)
    connection = await asyncpg.connect(world.owner)
    try:
        await connection.execute(_PREPARE)
    finally:
        await connection.close()
    return world


def requests(query: str, dialect: str, tenants: int, authorise: Any) -> Iterator[Request]:
    """One entitlement, or all of all tenants; each asked for by a member of a workspace that may use it."""
    spread = query == "create_spread"
    for line in range(rows.LINES * tenants) if spread else [0]:
        tenant, second = line % tenants, line % (rows.AGREEMENTS * tenants) // tenants % 2
        member = tenant + (1 if second else 2) * tenants
        variables = {"input": _input(dialect, tenant + second * tenants, line)}
        body = {"operationName": "CreateCase", "query": DOCUMENTS[dialect][query], "variables": variables}
        yield Request(_header(dialect, tenant, member, authorise), orjson.dumps(body))


def _input(dialect: str, workspace: int, line: int) -> dict[str, Any]:
    return {
        "idempotencyKey": FRESH,
        "title": "The printer does not answer",
        "supportKind": "PROBLEM_RESOLUTION",
        "priority": "HIGH",
        "origin": "WEB",
        "workspaceId": encoded(dialect, "Workspace", rows.key("workspace", workspace)),
        "entitlementId": encoded(dialect, "Entitlement", rows.key("entitlement", line)),
    }


def _header(dialect: str, tenant: int, member: int, authorise: Any) -> tuple[str, str]:
    if dialect == "gateway":
        return "authorization", f"Bearer {authorise('user', member)}"
    return "x-viewer", f"{rows.key('tenant', tenant)}/{rows.key('user', member)}"


async def effects(world: World, case: str) -> dict[str, Any]:
    """Every row that opening this case left, without what differs from case to case."""
    connection = await asyncpg.connect(world.owner)
    try:
        found = orjson.loads(await connection.fetchval("select bench.effects($1)", case))
    finally:
        await connection.close()
    return {noun: sorted(lines or (), key=orjson.dumps) for noun, lines in found.items()}


async def opened(world: World) -> tuple[int, int]:
    """How many cases were opened so far, and how many charges of one term the ledger and its totals both know."""
    connection = await asyncpg.connect(world.owner)
    try:
        cases = await connection.fetchval("select count(*) from app.incident where ticket_number like 'CAS-______-%'")
        charged = await connection.fetchval(
            "select least(sum(quantity), (select sum(used) from app.consumption_total)"
            " - (select sum(quantity) from app.consumption where incident_id is null))::bigint"
            " from app.consumption where incident_id is not null"
        )
        return int(cases), int(charged or 0)
    finally:
        await connection.close()
