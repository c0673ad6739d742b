"""Saying the same again with the same idempotency key, and saying something else with it (C-05, C-06)."""

from collections.abc import Iterator, Mapping
from typing import Any

from graphql import GraphQLEnumType, GraphQLInputObjectType, get_named_type

from resolvers import ids
from tenancy.errors import NotFound

KEY = "idempotencyKey"


def varied(kind: GraphQLInputObjectType, given: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """The same input with one field that says something else, for each field that was said."""
    for name, value in given.items():
        if name != KEY and (other := _other(get_named_type(kind.fields[name].type), value)) is not None:
            yield name, {**given, name: other}


def _other(kind: Any, value: Any) -> Any:
    """Another value of this type; None where there is no telling."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, list):
        return value[:-1] if len(value) > 1 else None
    if isinstance(kind, GraphQLEnumType):
        return next((name for name in kind.values if name != value), None)
    if isinstance(value, int):
        return value + 1
    if not isinstance(value, str):
        return None
    return None if kind.name == "ID" or _is_id(value) else _text(kind.name, value)


def _text(kind: str, value: str) -> str | None:
    if kind == "Decimal":
        return f"{value}1" if "." in value else f"{value}.5"
    return f"{value} and more" if kind == "String" else None


def _is_id(value: str) -> bool:
    try:
        ids.decode(value)
    except NotFound:
        return False
    return True
