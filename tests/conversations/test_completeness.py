"""What nobody talks about is not tested: the lists of exceptions here may only shrink."""

from collections.abc import Iterator
from functools import cache

from graphql import (
    FieldNode,
    GraphQLInputObjectType,
    GraphQLObjectType,
    GraphQLSchema,
    ObjectFieldNode,
    OperationType,
    TypeInfo,
    TypeInfoVisitor,
    Visitor,
    get_named_type,
    is_abstract_type,
    is_type,
    parse,
    type_from_ast,
    visit,
)

from schema.contract import contract
from tests.conversations.test_conversations import TALKS
from tests.talk import Turn

STRANGERS = frozenset({"zoe", "nils"})
"""People without any role: one whom the database has never seen, and one whom it knows."""

NO_STRANGER_ASKED: frozenset[str] = frozenset()
NOBODY_ASKED: frozenset[str] = frozenset()
NOBODY_SAID: frozenset[str] = frozenset()

PAGING = frozenset({"first", "after"})
"""Lists and their pages are one mechanism for all nouns: pages.graphql and case_lists.graphql talk about it."""

SCHEMA: GraphQLSchema = contract._schema


def test_every_root_field_has_a_conversation_with_a_stranger() -> None:
    asked = {field for talk in TALKS for turn in talk.turns if turn.viewer in STRANGERS for field in turn.roots}
    assert _roots() - asked == NO_STRANGER_ASKED


def test_every_field_is_asked_in_a_conversation() -> None:
    there = {f"{type_.name}.{field}" for type_ in _objects() if not _is_paging(type_) for field in type_.fields}
    assert there - _visited().fields == NOBODY_ASKED


def test_every_argument_and_every_input_is_said_in_a_conversation() -> None:
    arguments = {
        f"{type_.name}.{name}({argument})"
        for type_ in _objects()
        for name, field in type_.fields.items()
        for argument in field.args
        if argument not in PAGING
    }
    kinds = (each for each in SCHEMA.type_map.values() if isinstance(each, GraphQLInputObjectType))
    inputs = {f"{kind.name}.{field}" for kind in kinds for field in kind.fields}
    assert (arguments | inputs) - _visited().said == NOBODY_SAID


def _roots() -> set[str]:
    roots = (SCHEMA.get_root_type(kind) for kind in OperationType)
    return {field for root in roots if root for field in root.fields}


def _objects() -> Iterator[GraphQLObjectType]:
    for each in SCHEMA.type_map.values():
        if isinstance(each, GraphQLObjectType) and not each.name.startswith("__"):
            yield each


def _is_paging(type_: GraphQLObjectType) -> bool:
    return type_.name.endswith(("Connection", "Edge"))


class Asked(Visitor):
    """What documents ask for, and what their arguments and variables say."""

    def __init__(self) -> None:
        super().__init__()
        self.types = TypeInfo(SCHEMA)
        self.fields: set[str] = set()
        self.said: set[str] = set()

    def enter_field(self, node: FieldNode, *_: object) -> None:
        for owner in _behind(self.types.get_parent_type()):
            self.fields.add(f"{owner}.{node.name.value}")
            self.said |= {f"{owner}.{node.name.value}({argument.name.value})" for argument in node.arguments or ()}

    def enter_object_field(self, node: ObjectFieldNode, *_: object) -> None:
        parent = get_named_type(self.types.get_parent_input_type())
        self.said.add(f"{parent}.{node.name.value}")

    def hear(self, turn: Turn) -> None:
        visit(parse(turn.document), TypeInfoVisitor(self.types, self))
        for definition in turn.operation.variable_definitions or ():
            value = (turn.variables or {}).get(definition.variable.name.value)
            self.said |= set(_inputs(type_from_ast(SCHEMA, definition.type), value))


def _behind(type_: object) -> set[str]:
    """A field that is asked of an interface is asked of whatever stands behind it."""
    if is_abstract_type(type_):
        return {each.name for each in SCHEMA.get_possible_types(type_)}
    return {str(type_)}


def _inputs(type_: object, value: object) -> Iterator[str]:
    below = get_named_type(type_) if is_type(type_) else None
    if isinstance(value, list):
        for each in value:
            yield from _inputs(type_, each)
    elif isinstance(below, GraphQLInputObjectType) and isinstance(value, dict):
        for name, given in value.items():
            yield f"{below.name}.{name}"
            yield from _inputs(below.fields[name].type if name in below.fields else None, given)


@cache
def _visited() -> Asked:
    asked = Asked()
    for talk in TALKS:
        for turn in talk.turns:
            asked.hear(turn)
    return asked
