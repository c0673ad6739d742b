"""Documents: what is refused and how, what is remembered, what graphql-core still does."""

from typing import Any

import pytest
from graphql import OperationType, get_introspection_query
from strawberry.schema.config import StrawberryConfig

from schema.execution.engine import Engine
from schema.execution.limits import Limits
from schema.execution.outcome import Refused
from tests.schema.execution.shop import Context, shop_schema

SCHEMA = shop_schema()


def refusals(text: str, operation_name: str | None = None, **limits: Any) -> set[str]:
    with pytest.raises(Refused) as refused:
        Engine(SCHEMA, limits=Limits(**limits)).document(text, operation_name)
    assert len(refused.value.errors) <= 20
    return {(error.extensions or {})["code"] for error in refused.value.errors}


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("{ orders", "GRAPHQL_PARSE_FAILED"),
        ("", "GRAPHQL_PARSE_FAILED"),
        ("{ unknown }", "GRAPHQL_VALIDATION_FAILED"),
        ("{ orders { id } } { orders { id } }", "GRAPHQL_VALIDATION_FAILED"),
        ("query A { orders { id } } query B { orders { id } }", "GRAPHQL_VALIDATION_FAILED"),
        ("fragment F on Query { orders { id } }", "GRAPHQL_VALIDATION_FAILED"),
        ("{ orders { id } ...Nowhere }", "GRAPHQL_VALIDATION_FAILED"),
        ("{ ...A } fragment A on Query { ...A }", "GRAPHQL_VALIDATION_FAILED"),
        ("{ " + "a" * 33_000 + " }", "QUERY_TOO_COMPLEX"),
        ("{ orders { id } } " + "# comment\n" * 2_001, "QUERY_TOO_COMPLEX"),
        ("{ orders(first: 100) { customer { id } lines } page { nodes { id } } }" * 1, None),
        ("{ a: orders(first: 3000) { customer { id } lines } }", "QUERY_TOO_COMPLEX"),
    ],
)
def test_each_kind_of_refusal_has_its_code(text: str, code: str | None) -> None:
    """G-02 to G-16: parse, validation and complexity are told apart."""
    if code is None:
        assert Engine(SCHEMA).document(text)
    else:
        assert refusals(text) == {code}


def test_many_mistakes_are_not_all_listed() -> None:
    """G-08: at most 20 errors in the answer."""
    assert refusals("{ " + " ".join(f"x{at}" for at in range(19)) + " }") == {"GRAPHQL_VALIDATION_FAILED"}
    assert refusals("{ orders { " + " ".join(f"x{at}" for at in range(300)) + " } }") == {"GRAPHQL_VALIDATION_FAILED"}


def test_suggestions_are_hidden_when_the_schema_says_so() -> None:
    """G-11."""
    config = StrawberryConfig(disable_field_suggestions=True)
    with pytest.raises(Refused, match=r"Cannot query field 'ordrs' on type 'Query'\.$"):
        Engine(shop_schema(config=config)).document("{ ordrs { id } }")


def test_a_document_is_read_once() -> None:
    engine = Engine(SCHEMA)
    assert engine.document("{ orders { id } }") is engine.document("{ orders { id } }")
    named = "query A { orders { id } } query B { order { id } }"
    assert engine.document(named, "A") is not engine.document(named, "B")
    assert engine.document(named, "A").operation_name == "A"


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("{ orders { id } }", OperationType.QUERY),
        ("mutation { add(number: 1) { id } }", OperationType.MUTATION),
        ("subscription { refused }", OperationType.SUBSCRIPTION),
    ],
)
def test_a_document_knows_its_kind(text: str, kind: OperationType) -> None:
    document = Engine(SCHEMA).document(text)
    assert document.operation_type is kind
    assert document.operation_name is None


async def test_variables_of_the_wrong_type_are_refused() -> None:
    document = Engine(SCHEMA).document("query ($n: Int!) { orders(first: $n) { id } }")
    for variables in ({}, {"n": "x"}, {"n": None}, {"n": [1]}):
        with pytest.raises(Refused) as refused:
            await document.run(Context(), variables)
        assert [(error.extensions or {})["code"] for error in refused.value.errors] == ["BAD_USER_INPUT"]


async def test_introspection_is_executed_by_graphql_core_and_counted() -> None:
    engine = Engine(SCHEMA)
    outcome = await engine.document(get_introspection_query()).run(Context())
    assert outcome.errors == []
    assert outcome.data is not None
    assert "__schema" in outcome.data
    assert engine.fallbacks == {"Introspection.": 1}


async def test_a_condition_that_is_null_is_left_to_graphql_core() -> None:
    engine = Engine(SCHEMA)
    document = engine.document("query ($x: Boolean = true) { order { id @include(if: $x) number } }")
    assert (await document.run(Context())).data == {"order": {"id": "0", "number": 0}}
    outcome = await document.run(Context(), {"x": None})
    assert outcome.data is None
    assert len(outcome.errors) == 1
    assert sum(engine.fallbacks.values()) == 1


async def test_each_combination_of_conditions_is_compiled_once() -> None:
    engine = Engine(SCHEMA)
    document = engine.document(
        "query ($x: Boolean!, $y: Boolean!) { order { id @include(if: $x) number @skip(if: $y) } }"
    )
    for x in (True, False, True):
        for y in (True, False):
            outcome = await document.run(Context(), {"x": x, "y": y})
            expected = {**({"id": "0"} if x else {}), **({} if y else {"number": 0})}
            assert outcome.data == {"order": expected}
    assert document._prepared.variants is not None
    assert len(document._prepared.variants._plans) == 4
