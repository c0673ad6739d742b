"""Running plans: each field once for all parents, at the right time, with the right needs."""

import asyncio
import time
from typing import Any, ClassVar

import pytest
import strawberry

from schema.execution.arguments import NO_VARIABLES
from schema.execution.engine import Engine
from schema.execution.limits import Limits
from schema.execution.outcome import Outcome
from tests.schema.execution.shop import Context, shop_schema

SCHEMA = shop_schema()


async def run(text: str, context: Context | None = None, **variables: Any) -> Outcome:
    return await Engine(SCHEMA).document(text).run(context or Context(), variables)


async def test_a_batched_field_is_resolved_once_for_all_parents() -> None:
    context = Context()
    outcome = await run("{ orders { number customer { name } } }", context)
    assert outcome.errors == []
    assert outcome.data == {
        "orders": [
            {"number": 0, "customer": {"name": "c0"}},
            {"number": 1, "customer": {"name": "c1"}},
            {"number": 2, "customer": None},
        ]
    }
    assert context.calls == ["customer of 3"]


async def test_a_level_knows_the_columns_and_fields_that_the_document_needs() -> None:
    context = Context()
    await run("{ orders { id a: note customer { name } doubled } }", context)
    orders, customer = context.levels
    assert orders.selection.columns == frozenset({"id", "note", "customer_id", "number"})
    assert orders.selection.child("customer").columns == frozenset({"name"})
    assert customer.path == ["orders", "customer"]
    assert customer.field_name == "customer"


async def test_a_resolver_that_says_nothing_needs_everything() -> None:
    context = Context()
    await run("{ orders { shouted } }", context)
    assert context.levels[0].selection.columns is None


async def test_a_total_is_needed_only_when_it_is_selected() -> None:
    context = Context()
    text = "query ($total: Boolean!) { page { nodes { id } total @include(if: $total) } }"
    await run(text, context, total=False)
    await run(text, context, total=True)
    without, with_total = (level.selection for level in context.levels)
    assert without.columns == frozenset()
    assert not without.has("total")
    assert without.child("nodes").columns == frozenset({"id"})
    assert with_total.has("total")


async def test_skipped_fields_are_not_resolved() -> None:
    context = Context()
    outcome = await run("query ($no: Boolean!) { orders { id customer @skip(if: $no) { name } } }", context, no=True)
    assert outcome.data == {"orders": [{"id": "0"}, {"id": "1"}, {"id": "2"}]}
    assert context.calls == []


async def test_plain_fields_of_a_level_wait_together() -> None:
    context = Context()
    await run("{ orders { slow } }", context)
    assert context.calls[:3] == ["start 0", "start 1", "start 2"]


async def test_branches_that_wait_wait_together() -> None:
    context = Context(length=1)
    await run("{ a: orders { slow } b: orders { slow } }", context)
    assert context.calls == ["start 0", "start 0", "end 0", "end 0"]


async def test_root_fields_of_a_mutation_run_one_after_the_other() -> None:
    context = Context()
    outcome = await run("mutation { __typename a: add(number: 1) { shouted } b: add(number: 9) { number } }", context)
    assert outcome.data == {"__typename": "Mutation", "a": {"shouted": "ORDER 1"}, "b": {"number": 9}}
    assert context.calls == ["add 1", "added 1", "shouted 1", "add 9", "added 9"]


async def test_values_that_a_resolver_changes_do_not_leak_into_the_next_request() -> None:
    context = Context()
    engine = Engine(SCHEMA)
    document = engine.document("{ orders { lines(first: 1, only: [1]) } }")
    await document.run(context)
    await document.run(context)
    assert context.calls == ["lines 1 [1]", "lines 1 [1]"]


async def test_values_of_an_interface_come_back_in_order() -> None:
    outcome = await run("{ nodes { __typename id ... on Order { number } ... on Customer { name } } }")
    assert outcome.data == {
        "nodes": [
            {"__typename": "Order", "id": "0", "number": 0},
            {"__typename": "Customer", "id": "c", "name": "c"},
        ]
    }


async def test_the_needs_of_an_interface_are_told_apart_by_type() -> None:
    engine = Engine(SCHEMA)
    variants = engine.document("{ nodes { ... on Order { number } ... on Customer { name } } }")._prepared.variants
    assert variants is not None
    needs = variants.plan(NO_VARIABLES).selection.child("nodes")
    assert needs.columns == frozenset({"number", "name"})
    assert needs.on("Order").columns == frozenset({"number"})
    assert needs.on("Customer").columns == frozenset({"name"})


class Item(dict[str, Any]):
    """Stands in for a row of the driver, which only the driver can make."""

    graphql_type_name = "Order"


@pytest.mark.parametrize("mixed", [False, True])
async def test_rows_are_read_by_item(monkeypatch: pytest.MonkeyPatch, mixed: bool) -> None:
    monkeypatch.setattr("schema.execution.sources.RECORDS", {Item})
    monkeypatch.setattr("tests.schema.execution.shop._orders", lambda count: _items(count, mixed=mixed))
    outcome = await run("{ orders { id number } }")
    assert outcome.data == {"orders": [{"id": str(at), "number": at} for at in range(3)]}


async def test_a_row_without_the_column_is_an_error_of_that_slot(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("schema.execution.sources.RECORDS", {Item})
    monkeypatch.setattr("tests.schema.execution.shop._orders", lambda _count: [Item(note="n"), Item()])
    outcome = await run("{ orders { note } }")
    assert outcome.data == {"orders": [{"note": "n"}, {"note": None}]}
    assert [error.path for error in outcome.errors] == [["orders", 1, "note"]]


class Anonymous(dict[str, Any]):
    """A row that does not say of which type it is."""


@strawberry.type
class Taking:
    """Its check would accept any row, and says so."""

    takes_rows: ClassVar[bool] = True
    id: str

    @classmethod
    def is_type_of(cls, *_: Any) -> bool:
        raise AssertionError("Nobody has to ask.")


@strawberry.type
class TakingQuery:
    @strawberry.field
    def rows(self) -> list[Taking]:
        return [Anonymous(id="1"), Anonymous(id="2")]  # type: ignore[list-item]  # rows stand in for the type


async def test_a_type_that_takes_rows_is_not_asked_about_each(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("schema.execution.shapes.STANDING_IN", {Anonymous})
    monkeypatch.setattr("schema.execution.sources.RECORDS", {Anonymous})
    outcome = await Engine(strawberry.Schema(TakingQuery)).document("{ rows { id } }").run(None)
    assert (outcome.data, outcome.errors) == ({"rows": [{"id": "1"}, {"id": "2"}]}, [])


def _items(count: int, *, mixed: bool) -> list[Any]:
    class Plain:
        graphql_type_name = "Order"
        id = "1"
        number = 1

    items: list[Any] = [Item(id=str(number), number=number) for number in range(count)]
    return [items[0], Plain(), *items[2:]] if mixed else items


async def test_large_levels_do_not_block_the_loop() -> None:
    """No turn of the loop takes longer than 50 ms (200 ms here: the machine may be busy)."""
    rows = 20_000
    document = Engine(SCHEMA, limits=Limits(cost=10**9)).document(
        "query ($first: Int!) { orders(first: $first) { id number note shouted doubled a: id b: number } }"
    )
    watcher = asyncio.create_task(_longest_turn())
    outcome = await document.run(Context(length=rows), {"first": rows})
    watcher.cancel()
    assert outcome.errors == []
    assert outcome.data is not None
    assert [order["b"] for order in outcome.data["orders"]] == list(range(rows))
    assert await watcher < 0.2


async def _longest_turn() -> float:
    """CPU seconds of the longest turn of the loop, until cancelled. Making the rows themselves is not our turn."""
    longest = 0.0
    await asyncio.sleep(0)
    try:
        while True:
            before = time.thread_time()
            await asyncio.sleep(0)
            longest = max(longest, time.thread_time() - before)
    except asyncio.CancelledError:
        return longest


async def test_a_cancelled_run_stops_between_batches() -> None:
    context = Context(length=1)
    task = asyncio.create_task(run("{ orders { slow } }", context))
    await asyncio.sleep(0.002)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert "end 0" not in context.calls


async def test_a_subscription_is_one_run_per_event() -> None:
    context = Context()
    document = Engine(SCHEMA).document("subscription ($to: Int!) { counted(to: $to) { number shouted } }")
    outcomes = [outcome async for outcome in document.subscribe(context, {"to": 2})]
    assert [outcome.data for outcome in outcomes] == [
        {"counted": {"number": number, "shouted": f"ORDER {number}"}} for number in range(2)
    ]
    assert context.calls[-1] == "closed"


async def test_a_subscription_that_cannot_start_gives_its_error() -> None:
    document = Engine(SCHEMA).document("subscription { refused }")
    outcomes = [outcome async for outcome in document.subscribe(Context())]
    assert [[error.message for error in outcome.errors] for outcome in outcomes] == [["no stream"]]
