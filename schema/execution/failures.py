"""The second pass: only when something failed.

It walks the response once more, from the top and only along the fields that something failed below, and does what
graphql-core does while executing: a failed value becomes null, a null where none may be takes its parent with it, and
every error that reaches a nullable place is written down with its path.
"""

from typing import Any

from graphql import GraphQLError, located_error

from schema.execution.plan import Field, Place, Running, Shape
from schema.execution.waiting import breathe

_AT_ONCE = 1_000
"""Errors made between two breaths; one takes about 20 us, since it looks up lines and columns."""


class Settlement:
    """Errors and nulls of one response, in the order in which graphql-core would meet them."""

    def __init__(self, run: Running) -> None:
        self._run = run
        self._failures: list[_Failure] = []

    def settle(self, place: Place, data: dict[str, Any]) -> dict[str, Any] | None:
        """The response object with its nulls; None when an error took everything."""
        try:
            self._walk(place, data, [])
        except _Failure as failure:
            self._failures.append(failure)
            return None
        return data

    async def errors(self) -> list[GraphQLError]:
        """The errors met by `settle`, located."""
        errors = []
        for count, failure in enumerate(self._failures, start=1):
            errors.append(located_error(failure.cause, failure.field.nodes, failure.path))
            if not count % _AT_ONCE:
                await breathe()
        return errors

    def _walk(self, place: Place, data: dict[str, Any], path: list[str | int]) -> None:
        for field in place.fields:
            if field in self._run.dirty:
                data[field.key] = self._value(field.shape, data[field.key], field, [*path, field.key])

    def _value(self, shape: Shape, value: Any, field: Field, path: list[str | int]) -> Any:
        try:
            return self._inside(shape, value, field, path)
        except _Failure as failure:
            if shape.required:
                raise
            self._failures.append(failure)
            return None

    def _inside(self, shape: Shape, value: Any, field: Field, path: list[str | int]) -> Any:
        if isinstance(value, Exception):
            raise _Failure(value, field, path)
        if value is not None and shape.inner is not None:
            return [self._value(shape.inner, item, field, [*path, at]) for at, item in enumerate(value)]
        place = shape.place_of(self._run, value)
        if value is not None and place is not None:
            self._walk(place, value, path)
        return value


class _Failure(Exception):
    """A failed value and where it stood."""

    def __init__(self, cause: Exception, field: Field, path: list[str | int]) -> None:
        self.cause = cause
        self.field = field
        self.path = path
