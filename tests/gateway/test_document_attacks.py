"""Hostile documents over HTTP, those of group G that no other test is about."""

import gc
import tracemalloc
from contextlib import suppress

import pytest
from strawberry.types.base import StrawberryObjectDefinition

from schema.contract import contract
from schema.execution import Engine, Refused
from tests.world import World

CIRCLES = {
    "a circle": "{ ...A } fragment A on Query { ...B } fragment B on Query { ...A }",
    "a fragment of itself": "{ ...A } fragment A on Query { ...A ...A }",
    "a chain of 500": "{ ...F0 }"
    + "".join(f"fragment F{n} on Query {{ ...F{n + 1} }}" for n in range(500))
    + "fragment F500 on Query { viewer { name } }",
}
CROWDS = {
    "500 type names": "{ viewer { " + "__typename " * 500 + "} }",
    "5,000 repeated fields": "{ viewer { " + "name " * 5_000 + "} }",
    "1,500 inline fragments": "{ " + "... { " * 1_500 + "viewer { name } " + "} " * 1_501,
}


@pytest.mark.parametrize("document", [*CIRCLES.values(), *CROWDS.values()], ids=[*CIRCLES, *CROWDS])
async def test_g06_g07_circles_and_crowds_are_refused_without_a_statement(world: World, document: str) -> None:
    async with world.listening() as heard:
        answer = await world.ask("rae", document)
    if answer.status_code == 200:  # repeated type names within the limits are one field, once
        assert answer.json()["data"] == {"viewer": {"__typename": "Viewer"}}
        return
    assert (answer.status_code, heard) == (400, [])
    assert "data" not in answer.json()


def test_g10_refusals_leave_nothing_behind() -> None:
    """What was refused is forgotten: its errors hold no tree of the document that made them"""
    engine = Engine(contract)

    def refuse(number: int) -> None:
        wrong = " ".join(f"no{number}x{each}" for each in range(150))
        with suppress(Refused):
            engine.document(f"{{ viewer {{ {wrong} }} }}")

    tracemalloc.start()
    for number in range(120):  # the answers that are remembered have a bound: reach it
        refuse(number)
    gc.collect()
    before = tracemalloc.get_traced_memory()[0]
    for number in range(120, 320):
        refuse(number)
    gc.collect()  # an exception and its frames point at each other
    grown = tracemalloc.get_traced_memory()[0] - before
    tracemalloc.stop()
    assert grown < 100_000


@pytest.mark.parametrize(
    "document",
    ["{ viewer { name ... @defer { isGuest } } }", "{ viewer { roles @stream } }", "subscription { a }"],
)
async def test_g22_what_would_come_in_parts_is_refused(world: World, document: str) -> None:
    answer = await world.ask("rae", document)
    assert (answer.status_code, "data" in answer.json()) == (400, False)


def test_g25_no_field_leaves_a_decision_to_a_permission_class() -> None:
    """Rights are a table and boundaries; a permission class could return something that only looks true"""
    asking = [
        f"{definition.definition.name}.{field.python_name}"
        for definition in contract.schema_converter.type_map.values()
        if isinstance(definition.definition, StrawberryObjectDefinition)
        for field in definition.definition.fields
        if field.permission_classes
    ]
    assert asking == []


def test_g26_no_extension_is_shared_by_two_requests() -> None:
    assert list(contract.extensions) == []


async def test_g01_a_schema_is_for_those_who_are_somebody(world: World) -> None:
    """Nobody: 401. Anybody with a valid token may read it: the contract is public among customers"""
    asked = "{ __schema { queryType { name } } }"
    assert (await world.ask(None, asked)).status_code == 401
    for viewer in ("ann", "maya"):
        assert (await world.ask(viewer, asked)).json()["data"]["__schema"]["queryType"] == {"name": "Query"}
