"""Refusals that are remembered: told the same way, cheap, bounded, and never about another document."""

import pytest
from graphql import GraphQLError

from schema.execution import refusals
from schema.execution.engine import Engine
from schema.execution.outcome import Refused
from schema.execution.refusals import Refusals, key_of
from tests.schema.execution.shop import shop_schema
from tests.yardstick import cpu_seconds

SCHEMA = shop_schema()
DEAR = "{ orders { " + "customer { id } " * 390 + "} }"


def told(engine: Engine, text: str, name: str | None = None) -> list[object]:
    """What a client hears of the refusal."""
    with pytest.raises(Refused) as caught:
        engine.document(text, name)
    return [error.formatted for error in caught.value.errors]


@pytest.mark.parametrize(
    "text",
    [
        "{",
        "{ nothing }",
        "{ orders(first: 100) { lines(first: 100) { product } } }",
        DEAR,
        "query A { a } query B { b }",
    ],
)
def test_the_second_refusal_is_the_first_one(text: str) -> None:
    engine = Engine(SCHEMA)
    assert not engine.knows(text)
    first = told(engine, text)
    assert engine.knows(text)
    assert told(engine, text) == first
    assert told(Engine(SCHEMA), text) == first


def test_a_dear_refusal_costs_next_to_nothing_the_second_time() -> None:
    engine = Engine(SCHEMA)
    told(engine, DEAR)
    assert cpu_seconds(lambda: told(engine, DEAR), tries=25, enough=0.0005) < 0.001


def test_another_operation_of_the_document_is_another_matter() -> None:
    engine = Engine(SCHEMA)
    text = "query A { order { id } } query B { order { number } }"
    told(engine, text)
    assert engine.document(text, "A").operation_name == "A"
    told(engine, text, "C")
    assert engine.document(text, "B").operation_name == "B"


def test_refusals_are_bounded_by_number_and_by_bytes() -> None:
    known = Refusals()

    def keep(name: str, message: str) -> None:
        known.keep(key_of(name, None), Refused([GraphQLError(message, extensions={"code": "BAD"})]))

    for number in range(refusals.MOST + 10):
        keep(str(number), "short")
    assert len(known) == refusals.MOST
    assert key_of("0", None) not in known
    for number in range(100):
        keep(f"long {number}", "x" * 8_000)
    assert 200_000 < known.bytes <= refusals.BYTES
    keep("huge", "x" * 9_000)
    assert key_of("huge", None) not in known


def test_what_is_too_long_is_not_even_hashed() -> None:
    engine = Engine(SCHEMA)
    told(engine, "{ orders { id } }" + " " * 33_000)
    assert len(engine._refusals) == 0
