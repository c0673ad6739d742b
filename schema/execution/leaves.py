"""Scalars and enums: values that already look right go out untouched, the others through their own serialiser."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import date, datetime, time
from math import isfinite
from typing import Any
from uuid import UUID

from graphql import (
    GraphQLBoolean,
    GraphQLEnumType,
    GraphQLError,
    GraphQLFloat,
    GraphQLID,
    GraphQLInt,
    GraphQLLeafType,
    GraphQLString,
    Undefined,
)
from graphql.pyutils import inspect
from graphql.type import GRAPHQL_MAX_INT, GRAPHQL_MIN_INT

NULL = type(None)

BUILT_IN: Mapping[GraphQLLeafType, type] = {
    GraphQLString: str,
    GraphQLID: str,
    GraphQLBoolean: bool,
    GraphQLInt: int,
    GraphQLFloat: float,
}

ON_THE_WIRE: Mapping[str, frozenset[type]] = {
    "UUID": frozenset({str, UUID}),
    "Decimal": frozenset({str}),
    "Date": frozenset({str, date}),
    "DateTime": frozenset({str, datetime}),
    "Time": frozenset({str, time}),
}
"""Strawberry's scalars by name, and the classes whose values orjson writes as the scalar would."""


def passing_classes(leaf: GraphQLLeafType) -> frozenset[type]:
    """Classes of values that may go out as they are (numbers after a check of their range)."""
    if leaf in BUILT_IN:
        return frozenset({BUILT_IN[leaf]})
    if "strawberry-definition" in leaf.extensions and leaf.name in ON_THE_WIRE:
        return ON_THE_WIRE[leaf.name]
    return frozenset()


def vector_check(leaf: GraphQLLeafType) -> Callable[[list[Any]], list[Any]] | None:
    """A function over many non-null values of a passing class that returns them for the wire, or raises."""
    if leaf is GraphQLInt:
        return _small_enough
    if leaf is GraphQLFloat:
        return _finite
    return None


def enum_names(leaf: GraphQLLeafType) -> Mapping[Any, str] | None:
    """The enum's names by member and by value, as its own serialiser gives them; None for scalars."""
    if not isinstance(leaf, GraphQLEnumType):
        return None
    members = getattr(leaf, "wrapped_cls", None)
    names: dict[Any, str] = {}
    for each in leaf.values.values():
        with suppress(TypeError, ValueError):  # what cannot be a key takes the slow way
            names[each.value] = leaf.coerce_output_value(each.value)
            if members is not None:
                names[members(each.value)] = leaf.coerce_output_value(members(each.value))
    return names


def serialised(leaf: GraphQLLeafType, value: Any) -> Any:
    """One value by the leaf's own serialiser; raises what graphql-core would raise."""
    coerced = leaf.coerce_output_value(value)
    if coerced is None or coerced is Undefined:
        raise TypeError(
            f"Expected `{inspect(leaf)}.coerce_output_value({inspect(value)})`"
            f" to return non-nullable value, returned: {inspect(coerced)}"
        )
    return coerced


def _small_enough(values: list[Any]) -> list[Any]:
    if values and (max(values) > GRAPHQL_MAX_INT or min(values) < GRAPHQL_MIN_INT):
        raise GraphQLError("An Int has 32 bits.")
    return values


def _finite(values: list[Any]) -> list[Any]:
    if not all(map(isfinite, values)):
        raise GraphQLError("A Float is finite.")
    return values
