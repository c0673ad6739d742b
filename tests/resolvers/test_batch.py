"""Batched fields as Strawberry and graphql-core see them."""

from collections.abc import Awaitable
from typing import Any

import pytest
import strawberry
from strawberry.permission import BasePermission

from resolvers.batch import BatchField, Level, Parents, batched
from resolvers.selection import EVERYTHING
from schema.execution import Engine

SEEN: list[Level] = []


def double(parents: Parents, info: Level, times: int = 2) -> list[Any]:
    SEEN.append(info)
    return [row.number * times for row in parents]


async def one(parent: Any, level: Level, times: int = 2) -> int:
    return int(parent.number * times + 1000)


async def awaited(values: list[Any]) -> list[Any]:
    return values


def promise(parents: Parents) -> Awaitable[list[Any]]:
    return awaited([row.number for row in parents])


def promises(parents: Parents) -> list[Awaitable[list[Any]]]:
    return [awaited([row.number]) for row in parents]


class Anybody(BasePermission):
    async def has_permission(self, source: Any, info: strawberry.Info, **kwargs: Any) -> bool:
        return True


@strawberry.type
class Thing:
    number: int
    doubled: int = batched(double, columns=("number",), description="Twice.")
    single: int = batched(double, resolve_one=one, name="alone", deprecation_reason="Old.")

    @batched(columns=("number",))
    @staticmethod
    async def failed(parents: Parents, info: strawberry.Info) -> int | None:
        return [ValueError(f"no {row.number}") for row in parents]  # type: ignore[return-value]  # all parents

    @batched(columns=("number",))
    @staticmethod
    async def slots_later(parents: Parents, info: strawberry.Info) -> list[int]:
        return [awaited([row.number]) for row in parents]  # type: ignore[misc]  # all parents

    later: int = batched(promise)
    guarded_later: list[int] = batched(promises, permission_classes=[Anybody])


@strawberry.type
class Query:
    @strawberry.field
    def things(self) -> list[Thing]:
        return [Thing(number=1), Thing(number=2)]


schema = strawberry.Schema(Query)


def test_parents_and_level_are_no_graphql_arguments() -> None:
    sdl = schema.as_str()
    assert "doubled(times: Int! = 2): Int!" in sdl
    assert 'alone(times: Int! = 2): Int! @deprecated(reason: "Old.")' in sdl
    assert '"""Twice."""' in sdl
    assert "failed: Int\n" in sdl


async def test_graphql_core_resolves_one_parent_at_a_time() -> None:
    SEEN.clear()
    result = await schema.execute("{ things { doubled(times: 3) alone } }")
    assert result.errors is None
    assert result.data == {"things": [{"doubled": 3, "alone": 1002}, {"doubled": 6, "alone": 1004}]}
    assert [(level.selection, level.field_name) for level in SEEN] == [(EVERYTHING, "doubled")] * 2


async def test_an_exception_in_a_slot_is_the_error_of_that_slot() -> None:
    result = await schema.execute("{ things { failed } }")
    assert result.data == {"things": [{"failed": None}, {"failed": None}]}
    assert [error.message for error in result.errors or ()] == ["no 1", "no 2"]


async def test_a_plain_function_may_return_an_awaitable() -> None:
    result = await schema.execute("{ things { later } }")
    assert result.errors is None
    assert result.data == {"things": [{"later": 1}, {"later": 2}]}


@pytest.mark.parametrize("field", ["slotsLater", "guardedLater"])
async def test_an_awaitable_in_a_slot_is_awaited_whoever_executes(field: str) -> None:
    """The oracle found it: graphql-core awaits a resolver once, and took what the slot held for the value."""
    asked = f"{{ things {{ {field} }} }}"
    result = await schema.execute(asked)
    ours = await Engine(schema).document(asked).run(None)
    assert result.errors is None
    assert result.data == ours.data == {"things": [{field: [1]}, {field: [2]}]}


def test_copies_keep_what_makes_them_batched() -> None:
    definition = Thing.__strawberry_definition__  # type: ignore[attr-defined]  # added by the decorator
    field = next(field for field in definition.fields if field.python_name == "single")
    copied = field.__copy__()
    assert isinstance(copied, BatchField)
    assert copied.resolve_one is one
    assert copied.resolve_all is field.resolve_all


def test_a_field_without_a_function_says_so() -> None:
    with pytest.raises(TypeError, match="has no function"):
        _ = BatchField(python_name="empty").resolve_all
