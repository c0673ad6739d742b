"""From a validated operation to a plan.

Fields are merged and fragments folded by graphql-core's own `collect_fields`, given the values of the variables that
`@skip` and `@include` ask for: each combination of those has a plan of its own, so that running one tests nothing.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from operator import attrgetter, itemgetter
from typing import Any

from graphql import (
    FragmentDefinitionNode,
    GraphQLField,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLOutputType,
    GraphQLSchema,
    OperationDefinitionNode,
    default_field_resolver,
    is_abstract_type,
    is_leaf_type,
)
from graphql.execution.collect_fields import (
    FieldDetailsList,
    FragmentDetails,
    GroupedFieldSet,
    collect_fields,
    collect_subfields,
)
from graphql.execution.values import VariableValues
from strawberry.types.base import StrawberryObjectDefinition

from schema.execution.abstract import AbstractOf
from schema.execution.arguments import arguments_for
from schema.execution.bindings import DEFINITION, Binding, ahead_of, bind, needed_columns, relation_of, strawberry_field
from schema.execution.plan import Field, Place, Shape, Source
from schema.execution.price import weight_of
from schema.execution.shapes import Leaf, ListOf, ObjectOf

MOST_PLACES = 5_000
"""A plan that wants more is none: interfaces in interfaces can multiply."""


TYPENAME = Binding(Source.TYPENAME, default_field_resolver, None, python_arguments=False)


class Unsupported(Exception):
    """The compiler does not know something in this operation."""


@dataclass(frozen=True)
class Operation:
    """What is compiled: an operation with the fragments of its document, against a schema."""

    schema: GraphQLSchema
    node: OperationDefinitionNode
    fragments: dict[str, FragmentDetails]
    hide_suggestions: bool = False
    field_resolver: Callable[..., Any] | None = None
    """For fields without a resolver; None is graphql-core's default."""


def compile_operation(operation: Operation, variables: VariableValues) -> Place:
    """The plan's root. Only variables of @skip and @include are looked at.

    Raises Unsupported, and GraphQLError where such a variable has no use as a condition.
    """
    root = operation.schema.get_root_type(operation.node.operation)
    if root is None:
        raise Unsupported("No such root type.")
    collected = collect_fields(
        operation.schema,
        operation.fragments,
        variables,
        root,
        operation.node,
        operation.hide_suggestions,
    )
    if collected.new_defer_usages:
        raise Unsupported("@defer")
    return _Compiler(operation, variables).place(root, collected.grouped_field_set)


def fragments_of(definitions: Sequence[Any]) -> dict[str, FragmentDetails]:
    """The fragments of a document, as graphql-core wants them."""
    fragments = {}
    for each in definitions:
        if isinstance(each, FragmentDefinitionNode):
            if each.variable_definitions:
                raise Unsupported("Fragments with variables.")
            fragments[each.name.value] = FragmentDetails(each)
    return fragments


class _Compiler:
    def __init__(self, operation: Operation, variables: VariableValues) -> None:
        self._operation = operation
        self._schema = operation.schema
        self._variables = variables
        self._places: dict[tuple[str, tuple[int, ...]], Place] = {}

    def place(self, type_: GraphQLObjectType, grouped: GroupedFieldSet) -> Place:
        definition = type_.extensions.get(DEFINITION)
        origin = definition.origin if isinstance(definition, StrawberryObjectDefinition) else None
        takes_rows = bool(getattr(origin, "takes_rows", False))
        place = Place(type_, None if origin is None or _has_own_check(origin) else origin, takes_rows)
        fields = [self._field(type_, key, details) for key, details in grouped.items()]
        known = [field for field in fields if field is not None]
        for index, field in enumerate(known):
            field.index = index
        place.fields = tuple(known)
        place.weight = sum(weight_of(self._schema, field.nodes[0], field.definition) for field in known)
        return place

    def _field(self, parent: GraphQLObjectType, key: str, details: FieldDetailsList) -> Field | None:
        node = details[0].node
        name = node.name.value
        definition = self._schema.get_field(parent, name)
        if definition is None:  # as graphql-core: unvalidated documents may ask for the unknown
            return None
        if name in ("__schema", "__type"):
            raise Unsupported("Introspection.")
        binding = TYPENAME if name == "__typename" else self._bind(definition)
        shape = self._shape(definition.type, details)
        python_name = getattr(strawberry_field(definition), "python_name", name)
        return Field(
            key=key,
            index=0,
            source=binding.source,
            name=python_name,
            parent_type=parent,
            definition=definition,
            nodes=[each.node for each in details],
            shape=shape,
            needs=needed_columns(definition, binding.source, leaf=isinstance(shape, Leaf)),
            relation=relation_of(definition, binding.source),
            ahead=ahead_of(definition, binding.source),
            read_item=itemgetter(python_name),
            read_attribute=attrgetter(python_name),
            resolve=binding.resolve,
            info=binding.info,
            arguments=arguments_for(
                self._schema,
                definition,
                node,
                python=binding.python_arguments,
                hide_suggestions=self._operation.hide_suggestions,
            ),
        )

    def _bind(self, definition: GraphQLField) -> Binding:
        return bind(self._schema, definition, self._operation.field_resolver)

    def _shape(self, type_: GraphQLOutputType, details: FieldDetailsList) -> Shape:
        required = isinstance(type_, GraphQLNonNull)
        bare: Any = type_.of_type if isinstance(type_, GraphQLNonNull) else type_
        if isinstance(bare, GraphQLList):
            return ListOf(self._shape(bare.of_type, details), required=required)
        if is_leaf_type(bare):
            return Leaf(bare, required=required)
        if is_abstract_type(bare):
            return AbstractOf(self._schema, bare, lambda concrete: self._below(concrete, details), required=required)
        return ObjectOf(self._below(bare, details), required=required)

    def _below(self, type_: GraphQLObjectType, details: FieldDetailsList) -> Place:
        """The place of a field's objects; the same fields of the same type share one."""
        key = (type_.name, tuple(id(each.node) for each in details))
        if key not in self._places:
            if len(self._places) >= MOST_PLACES:
                raise Unsupported("Too many places.")
            collected = collect_subfields(
                self._schema,
                self._operation.fragments,
                self._variables,
                self._operation.node,
                type_,
                details,
                self._operation.hide_suggestions,
            )
            if collected.new_defer_usages:
                raise Unsupported("@defer")
            self._places[key] = self.place(type_, collected.grouped_field_set)
        return self._places[key]


def _has_own_check(origin: type) -> bool:
    definition = origin.__dict__.get("__strawberry_definition__")
    return definition is not None and definition.is_type_of is not None
