"""Random documents over a made-up world full of traps: our answers are graphql-core's answers."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from tests.schema.execution.oracle import Oracle, difference, examples, put_to_the_question, world_oracle
from tests.schema.execution.seasoning import Seasoned
from tests.schema.execution.world import Context

DOCUMENTS = 2_000


@pytest.mark.timeout(300)
def test_thousands_of_random_documents_are_answered_as_graphql_core_answers_them() -> None:
    oracle = world_oracle()
    put_to_the_question(oracle, DOCUMENTS, 20250615)
    assert oracle.asked > DOCUMENTS / 2
    assert sum(count for kind, count in oracle.failures.items() if kind.startswith("with errors")) > 50
    assert not oracle.engine.fallbacks


async def test_contexts_may_be_entered_and_documents_made_first() -> None:
    """How another schema is put to the question inside a running loop."""
    entered: list[int] = []

    @asynccontextmanager
    async def context(number: int) -> AsyncIterator[Context]:
        entered.append(number)
        yield Context(number)

    oracle = Oracle(world_oracle().schema, context)
    made = examples(oracle.schema, 16, 1)
    for document in made:
        await oracle.ask(document, 1)
    assert made == examples(oracle.schema, 16, 1)
    assert len(entered) == 2 * oracle.asked


async def test_the_oracle_notices_a_wrong_value() -> None:
    oracle = world_oracle()

    class Lying(Oracle):
        async def by_us(self, document: Seasoned, context: object) -> object:  # type: ignore[override]  # it lies
            data, errors = await super().by_us(document, context)
            return {**data, "echo": "?"}, errors

    honest, lying = oracle, Lying(oracle.schema, oracle.context)
    document = Seasoned('{ echo(filter: { text: "a" }) }', {})
    await honest.ask(document, 0)
    with pytest.raises(AssertionError, match="data"):
        await lying.ask(document, 0)


def test_the_oracle_notices_a_missing_error() -> None:
    error = ("boom", ("a",), ((1, 3),))
    assert difference(({"a": None}, [error]), ({"a": None}, []), exact=False)
    assert difference(({"a": None}, [error]), ({"a": None}, []), exact=True)


def test_where_fields_wait_either_of_two_errors_may_null_a_place() -> None:
    data = {"a": None}
    first, second = ("boom", ("a", "b"), ((1, 3),)), ("bang", ("a", "c"), ((1, 5),))
    assert not difference((data, [first]), (data, [second]), exact=False)
    assert difference((data, [first]), (data, [second]), exact=True)
