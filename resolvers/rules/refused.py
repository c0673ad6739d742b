"""How a rule says no."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Refused:
    """A rule's no, as a value: the caller decides whether to raise it, list it or explain it.

    `code` is one of `tenancy.errors.CODES`, `rule` the requirement id that was broken, `field` the input
    that broke it, `details` figures worth showing (JSON-safe).
    """

    code: str
    rule: str
    field: str | None = None
    details: Mapping[str, str | int] | None = None


def bad_input(rule: str, field: str, **details: str | int) -> Refused:
    """The shape or range of an input is wrong; `field` is its Python name, `details` what would have been right."""
    return Refused("BAD_USER_INPUT", rule, field, details or None)
