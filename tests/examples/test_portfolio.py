"""The partner's tool of examples/ runs against the demo world as it stands (D-30, PC-12, PC-13)."""

import csv
from pathlib import Path

import httpx2
import pytest

from examples.portfolio import Application, Refused, ask, customers, report, sign_in
from gateway.demo.people import person
from gateway.demo.provider_clients import DEFAULT_SCOPE
from tests.world import NOON, URL, World


def _application(world: World, key: str) -> Application:
    assert world.gateway.provider is not None
    who = person(key)
    token_url = f"{URL}/demo-idp/{who.tid}/oauth2/v2.0/token"
    return Application(token_url, *world.gateway.provider.credentials(who), DEFAULT_SCOPE)


def _client(world: World) -> httpx2.AsyncClient:
    world.stand_at(NOON)
    return httpx2.AsyncClient(transport=httpx2.ASGITransport(app=world.app, client=("127.0.0.1", 50001)), base_url=URL)


async def test_the_tool_lists_the_portfolio_and_fetches_it_whole(world: World, tmp_path: Path) -> None:
    async with _client(world) as client:
        lines = await report(client, _application(world, "reader"), tmp_path / "usage.csv")
    assert lines == ["Tailspin Toys: 77.8 % deployed", "Contoso: 96.0 % deployed", "Wingtip Toys: 100.0 % deployed"]
    rows = list(csv.DictReader((tmp_path / "usage.csv").read_text().splitlines()))
    assert {row["customerName"] for row in rows} == {"Contoso", "Tailspin Toys", "Wingtip Toys"}


async def test_without_a_grant_the_tool_is_told_so(world: World) -> None:
    async with _client(world) as client:
        await sign_in(client, _application(world, "robot"))
        with pytest.raises(Refused, match="FORBIDDEN"):
            [each async for each in customers(client)]


async def test_the_tool_reads_nothing_else(world: World) -> None:
    async with _client(world) as client:
        await sign_in(client, _application(world, "reader"))
        with pytest.raises(Refused, match="FORBIDDEN"):
            await ask(client, "{ cases(view: ALL) { totalCount } }")
