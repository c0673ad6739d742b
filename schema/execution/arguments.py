"""The arguments of a field: coerced once per field and request, or once for all when the document spells them out."""

from collections.abc import Callable, Mapping
from datetime import date, datetime, time
from decimal import Decimal
from enum import Enum
from typing import Any
from uuid import UUID

from graphql import (
    ArgumentNode,
    FieldNode,
    GraphQLField,
    GraphQLSchema,
    ListValueNode,
    ObjectValueNode,
    ValueNode,
    VariableNode,
    get_argument_values,
)
from graphql.execution.values import VariableValues
from strawberry.types.arguments import convert_arguments

from schema.execution.bindings import converter_of, strawberry_field
from schema.execution.plan import Running

NO_VARIABLES = VariableValues({}, {})

_CONSTANTS = (str, int, float, bool, Enum, UUID, Decimal, date, datetime, time, type(None))

Arguments = Callable[[Running], Mapping[str, Any]]


def arguments_for(
    schema: GraphQLSchema, definition: GraphQLField, node: FieldNode, *, python: bool, hide_suggestions: bool
) -> Arguments:
    """A function from the request to keyword arguments; with `python`, as Strawberry converts them."""
    if not definition.args and not node.arguments:
        return lambda _run: {}

    def convert(variables: VariableValues) -> Mapping[str, Any]:
        values = get_argument_values(definition, node, variables, None, hide_suggestions)
        return _to_python(schema, definition, values) if python else values

    if not any(map(_mentions_a_variable, node.arguments or ())):
        try:
            known = convert(NO_VARIABLES)
        except Exception:  # it will be the field's error, each time
            return lambda run: convert(run.variables)
        if unchangeable(known):
            return lambda _run: known
    return lambda run: convert(run.variables)


def unchangeable(arguments: Mapping[str, Any]) -> bool:
    """Whether two calls may share these values: no resolver could alter them."""
    return all(isinstance(value, _CONSTANTS) for value in arguments.values())


def _to_python(schema: GraphQLSchema, definition: GraphQLField, values: dict[str, Any]) -> Mapping[str, Any]:
    """As Strawberry itself does: input classes, enums, Maybe, python names."""
    field = strawberry_field(definition)
    assert field is not None
    converter = converter_of(schema)
    return convert_arguments(values, field.arguments, converter.scalar_registry, converter.config)


def _mentions_a_variable(node: ArgumentNode | ValueNode) -> bool:
    if isinstance(node, ArgumentNode):
        return _mentions_a_variable(node.value)
    if isinstance(node, ListValueNode):
        return any(map(_mentions_a_variable, node.values))
    if isinstance(node, ObjectValueNode):
        return any(_mentions_a_variable(field.value) for field in node.fields)
    return isinstance(node, VariableNode)
