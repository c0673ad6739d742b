"""How many statements a document costs: the same for one row and for a hundred, whoever asks (house 4, H-4, H-7).

BEGIN with the viewer's key, the viewer's grants and COMMIT are three of them; what a single statement answers takes
that statement alone, once viewer and document are known (`tenancy.glance`).
"""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.resolvers.test_case_opening import OPEN
from tests.resolvers.test_case_opening import wanted as opening
from tests.tenancy.callers import node
from tests.world import World

ALWAYS = 3

LIST = "query ($first: Int) { cases(view: ALL, first: $first) { nodes { title } } }"
OWNERS = "query ($first: Int) { cases(view: ALL, first: $first) { nodes { title owner { displayName } } } }"
COUNTED = "query ($first: Int) { cases(view: ALL, first: $first) { totalCount nodes { title } } }"
PEOPLE = """query ($first: Int) { cases(view: ALL, first: $first) {
  nodes { title owner { displayName } createdBy { displayName } primaryContact { displayName } }
} }"""
WIDE = """query ($first: Int) { cases(view: ALL, first: $first) { totalCount nodes {
  title workspace { name } customer { name } entitlement { name package { agreement { number } } }
  children(first: 3) { totalCount nodes { title } }
} } }"""
LINES = """query ($first: Int) { agreements(first: $first) { nodes { packages(first: $first) { nodes {
  name entitlements(first: $first) { nodes { name totalTerms state } }
} } } } }"""
NESTED = """query ($first: Int) { agreements(first: $first) { nodes { id packages(first: 3) { nodes {
  name agreement { number } entitlements(first: 2) { nodes { id name consumed remaining } pageInfo { hasNextPage } }
} } } } }"""
WITH_EDGES = NESTED.replace("nodes { id packages", "edges { cursor } nodes { id packages")
ADD_ON = """query ($agreement: ID, $packages: [ID!]) { customerActivity {
  addOn(agreementId: $agreement, packageIds: $packages) { packages { nodes { name } } }
} }"""
VIEWER = "{ viewer { name roles tenants { name } } }"


@pytest.mark.parametrize(
    ("viewer", "document", "statements"),
    [
        ("rae", VIEWER, 0),
        ("rae", LIST, 1),
        ("rae", OWNERS, 1),
        ("rae", WIDE, 4),
        ("gil", LINES, 3),
        ("gil", NESTED, 1),
        ("gil", WITH_EDGES, 2),
    ],
    ids=["viewer", "list", "owners", "wide", "lines", "nested", "edges"],
)
@pytest.mark.parametrize("first", [1, 2, 10])
async def test_a_page_costs_the_same_whatever_its_size(
    world: World, viewer: str, document: str, statements: int, first: int
) -> None:
    variables = {"first": first} if "$first" in document else None
    await world.data(viewer, document, variables)  # so that the viewer and the document are known
    async with world.listening() as heard:
        await world.data(viewer, document, variables)
    always = 0 if statements == 1 else ALWAYS
    assert len(heard) == always + statements, "\n".join(_told(heard))


@pytest.mark.parametrize("packages", [["contoso/X1"], ["contoso/X1", "contoso/X2"]], ids=["one", "two"])
async def test_the_add_on_section_looks_up_what_is_named_at_once(world: World, packages: list[str]) -> None:
    """D-31, H-7: one statement for the agreement and one for all packages, beside the workspace and the page's rows."""
    named = {"agreement": node("Agreement", "contoso/A1"), "packages": [node("Package", each) for each in packages]}
    await world.data("maya", VIEWER)
    async with world.listening() as heard:
        await world.data("maya", ADD_ON, named)
    assert len(heard) == ALWAYS + 4, "\n".join(_told(heard))


@pytest.mark.parametrize("viewer", ["gil", "rae", "maya", "pia"])
async def test_what_comes_along_is_what_would_be_asked_for(world: World, viewer: str) -> None:
    """The same answer level by level, from one statement, and from the transaction before a viewer is foreseen."""
    answers = [await world.data(viewer, document, {"first": 5}) for document in (NESTED, NESTED, NESTED, WITH_EDGES)]
    answers[-1]["agreements"].pop("edges")
    assert answers[1:] == answers[:1] * 3
    if viewer != "pia":
        assert any(package["entitlements"]["nodes"] for package in _packages(answers[0]))


def _packages(answer: Any) -> Iterator[Any]:
    for agreement in answer["agreements"]["nodes"]:
        yield from agreement["packages"]["nodes"]


async def test_relations_to_one_table_share_what_they_found(world: World) -> None:
    """Three relations to people: a statement each at most, and none for whom the operation knows already."""
    async with world.listening() as heard:
        await world.data("rae", PEOPLE, {"first": 50})
    assert len(heard) <= ALWAYS + 4


def _told(heard: list[str]) -> Iterator[str]:
    return (" ".join(statement.split())[:160] for statement in heard)


async def test_the_first_request_of_a_principal_costs_one_more(fresh_world: World) -> None:
    """Which tenant it is in was not known before its grants were read; afterwards it is guessed right."""
    counts = []
    for _ in range(2):
        async with fresh_world.listening() as heard:
            await fresh_world.data("rae", COUNTED, {"first": 1})
        counts.append(len(heard))
    assert counts == [ALWAYS + 3, ALWAYS + 2]


async def test_a_personal_account_costs_one_more_for_the_account_rule(world: World) -> None:
    """3.4 is asked in the operation's own transaction (H-8)."""
    for _ in range(2):
        async with world.listening() as heard:
            await world.data("pia", LIST, {"first": 1})
    assert len(heard) == ALWAYS + 2


async def test_what_is_refused_for_its_price_asks_the_database_nothing(world: World) -> None:
    """G-02, G-12"""
    async with world.listening() as heard:
        answer = await world.ask("rae", LINES, {"first": 100})
    assert answer.json()["errors"][0]["extensions"]["code"] == "QUERY_TOO_COMPLEX"
    assert heard == []


async def test_a_query_is_one_read_only_snapshot(world: World) -> None:
    """H-4"""
    async with world.listening() as heard:
        await world.data("rae", WIDE, {"first": 5})
    assert heard[0].startswith("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
    assert [each for each in heard if each.startswith(("BEGIN", "COMMIT", "ROLLBACK"))] == [heard[0], "COMMIT"]


async def test_a_case_on_an_entitlement_is_opened_in_seven_statements(fresh_world: World) -> None:
    """House 5: key, references; lock, balance, rows, events, audit. Clocks, events and shares cost no more of them, and
    the entitlement is locked for the last four and the commit."""
    await fresh_world.data("mo", OPEN, opening())
    async with fresh_world.listening() as heard:
        await fresh_world.data("mo", OPEN, opening())
    command = heard[: heard.index("COMMIT") + 1]
    assert len(command) == ALWAYS + 7, "\n".join(_told(heard))
    assert len(heard) - len(command) == ALWAYS + 1, "\n".join(_told(heard))
    (lock,) = (place for place, sql in enumerate(command) if "FOR UPDATE" in sql)
    assert len(command) - lock == 6, "\n".join(_told(heard))
