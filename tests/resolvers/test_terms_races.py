"""One hot entitlement under sixteen connections: nothing oversold, lost, or knotted (C-01..C-04)."""

import asyncio
import random
from collections.abc import AsyncIterator
from decimal import Decimal
from itertools import count
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from gateway.demo import ids as names
from resolvers import commands, ids
from tenancy.embedded import Cluster
from tests.ground import copy
from tests.resolvers.crowd import AGAIN, ROOM, at_once, outcome, value
from tests.resolvers.desk import customer, entitlement, said
from tests.resolvers.invariants import offences, wrong_charges
from tests.world import World, opened

_numbers = count(1)
HOT = "terms-single"
TOTAL = "update app.entitlement set total_terms = $2 where id = $1"
SOLD = "select coalesce(sum(quantity), 0) from app.consumption where entitlement_id = $1"
NEW = {"title": "Wanting", "supportKind": "PROBLEM_RESOLUTION", "customerId": customer("tostado")}
LEFT = "query ($id: ID!) { node(id: $id) { ... on Entitlement { remaining } } }"
WORKERS = 8


async def _sell(world: World, wanted: int, total: int) -> None:
    """So many want a term of so few; whoever is told to come back, comes back."""
    await value(world, TOTAL, names.of(f"contoso/{HOT}"), Decimal(total))
    inputs = [{"idempotencyKey": str(n), **NEW, "entitlementId": entitlement(HOT)} for n in range(wanted)]
    outcomes = await at_once(world, "createCase", inputs, patient=True)
    assert outcomes == {"DONE": total, "ENTITLEMENT_EXHAUSTED": wanted - total}
    assert await value(world, SOLD, names.of(f"contoso/{HOT}")) == total
    assert await value(world, "select count(*) from app.incident where title = 'Wanting'") == total
    assert (await world.data("mo", LEFT, {"id": entitlement(HOT)}))["node"]["remaining"] == "0.00"


@pytest.mark.timeout(600)  # so many transactions on one row, on a machine that may have other work
async def test_c_01_a_thousand_terms_are_sold_a_thousand_times(crowded: World) -> None:
    """D-12: 1,200 cases want one of 1,000."""
    await _sell(crowded, 1_200, 1_000)


@pytest.fixture(params=["repeatable read", "serializable"])
async def strict(
    cluster: Cluster, world_template: str, worker_id: str, tmp_path: Path, request: pytest.FixtureRequest
) -> AsyncIterator[World]:
    """A world whose server gives the runtime another isolation than it asks for itself."""
    async with copy(cluster, world_template, f"strict_{worker_id}_{next(_numbers)}") as address:
        connection = await asyncpg.connect(address.owner)
        sql = f"alter role gw_app in database {address.name} set default_transaction_isolation = '{request.param}'"
        await connection.execute(sql)
        await connection.close()
        async with opened(address, tmp_path, **ROOM) as found:
            yield found


async def test_c_02_whatever_isolation_the_server_gives_by_itself(strict: World) -> None:
    """Isolation is pinned where a command begins (H-4): 360 want one of 300."""
    await _sell(strict, 360, 300)


async def test_c_04_entitlements_and_cases_in_any_order_leave_no_knot(
    crowded: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No 40P01 or 40001 reaches a client, and none is tried more than three times again."""
    tried = []

    def at_once_again(_: float, longest: float) -> float:
        tried.append(longest)
        return 0.0

    monkeypatch.setattr(commands, "uniform", at_once_again)
    opened_ = []
    for n in range(8):
        body = await said(
            crowded, "mo", "createCase", {"idempotencyKey": f"o{n}", **NEW, "origin": "PHONE"}, answer="case { id }"
        )
        opened_.append(body["data"]["createCase"]["case"]["id"])
    pair = (entitlement("terms-channel"), entitlement("terms-creation"))
    swaps = [
        {"idempotencyKey": f"a{n}", "caseId": opened_[n % 8], "entitlementId": pair[(n // 8 + n) % 2]}
        for n in range(64)
    ]
    merges = [
        {"idempotencyKey": f"m{n}", "targetId": opened_[n % 8], "caseIds": [opened_[(n + k) % 8] for k in (1, 2, 3)]}
        for n in range(16)
    ]
    swapped = await at_once(crowded, "applyEntitlement", swaps)
    merged = await at_once(crowded, "mergeCases", merges)
    assert set(swapped) <= {"DONE", "ENTITLEMENT_EXHAUSTED"}
    assert set(merged) <= {"DONE", "CASE_NOT_ACTIVE", "MERGE_TARGET"}
    assert merged["DONE"] >= 1
    assert max(tried, default=0.0) < 0.01 * 2**commands.TRIES


async def test_c_03_random_desks_at_once_keep_the_ledger_right(crowded: World, request: pytest.FixtureRequest) -> None:
    """I-8, I-9, I-10 at every quiet point, whatever eight workers did to the same few cases (`--steps` for more)."""
    steps, chance = int(request.config.getoption("--steps")), random.Random(20250615)
    keys = count(1)
    connection = await asyncpg.connect(crowded.address.system)
    told, excused, cases = [], set[str](), list[str]()
    for _ in range(0, steps, 40):
        while len(cases) < 6:
            cases.append(await _open(crowded, f"o{next(keys)}"))
            told.append(ids.of("Case", cases[-1]))
        acts = [_act(chance, cases, f"a{next(keys)}") for _ in range(40)]
        codes = await _work(crowded, acts)
        assert not codes & {"INTERNAL", "FORBIDDEN", "NOT_FOUND"}, codes
        excused |= {ids.of("Case", given["caseId"]) for mutation, given in acts if given.get("decrement")}
        assert await offences(connection) == {}
        assert await wrong_charges(connection, told, excused) == []
        live = await connection.fetch("select id from app.incident where id = any($1) and status <> 'MERGED'", told)
        cases = [ids.encode("Case", str(row["id"])) for row in live][-8:]
    await connection.close()


async def _open(world: World, key: str) -> str:
    given = {"idempotencyKey": key, **NEW, "entitlementId": entitlement("terms-creation"), "origin": "PHONE"}
    body = await said(world, "mo", "createCase", given, answer="case { id }")
    return str(body["data"]["createCase"]["case"]["id"])


TERMS = ("terms-creation", "terms-second", "terms-resolution", "terms-channel", HOT)


def _act(chance: random.Random, cases: list[str], key: str) -> tuple[str, dict[str, Any]]:
    """Something that somebody may do to one of these cases."""
    one, keyed = chance.choice(cases), {"idempotencyKey": key}
    acts: list[tuple[str, dict[str, Any]]] = [
        ("cancelCase", {**keyed, "caseId": one}),
        ("resolveCase", {**keyed, "caseId": one, "type": "PROBLEM_SOLVED", "text": "Done."}),
        ("reactivateCase", {**keyed, "caseId": one}),
        ("reactivateCase", {**keyed, "caseId": one}),
        ("setDecrement", {"caseId": one, "decrement": chance.random() < 0.5}),
        ("applyEntitlement", {**keyed, "caseId": one, "entitlementId": entitlement(chance.choice(TERMS))}),
        ("applyEntitlement", {**keyed, "caseId": one, "entitlementId": entitlement(chance.choice(TERMS))}),
        ("mergeCases", {**keyed, "targetId": one, "caseIds": [chance.choice(cases)]}),
        ("customer", {"caseId": one, "customerId": customer(chance.choice(["tostado", "northwind"]))}),
    ]
    return chance.choice(acts)


async def _work(world: World, acts: list[tuple[str, dict[str, Any]]]) -> set[str]:
    waiting, codes = list(acts), set[str]()

    async def worker() -> None:
        while waiting:
            mutation, given = waiting.pop()
            if mutation == "customer":
                mutation, given = "updateCase", await _with_version(world, given)
            for _ in range(10):
                code = outcome(await said(world, "mo", mutation, given, answer="case { id }"), mutation)
                if code not in AGAIN:
                    break
            codes.add(code)

    await asyncio.gather(*(worker() for _ in range(WORKERS)))
    return codes


async def _with_version(world: World, given: dict[str, Any]) -> dict[str, Any]:
    found = await world.data("mo", "query ($id: ID!) { case(id: $id) { version } }", {"id": given["caseId"]})
    patch = {"customerId": given["customerId"]}
    return {"caseId": given["caseId"], "version": found["case"]["version"], "patch": patch}
