"""What nobody foresaw: the client gets a number, the log the rest, and nothing is left behind."""

import asyncio
import logging
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import orjson
import pytest

from resolvers import cases
from tenancy.changes import Change
from tenancy.doors import Doors
from tests.gateway.test_endpoint import code, post
from tests.gateway.test_faults import SOON
from tests.ground import Address
from tests.world import World, opened

SECRET = "postgresql://gw_app:hunter2@db/gateway"


async def fails(*_: Any, **__: Any) -> None:
    raise ZeroDivisionError(SECRET)


async def test_a_surprise_in_a_field_is_masked_and_named(
    world: World, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """G-17: the client gets an id, the log the rest"""
    monkeypatch.setattr(cases, "filters", fails)
    with caplog.at_level(logging.ERROR, "gateway.answers"):
        answer = await post(world, orjson.dumps({"query": "{ mine: cases { totalCount } viewer { name } }"}))
    (error,) = answer.json()["errors"]
    assert (answer.status_code, error["path"], error["extensions"]["code"]) == (200, ["mine"], "INTERNAL")
    assert answer.json()["data"] == {"mine": None, "viewer": {"name": "Rae Reed"}}
    assert "hunter2" not in answer.text
    assert "ZeroDivisionError" not in answer.text
    assert error["extensions"]["errorId"] in caplog.text
    assert "hunter2" in caplog.text


async def test_a_surprise_before_any_field_is_masked_too(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Doors, "querying", lambda *_: int(SECRET))
    # A document that was not asked before: what is known to be brief takes no reading.
    answer = await post(world, orjson.dumps({"query": "{ unheard: viewer { name } }"}))
    assert (answer.status_code, code(answer), "hunter2" in answer.text) == (500, "INTERNAL", False)


async def test_a_command_that_breaks_leaves_nothing_behind(fresh_world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """F-05: all or nothing"""
    create = "mutation ($i: CreateCaseInput!) { createCase(input: $i) { case { title } userErrors { code } } }"
    given = {"i": {"idempotencyKey": "k", "title": "Half", "supportKind": "OTHER"}}
    with monkeypatch.context() as broken:
        broken.setattr(Change, "publish", lambda *_, **__: 1 // 0)
        answer = await fresh_world.ask("rae", create, given)
    assert (answer.status_code, code(answer)) == (200, "INTERNAL")
    data = await fresh_world.data(
        "rae", '{ cases(view: ALL, filter: {createdSince: "2025-06-15T00:00:00Z"}) { totalCount } }'
    )
    assert data["cases"]["totalCount"] == 0
    again = await fresh_world.data("rae", create, given)
    assert again["createCase"]["case"] == {"title": "Half"}


@pytest.fixture
async def hasty(world_database: Address, tmp_path: Path) -> AsyncIterator[World]:
    """The same world, with no patience."""
    async with opened(world_database, tmp_path, request_seconds=0.2) as found:
        yield found


async def test_a_request_is_given_up_after_its_time(hasty: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """F-08: and the connection comes back"""

    async def dawdle(*_: Any, **__: Any) -> None:
        await asyncio.sleep(5)

    with monkeypatch.context() as slow:
        slow.setattr(cases, "filters", dawdle)
        answer = await hasty.ask("rae", "{ cases { totalCount } }")
    assert (answer.status_code, code(answer)) == (504, "DEADLINE_EXCEEDED")
    assert hasty.gateway.database.lent == 0
    assert (await hasty.ask("rae", "{ viewer { name } }")).status_code == 200


class Away(Address):
    """Where nobody listens."""

    @property
    def app(self) -> str:
        return "postgresql://gw_app@127.0.0.1:1/nothing"


async def test_without_a_database_the_client_is_told_to_come_back(world_database: Address, tmp_path: Path) -> None:
    """F-01"""
    async with opened(Away(world_database.cluster, "nothing"), tmp_path) as world:
        answer = await world.ask("rae", "{ viewer { name } }")
    assert (answer.status_code, code(answer), answer.headers["retry-after"] in SOON) == (503, "UNAVAILABLE", True)
