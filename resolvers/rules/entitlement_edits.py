"""What an edit of an entitlement must leave alone, because cases were judged by it (I-9, I-10, I-16)."""

from collections.abc import Iterable
from dataclasses import dataclass

from resolvers.rules.decrement import Balance
from resolvers.rules.refused import Refused
from tenancy.words import AllocationType, DecreaseOn


@dataclass(frozen=True, slots=True)
class Deal:
    """By what cases were charged, and for whom."""

    customer_id: str
    allocation_type: AllocationType
    decrease_on: DecreaseOn | None


def revise(before: Deal, after: Deal, is_used: bool) -> Refused | None:
    """Cases that carry the entitlement, or were charged by it, keep the deal that they were charged by (I-10).

    `is_used`: there are such cases, or rows in its ledger. Whom and when it charges is for a new entitlement then.
    """
    if not is_used:
        return None
    for field in ("customer_id", "allocation_type", "decrease_on"):
        if getattr(before, field) != getattr(after, field):
            return Refused("ENTITLEMENT_STATE", "I-10", field)
    return None


def affordable(
    restricted: bool, decrease_on: DecreaseOn | None, balances: Iterable[tuple[str, Balance]]
) -> Refused | None:
    """What is restricted and charged at creation has never sold more than it has (I-9): an edit does not make it so.

    `balances` are those after the edit, each with the input field that it comes from.
    """
    if not restricted or decrease_on is not DecreaseOn.CASE_CREATION:
        return None
    for field, balance in balances:
        left = balance.remaining
        if left is not None and left < 0:
            return Refused("ENTITLEMENT_STATE", "I-9", field, {"used": str(balance.used)})
    return None
