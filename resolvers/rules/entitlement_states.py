"""The life of an entitlement, and when it may be edited (2.3; AE-68, D-32, D-36, D-38, I-6,
I-7).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from resolvers.rules.quantities import ZERO, is_quantity
from resolvers.rules.refused import Refused, bad_input
from tenancy.words import AllocationType, DecreaseOn, EntitlementState

DRAFT, ACTIVE, WAITING, EXPIRED, CANCELLED = (
    EntitlementState.DRAFT,
    EntitlementState.ACTIVE,
    EntitlementState.WAITING,
    EntitlementState.EXPIRED,
    EntitlementState.CANCELLED,
)

_RUNNING: Final = (ACTIVE, WAITING)
_ENDED: Final = (CANCELLED, EXPIRED)


FIRST_DAY: Final = date(2000, 1, 1)
LAST_DAY: Final = date(2999, 12, 31)
"""Between these days an entitlement is defined, so that every sum of days has an answer."""


@dataclass(frozen=True, slots=True)
class Term:
    """The state that an entitlement was last written in, and its dates, both ends included."""

    state: EntitlementState
    starts_on: date
    ends_on: date


def effective_state(term: Term, today: date) -> EntitlementState:
    """The state on a day: WAITING turns ACTIVE on its first day, ACTIVE turns EXPIRED after its last."""
    if term.state not in _RUNNING:
        return term.state
    if today > term.ends_on:
        return EXPIRED
    return ACTIVE if today >= term.starts_on else term.state


def activate(term: Term, today: date) -> EntitlementState | Refused:
    """The state that a draft takes when it is activated: ACTIVE, WAITING for its start, or EXPIRED at once."""
    if term.state is not DRAFT:
        return _illegal(term, today)
    return effective_state(Term(WAITING, term.starts_on, term.ends_on), today)


def deactivate(term: Term, today: date) -> EntitlementState | Refused:
    """Back to DRAFT, to be edited; also while it is waiting (D-36). A default entitlement stops being one
    (I-7).
    """
    return DRAFT if effective_state(term, today) in _RUNNING else _illegal(term, today)


def cancel(term: Term, today: date) -> EntitlementState | Refused:
    """CANCELLED, from ACTIVE or WAITING. A default entitlement stops being one (I-7)."""
    return CANCELLED if effective_state(term, today) in _RUNNING else _illegal(term, today)


def renew(term: Term, today: date) -> Term | Refused:
    """The new draft that continues a cancelled or expired entitlement: from today, for as many days as the
    old.

    The old one stays as it is. The new one copies its other data, is no default, and has its full terms
    (D-32).
    """
    if effective_state(term, today) not in _ENDED:
        return _illegal(term, today)
    length = min(term.ends_on - term.starts_on, LAST_DAY - today)
    return Term(DRAFT, today, today + length)


def edit(term: Term, today: date) -> Refused | None:
    """Only a draft is edited."""
    return None if term.state is DRAFT else _illegal(term, today)


def make_default(term: Term, today: date) -> Refused | None:
    """Only an active entitlement becomes its customer's default; the one before stops being it (I-7)."""
    return None if effective_state(term, today) is ACTIVE else _illegal(term, today)


@dataclass(frozen=True, slots=True)
class Definition:
    """What is asked for when an entitlement is created or edited; `total` None is unlimited."""

    starts_on: date
    ends_on: date
    allocation: AllocationType
    decrease_on: DecreaseOn | None
    total: Decimal | None
    channel_totals: tuple[Decimal, ...] = ()


def decrease_on(allocation: AllocationType, asked: DecreaseOn | None) -> DecreaseOn | None:
    """When cases charge the entitlement: as asked, else at their resolution; credits and units by no case."""
    if asked is None and allocation in (AllocationType.CASES, AllocationType.HOURS):
        return DecreaseOn.CASE_RESOLUTION
    return asked


def define(definition: Definition) -> Refused | None:
    """Whether an entitlement may be written as asked; names the first field that is wrong."""
    if not FIRST_DAY <= definition.starts_on <= LAST_DAY:
        return bad_input("CS-31", "starts_on")
    if not definition.starts_on <= definition.ends_on <= LAST_DAY:
        return bad_input("CS-31", "ends_on")
    if definition.allocation is AllocationType.HOURS and definition.decrease_on is not DecreaseOn.CASE_RESOLUTION:
        return bad_input("I-6", "decrease_on")
    return _totals(definition.total, definition.channel_totals)


def _totals(total: Decimal | None, channels: Iterable[Decimal]) -> Refused | None:
    channels = tuple(channels)
    if total is not None and not is_quantity(total):
        return bad_input("I-9", "total_terms")
    if not all(map(is_quantity, channels)):
        return bad_input("I-9", "channels")
    if total is not None and sum(channels, ZERO) > total:
        return bad_input("D-38", "channels")
    return None


def _illegal(term: Term, today: date) -> Refused:
    return Refused("ENTITLEMENT_STATE", "AE-68", details={"state": effective_state(term, today)})
