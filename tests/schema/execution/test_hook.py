"""Breadth-first execution inside Strawberry's own `execute`."""

from typing import Any

import pytest
import strawberry
from graphql import GraphQLSchema, build_schema, execute, parse
from graphql.execution.incremental.incremental_executor import IncrementalExecutor
from graphql.pyutils import AbortController
from strawberry.extensions import SchemaExtension

from schema.execution import BreadthFirstExecution
from schema.execution.hook import BreadthFirst, _variants, fallbacks
from tests.schema.execution.shop import Context, shop_schema


class Ours(BreadthFirst, IncrementalExecutor):
    """The hook on graphql-core's own executor."""


@pytest.fixture(autouse=True)
def _from_zero() -> None:
    fallbacks.clear()


@pytest.fixture
def breadth_first() -> strawberry.Schema:
    return shop_schema(execution_context_class=BreadthFirstExecution)


async def test_strawberry_executes_breadth_first_by_one_setting(breadth_first: strawberry.Schema) -> None:
    text = "{ orders { number customer { name } slow } }"
    ours, theirs = Context(), Context()
    result = await breadth_first.execute(text, context_value=ours)
    expected = await shop_schema().execute(text, context_value=theirs)
    assert (result.data, result.errors) == (expected.data, expected.errors)
    assert ours.calls.count("customer of 3") == 1
    assert theirs.calls.count("customer of 1") == 3
    assert not fallbacks


def test_what_never_waits_is_there_at_once(breadth_first: strawberry.Schema) -> None:
    result = breadth_first.execute_sync("{ order { number shouted } }", context_value=Context())
    assert result.data == {"order": {"number": 0, "shouted": "ORDER 0"}}


async def test_what_waits_is_no_answer_for_those_who_do_not(breadth_first: strawberry.Schema) -> None:
    result = breadth_first.execute_sync("{ orders { number } }", context_value=Context())
    assert result.data is None
    assert [error.message for error in result.errors or ()] == ["GraphQL execution failed to complete synchronously."]


async def test_errors_are_settled_as_ever(breadth_first: strawberry.Schema) -> None:
    result = await breadth_first.execute("{ orders { failing } }", context_value=Context())
    assert [error.path for error in result.errors or ()] == [["orders", at, "failing"] for at in range(3)]


async def test_mutations_and_subscriptions_go_the_same_way(breadth_first: strawberry.Schema) -> None:
    result = await breadth_first.execute("mutation { add(number: 2) { shouted } }", context_value=Context())
    assert result.data == {"add": {"shouted": "ORDER 2"}}
    events = await breadth_first.subscribe("subscription { counted(to: 1) { shouted } }", context_value=Context())
    assert [event.data async for event in events] == [{"counted": {"shouted": "ORDER 0"}}]
    assert not fallbacks


async def test_extensions_that_wrap_fields_are_left_to_graphql_core() -> None:
    class Wrapping(SchemaExtension):
        def resolve(self, _next: Any, root: Any, info: Any, *args: Any, **kwargs: Any) -> Any:
            return _next(root, info, *args, **kwargs)

    schema = shop_schema(execution_context_class=BreadthFirstExecution, extensions=[Wrapping])
    result = await schema.execute("{ order { number } }", context_value=Context())
    assert result.data == {"order": {"number": 0}}
    assert fallbacks == {"Middleware.": 1}


SDL = build_schema("""
    directive @experimental_disableErrorPropagation on QUERY
    interface Named { name: String }
    type Dog implements Named { name: String }
    type Cat { name: String }
    type Query { number: Int! named: Named list: [Int!] deep: Query }
""")


def ask(text: str, root: Any, schema: GraphQLSchema = SDL, **options: Any) -> Any:
    return execute(schema, parse(text), root, executor_class=Ours, **options)


@pytest.mark.parametrize(
    ("options", "text", "reason"),
    [
        ({"abort_signal": AbortController().signal}, "{ number }", "An abort signal."),
        ({"is_awaitable": lambda _: False}, "{ number }", "Its own idea of what is awaitable."),
        ({}, "query @experimental_disableErrorPropagation { number }", "Errors that do not propagate."),
        ({}, "{ number __schema { description } }", "Introspection."),
        ({}, "{ number ... @defer { number } }", "@defer"),
    ],
)
def test_wishes_that_only_graphql_core_fulfils_are_counted(options: Any, text: str, reason: str) -> None:
    assert ask(text, {"number": 1}, **options).data["number"] == 1
    assert fallbacks == {reason: 1}


def test_a_document_in_memory_is_compiled_once() -> None:
    _variants.clear()
    document = parse("{ number }")
    for _ in range(3):
        execute(SDL, document, {"number": 1}, executor_class=Ours)
    assert len(_variants) == 1


def test_plans_in_memory_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("schema.execution.hook._KEPT", 2)
    _variants.clear()
    for _ in range(5):
        ask("{ number }", {"number": 1})
    assert len(_variants) == 2


@pytest.mark.parametrize(
    ("type_name", "message"),
    [
        (None, "must resolve to an Object type at runtime for field 'Query.named'. Either"),
        (7, "received '7', which is not a valid Object type name."),
        ("Fish", "was resolved to a type 'Fish' that does not exist inside the schema."),
        ("Named", "was resolved to a non-object type 'Named'."),
        ("Cat", "Runtime Object type 'Cat' is not a possible type for 'Named'."),
    ],
)
def test_a_value_of_no_possible_type_is_refused_in_graphql_cores_words(type_name: Any, message: str) -> None:
    def resolve_type(_value: Any, _info: Any, _abstract: Any) -> Any:
        return type_name

    ours = ask("{ named { name } }", {"named": {"name": "x"}}, type_resolver=resolve_type)
    theirs = execute(SDL, parse("{ named { name } }"), {"named": {"name": "x"}}, type_resolver=resolve_type)
    assert ours == theirs
    assert message in ours.errors[0].message


def test_a_type_resolver_that_raises_is_the_error_of_the_value() -> None:
    def resolve_type(_value: Any, _info: Any, _abstract: Any) -> Any:
        raise LookupError("who knows")

    ours = ask("{ named { name } }", {"named": {"name": "x"}}, type_resolver=resolve_type)
    assert ours.data == {"named": None}
    assert ours.errors[0].message == "who knows"


def test_fields_that_validation_would_refuse_are_left_out() -> None:
    assert ask("{ number unknown }", {"number": 1}).data == {"number": 1}


def test_a_selection_without_fields_gives_empty_objects() -> None:
    assert ask("{ deep { number @skip(if: true) } }", {"deep": {}}).data == {"deep": {}}


async def test_async_iterables_are_lists() -> None:
    async def numbers(_info: Any) -> Any:
        yield 1
        yield 2

    async def broken(_info: Any) -> Any:
        yield 1
        raise ValueError("in the middle")

    assert (await ask("{ list }", {"list": numbers})).data == {"list": [1, 2]}
    assert (await ask("{ list }", {"list": broken})).errors[0].message == "in the middle"
