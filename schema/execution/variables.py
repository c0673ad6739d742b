"""The variables of an operation: coerced by graphql-core, and past it where there is nothing to coerce."""

import re
from collections.abc import Callable, Mapping
from typing import Any, Final

from graphql import (
    GraphQLError,
    GraphQLSchema,
    NamedTypeNode,
    NonNullTypeNode,
    OperationDefinitionNode,
    VariableDefinitionNode,
    get_variable_values,
)
from graphql.execution.values import VariableValues, VariableValueSource
from graphql.type import GRAPHQL_MAX_INT, GRAPHQL_MIN_INT

from schema.execution.arguments import KEPT, NO_VARIABLES, mark_of
from schema.execution.limits import Limits
from schema.execution.outcome import BAD_INPUT, refusal

Variables = Mapping[str, Any] | None


def _is_text(value: Any) -> bool:
    return type(value) is str


def _is_int(value: Any) -> bool:
    return type(value) is int and GRAPHQL_MIN_INT <= value <= GRAPHQL_MAX_INT


_AS_IT_CAME: Final[Mapping[str, Callable[[Any], bool]]] = {"ID": _is_text, "String": _is_text, "Int": _is_int}
"""Built-in scalars, and the values that mean the same before and after coercion."""


class Coercion:
    """Turns the variables of one operation into values, or refuses them with BAD_USER_INPUT."""

    def __init__(
        self, schema: GraphQLSchema, operation: OperationDefinitionNode, limits: Limits, *, hide: bool
    ) -> None:
        self._schema, self._limits, self._hide = schema, limits, hide
        self._definitions = operation.variable_definitions or ()
        self._known: dict[tuple[Any, ...], VariableValues] = {}
        self._checks = _checks_of(self._definitions)
        self._signatures: dict[str, Any] = {}

    def values(self, variables: Variables) -> VariableValues:
        """Raises Refused."""
        if not self._definitions:
            return NO_VARIABLES
        given = variables or {}
        if self._signatures and self._fit(given):
            sources = {name: VariableValueSource(self._signatures[name], value) for name, value in given.items()}
            return VariableValues(sources, dict(given))
        return self._remembered(given)

    def _fit(self, given: Mapping[str, Any]) -> bool:
        """Whether all variables are there, no others, and each is a value of its type as it came."""
        checks = self._checks
        if len(given) != len(checks):
            return False
        for name, value in given.items():
            check = checks.get(name)
            if check is None or not check(value):
                return False
        return True

    def _remembered(self, given: Mapping[str, Any]) -> VariableValues:
        key = mark_of(given, given)
        if key is None:
            return self._coerced(given)
        key = (*given, *key)
        known = self._known.get(key)
        if known is None:
            if len(self._known) >= KEPT:
                self._known.clear()
            known = self._known[key] = self._coerced(given)
        return known

    def _coerced(self, given: Mapping[str, Any]) -> VariableValues:
        shown = self._limits.shown_errors
        values: VariableValues | list[GraphQLError] = get_variable_values(
            self._schema, self._definitions, dict(given), max_errors=shown, hide_suggestions=self._hide
        )
        if isinstance(values, list):
            raise refusal(BAD_INPUT, [_placed(error) for error in values[:shown]])
        if self._checks and values.sources.keys() == self._checks.keys():
            self._signatures = {name: source.signature for name, source in values.sources.items()}
        return values


_PLACE: Final = re.compile(r"Variable '\$(\w+)' has invalid value(?: at ([\w.\[\]]+))?:")
"""How graphql-core begins a refusal: the variable, and the place in it as a path, `.patch.dueAt` or `[0]`."""


def _placed(error: GraphQLError) -> GraphQLError:
    """The error with `field`, as a resolver names it: the input below an object, else the variable itself."""
    if found := _PLACE.match(error.message):
        name, path = found[1], found[2] or ""
        error.extensions = {"field": path[1:] if path.startswith(".") else name + path}
    return error


def _checks_of(definitions: "tuple[VariableDefinitionNode, ...]") -> dict[str, Callable[[Any], bool]]:
    """One check for each variable; none at all where one of them has a type that must be coerced."""
    found = {}
    for each in definitions:
        type_ = each.type.type if isinstance(each.type, NonNullTypeNode) else each.type
        check = _AS_IT_CAME.get(type_.name.value) if isinstance(type_, NamedTypeNode) else None
        if check is None:
            return {}
        found[each.variable.name.value] = check
    return found
