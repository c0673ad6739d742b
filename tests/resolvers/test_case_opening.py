"""Opening cases when many do it at once: on one row, because spread over many it looks right anyway (security 3.3)."""

import asyncio
import contextlib
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import asyncpg
import pytest

from gateway.demo import ids
from resolvers import case_opening
from resolvers.ids import encode
from tenancy.changes import Change
from tenancy.embedded import Cluster
from tests.ground import Address, copy
from tests.world import World, opened

OPEN = """mutation($input: CreateCaseInput!) { createCase(input: $input) {
  case { id title } userErrors { code } } }"""
WORKERS = 16
HOT = ids.of("contoso/B1-reactive")
SUMS = """select e.total_terms, coalesce(sum(c.quantity), 0) as net, count(distinct c.incident_id) as cases
  from app.entitlement e left join app.consumption c on c.entitlement_id = e.id and c.tenant_id = e.tenant_id
  where e.id = $1 group by e.total_terms"""


@contextlib.asynccontextmanager
async def counter(cluster: Cluster, template: str, name: str, folder: Path) -> AsyncIterator[tuple[World, Any]]:
    """The desk over one hot entitlement, with a connection for each of its workers, and the superuser."""
    async with (
        copy(cluster, template, name) as address,
        _superuser(address) as past,
        opened(address, folder, pool_size=WORKERS) as desk,
    ):
        yield desk, past


@contextlib.asynccontextmanager
async def _superuser(address: Address) -> AsyncIterator["asyncpg.Connection[asyncpg.Record]"]:
    connection = await asyncpg.connect(address.owner)
    try:
        yield connection
    finally:
        await connection.close()


async def _restrict(past: Any, left: int) -> None:
    """Exactly `left` terms remain, and none may be overdrawn."""
    used = (await past.fetchrow(SUMS, HOT))["net"]
    await past.execute(
        "update app.entitlement set total_terms = $2, restrict_case_creation = true, decrease_on = 'CASE_CREATION'"
        " where id = $1",
        *(HOT, used + left),
    )


def wanted(key: str | None = None, **more: Any) -> dict[str, Any]:
    given = {
        "title": "Printer",
        "supportKind": "PROBLEM_RESOLUTION",
        "workspaceId": encode("Workspace", ids.of("contoso/W1")),
        "entitlementId": encode("Entitlement", HOT),
        "idempotencyKey": key or str(uuid4()),
    }
    return {"input": given | more}


async def open_one(desk: World, variables: dict[str, Any]) -> str:
    """What became of one try: the case's id, or the code of the refusal."""
    body = (await desk.ask("mo", OPEN, variables)).json()
    if "errors" in body:
        return str(body["errors"][0]["extensions"]["code"])
    answer = body["data"]["createCase"]
    return str(answer["userErrors"][0]["code"] if answer["userErrors"] else answer["case"]["id"])


async def all_at_once(desk: World, tries: list[dict[str, Any]]) -> list[str]:
    """Each worker takes the next try as soon as it is free, and the same one again where a lock was not had in time."""
    waiting = iter(tries)
    found: list[str] = []

    async def work() -> None:
        for variables in waiting:
            while (became := await open_one(desk, variables)) == "UNAVAILABLE":
                pass
            found.append(became)

    await asyncio.gather(*(work() for _ in range(WORKERS)))
    return found


@pytest.mark.parametrize(
    ("isolation", "terms", "tries"),
    [("read committed", 150, 180), ("repeatable read", 40, 60), ("serializable", 40, 60)],
)
async def test_one_hot_entitlement_is_sold_to_its_last_term_and_no_further(
    cluster: Cluster, world_template: str, worker_id: str, tmp_path: Path, isolation: str, terms: int, tries: int
) -> None:
    """C-01, C-02: whatever isolation the role has by default, lock-then-sum runs at READ COMMITTED."""
    name = f"hot_{worker_id}_{isolation.replace(' ', '_')}"
    async with counter(cluster, world_template, name, tmp_path) as (desk, past):
        await past.execute(f"alter role gw_app in database {name} set default_transaction_isolation = '{isolation}'")
        await _restrict(past, terms)
        before = await past.fetchrow(SUMS, HOT)
        outcomes = Counter(map(_kind, await all_at_once(desk, [wanted() for _ in range(tries)])))
        after = await past.fetchrow(SUMS, HOT)
        opened_ = await past.fetchval("select count(*) from app.incident where title = 'Printer'")
    assert outcomes == {"opened": terms, "ENTITLEMENT_EXHAUSTED": tries - terms}
    assert after["total_terms"] - after["net"] == 0
    assert (after["net"] - before["net"], after["cases"] - before["cases"], opened_) == (terms, terms, terms)


def _kind(outcome: str) -> str:
    return outcome if outcome.isupper() else "opened"


async def test_one_key_opens_one_case_however_often_it_is_sent(
    cluster: Cluster, world_template: str, worker_id: str, tmp_path: Path
) -> None:
    """C-05, C-06: fifty at once get one answer; another body under the same key gets none."""
    async with counter(cluster, world_template, f"key_{worker_id}", tmp_path) as (desk, past):
        outcomes = await all_at_once(desk, [wanted("one key") for _ in range(50)])
        answers = set(outcomes) - {"IDEMPOTENCY_IN_PROGRESS"}
        assert len(answers) == 1
        assert _kind(next(iter(answers))) == "opened"
        assert await open_one(desk, wanted("one key")) == answers.pop()
        assert await open_one(desk, wanted("one key", title="Scanner")) == "IDEMPOTENCY_KEY_REUSED"
        assert await past.fetchval("select count(*) from app.incident where title in ('Printer', 'Scanner')") == 1
        # The key is the principal's own: somebody else's same key is another key.
        body = (await desk.ask("rae", OPEN, wanted("one key"))).json()
        assert body["data"]["createCase"]["case"] is not None


async def test_a_refused_call_keeps_nothing_and_its_retry_is_a_new_try(
    cluster: Cluster, world_template: str, worker_id: str, tmp_path: Path
) -> None:
    """A refusal stores no answer, so the key is free once there is something to sell again."""
    async with counter(cluster, world_template, f"retry_{worker_id}", tmp_path) as (desk, past):
        await _restrict(past, 0)
        assert await open_one(desk, wanted("again")) == "ENTITLEMENT_EXHAUSTED"
        await _restrict(past, 1)
        assert _kind(await open_one(desk, wanted("again"))) == "opened"


async def test_a_call_whose_first_still_runs_is_told_so(
    cluster: Cluster, world_template: str, worker_id: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """C-05: it waits for the row's lock as long as the role lets it, then says IDEMPOTENCY_IN_PROGRESS."""
    held, go_on = asyncio.Event(), asyncio.Event()
    announce = case_opening._announce

    async def slowly(change: Change, *more: Any) -> None:
        held.set()
        await go_on.wait()
        await announce(change, *more)

    async with counter(cluster, world_template, f"slow_{worker_id}", tmp_path) as (desk, past):
        monkeypatch.setattr(case_opening, "_announce", slowly)
        await past.execute(f"alter role gw_app in database slow_{worker_id} set lock_timeout = '200ms'")
        first = asyncio.create_task(open_one(desk, wanted("slow")))
        await held.wait()
        assert await open_one(desk, wanted("slow")) == "IDEMPOTENCY_IN_PROGRESS"
        go_on.set()
        assert await open_one(desk, wanted("slow")) == await first


async def test_a_command_that_loses_a_tie_is_run_again(
    cluster: Cluster, world_template: str, worker_id: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """C-04: a deadlock never reaches the client; the whole transaction is tried again, and is kept once."""
    announce, met = case_opening._announce, asyncio.Barrier(2)
    first_turns = iter([("a", "b"), ("b", "a")])

    async def crossing(change: Change, *more: Any) -> None:
        turn = next(first_turns, None)
        if turn is not None:
            await change.run("select pg_advisory_xact_lock(hashtext($1::text))", turn[0])
            await met.wait()
            await change.run("select pg_advisory_xact_lock(hashtext($1::text))", turn[1])
        await announce(change, *more)

    async with counter(cluster, world_template, f"tie_{worker_id}", tmp_path) as (desk, past):
        monkeypatch.setattr(case_opening, "_announce", crossing)
        plain = {"entitlementId": None}
        outcomes = await asyncio.gather(*(open_one(desk, wanted(**plain)) for _ in range(2)))
        assert list(map(_kind, outcomes)) == ["opened", "opened"]
        assert await past.fetchval("select count(*) from app.incident where title = 'Printer'") == 2
