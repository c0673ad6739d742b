"""From a rule's answer to a raised refusal: rules say no with a value, commands with an exception."""

from typing import TypeVar

from resolvers.rules.refused import Refused
from tenancy.errors import CODES, BadInput, BusinessRefusal, Kind, Refusal

T = TypeVar("T")


def refuse(refused: Refused) -> Refusal:
    """The exception for a rule's no: business refusals become `userErrors`, malformed input an error (H-13)."""
    given = {"field": refused.field, "rule": refused.rule, "details": refused.details}
    if CODES[refused.code].kind is Kind.BUSINESS:
        return BusinessRefusal(refused.code, **given)  # type: ignore[arg-type]  # the three have their own types
    return BadInput(refused.code, **given)  # type: ignore[arg-type]  # as above


def granted(decision: T | Refused | None) -> T | None:
    """The decision, unless it is a no."""
    if isinstance(decision, Refused):
        raise refuse(decision)
    return decision
