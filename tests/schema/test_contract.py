"""The contract as a whole: what is committed is served, everything is described, nothing of the tables shows."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from graphql import (
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLScalarType,
    OperationType,
    get_named_type,
    is_interface_type,
    is_non_null_type,
)

from schema.contract import contract, sdl
from schema.node import nodes
from tenancy.errors import camel
from tenancy.tables import Table
from tests.talk import difference

COMMITTED = Path(__file__).parents[2] / "schema.graphql"
SCHEMA = contract._schema
TYPES = [each for name, each in SCHEMA.type_map.items() if not name.startswith("__")]
OUTPUTS = [each for each in TYPES if isinstance(each, GraphQLObjectType | GraphQLInterfaceType)]
INPUTS = [each for each in TYPES if isinstance(each, GraphQLInputObjectType)]

GLOBAL_IDS = {"Membership.workspaceId"}
"""Where an id is answered besides `id`: the workspace itself is null to those whom it does not admit."""
OF_EFFECTS = {"ClockEffect.case", "SightEffect.what", "SightEffect.who", "TermsEffect.entitlement"}
"""What a plan made is gone with the plan: an effect names it, and `node` finds it once it is there."""
FOREIGN_WORDS = {
    "DeploymentRow.productId",
    "LicenseSource.productId",
    "LicenseSubscription.productId",
    "PortfolioGroup.productId",
    "Package.externalId",
}
"""Called like keys, but they are the words of others: of the seller for a product, of the contract for a package."""


def test_the_committed_contract_is_the_one_that_is_served(request: pytest.FixtureRequest) -> None:
    """A change of the contract is seen in a diff (H-13)."""
    if request.config.getoption("--bless"):
        COMMITTED.write_text(sdl())
    if sdl() != COMMITTED.read_text():
        pytest.fail(difference(COMMITTED.read_text(), sdl(), COMMITTED.name), pytrace=False)


def _described() -> Iterator[tuple[str, str | None]]:
    for type_ in TYPES:
        if not isinstance(type_, GraphQLScalarType):
            yield type_.name, type_.description
        if isinstance(type_, GraphQLEnumType):
            yield from ((f"{type_.name}.{name}", value.description) for name, value in type_.values.items())
    for name, field in _fields():
        yield name, field.description
        for argument, each in field.args.items():
            yield f"{name}({argument})", each.description
    for given in INPUTS:
        yield from ((f"{given.name}.{name}", each.description) for name, each in given.fields.items())


def _fields() -> Iterator[tuple[str, GraphQLField]]:
    return ((f"{each.name}.{name}", field) for each in OUTPUTS for name, field in each.fields.items())


def test_everything_is_described() -> None:
    assert [name for name, text in _described() if not (text or "").strip()] == []


def test_a_description_is_a_sentence() -> None:
    assert [name for name, text in _described() if text and not re.match(r"[A-Z0-9`].*[.!]$", text, re.DOTALL)] == []


def test_no_description_tells_of_tables() -> None:
    told = [name for name, text in _described() if re.search(r"\b(tenant_id|uuid|SQL|foreign key)\b", text or "")]
    assert told == []


def test_no_field_shows_a_key_of_a_table() -> None:
    """Rows are tied by ids, objects by objects; a field called like a key would answer a bare uuid."""
    columns = {camel(str(column.key)) for table in Table.metadata.tables.values() for column in table.columns}
    keys = {name for name in columns if name.endswith("Id")}
    shown = {name for name, _ in _fields() if name.partition(".")[2] in keys}
    assert shown == GLOBAL_IDS | FOREIGN_WORDS


def test_an_id_is_answered_where_it_is_global_and_nowhere_else() -> None:
    answered = {name for name, field in _fields() if get_named_type(field.type).name == "ID"}
    assert {name for name in answered if not name.endswith(".id")} == GLOBAL_IDS | OF_EFFECTS


def test_an_id_that_is_taken_is_a_global_one() -> None:
    wrong = [
        f"{given.name}.{name}"
        for given in INPUTS
        for name, field in given.fields.items()
        if name.endswith("Id") and get_named_type(field.type).name != "ID"
    ]
    assert wrong == []


def test_a_root_field_that_fails_leaves_the_others_their_answers() -> None:
    """T-15: only what can be null can fail alone."""
    roots = [SCHEMA.get_root_type(kind) for kind in (OperationType.QUERY, OperationType.MUTATION)]
    required = {name for root in roots if root for name, field in root.fields.items() if is_non_null_type(field.type)}
    assert required <= {"viewer"}


def test_node_finds_whatever_is_a_node() -> None:
    """Relay: an object with a global id can be fetched again by it."""
    node = contract._schema.type_map["Node"]
    assert is_interface_type(node)
    assert set(nodes()) == {type_.name for type_ in contract._schema.get_possible_types(node)}


def test_a_list_is_a_connection_or_short() -> None:
    """What grows with the customer has pages (5.1)."""
    for name, field in _fields():
        if get_named_type(field.type).name.endswith("Connection"):
            assert {"first", "after"} <= set(field.args), name


def test_every_mutation_takes_one_input_and_answers_one_kind_of_payload() -> None:
    """H-13"""
    root = SCHEMA.get_root_type(OperationType.MUTATION)
    assert root is not None
    for name, field in root.fields.items():
        payload = get_named_type(field.type)
        assert isinstance(payload, GraphQLObjectType)
        assert isinstance(field.args["input"].type, GraphQLNonNull), name
        assert set(field.args) <= {"input", "plan"}, name
        assert payload.name.endswith("Payload"), name
        assert {"userErrors", "planned", "effects"} <= set(payload.fields), name


def test_misspelt_fields_get_no_hints() -> None:
    """G-11"""
    assert contract.config.disable_field_suggestions
