"""What a field of the schema is, a column, a batched field or any other resolver, and how its values are had."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, cast

from graphql import (
    GraphQLField,
    GraphQLResolveInfo,
    GraphQLSchema,
    GraphQLUnionType,
    default_field_resolver,
    get_named_type,
)
from strawberry.types.field import StrawberryField

from resolvers.batch import BatchField
from schema.execution.plan import Source

DEFINITION = "strawberry-definition"

InfoFor = Callable[[GraphQLResolveInfo[Any]], Any]


@dataclass(frozen=True, slots=True)
class Binding:
    """How the values of a field are had."""

    source: Source
    resolve: Callable[..., Any]
    """As a `Field` of the plan has it."""
    info: InfoFor | None
    """Makes the `info` for the resolver; None when it wants none."""
    python_arguments: bool
    """Whether arguments go in as Strawberry would convert them, or as graphql-core coerced them."""


def strawberry_field(definition: GraphQLField) -> StrawberryField | None:
    """The Strawberry field behind a field of the schema, if Strawberry made it."""
    field = definition.extensions.get(DEFINITION)
    return field if isinstance(field, StrawberryField) else None


def source_of(schema: GraphQLSchema, definition: GraphQLField) -> Source:
    """Where the values of a field are found."""
    field = strawberry_field(definition)
    if field is None or field.is_subscription or _may_turn_errors_into_members(schema, definition):
        return Source.PLAIN
    if isinstance(field, BatchField):
        return Source.PLAIN if field.extensions else Source.COMPUTED if field.computed else Source.BATCHED
    if field.is_basic_field and field.default_resolver is getattr:
        return Source.COLUMN
    return Source.PLAIN


def bind(schema: GraphQLSchema, definition: GraphQLField, default: Callable[..., Any] | None) -> Binding:
    """How to get the values of a field that is no `__typename`; `default` resolves what has no resolver."""
    source = source_of(schema, definition)
    field = strawberry_field(definition)
    if source is Source.COLUMN:
        return Binding(source, default_field_resolver, None, python_arguments=True)
    if source is Source.COMPUTED and isinstance(field, BatchField):
        return Binding(source, _function_of(field), None, python_arguments=True)
    if source is Source.BATCHED and isinstance(field, BatchField):
        return Binding(source, _batch_call(field), _info_for(schema, field), python_arguments=True)
    if field is not None and _is_direct(schema, definition, field):
        return Binding(source, _direct_call(field), _info_for(schema, field), python_arguments=True)
    resolve = definition.resolve or default or default_field_resolver
    return Binding(source, resolve, lambda raw: raw, python_arguments=False)


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


def relation_of(definition: GraphQLField, source: Source) -> Any:
    """The relation that a batched field follows; None for all other fields."""
    field = strawberry_field(definition)
    return field.relation if source is Source.BATCHED and isinstance(field, BatchField) else None


def ahead_of(definition: GraphQLField, source: Source) -> tuple[Any, Any]:
    """The listing and the statement that a batched field reads for its parents."""
    field = strawberry_field(definition)
    batched = source is Source.BATCHED and isinstance(field, BatchField)
    return (field.listing, field.beside) if batched and isinstance(field, BatchField) else (None, None)


def config_of(schema: GraphQLSchema) -> Any:
    """Strawberry's configuration of the schema."""
    return schema._strawberry_schema.config  # type: ignore[attr-defined]  # set by Strawberry


def converter_of(schema: GraphQLSchema) -> Any:
    """Strawberry's converter of the schema."""
    return schema._strawberry_schema.schema_converter  # type: ignore[attr-defined]  # set by Strawberry


def _function_of(field: BatchField) -> Callable[..., Any]:
    return cast("Callable[..., Any]", field.batch_resolver.wrapped_func)


def _batch_call(field: BatchField) -> Callable[..., Any]:
    """Calls the function under the names that it gave its parameters."""
    resolver = field.batch_resolver
    function: Any = resolver.wrapped_func
    parents_name = resolver.parent_parameter and resolver.parent_parameter.name
    level_name = resolver.level_parameter and resolver.level_parameter.name
    info_name = resolver.info_parameter and resolver.info_parameter.name

    def call(parents: list[Any], level: Any, info: Any, arguments: Mapping[str, Any]) -> Any:
        given = dict(arguments)
        if parents_name:
            given[parents_name] = parents
        if level_name:
            given[level_name] = level
        if info_name:
            given[info_name] = info
        return function(**given)

    return call


def _is_direct(schema: GraphQLSchema, definition: GraphQLField, field: StrawberryField) -> bool:
    """Whether a plain field is a function and nothing else, so that Strawberry's wrapping can be left out."""
    return (
        field.base_resolver is not None
        and not field.extensions
        and not field.is_subscription
        and type(field).get_result is StrawberryField.get_result
        and not _may_turn_errors_into_members(schema, definition)
    )


def _direct_call(field: StrawberryField) -> Callable[..., Any]:
    """Calls the function behind the field, under the names that it gave its parameters."""
    resolver = field.base_resolver
    assert resolver is not None
    function: Any = resolver.wrapped_func
    source = resolver.parent_parameter or resolver.root_parameter
    source_name = source and source.name
    info_name = resolver.info_parameter and resolver.info_parameter.name
    wants_self = resolver.self_parameter is not None

    def call(parent: Any, info: Any, **arguments: Any) -> Any:
        if source_name:
            arguments[source_name] = parent
        if info_name:
            arguments[info_name] = info
        return function(parent, **arguments) if wants_self else function(**arguments)

    return call


def _info_for(schema: GraphQLSchema, field: StrawberryField) -> InfoFor | None:
    if field.base_resolver is None or field.base_resolver.info_parameter is None:
        return None
    info_class = config_of(schema).info_class
    return lambda raw: info_class(_raw_info=raw, _field=field)


def _may_turn_errors_into_members(schema: GraphQLSchema, definition: GraphQLField) -> bool:
    """Strawberry's exception handlers apply to fields of union types, inside its own resolver."""
    union = isinstance(get_named_type(definition.type), GraphQLUnionType)
    return union and bool(converter_of(schema).exception_handlers)
