"""One mutation field is one transaction, tried again when the database broke a tie against it (C-03, F-07)."""

from collections.abc import Awaitable, Callable
from typing import Any

import asyncpg
import pytest

from resolvers import case_opening, commands
from resolvers.commands import TRIES
from tests.world import World

OPEN = """mutation ($i: CreateCaseInput!) {
  createCase(input: $i) { case { title } userErrors { code nextStep } }
}"""
GIVEN = {"i": {"idempotencyKey": "k", "title": "Again", "supportKind": "OTHER"}}
COUNT = '{ cases(view: ALL, filter: {createdSince: "2025-06-15T00:00:00Z"}) { totalCount } }'


@pytest.fixture(autouse=True)
def without_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(commands, "uniform", lambda *_: 0.0)


def failing(times: int, error: type[Exception]) -> Callable[..., Awaitable[Any]]:
    """The announcement of a new case, failing so often at its very end."""
    announce = case_opening._announce
    left = [times]

    async def announced(*arguments: Any) -> None:
        await announce(*arguments)
        if left[0]:
            left[0] -= 1
            raise error("a row of somebody else: 4711")

    return announced


@pytest.mark.parametrize("error", [asyncpg.DeadlockDetectedError, asyncpg.SerializationError])
async def test_a_lost_race_is_run_again(
    fresh_world: World, monkeypatch: pytest.MonkeyPatch, error: type[Exception]
) -> None:
    monkeypatch.setattr(case_opening, "_announce", failing(TRIES - 1, error))
    data = await fresh_world.data("rae", OPEN, GIVEN)
    assert data["createCase"] == {"case": {"title": "Again"}, "userErrors": []}
    assert (await fresh_world.data("rae", COUNT))["cases"]["totalCount"] == 1


async def test_a_race_that_is_lost_each_time_is_given_up(fresh_world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing was done, and the client may come back with the same key"""
    with monkeypatch.context() as unlucky:
        unlucky.setattr(case_opening, "_announce", failing(TRIES, asyncpg.DeadlockDetectedError))
        answer = await fresh_world.ask("rae", OPEN, GIVEN)
    (error,) = answer.json()["errors"]
    assert error["extensions"]["code"] == "UNAVAILABLE"
    assert "4711" not in answer.text
    assert (await fresh_world.data("rae", COUNT))["cases"]["totalCount"] == 0
    assert (await fresh_world.data("rae", OPEN, GIVEN))["createCase"]["case"] == {"title": "Again"}


async def test_what_is_taken_is_a_conflict_without_a_name(fresh_world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """T-14: neither constraint nor value"""
    monkeypatch.setattr(case_opening, "_announce", failing(1, asyncpg.UniqueViolationError))
    answer = await fresh_world.ask("rae", OPEN, GIVEN)
    (complaint,) = answer.json()["data"]["createCase"]["userErrors"]
    assert complaint == {"code": "CONFLICT", "nextStep": "Read the object again, then retry."}
    assert "4711" not in answer.text


async def test_two_commands_in_one_document_are_two_transactions(fresh_world: World) -> None:
    """The first stands, whatever becomes of the second (H-4)"""
    both = """mutation ($a: CreateCaseInput!, $b: CreateCaseInput!) {
      first: createCase(input: $a) { case { title } }
      second: createCase(input: $b) { case { title } }
    }"""
    given = {"a": GIVEN["i"], "b": {**GIVEN["i"], "idempotencyKey": "other", "title": " "}}
    body = (await fresh_world.ask("rae", both, given)).json()
    assert body["data"] == {"first": {"case": {"title": "Again"}}, "second": None}
    assert body["errors"][0]["path"] == ["second"]
    assert (await fresh_world.data("rae", COUNT))["cases"]["totalCount"] == 1


async def test_a_document_has_few_commands(fresh_world: World) -> None:
    """G-20: fifty would be fifty transactions"""
    many = "mutation ($i: CreateCaseInput!) {" + " ".join(
        f"a{n}: createCase(input: $i) {{ planned }}" for n in range(6)
    )
    answer = await fresh_world.ask("rae", many + "}", GIVEN)
    assert answer.json()["errors"][0]["extensions"]["code"] == "QUERY_TOO_COMPLEX"
    assert (await fresh_world.data("rae", COUNT))["cases"]["totalCount"] == 0
