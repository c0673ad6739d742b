"""The ready-made queries fit the contract, so that nobody's first try ends in a validation error."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from graphql import DocumentNode, GraphQLSchema, OperationDefinitionNode, build_schema, parse, print_ast, validate
from graphql.execution.values import get_variable_values

from gateway.console.build import SOURCE
from schema.contract import contract as live_contract
from schema.execution import Engine
from tenancy.permissions import Action
from tests.world import World

QUERIES = sorted((SOURCE / "src" / "queries").rglob("*.graphql"))
EXPECTED = {
    "Who am I",
    "My workspaces",
    "Agreements and packages",
    "Customer activity: enterprise-wide",
    "Add-ons of one agreement",
    "My active cases",
    "One case",
    "Open a case",
    "Insights of one customer",
}


@dataclass(frozen=True)
class ReadyMade:
    """A file as the console reads it: comment lines `# key: value`, then one operation."""

    text: str
    head: list[tuple[str, str]]
    document: DocumentNode

    @classmethod
    def of(cls, path: Path) -> "ReadyMade":
        text = path.read_text()
        return cls(text, re.findall(r"^# (\w+): (.+)$", text, re.MULTILINE), parse(text))

    def all(self, key: str) -> list[str]:
        return [value for name, value in self.head if name == key]

    @property
    def fills(self) -> Iterator[tuple[str, DocumentNode]]:
        for fill in self.all("fill"):
            variable, _, query = fill.partition(" = ")
            yield variable, parse(query)

    @property
    def variables(self) -> dict[str, Any]:
        """What the editor shows when every look-up found something."""
        given: dict[str, Any] = {name: "an id" for name, _ in self.fills} | dict.fromkeys(self.all("fresh"), "a key")
        known: dict[str, Any] = json.loads("".join(self.all("variables")) or "{}")
        return given | known


@pytest.fixture(scope="module")
def contract() -> GraphQLSchema:
    return build_schema((SOURCE.parent / "schema.graphql").read_text())


@pytest.fixture(params=QUERIES, ids=lambda path: path.relative_to(SOURCE / "src" / "queries").as_posix())
def query(request: pytest.FixtureRequest) -> ReadyMade:
    return ReadyMade.of(request.param)


def test_it_fits_the_contract(query: ReadyMade, contract: GraphQLSchema) -> None:
    assert validate(contract, query.document) == []


def test_it_is_not_too_dear(query: ReadyMade) -> None:
    assert Engine(live_contract).document(query.text, None).check_price(query.variables) > 0


def test_its_lookups_fit_the_contract(query: ReadyMade, contract: GraphQLSchema) -> None:
    assert [validate(contract, lookup) for _, lookup in query.fills if validate(contract, lookup)] == []


def test_its_variables_are_all_given_and_have_the_right_types(query: ReadyMade, contract: GraphQLSchema) -> None:
    (operation,) = query.document.definitions
    assert isinstance(operation, OperationDefinitionNode)
    definitions = operation.variable_definitions or ()
    values = get_variable_values(contract, definitions, query.variables)
    assert not isinstance(values, list), values
    declared = {definition.variable.name.value for definition in definitions}
    assert query.variables.keys() <= declared


def test_it_says_what_it_does_in_one_sentence(query: ReadyMade) -> None:
    (title,), (says,) = query.all("title"), query.all("says")
    assert len(title) <= 40
    assert says[-1] in ".!"


def test_the_everyday_questions_are_there() -> None:
    titles = [title for path in QUERIES for title in ReadyMade.of(path).all("title")]
    assert set(titles) >= EXPECTED
    assert len(set(titles)) == len(titles)


def test_the_bars_own_questions_fit_the_contract(contract: GraphQLSchema) -> None:
    asked = re.findall(r"'(query [^']+)'", (SOURCE / "src" / "places.ts").read_text())
    assert len(asked) == 3
    assert [validate(contract, parse(text)) for text in asked] == [[], [], []]


@pytest.mark.parametrize("person", ["gil", "cora", "maya", "pam", "mo"])
async def test_what_is_offered_is_not_forbidden(query: ReadyMade, world: World, person: str) -> None:
    """Whoever's roles open what a query needs, gets an answer; whoever's do not, is not shown it."""
    actions = (await world.data(person, "{ viewer { actions } }"))["viewer"]["actions"]
    needs = query.all("needs")
    assert not set(needs) - {action.value for action in Action}
    if "mutation" in query.text or not set(needs) <= set(actions):
        return
    variables = dict(query.variables)
    for name, lookup in query.fills:
        found = await world.data(person, print_ast(lookup))
        variables[name] = _first_text(found)
    body = (await world.ask(person, query.text, variables)).json()
    assert "FORBIDDEN" not in [error["extensions"]["code"] for error in body.get("errors", ())]


def _first_text(value: Any) -> str | None:
    if isinstance(value, dict | list):
        below = value.values() if isinstance(value, dict) else value
        return next((text for text in map(_first_text, below) if text is not None), None)
    return value if isinstance(value, str) else None
