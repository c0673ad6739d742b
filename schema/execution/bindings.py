"""What a field of the schema is: a column, a batched field, or any other resolver; and how it wants its arguments."""

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
    GraphQLNamedType,
    GraphQLSchema,
    GraphQLUnionType,
    ListValueNode,
    ObjectValueNode,
    ValueNode,
    VariableNode,
    default_field_resolver,
    get_argument_values,
    get_named_type,
)
from graphql.execution.values import VariableValues
from strawberry.types.arguments import convert_arguments
from strawberry.types.field import StrawberryField

from resolvers.batch import BatchField
from schema.execution.plan import Running, Source

DEFINITION = "strawberry-definition"
NO_VARIABLES = VariableValues({}, {})
_CONSTANTS = (str, int, float, bool, Enum, UUID, Decimal, date, datetime, time, type(None))

Arguments = Callable[[Running], Mapping[str, Any]]


def strawberry_field(definition: GraphQLField) -> StrawberryField | None:
    """The Strawberry field behind a field of the schema, if Strawberry made it."""
    field = definition.extensions.get(DEFINITION)
    return field if isinstance(field, StrawberryField) else None


def source_of(schema: GraphQLSchema, definition: GraphQLField) -> Source:
    """How the values of a field are found."""
    field = strawberry_field(definition)
    if field is None or field.is_subscription or _may_turn_errors_into_members(schema, definition):
        return Source.PLAIN
    if isinstance(field, BatchField):
        return Source.PLAIN if field.extensions else Source.BATCHED
    if field.is_basic_field and field.default_resolver is getattr:
        return Source.COLUMN
    return Source.PLAIN


def needed_columns(definition: GraphQLField, source: Source, *, leaf: bool) -> frozenset[str] | None:
    """Columns of the parents that the field reads; a resolver may say so: metadata={"columns": (...)}."""
    field = strawberry_field(definition)
    if source is Source.TYPENAME:
        return frozenset()
    if source is Source.COLUMN and field is not None:
        return frozenset({field.python_name} if leaf else ())
    if isinstance(field, BatchField):
        return field.columns
    declared = field.metadata.get("columns") if field is not None else None
    return None if declared is None else frozenset(declared)


def plain_resolver(definition: GraphQLField, default: Callable[..., Any] | None) -> Callable[..., Any]:
    """resolver(parent, info, **arguments)"""
    return definition.resolve or default or default_field_resolver


def batch_call(field: BatchField) -> Callable[..., Any]:
    """call(parents, level, info maker, arguments), under the names that the function gave its parameters."""
    function, resolver = field.resolve_all, field.batch_resolver
    parents_name = resolver.parent_parameter and resolver.parent_parameter.name
    level_name = resolver.level_parameter and resolver.level_parameter.name
    info_name = resolver.info_parameter and resolver.info_parameter.name

    def call(parents: list[Any], level: Any, info: Callable[[], Any], arguments: Mapping[str, Any]) -> Any:
        given = dict(arguments)
        if parents_name:
            given[parents_name] = parents
        if level_name:
            given[level_name] = level
        if info_name:
            raw = info()
            given[info_name] = _config(raw.schema).info_class(_raw_info=raw, _field=field)
        return function(**given)

    return call


def arguments_for(
    schema: GraphQLSchema, definition: GraphQLField, node: FieldNode, source: Source, *, hide_suggestions: bool
) -> Arguments:
    """The arguments of one field; known now when the document spells them out and nobody could change them."""
    if not definition.args and not node.arguments:
        return lambda _run: {}

    def convert(variables: VariableValues) -> Mapping[str, Any]:
        values = get_argument_values(definition, node, variables, None, hide_suggestions)
        return _to_python(schema, definition, values) if source is Source.BATCHED else values

    if not any(_mentions_a_variable(each) for each in node.arguments or ()):
        try:
            known = convert(NO_VARIABLES)
        except Exception:  # it will be the field's error, each time
            return lambda run: convert(run.variables)
        if all(isinstance(value, _CONSTANTS) for value in known.values()):
            return lambda _run: known
    return lambda run: convert(run.variables)


def _to_python(schema: GraphQLSchema, definition: GraphQLField, values: dict[str, Any]) -> Mapping[str, Any]:
    """As Strawberry itself does: input classes, enums, Maybe, python names."""
    field = strawberry_field(definition)
    assert field is not None
    converter = schema._strawberry_schema.schema_converter  # type: ignore[attr-defined]  # set by Strawberry
    return convert_arguments(values, field.arguments, converter.scalar_registry, converter.config)


def _config(schema: GraphQLSchema) -> Any:
    return schema._strawberry_schema.config  # type: ignore[attr-defined]  # set by Strawberry


def _may_turn_errors_into_members(schema: GraphQLSchema, definition: GraphQLField) -> bool:
    """Strawberry's exception handlers apply to fields of union types, inside its own resolver."""
    named: GraphQLNamedType = get_named_type(definition.type)
    converter = schema._strawberry_schema.schema_converter  # type: ignore[attr-defined]  # set by Strawberry
    return isinstance(named, GraphQLUnionType) and bool(converter.exception_handlers)


def _mentions_a_variable(node: ArgumentNode | ValueNode) -> bool:
    if isinstance(node, ArgumentNode):
        return _mentions_a_variable(node.value)
    if isinstance(node, ListValueNode):
        return any(map(_mentions_a_variable, node.values))
    if isinstance(node, ObjectValueNode):
        return any(_mentions_a_variable(field.value) for field in node.fields)
    return isinstance(node, VariableNode)
