"""What may be written into the ledger by hand, and how it is taken back (CA-5, CA-26, CA-27, I-8, I-9, AE-16)."""

from decimal import Decimal
from typing import Final

from resolvers.rules.decrement import Terms
from resolvers.rules.quantities import LARGEST, SMALLEST, is_quantity, two_places
from resolvers.rules.refused import Refused, bad_input
from tenancy.words import AllocationType, Category, DecreaseOn

_DELIVERED: Final = (Category.BUILT_IN_PROACTIVE, Category.DSE)


def record(category: Category, terms: Terms, quantity: Decimal) -> Decimal | Refused:
    """The quantity to write when use is recorded: consumables only, proactive services in delivered hours (CA-5).

    Support contacts are counted as people, and never recorded (D-35).
    """
    if category is Category.SUPPORT_CONTACTS:
        return Refused("NOT_CONSUMABLE", "D-35", "entitlement_id")
    if not terms.is_consumable:
        return Refused("NOT_CONSUMABLE", "CA-27", "entitlement_id")
    if category in _DELIVERED and terms.allocation is not AllocationType.HOURS:
        return bad_input("CA-5", "entitlement_id")
    if not is_quantity(quantity) or not quantity:
        return bad_input("I-8", "quantity", minimum=str(SMALLEST), maximum=str(LARGEST))
    return _afforded(terms, two_places(quantity))


def _afforded(terms: Terms, quantity: Decimal) -> Decimal | Refused:
    """More than was bought may be used, except of what is restricted and charged at creation (I-9)."""
    room = LARGEST - terms.balance.used
    if quantity > room:
        return bad_input("I-8", "quantity", maximum=str(room))
    left = terms.balance.remaining
    is_capped = terms.restricted and terms.decrease_on is DecreaseOn.CASE_CREATION
    if is_capped and left is not None and quantity > left:
        return Refused("ENTITLEMENT_EXHAUSTED", "I-9", "quantity", {"remaining": str(left)})
    return quantity


def reverse(quantity: Decimal, is_reversal: bool, is_reversed: bool, of_case: bool) -> Decimal | Refused:
    """The quantity of the row that takes a recorded one back (I-8, AE-16).

    A row is taken back once, a reversal never; a case's charge follows the case and nobody's hand (I-10).
    """
    if is_reversal or is_reversed:
        return Refused("CONFLICT", "I-8", "consumption_id")
    if of_case:
        return Refused("CONFLICT", "I-10", "consumption_id")
    return -quantity
