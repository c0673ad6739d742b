"""The second pass: only when something failed.

It walks the response once more, from the top and only along the fields that something failed below, and does what
graphql-core does while executing: a failed value becomes null, a null where none may be takes its parent with it, and
every error that reaches a nullable place is written down with its path.
"""

from typing import Any

from graphql import GraphQLError, located_error

from schema.execution.plan import Field, Place, Running, Shape


class Settlement:
    """Errors and nulls of one response, in the order in which graphql-core would meet them."""

    def __init__(self, run: Running) -> None:
        self._run = run
        self.errors: list[GraphQLError] = []

    def settle(self, place: Place, data: dict[str, Any]) -> dict[str, Any] | None:
        """The response object with its nulls; None when an error took everything."""
        try:
            self._walk(place, data, [])
        except GraphQLError as error:
            self.errors.append(error)
            return None
        return data

    def _walk(self, place: Place, data: dict[str, Any], path: list[str | int]) -> None:
        for field in place.fields:
            if field in self._run.dirty:
                data[field.key] = self._value(field.shape, data[field.key], field, [*path, field.key])

    def _value(self, shape: Shape, value: Any, field: Field, path: list[str | int]) -> Any:
        try:
            return self._inside(shape, value, field, path)
        except GraphQLError as error:
            if shape.required:
                raise
            self.errors.append(error)
            return None

    def _inside(self, shape: Shape, value: Any, field: Field, path: list[str | int]) -> Any:
        if isinstance(value, Exception):
            raise located_error(value, field.nodes, path)
        if value is not None and shape.inner is not None:
            return [self._value(shape.inner, item, field, [*path, at]) for at, item in enumerate(value)]
        place = shape.place_of(self._run, value)
        if value is not None and place is not None:
            self._walk(place, value, path)
        return value
