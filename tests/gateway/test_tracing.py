"""Traces: one span for an operation, one for each batch and statement, none for a field, and nobody's data in any."""

from collections.abc import Iterator, Mapping
from importlib import import_module
from typing import Any

import pytest
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import SpanKind, StatusCode

from gateway import tracing
from gateway.settings import BadSettings, Settings
from gateway.tracing import Tracing, tracing_of
from tests.world import World

QUERY = """query Desk($first: Int!) {
  cases(first: $first) { nodes { ticketNumber title owner { displayName } timeline(first: 3) { nodes { id } } } }
}"""


@pytest.fixture
def spans(world: World, monkeypatch: pytest.MonkeyPatch) -> Iterator[InMemorySpanExporter]:
    exporter, provider = InMemorySpanExporter(), TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    listener = Tracing(provider)
    monkeypatch.setattr(world.gateway.operations, "tracing", listener)
    with listener.running():
        yield exporter


def only(spans: InMemorySpanExporter, kind: SpanKind) -> ReadableSpan:
    (found,) = [each for each in spans.get_finished_spans() if each.kind is kind]
    return found


async def test_an_operation_is_a_span_above_its_batches_and_statements(
    world: World, spans: InMemorySpanExporter
) -> None:
    answer = await world.ask("gil", QUERY, {"first": 10})
    assert "errors" not in answer.json()
    operation = only(spans, SpanKind.SERVER)
    assert operation.name == "query Desk"
    told: Mapping[str, Any] = operation.attributes or {}
    assert told["graphql.outcome"] == "ok"
    below = [each for each in spans.get_finished_spans() if each is not operation]
    assert {each.name for each in below} == {"batch", "sql"}
    assert {each.context.trace_id for each in below if each.context} == {operation.context.trace_id}
    asked = [each for each in below if each.name == "sql"]
    assert len(asked) >= told["graphql.statements"] >= 2
    assert all("rows" in (each.attributes or {}) for each in below)


async def test_there_are_as_many_spans_for_ten_rows_as_for_one(world: World, spans: InMemorySpanExporter) -> None:
    counts = []
    for first in (1, 10):
        spans.clear()
        await world.ask("gil", QUERY, {"first": first})
        counts.append(len(spans.get_finished_spans()))
    assert counts[0] == counts[1] > 2


async def test_no_span_holds_a_value(world: World, spans: InMemorySpanExporter) -> None:
    word = "zebra-crossing"
    await world.ask("gil", "query($t: String!) { cases(first: 1, after: $t) { nodes { title } } }", {"t": word})
    answer = await world.ask("gil", QUERY, {"first": 10})
    told = " ".join(each.to_json() for each in spans.get_finished_spans())
    titles = [node["title"] for node in answer.json()["data"]["cases"]["nodes"]]
    for value in (word, "Gil", world.token("gil"), *titles):
        assert value not in told


async def test_the_trace_of_the_caller_is_continued(world: World, spans: InMemorySpanExporter) -> None:
    caller = "0af7651916cd43dd8448eb211c80319c"
    await world.ask("gil", "{ viewer { name } }", headers={"traceparent": f"00-{caller}-b7ad6b7169203331-01"})
    context = only(spans, SpanKind.SERVER).context
    assert context is not None
    assert f"{context.trace_id:032x}" == caller


async def test_only_what_is_our_fault_is_an_error(
    world: World, spans: InMemorySpanExporter, monkeypatch: pytest.MonkeyPatch
) -> None:
    await world.ask("gil", "{ nothing }")
    assert only(spans, SpanKind.SERVER).status.status_code is StatusCode.UNSET
    spans.clear()
    monkeypatch.setattr(world.gateway.reading, "document", None)
    await world.ask("gil", "{ viewer { name } }")
    assert only(spans, SpanKind.SERVER).status.status_code is StatusCode.ERROR


async def test_without_a_listener_nothing_is_told(world: World) -> None:
    assert world.gateway.tracing is None
    assert (await world.ask("gil", QUERY, {"first": 1})).status_code == 200


def test_traces_without_the_library_say_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    def absent(name: str) -> object:
        if "otlp" in name:
            raise ModuleNotFoundError(name=name)
        return import_module(name)

    monkeypatch.setattr(tracing, "import_module", absent)
    assert tracing_of(Settings()) is None
    with pytest.raises(BadSettings, match=r"support-gateway\[otel\]"):
        tracing_of(Settings(traces_url="http://127.0.0.1:4318/v1/traces"))
