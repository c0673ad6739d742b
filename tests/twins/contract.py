"""The contract as a map: every field with its arguments, and the ways that lead to each type."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from graphql import (
    GraphQLArgument,
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLNonNull,
    GraphQLObjectType,
    get_named_type,
    is_required_argument,
)

from schema.contract import contract

SCHEMA: Final = contract._schema
TURNS: Final = 2
"""How often an input that can hold itself is opened on one way down."""
Owner = GraphQLObjectType | GraphQLInterfaceType


@dataclass(frozen=True, order=True)
class Pair:
    """A field and one of its arguments, or of the fields of its input; a field without any stands for itself."""

    owner: str
    field: str
    argument: str = ""

    def __str__(self) -> str:
        return f"{self.owner}.{self.field}" + (f"({self.argument})" if self.argument else "")


@dataclass(frozen=True)
class Aim:
    """What questions are led to: first the `ways`, each a path of fields with their arguments, one after the other;
    then everything of the `types`."""

    types: frozenset[str] = frozenset()
    ways: tuple[tuple[Pair, ...], ...] = ()


OFTEN: Final = 6
"""How much more often a way is gone that shows a fault only by chance."""


def near(*names: str) -> Aim:
    """`Case` is a type to keep to, `Query.case Case.title` a way to begin with, `Query.cases(filter)` an argument."""
    ways = tuple(_way(name) for name in names if "." in name)
    types = {name for name in names if "." not in name} or {step.owner for way in ways for step in way}
    return Aim(frozenset(types), ways)


def _way(told: str) -> tuple[Pair, ...]:
    steps = (step.rstrip(")").partition("(") for step in told.split())
    paths = ((*field.split("."), argument) for field, _, argument in steps)
    return tuple(Pair(owner, name, argument) for owner, name, argument in paths)


@cache
def pairs(root: str) -> tuple[Pair, ...]:
    """Everything that documents of this root can say. What mutations answer with is the same as what queries do."""
    return tuple(sorted(set(_pairs(root))))


def _pairs(root: str) -> Iterator[Pair]:
    for type_ in reachable(root):
        for name, field in type_.fields.items():
            if root == "query" or type_.name == "Mutation" or type_.name.endswith("Payload"):
                said = [place for argument, definition in field.args.items() for place in places(argument, definition)]
                yield from (Pair(type_.name, name, place) for place in said or [""])


def places(name: str, definition: GraphQLArgument | Any, above: tuple[str, ...] = ()) -> Iterator[str]:
    """The argument itself, and each field of an input below it; an input within itself is said once more."""
    yield name
    below = get_named_type(definition.type)
    if isinstance(below, GraphQLInputObjectType) and above.count(below.name) < TURNS:
        for each, field in below.fields.items():
            yield from (f"{name}.{place}" for place in places(each, field, (*above, below.name)))


@cache
def reachable(root: str) -> tuple[GraphQLObjectType, ...]:
    """The object types that documents of this root meet."""
    first = root_type(root)
    found: dict[str, GraphQLObjectType] = {first.name: first}
    waiting: list[Any] = [first]
    while waiting:
        for field in waiting.pop().fields.values():
            for below in objects(get_named_type(field.type)):
                if below.name not in found:
                    found[below.name] = below
                    waiting.append(below)
    return tuple(found.values())


def root_type(root: str) -> GraphQLObjectType:
    """Query or Mutation."""
    found = SCHEMA.query_type if root == "query" else SCHEMA.mutation_type
    assert found is not None
    return found


def objects(type_: Any) -> tuple[GraphQLObjectType, ...]:
    """The object types behind a type; none behind a leaf."""
    if isinstance(type_, GraphQLInterfaceType):
        return tuple(SCHEMA.get_possible_types(type_))
    return (type_,) if isinstance(type_, GraphQLObjectType) else ()


@cache
def ways(root: str) -> dict[str, tuple[tuple[str, str], ...]]:
    """Type -> the fields that lead straight to it, as owner and name. `node` leads to whatever has an id."""
    found: dict[str, list[tuple[str, str]]] = {}
    for owner in reachable(root):
        for name, field in owner.fields.items():
            for below in objects(get_named_type(field.type)):
                found.setdefault(below.name, []).append((owner.name, name))
    return {name: tuple(each) for name, each in found.items()}


@cache
def distances(root: str) -> dict[str, int]:
    """How many fields lie between the root and each type, at least."""
    found, edge = {root_type(root).name: 0}, [root_type(root)]
    while edge:
        below = [
            (type_, found[owner.name] + 1)
            for owner in edge
            for field in owner.fields.values()
            for type_ in objects(get_named_type(field.type))
        ]
        edge = []
        for type_, far in below:
            if type_.name not in found:
                found[type_.name] = far
                edge.append(type_)
    return found


def field_of(owner: str, name: str) -> GraphQLField:
    """The definition of a field."""
    type_ = SCHEMA.type_map[owner]
    assert isinstance(type_, GraphQLObjectType | GraphQLInterfaceType)
    found: GraphQLField = type_.fields[name]
    return found


def is_required(argument: GraphQLArgument | Any) -> bool:
    """Whether nothing works without it."""
    return is_required_argument(argument)


def opened(type_: Any) -> Any:
    """The type without its exclamation mark."""
    return type_.of_type if isinstance(type_, GraphQLNonNull) else type_
