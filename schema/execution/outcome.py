"""What an operation gives back, and how one is refused."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from graphql import GraphQLError

PARSE_FAILED = "GRAPHQL_PARSE_FAILED"
VALIDATION_FAILED = "GRAPHQL_VALIDATION_FAILED"
TOO_COMPLEX = "QUERY_TOO_COMPLEX"
BAD_INPUT = "BAD_USER_INPUT"


@dataclass(slots=True)
class Outcome:
    """The result of an executed operation.

    `data` is ready for orjson (datetimes, dates and UUIDs may still be objects); None when an error took all of it.
    `errors` are located and in the order of graphql-core; `original_error` is what a resolver raised.
    """

    data: dict[str, Any] | None
    errors: list[GraphQLError] = field(default_factory=list)
    cost: int | None = None
    """The rows and nodes that were touched, in the points of the price; None when graphql-core executed it."""


class Refused(Exception):
    """The request is not executed: nothing was resolved. Each error has `extensions["code"]`."""

    def __init__(self, errors: Sequence[GraphQLError]) -> None:
        super().__init__("; ".join(error.message for error in errors))
        self.errors = list(errors)


def refusal(code: str, errors: Sequence[GraphQLError], **extensions: Any) -> Refused:
    """These errors, each with a code (and more) in its extensions."""
    for error in errors:
        error.extensions = {**(error.extensions or {}), "code": code, **extensions}
    return Refused(errors)
