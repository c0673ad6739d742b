"""What may be written into the ledger by hand, and how it is taken back (CA-5, CA-26, CA-27, I-8, AE-16)."""

from decimal import Decimal
from typing import Final

from resolvers.rules.quantities import is_quantity, two_places
from resolvers.rules.refused import Refused, bad_input
from tenancy.words import AllocationType, Category

_DELIVERED: Final = (Category.BUILT_IN_PROACTIVE, Category.DSE)


def record(category: Category, allocation: AllocationType, is_consumable: bool, quantity: Decimal) -> Decimal | Refused:
    """The quantity to write when use is recorded: consumables only, proactive services in delivered hours
    (CA-5).
    """
    if not is_consumable:
        return Refused("NOT_CONSUMABLE", "CA-27", "entitlement_id")
    if category in _DELIVERED and allocation is not AllocationType.HOURS:
        return bad_input("CA-5", "entitlement_id")
    if not is_quantity(quantity) or not quantity:
        return bad_input("I-8", "quantity")
    return two_places(quantity)


def reverse(quantity: Decimal, is_reversal: bool, is_reversed: bool, of_case: bool) -> Decimal | Refused:
    """The quantity of the row that takes a recorded one back (I-8, AE-16).

    A row is taken back once, a reversal never; a case's charge follows the case and nobody's hand (I-10).
    """
    if is_reversal or is_reversed:
        return Refused("CONFLICT", "I-8", "consumption_id")
    if of_case:
        return Refused("CONFLICT", "I-10", "consumption_id")
    return -quantity
