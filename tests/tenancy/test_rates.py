"""Rates: points by key, shared by processes, spent without a statement for each request (F-17)."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator

import asyncpg
import pytest

from tenancy.buckets import Grant, OwnBuckets, SharedBuckets, Wish
from tenancy.database import Database
from tenancy.errors import RateLimited, Unavailable
from tenancy.rates import Policy, Rates
from tests.ground import Address
from tests.tenancy.connections import connected

POLICY = Policy("principal", rate=10, span=10)
"""A hundred points; a portion is five."""


class Watch:
    """A clock that moves when it is told to."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


async def taken(rates: Rates, policy: Policy = POLICY, key: str = "maya", most: int = 10_000) -> int:
    """How many single points can be had now."""
    for number in range(most):
        try:
            await rates.take(policy, key)
        except RateLimited:
            return number
    return most


@contextlib.asynccontextmanager
async def shared(address: Address) -> AsyncIterator[Rates]:
    """A process's rates on the common buckets."""
    database = Database(address.app, address.system)
    rates = Rates(SharedBuckets(database))
    async with rates.running():
        yield rates
    await database.close()


async def test_a_bucket_holds_what_its_span_saves_and_refills_at_its_rate() -> None:
    watch = Watch()
    rates = Rates(OwnBuckets(watch), watch)
    assert await taken(rates) == 100
    watch.now += 2
    assert await taken(rates) == 20
    watch.now += 1000
    assert await taken(rates) == 100


async def test_a_refusal_says_when_to_come_back_and_takes_nothing() -> None:
    watch = Watch()
    rates = Rates(OwnBuckets(watch), watch)
    await rates.take(POLICY, "maya", 100)
    with pytest.raises(RateLimited) as refused:
        await rates.take(POLICY, "maya", 45)
    assert (refused.value.seconds, refused.value.policy) == (5, "principal")
    assert refused.value.extensions == {"code": "RATE_LIMITED", "details": {"policy": "principal", "retryAfter": 5}}
    watch.now += 5
    await rates.take(POLICY, "maya", 45)


async def test_what_costs_more_than_the_bucket_holds_can_be_had_when_it_is_full() -> None:
    watch = Watch()
    rates = Rates(OwnBuckets(watch), watch)
    await rates.take(POLICY, "maya", 5_000)
    assert await taken(rates) == 0


async def test_points_that_were_not_needed_come_back() -> None:
    watch = Watch()
    rates = Rates(OwnBuckets(watch), watch)
    await rates.take(POLICY, "maya", 90)
    rates.give_back(POLICY, "maya", 80)
    rates.give_back(POLICY, "nobody", 80)
    assert rates.level(POLICY, "maya") == 90
    assert await taken(rates) == 90


async def test_keys_and_policies_have_buckets_of_their_own() -> None:
    """A-07: a rate knows the whole key, and nothing of it twice."""
    watch = Watch()
    rates = Rates(OwnBuckets(watch), watch)
    assert await taken(rates, key="consumers/pat") == 100
    assert await taken(rates, key="consumers/zoe") == 100
    assert await taken(rates, Policy("tenant", 10, 10), key="consumers/pat") == 100


async def test_an_empty_bucket_is_not_asked_again_for_each_request() -> None:
    watch = Watch()
    rates = Rates(OwnBuckets(watch), watch)
    await taken(rates)
    before = rates.leases
    for _ in range(1000):
        assert await taken(rates, most=1) == 0
    assert rates.leases == before


async def test_a_share_that_rests_is_given_back(monkeypatch: pytest.MonkeyPatch) -> None:
    watch = Watch()
    buckets = OwnBuckets(watch)
    idle, busy = Rates(buckets, watch), Rates(buckets, watch)
    await idle.take(POLICY, "maya", 60)
    idle.give_back(POLICY, "maya", 60)
    assert await taken(busy) < 50
    async with idle.running():
        pass
    watch.now += 0.1
    assert await taken(busy) >= 60


async def test_a_flood_of_strangers_gets_nothing_in_advance_and_no_memory() -> None:
    watch = Watch()
    rates = Rates(OwnBuckets(watch), watch, most=10)
    for number in range(100):
        await rates.take(POLICY, f"stranger {number}", 4)
    assert len(rates._shares) == 100
    watch.now += 6
    async with rates.running():
        await asyncio.sleep(1.2)
        assert rates._shares == {}


@pytest.mark.parametrize("fails", [Unavailable(), RuntimeError("a surprise")])
async def test_buckets_that_cannot_be_asked_stop_nobody_who_holds_points(
    fails: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    class Broken(OwnBuckets):
        async def lease(self, wishes: object) -> dict[str, Grant]:
            raise fails

    rates = Rates(Broken())
    async with rates.running():
        await rates.take(POLICY, "maya")
        await asyncio.sleep(0.05)
        with pytest.raises(type(fails)):
            await rates.take(POLICY, "maya", 50)
    assert ("a surprise" in caplog.text) is isinstance(fails, RuntimeError)


async def test_the_table_and_the_memory_count_alike(database: Address) -> None:
    """One bucket, the same wishes: what PostgreSQL grants is what the simple code grants."""
    ground = Database(database.app, database.system)
    table, memory = SharedBuckets(ground), OwnBuckets()
    for seconds in (300, 400, 9_900, -500, 200, 5_000):
        wish = [Wish("same", seconds, 1_000)]
        in_table, in_memory = (await table.lease(wish))["same"], (await memory.lease(wish))["same"]
        assert in_table.seconds == pytest.approx(in_memory.seconds, abs=20)
        assert in_table.left == pytest.approx(in_memory.left, abs=20)
    shorter = [Wish("same", 1, 10)]
    assert (await table.lease(shorter))["same"].left == pytest.approx((await memory.lease(shorter))["same"].left, abs=9)
    await ground.close()


async def test_processes_share_one_bucket(database: Address) -> None:
    """Four of them at once get the bucket, what it gained meanwhile, and one advance each; no more."""
    policy = Policy("together", rate=50, span=20)
    async with shared(database) as a, shared(database) as b, shared(database) as c, shared(database) as d:
        started = time.monotonic()
        got = await asyncio.gather(*(taken(each, policy) for each in (a, b, c, d)))
        seconds = time.monotonic() - started
    most = policy.capacity + policy.rate * (seconds + 0.5) + 4 * policy.portion / 2
    assert policy.capacity * 0.9 <= sum(got) <= most
    assert all(got)


async def test_requests_cost_far_fewer_statements_than_requests(database: Address) -> None:
    policy = Policy("steady", rate=1_000, span=50)
    async with shared(database) as rates:
        for _ in range(20_000):
            await rates.take(policy, "maya")
        assert rates.leases < 30


async def test_buckets_that_are_full_are_forgotten(database: Address) -> None:
    ground = Database(database.app, database.system)
    buckets = SharedBuckets(ground)
    await buckets.lease([Wish("spent", 5, 10), Wish("kept", 5, 10)])
    async with connected(database.owner) as past:
        await past.execute("update app.rate_bucket set full_at = now() - interval '1 hour' where key = 'spent'")
        await buckets.sweep()
        assert [
            row[0] for row in await past.fetch("select key from app.rate_bucket where key in ('spent', 'kept')")
        ] == ["kept"]
    await ground.close()


@pytest.mark.lock("policies")
async def test_no_viewer_sees_or_changes_how_busy_others_are(database: Address) -> None:
    """T-14: the runtime has no row of the buckets and no way to write one."""
    async with connected(database.owner) as past:
        await past.execute("insert into app.rate_bucket values ('seen', now(), 1, 0)")
    async with connected(database.app) as runtime:
        assert await runtime.fetchval("select count(*) from app.rate_bucket") == 0
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await runtime.execute("update app.rate_bucket set full_at = now()")
