"""Two executors, one document: the answers must be equal.

    python -m tests.schema.execution.oracle --documents 100000 --seed 7

Any Strawberry schema can be put to the question: give `Oracle` the schema and a function from a seed to a context, or
to an async context manager of one. Inside a running loop, ask about each of `examples(...)`.
"""

import argparse
import asyncio
import logging
from collections import Counter
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from inspect import isawaitable
from random import Random
from typing import Any

import orjson
import strawberry
from graphql import GraphQLError, execute, parse
from graphql.pyutils import is_awaitable
from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st
from hypothesis_graphql import from_schema, nodes
from rich.progress import Progress
from strawberry.schema.schema import StrawberryGraphQLCoreExecutionContext

from schema.execution.engine import Engine
from schema.execution.limits import Limits
from schema.execution.outcome import Refused
from tests.schema.execution.seasoning import Seasoned, season
from tests.schema.execution.world import Context
from tests.schema.execution.world_schema import world_schema

UNLIMITED = Limits(
    characters=10**9, tokens=10**6, fragments=10**6, directives=10**6, selections=10**6, nesting=10**6, depth=10**6,
    aliases=10**6, query_roots=10**6, mutation_roots=10**6, cost=10**12,
)  # fmt: skip

SCALARS: Mapping[str, st.SearchStrategy[Any]] = {
    "Date": st.dates().map(lambda day: nodes.String(day.isoformat())),
    "DateTime": st.datetimes().map(lambda moment: nodes.String(moment.isoformat())),
    "Decimal": st.integers(-9999, 9999).map(lambda cents: nodes.String(f"{cents / 100:.2f}")),
    "UUID": st.uuids().map(lambda uuid: nodes.String(str(uuid))),
    "JSON": st.integers(0, 9).map(nodes.Int),
}

Answer = tuple[Any, list[tuple[str, tuple[Any, ...], tuple[Any, ...]]]]


@dataclass
class Oracle:
    """Executes documents twice and compares.

    `context` makes a context from a seed, the same one each time.
    """

    schema: strawberry.Schema
    context: Callable[[int], Any]
    asked: int = 0
    failures: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self.engine = Engine(self.schema, limits=UNLIMITED)

    async def ask(self, document: Seasoned, number: int) -> None:
        """Raises AssertionError when the answers differ. What is not valid is not asked."""
        try:
            self.engine.document(document.text)
        except Refused:
            self.failures["not valid"] += 1
            return
        async with _entered(self.context(number)) as context:
            expected, waited = await self.by_graphql_core(document, context)
        async with _entered(self.context(number)) as context:
            actual = await self.by_us(document, context)
        self.asked += 1
        self.failures[f"{'with' if expected[1] else 'no'} errors, {'waiting' if waited else 'at once'}"] += 1
        complaint = difference(expected, actual, exact=not waited)
        assert not complaint, f"{complaint}\n{document.text}\n{document.variables}\nseed {number}"

    async def by_us(self, document: Seasoned, context: Any) -> Answer:
        outcome = await self.engine.document(document.text).run(context, document.variables)
        return _answer(outcome.data, outcome.errors)

    async def by_graphql_core(self, document: Seasoned, context: Any) -> tuple[Answer, bool]:
        """The answer, and whether there was anything to await, even if it was given up."""
        awaitables: list[bool] = []

        def noticed(value: Any) -> bool:
            found = is_awaitable(value)
            awaitables.extend([True] * found)
            return found

        result: Any = execute(
            self.schema._schema,
            parse(document.text),
            context_value=context,
            variable_values=document.variables,
            executor_class=StrawberryGraphQLCoreExecutionContext,
            is_awaitable=noticed,  # type: ignore[arg-type]  # a guard of types is asked for, a function does
        )
        if isawaitable(result):
            result = await result
        return _answer(result.data, result.errors or []), bool(awaitables)


@asynccontextmanager
async def _entered(context: Any) -> AsyncIterator[Any]:
    if hasattr(context, "__aenter__"):
        async with context as entered:
            yield entered
    else:
        yield context


def _answer(data: Any, errors: list[GraphQLError]) -> Answer:
    plain = orjson.loads(orjson.dumps(data))
    return plain, [(e.message, tuple(e.path or ()), tuple(map(tuple, e.locations or ()))) for e in errors]


def difference(expected: Answer, actual: Answer, *, exact: bool) -> str:
    """What differs; with `exact` also in the order of errors.

    Where resolvers wait, graphql-core orders errors by time, and of several errors that null the same place it keeps
    those that came first. There each nulled place must have an error on both sides, and the same ones wherever
    the place is the failed field itself.
    """
    if expected[0] != actual[0]:
        return f"data:\n  graphql-core {expected[0]}\n  ours         {actual[0]}"
    theirs, ours = expected[1], actual[1]
    if not exact:
        theirs, ours = _by_place(expected), _by_place(actual)
    return "" if theirs == ours else f"errors:\n  graphql-core {theirs}\n  ours         {ours}"


def _by_place(answer: Answer) -> Any:
    data, errors = answer
    own, bubbled = [], set()
    for error in errors:
        place = _nulled_place(data, error[1])
        if place == error[1]:
            own.append(error)
        else:
            bubbled.add(place)
    alone = [error for error in own if error[1] not in bubbled and not _inside(error[1], bubbled)]
    return sorted(alone, key=repr), sorted(bubbled | {e[1] for e in own if e not in alone}, key=repr)


def _nulled_place(data: Any, path: tuple[Any, ...]) -> tuple[Any, ...]:
    for length, key in enumerate(path):
        if data is None:
            return path[:length]
        data = data[key]
    return path


def _inside(path: tuple[Any, ...], places: set[tuple[Any, ...]]) -> bool:
    return any(path[: len(place)] == place for place in places)


def documents(schema: strawberry.Schema, scalars: Mapping[str, st.SearchStrategy[Any]]) -> Any:
    """Valid documents over a schema, as text."""
    known = {name: strategy for name, strategy in scalars.items() if name in schema._schema.type_map}
    return from_schema(schema._schema, custom_scalars=known)


def examples(schema: strawberry.Schema, count: int, number: int, *, variations: int = 8) -> list[Seasoned]:
    """About `count` documents, `variations` of each that hypothesis-graphql makes; always the same ones."""
    made: list[Seasoned] = []

    @_example_settings(count // variations, number)
    @given(documents(schema, SCALARS))
    def collect(text: str) -> None:
        made.extend(season(schema._schema, text, Random(number + at)) for at in range(variations))

    collect()
    return made


def put_to_the_question(
    oracle: Oracle, count: int, number: int, *, variations: int = 8, progress: Callable[[], None] = lambda: None
) -> None:
    """Ask about `count` documents, `variations` of each that hypothesis-graphql makes."""
    loop = asyncio.new_event_loop()

    @_example_settings(count // variations, number)
    @given(documents(oracle.schema, SCALARS), st.integers(0, 2**32))
    def ask(text: str, chance: int) -> None:
        for variation in range(variations):
            document = season(oracle.schema._schema, text, Random(chance + variation))
            loop.run_until_complete(oracle.ask(document, chance + variation))
            progress()

    try:
        ask()
    finally:
        loop.close()


def _example_settings(count: int, number: int) -> Callable[[Any], Any]:
    quiet = settings(max_examples=max(1, count), database=None, deadline=None, suppress_health_check=list(HealthCheck))
    return lambda test: seed(number)(quiet(test))


def world_oracle() -> Oracle:
    """Over the made-up world: a third without traps, half of all with resolvers that wait."""

    def context(number: int) -> Context:
        return Context(number, traps=(0.0, 0.06, 0.2)[number % 3], waits=bool(number // 3 % 2))

    return Oracle(world_schema(), context)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--documents", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    logging.disable()
    oracle = world_oracle()
    with Progress() as bar:
        task = bar.add_task("documents", total=options.documents)
        put_to_the_question(oracle, options.documents, options.seed, progress=lambda: bar.advance(task))
        bar.console.print(f"{oracle.asked} documents, no difference; {dict(oracle.failures)}")
        bar.console.print(f"executed by graphql-core: {dict(oracle.engine.fallbacks)}")


if __name__ == "__main__":
    main()
