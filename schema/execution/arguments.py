"""The arguments of a field: coerced once per field and request, or once for all when the document spells them out."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, datetime, time
from decimal import Decimal
from enum import Enum
from itertools import chain
from typing import Any
from uuid import UUID

import strawberry
from graphql import (
    ArgumentNode,
    FieldNode,
    GraphQLField,
    GraphQLSchema,
    ListValueNode,
    ObjectValueNode,
    Undefined,
    ValueNode,
    VariableNode,
    get_argument_values,
    get_nullable_type,
)
from graphql.execution.values import VariableValues
from strawberry.types.arguments import convert_arguments
from strawberry.types.base import StrawberryOptional

from schema.execution.bindings import converter_of, strawberry_field
from schema.execution.leaves import BUILT_IN
from schema.execution.plan import Running

NO_VARIABLES = VariableValues({}, {})

_CONSTANTS = (str, int, float, bool, Enum, UUID, Decimal, date, datetime, time, type(None))

_PLAIN = frozenset({str, int, float, bool, type(None), type(Undefined)})
_PLAIN_VALUES = frozenset({str, int, float, bool})
_AS_THEY_ARE = (str, int, bool, strawberry.ID)
_LONGEST = 200
KEPT = 64
"""Combinations of values kept, for each field and each operation."""

Arguments = Callable[[Running], Mapping[str, Any]]


class Constant:
    """Arguments that the document spells out."""

    __slots__ = ("known",)

    def __init__(self, known: Mapping[str, Any]) -> None:
        self.known = known

    def __call__(self, _run: Running) -> Mapping[str, Any]:
        return self.known


def arguments_for(
    schema: GraphQLSchema, definition: GraphQLField, node: FieldNode, *, python: bool, hide_suggestions: bool
) -> Arguments:
    """A function from the request to keyword arguments; with `python`, as Strawberry converts them."""
    if not definition.args and not node.arguments:
        return Constant({})

    def convert(variables: VariableValues) -> Mapping[str, Any]:
        values = get_argument_values(definition, node, variables, None, hide_suggestions)
        return _to_python(schema, definition, values) if python else values

    names = tuple(dict.fromkeys(chain.from_iterable(map(_variables_in, node.arguments or ()))))
    taken = _taken_over(schema, definition, node) if python else {}
    if not names:
        try:
            known = convert(NO_VARIABLES)
        except Exception:  # it will be the field's error, each time
            return lambda run: convert(run.variables)
        return Constant(known) if unchangeable(known) else (lambda run: convert(run.variables))
    return _remembering(convert, names, taken)


def _remembering(
    convert: Callable[[VariableValues], Mapping[str, Any]], names: tuple[str, ...], taken: Mapping[str, str]
) -> Arguments:
    """The arguments for the values of these variables, converted once while they are plain values. Where all variables
    are `taken` over as they are, what was converted once serves every value."""
    known: dict[tuple[Any, ...], Mapping[str, Any]] = {}
    pattern: dict[str, Any] = {}
    learns = frozenset(taken.values()) == frozenset(names)

    def arguments(run: Running) -> Mapping[str, Any]:
        given = run.variables.coerced
        key = mark_of(given, names)
        if key is None:
            return convert(run.variables)
        if pattern and _PLAIN_VALUES.issuperset(key[::2]):
            return pattern | {name: given[variable] for name, variable in taken.items()}
        found = known.get(key)
        if found is None:
            found = convert(run.variables)
            if unchangeable(found):
                if learns and taken.keys() <= found.keys():
                    pattern.update(found)
                if len(known) >= KEPT:
                    known.clear()
                known[key] = found
        return found

    return arguments


def _taken_over(schema: GraphQLSchema, definition: GraphQLField, node: FieldNode) -> dict[str, str]:
    """Python name -> variable, of the arguments whose value is the variable's own: scalars that nobody converts."""
    field = strawberry_field(definition)
    given = {each.name.value: each.value for each in node.arguments or ()}
    found = {}
    for argument in field.arguments if field else ():
        name = converter_of(schema).config.name_converter.from_argument(argument)
        value = given.get(name)
        scalar = get_nullable_type(definition.args[name].type)
        if isinstance(value, VariableNode) and scalar in BUILT_IN and _python_type(argument.type) in _AS_THEY_ARE:
            found[argument.python_name] = value.name.value
    return found


def _python_type(type_: Any) -> Any:
    return type_.of_type if type(type_) is StrawberryOptional else type_


def mark_of(values: Mapping[str, Any], names: Iterable[str]) -> tuple[Any, ...] | None:
    """The values under these names as a key: with their classes, since 1, 1.0 and True are equal. None when one of them
    is no short plain value."""
    mark: list[Any] = []
    for name in names:
        value = values.get(name, Undefined)
        kind = type(value)
        if kind not in _PLAIN or (kind is str and len(value) > _LONGEST):
            return None
        mark += (kind, value)
    return tuple(mark)


def unchangeable(arguments: Mapping[str, Any]) -> bool:
    """Whether two calls may share these values: no resolver could alter them."""
    return all(isinstance(value, _CONSTANTS) for value in arguments.values())


def _to_python(schema: GraphQLSchema, definition: GraphQLField, values: dict[str, Any]) -> Mapping[str, Any]:
    """As Strawberry itself does: input classes, enums, Maybe, python names."""
    field = strawberry_field(definition)
    assert field is not None
    converter = converter_of(schema)
    return convert_arguments(values, field.arguments, converter.scalar_registry, converter.config)


def _variables_in(node: ArgumentNode | ValueNode) -> Iterator[str]:
    if isinstance(node, ArgumentNode):
        yield from _variables_in(node.value)
    elif isinstance(node, ListValueNode):
        yield from chain.from_iterable(map(_variables_in, node.values))
    elif isinstance(node, ObjectValueNode):
        yield from chain.from_iterable(_variables_in(field.value) for field in node.fields)
    elif isinstance(node, VariableNode):
        yield node.name.value
