"""What a case charges to its entitlement, and what it gives back (CS-34..37; D-12..D-14, D-16, D-34).

The ledger is append-only: a charge is taken back by a reversal that points at it (I-8). The caller locks the
entitlements of `concerned`, sums their ledgers in a later statement, calls `settle`, and writes its entries.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from types import MappingProxyType
from typing import Final

from resolvers.rules.quantities import SMALLEST, ZERO, remaining, two_places
from resolvers.rules.refused import Refused
from tenancy.words import AllocationType, CaseState, Classification, DecreaseOn, Origin

_CHARGED_BY_CASES: Final = (AllocationType.CASES, AllocationType.HOURS)


@dataclass(frozen=True, slots=True)
class Balance:
    """A quantity bought and the sum of its ledger; `total` None is unlimited."""

    total: Decimal | None
    used: Decimal = ZERO

    @property
    def remaining(self) -> Decimal | None:
        return remaining(self.total, self.used)


@dataclass(frozen=True, slots=True)
class Terms:
    """An entitlement as its ledger sees it, read under its lock.

    `channels`: the totals kept per origin, each with the sum of the ledger rows of that origin.
    """

    id: str
    allocation: AllocationType
    decrease_on: DecreaseOn | None
    balance: Balance
    restricted: bool = False
    is_consumable: bool = True
    channels: Mapping[Origin, Balance] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True)
class Claimant:
    """A case as the ledger sees it; `billable_minutes` counts only when it is resolved."""

    entitlement: Terms | None
    state: CaseState = CaseState.ACTIVE
    decrement_terms: bool = True
    classification: Classification | None = None
    origin: Origin | None = None
    workspace_id: str | None = None
    billable_minutes: int = 0


@dataclass(frozen=True, slots=True)
class Charge:
    """A charge of the case in the ledger that no reversal points at."""

    id: str
    entitlement_id: str
    quantity: Decimal
    origin: Origin | None = None
    workspace_id: str | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """A ledger row to write for the case: a charge, or the reversal of the charge `reverses_id`."""

    entitlement_id: str
    quantity: Decimal
    origin: Origin | None
    workspace_id: str | None
    reverses_id: str | None = None


def settle(before: Claimant | None, after: Claimant, charges: Iterable[Charge] = ()) -> tuple[Entry, ...] | Refused:
    """The ledger rows that a change of a case from `before` to `after` calls for, reversals first (5.8).

    `before` is None for a new case. `charges` are the case's open charges, on whatever entitlement.
    Called after every change of state, entitlement, customer, exemption, classification or origin; calling it
    once too often writes nothing. Refuses with ENTITLEMENT_EXHAUSTED (D-12); nothing is to be written then.
    """
    charges = tuple(charges)
    kept = tuple(charge for charge in charges if _stands(charge, after))
    returned = tuple(charge for charge in charges if charge not in kept)
    reversals = tuple(_reversal(charge) for charge in returned)
    price = ZERO if kept or not _chargeable(before, after, returned) else cost(after)
    refusal = _exhausted(before, after, price, returned)
    if refusal:
        return refusal
    return (*reversals, *_charges(after, price))


def due(case: Claimant) -> bool:
    """Whether the case owes its entitlement a charge in its present state (5.8, D-10).

    A classified case is additional and owes nothing; neither does any case on an additional benefit (I-11).
    """
    terms = case.entitlement
    if terms is None or not case.decrement_terms or case.classification is not None:
        return False
    if terms.decrease_on is DecreaseOn.CASE_CREATION:
        return _is_metered(terms) and case.state is not CaseState.CANCELLED
    return _is_metered(terms) and case.state is CaseState.RESOLVED


def cost(case: Claimant) -> Decimal:
    """What one charge of the case takes: 1 case, or its billable hours to two places (D-34)."""
    if case.entitlement is not None and case.entitlement.allocation is AllocationType.HOURS:
        return two_places(Decimal(case.billable_minutes) / 60)
    return Decimal("1.00")


def concerned(case: Claimant, charges: Iterable[Charge]) -> tuple[str, ...]:
    """The entitlements to lock before `settle`, in the order in which everybody locks them (C-04)."""
    ids = {charge.entitlement_id for charge in charges}
    if case.entitlement is not None:
        ids.add(case.entitlement.id)
    return tuple(sorted(ids))


def _is_metered(terms: Terms) -> bool:
    """Whether cases use this entitlement up at all."""
    return terms.is_consumable and terms.allocation in _CHARGED_BY_CASES and terms.decrease_on is not None


def _stands(charge: Charge, case: Claimant) -> bool:
    return due(case) and case.entitlement is not None and _fits(charge, case.entitlement, case.origin)


def _fits(charge: Charge, terms: Terms, origin: Origin | None) -> bool:
    """A charge moves with the origin of its case only where a channel keeps its own account."""
    if charge.entitlement_id != terms.id:
        return False
    return charge.origin is origin or not {charge.origin, origin} & terms.channels.keys()


def _chargeable(before: Claimant | None, after: Claimant, returned: tuple[Charge, ...]) -> bool:
    """Creation terms are charged by an event: created, put on, reactivated, reclassified, or moved.

    So a case whose exemption was taken back stays uncharged, also when it is resolved later (D-14, I-10).
    """
    if not due(after) or after.entitlement is None:
        return False
    if before is None or after.entitlement.decrease_on is DecreaseOn.CASE_RESOLUTION:
        return True
    return (
        _is_put_on(before, after)
        or before.state is CaseState.CANCELLED
        or before.classification is not None
        or _moves(after.entitlement, returned)
    )


def _is_put_on(before: Claimant | None, after: Claimant) -> bool:
    if before is None or before.entitlement is None:
        return True
    return after.entitlement is not None and after.entitlement.id != before.entitlement.id


def _exhausted(
    before: Claimant | None, after: Claimant, price: Decimal, returned: tuple[Charge, ...]
) -> Refused | None:
    """Whether a restricted entitlement, or its channel, has too little left for the change (D-12)."""
    terms = after.entitlement
    if terms is None or not terms.restricted:
        return None
    needed = _needed(before, after, terms, price)
    if not needed:
        return None
    for where, balance in _accounts(terms, after.origin, returned):
        left = balance.remaining
        if left is not None and left < needed:
            return Refused("ENTITLEMENT_EXHAUSTED", "D-12", where, {"remaining": str(left)})
    return None


def _needed(before: Claimant | None, after: Claimant, terms: Terms, price: Decimal) -> Decimal:
    """What must be left: the charge on creation terms, anything at all when resolution terms are put on."""
    if terms.decrease_on is DecreaseOn.CASE_CREATION:
        return price
    return SMALLEST if _is_metered(terms) and _is_put_on(before, after) else ZERO


def _accounts(terms: Terms, origin: Origin | None, returned: tuple[Charge, ...]) -> Iterator[tuple[str, Balance]]:
    """Each account from which a charge takes something."""
    # A charge that only moves to another channel takes nothing more from the entitlement itself.
    if not _moves(terms, returned):
        yield "entitlement_id", terms.balance
    if origin is not None and origin in terms.channels:
        yield "origin", terms.channels[origin]


def _moves(terms: Terms, returned: tuple[Charge, ...]) -> bool:
    return any(charge.entitlement_id == terms.id for charge in returned)


def _reversal(charge: Charge) -> Entry:
    return Entry(charge.entitlement_id, -charge.quantity, charge.origin, charge.workspace_id, charge.id)


def _charges(case: Claimant, price: Decimal) -> tuple[Entry, ...]:
    # A resolution without billable time costs nothing, and the ledger holds no zeros.
    if case.entitlement is None or not price:
        return ()
    return (Entry(case.entitlement.id, price, case.origin, case.workspace_id),)
