"""Each operation leaves a line without values, points in the metrics, and a place among the slowest."""

import os
from pathlib import Path
from typing import Any

import orjson
import pytest

from gateway.logbook import MOST_WAITING, Logbook
from resolvers import cases
from tenancy.identity import Identity
from tenancy.words import AccountType
from tests.ground import Address
from tests.world import World, opened

QUERY = "query Mine($n: Int! = 20) { cases(first: $n) { nodes { id owner { displayName } } } }"


class Reader:
    """Both ends of a pipe: what was written into one comes out of the other as lines."""

    def __init__(self) -> None:
        self.out, self.into = os.pipe()
        os.set_blocking(self.out, False)

    def lines(self) -> list[dict[str, Any]]:
        try:
            return [orjson.loads(line) for line in os.read(self.out, 1_000_000).splitlines()]
        except BlockingIOError:
            return []


async def told(address: Address, folder: Path, *asked: Any, **more: Any) -> tuple[list[dict[str, Any]], str]:
    """The lines and the metrics that these requests leave."""
    reader = Reader()
    async with opened(address, folder, log_operations="all", **more) as world:
        world.gateway.logbook._target = reader.into
        for viewer, query, variables in asked:
            await world.ask(viewer, query, variables)
        metrics = (await world.client.get("/metrics")).text
    return reader.lines(), metrics


async def test_an_operation_is_one_line_without_values(world_database: Address, tmp_path: Path) -> None:
    (line,), _ = await told(world_database, tmp_path, ("rae", QUERY, {"n": 7}))
    assert {key: line[key] for key in ("event", "kind", "name", "outcome", "codes")} == {
        "event": "operation",
        "kind": "query",
        "name": "Mine",
        "outcome": "ok",
        "codes": [],
    }
    assert len(line["document"]) == len(line["principal"]) == 16
    assert line["statements"] >= 1 <= line["rows"]
    assert line["price"] >= line["cost"] > 0 < line["milliseconds"]
    assert line["tenant"]
    assert "Rae" not in str(line)
    assert "plan" not in line


async def test_a_slow_operation_tells_its_plan(world_database: Address, tmp_path: Path) -> None:
    (line,), _ = await told(world_database, tmp_path, ("rae", QUERY, {"n": 7}), slow_seconds=0)
    assert line["event"] == "slow operation"
    assert line["plan"][0].startswith("cases: Query.cases")
    assert any("cases.nodes.owner: Case.owner" in step for step in line["plan"])
    assert "7" not in str(line["plan"])


async def test_refusals_say_why_and_count(world_database: Address, tmp_path: Path) -> None:
    asked = (
        (None, QUERY, None),
        ("rae", "{ nonsense }", None),
        ("rae", QUERY, {"n": "x"}),
        ("rae", '{ case(id: "nothing") { id } }', None),
    )
    lines, metrics = await told(world_database, tmp_path, *asked)
    assert [(line["kind"], line["outcome"], line["codes"]) for line in lines] == [
        ("unread", "refused", ["UNAUTHENTICATED"]),
        ("unread", "refused", ["GRAPHQL_VALIDATION_FAILED"]),
        ("query", "refused", ["BAD_USER_INPUT"]),
        ("query", "partial", ["NOT_FOUND"]),
    ]
    for line in (
        'gateway_errors_total{code="UNAUTHENTICATED"} 1.0',
        'gateway_operations_total{kind="query",outcome="partial"} 1.0',
        'gateway_operation_seconds_count{kind="unread"} 2.0',
    ):
        assert line in metrics


async def test_a_refusal_by_a_rate_names_the_rate(world_database: Address, tmp_path: Path) -> None:
    """F-17"""
    asked = [("rae", QUERY, {"n": 50})] * 3
    lines, metrics = await told(world_database, tmp_path, *asked, rate_principal=2.0, rate_seconds=20)
    assert lines[-1]["codes"] == ["RATE_LIMITED"]
    assert 'gateway_rate_refusals_total{policy="principal"}' in metrics


async def test_a_surprise_is_a_failure(
    world_database: Address, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fails(*_: Any, **__: Any) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(cases, "filters", fails)
    (line,), _ = await told(world_database, tmp_path, ("rae", "{ cases { totalCount } }", None))
    assert (line["outcome"], line["codes"]) == ("failed", ["INTERNAL"])


async def test_the_slowest_documents_are_remembered(world: World) -> None:
    await world.ask("rae", "query Remembered { viewer { name } }")
    found = [times for _, times in world.gateway.operations.slowest(1_000) if times.name == "Remembered"]
    assert [(times.count, times.total == times.longest > 0) for times in found] == [(1, True)]


def test_a_reader_that_does_not_read_holds_nobody_up() -> None:
    out, into = os.pipe()
    try:
        book = Logbook("all", b"key", into)
        with book.running():
            for _ in range(MOST_WAITING * 4):
                book.write({"name": "x" * 100}, None, None)
        assert book.dropped > 0
    finally:
        os.close(out)
        os.close(into)


def test_only_slow_ones_where_that_is_wanted() -> None:
    book = Logbook("slow", b"key")
    book.write({}, None, None)
    book.write({}, None, ["cases"])
    assert len(book._waiting) == 1


def test_principals_are_known_by_a_keyed_hash() -> None:
    who = Identity("t", "o", AccountType.PERSONAL, False, "", None, "c", frozenset(), frozenset(), 0.0, "")
    one, two = Logbook("all", b"one"), Logbook("all", b"two")
    assert one.principal(who) == one.principal(who) != two.principal(who)
