"""Rates over HTTP: who pays, what comes back, what a client is told, and that nobody pays for somebody else."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from gateway.demo.people import person
from tests.ground import Address
from tests.talk import identified
from tests.tenancy.connections import connected
from tests.world import GRAPHQL, World, opened

NAME = "{ viewer { name } }"
CASES = "{ cases(first: 100) { nodes { ticketNumber } } }"
RATES = {
    "rate_principal": 0.1,
    "rate_application": 1.0,
    "rate_tenant": 0.5,
    "rate_address": 0.01,
    "rate_seconds": 5_000.0,
}
"""Slow enough that a busy machine gains nothing meanwhile: 500, 5,000, 2,500 and 50 points."""


@pytest.fixture
async def hurried(world_database: Address, tmp_path: Path) -> AsyncIterator[World]:
    """The readers' world with rates that can be used up; nobody has used any."""
    async with opened(world_database, tmp_path, **RATES) as found:
        yield found


@pytest.fixture(autouse=True)
async def nobody_was_here(world_database: Address) -> AsyncIterator[None]:
    async with connected(world_database.owner) as past:
        await past.execute("truncate app.rate_bucket")
        yield
        await past.execute("truncate app.rate_bucket")


async def exhausted(world: World, viewer: str, query: str = CASES, most: int = 400) -> Any:
    """The first refusal of somebody who does not stop asking."""
    for _ in range(most):
        answer = await world.ask(viewer, query)
        if answer.status_code != 200:
            return answer
    raise AssertionError("never refused")


async def test_each_answer_tells_what_the_principal_has_left(hurried: World) -> None:
    answer = await hurried.ask("maya", NAME)
    assert answer.headers["ratelimit-policy"] == '"principal";q=500;w=5000;qu="points"'
    assert answer.headers["ratelimit"] == '"principal";r=497;t=30'


async def test_errors_tell_it_too_but_strangers_have_no_rate(hurried: World) -> None:
    assert "ratelimit" in (await hurried.ask("maya", "{")).headers
    assert "ratelimit" not in (await hurried.ask(None, NAME)).headers


async def test_who_asks_too_much_is_refused_and_told_when_to_come_back(hurried: World) -> None:
    """F-17, A-07: 429 for this principal; another one, even of the same kind and tenant, is not touched"""
    refused = await exhausted(hurried, "pat", CASES)
    assert (refused.status_code, refused.json()["errors"][0]["extensions"]["code"]) == (429, "RATE_LIMITED")
    assert refused.headers["retry-after"] == str(refused.json()["errors"][0]["extensions"]["details"]["retryAfter"])
    assert refused.headers["ratelimit"].startswith('"principal";r=')
    assert "data" not in refused.json()
    assert (await hurried.ask("pia", NAME)).status_code == 200
    assert (await hurried.ask("maya", NAME)).status_code == 200


async def test_what_a_query_did_not_use_is_given_back(hurried: World) -> None:
    """The price of a hundred cases is taken before, and what is not there costs nothing afterwards"""
    before = hurried.gateway.rates.level(hurried.gateway.meter.principal, _key(hurried, "fern"))
    (answer,) = [await hurried.ask("fern", CASES, headers={"x-cost": "include"})]
    cost = answer.json()["extensions"]["cost"]
    assert cost["requested"] == 101
    assert cost["actual"] < 60
    assert cost["limit"] == 5_000
    after = hurried.gateway.rates.level(hurried.gateway.meter.principal, _key(hurried, "fern"))
    assert before - after <= cost["actual"] + 2


async def test_the_cost_is_told_to_those_who_ask(hurried: World) -> None:
    asked = {"query": NAME, "extensions": {"cost": True}}
    headers = {"authorization": f"Bearer {hurried.token('maya')}", "accept": GRAPHQL}
    told = await hurried.client.post("/graphql", json=asked, headers=headers)
    assert told.json()["extensions"] == {"cost": {"requested": 2, "actual": 2, "limit": 5_000}}
    silent = await hurried.client.post("/graphql", json={"query": NAME}, headers=headers)
    assert "extensions" not in silent.json()


async def test_a_tenant_has_one_bucket_for_all_its_people(world_database: Address, tmp_path: Path) -> None:
    """F-17: many people of one tenant cannot take what others need"""
    async with opened(world_database, tmp_path, **{**RATES, "rate_tenant": 0.02}) as world:
        for viewer in ("maya", "ann", "bo", "cy"):
            await world.ask(viewer, NAME)
        refused = await exhausted(world, "maya")
        extensions = refused.json()["errors"][0]["extensions"]
        assert (refused.status_code, extensions["details"]["policy"]) == (429, "tenant")
        assert (await world.ask("ann", CASES)).status_code == 429
        assert (await world.ask("flo", CASES)).status_code == 200


async def test_a_header_does_not_spend_the_points_of_a_foreign_tenant(hurried: World) -> None:
    """T-05: what it names is not found, and nobody there pays for it"""
    foreign = {"x-tenant": identified("Tenant", "fabrikam")}
    for _ in range(4):
        assert (await hurried.ask("maya", CASES, headers=foreign)).status_code == 404
    meter = hurried.gateway.meter
    tenant = hurried.gateway.house.doors.tenant_of(await _identity(hurried, "flo"))
    assert tenant is None
    await hurried.ask("flo", NAME)
    tenant = hurried.gateway.house.doors.tenant_of(await _identity(hurried, "flo"))
    assert tenant is not None
    assert hurried.gateway.rates.level(meter.tenant, tenant) >= meter.tenant.capacity - 2


async def test_a_refused_document_costs_by_its_length(hurried: World) -> None:
    """F-18: what cannot run is not free"""
    meter, key = hurried.gateway.meter, _key(hurried, "maya")
    await hurried.ask("maya", NAME)
    before = hurried.gateway.rates.level(meter.principal, key)
    await hurried.ask("maya", "{ nothing }" + " " * 30_000)
    assert 28 <= before - hurried.gateway.rates.level(meter.principal, key) <= 31


async def test_addresses_that_send_bad_tokens_are_slowed_down_but_not_their_neighbours(hurried: World) -> None:
    """3.4: behind one address there may be a whole company"""
    bad = {"authorization": "Bearer no.such.token"}
    statuses = [(await hurried.client.post("/graphql", json={}, headers=bad)).status_code for _ in range(60)]
    assert statuses[:45] == [401] * 45
    assert statuses[-1] == 429
    assert (await hurried.ask("maya", NAME)).status_code == 200


async def test_a_noisy_tenant_is_refused_and_a_quiet_one_notices_nothing(hurried: World) -> None:
    """F-17: sixteen connections of the dearest query; the other tenant has no error"""

    async def noise() -> list[int]:
        return [(await hurried.ask("maya", CASES)).status_code for _ in range(15)]

    async def quiet() -> list[int]:
        return [(await hurried.ask("flo", NAME)).status_code for _ in range(20)]

    *noisy, good = await asyncio.gather(*(noise() for _ in range(6)), quiet())
    assert set(good) == {200}
    assert {status for each in noisy for status in each} == {200, 429}


def _key(world: World, viewer: str) -> str:
    return f"{person(viewer).tid}/{person(viewer).oid}"


async def _identity(world: World, viewer: str) -> Any:
    return await world.gateway.verifier.verify([f"Bearer {world.token(viewer)}".encode()])
