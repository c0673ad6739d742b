"""Hostile documents over HTTP, those of group G that no other test is about."""

import gc
import tracemalloc
from contextlib import suppress
from pathlib import Path
from typing import Any

import orjson
import pytest
from strawberry.types.base import StrawberryObjectDefinition

from schema.contract import contract
from schema.execution import Engine, Refused
from tests.gateway.test_endpoint import post
from tests.gateway.test_operations import Reader
from tests.ground import Address
from tests.resolvers.desk import case
from tests.world import World, opened

REFUSED = ("BAD_USER_INPUT", "GRAPHQL_VALIDATION_FAILED", "QUERY_TOO_COMPLEX")
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
    [
        "{ viewer { name ... @defer { isGuest } } }",
        "{ viewer { roles @stream } }",
        f'subscription {{ caseChanged(caseId: "{case("K1")}") {{ eventId }} }}',
    ],
)
async def test_g22_what_would_come_in_parts_is_refused(world: World, document: str) -> None:
    """A subscription is answered on a socket or as an event stream, never as one answer"""
    answer = await world.ask("mo", document)
    assert (answer.status_code, "data" in answer.json()) == (400, False)


@pytest.mark.parametrize(
    "arguments",
    ["first: 0", "first: -1", "first: 101", "first: 2147483648", "first: null", "first: 5, last: 5", "last: 5"],
)
async def test_g13_a_page_of_another_size_is_refused_and_none_is_taken_instead(world: World, arguments: str) -> None:
    for document, variables in (
        (f"{{ cases({arguments}) {{ totalCount }} }}", None),
        ("query ($n: Int) { cases(first: $n) { totalCount } }", {"n": _size(arguments)}),
    ):
        answer = await world.ask("rae", document, variables)
        (error,) = answer.json()["errors"]
        assert error["extensions"]["code"] in REFUSED, (document, variables)
        assert answer.json().get("data") in (None, {"cases": None}), (document, variables)


def _size(arguments: str) -> Any:
    return {"first: 0": 0, "first: -1": -1, "first: 101": 101, "first: 2147483648": 2**31}.get(arguments)


@pytest.mark.parametrize(
    ("document", "variables"),
    [
        ("{ cases(first: " + "[" * 30_000 + ") { totalCount } }", None),
        ("{ cases(filter: " + "{a: " * 5_000 + "1" + "}" * 5_000 + ") { totalCount } }", None),
        ("query ($f: CaseFilter) { cases(filter: $f) { totalCount } }", '{"a":' * 10_000 + "1" + "}" * 10_000),
    ],
    ids=["a list in the document", "an object in the document", "an object in the variables"],
)
async def test_g15_values_without_a_bottom_are_refused(world: World, document: str, variables: str | None) -> None:
    body = b'{"query": %s, "variables": %s}' % (orjson.dumps(document), (variables or "null").encode())
    answer = await post(world, body)
    assert (answer.status_code, "data" in answer.json()) == (400, False)


@pytest.mark.parametrize(
    "document",
    [
        "{ caes { totalCount } }",
        "{ cases(frist: 1) { totalCount } }",
        "{ cases(view: ALLL) { totalCount } }",
        "{ cases(filter: {createdSinse: 1}) { totalCount } }",
        "{ viewer { ... on Veiwer { name } } }",
        "query ($a: CaseFiltre) { viewer { name } }",
        "{ viewer { ...Nam } } fragment Name on Viewer { name }",
        "{ viewer @inclde(if: true) { name } }",
    ],
)
async def test_g11_nothing_is_guessed_for_those_who_misspell(world: World, document: str) -> None:
    """Also with a value in the variables"""
    answer = await world.ask("rae", document)
    assert (answer.status_code, "did you mean" in answer.text.lower()) == (400, False), answer.text
    given = await world.ask("rae", "query ($v: CaseView) { cases(view: $v) { totalCount } }", {"v": "ALLL"})
    assert (given.status_code, "did you mean" in given.text.lower()) == (400, False), given.text


async def test_g08_a_flood_of_errors_is_twenty_in_the_answer_and_a_short_line_in_the_log(
    world_database: Address, tmp_path: Path
) -> None:
    reader = Reader()
    async with opened(world_database, tmp_path, log_operations="all") as world:
        world.gateway.logbook._target = reader.into
        answer = await world.ask("rae", "{ viewer { " + " ".join(f"name @a{n}" for n in range(45)) + " } }")
    assert (answer.status_code, len(answer.json()["errors"])) == (400, 20)
    (line,) = (each for each in reader.lines() if each["event"] == "operation")
    assert len(orjson.dumps(line)) < 2_048


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
