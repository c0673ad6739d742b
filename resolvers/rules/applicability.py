"""Whether an entitlement may be put on a case, and which one comes by itself (CS-31..37, I-16, D-13, AE-69)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from types import MappingProxyType

from resolvers.rules.entitlement_states import ACTIVE, Term, effective_state
from resolvers.rules.refused import Refused
from tenancy.words import Origin


@dataclass(frozen=True, slots=True)
class Cover:
    """What an entitlement covers. No products or contacts listed means all of them; a channel not listed is
    open.

    `is_mapped`: its package is mapped to the workspace of the case in question; asked only when the
    entitlement belongs to no customer. `channels`: the totals listed per origin.
    """

    id: str
    term: Term
    customer_id: str | None = None
    is_mapped: bool = False
    products: frozenset[str] = frozenset()
    contacts: frozenset[str] = frozenset()
    channels: Mapping[Origin, Decimal] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True)
class Claim:
    """What a case claims for: whom, what, and how it came in. The contact may be the customer itself.

    `contact_account_id`: the account that the contact belongs to.
    """

    customer_id: str
    contact_id: str | None = None
    product_id: str | None = None
    origin: Origin | None = None
    contact_account_id: str | None = None

    @property
    def is_by_a_stranger(self) -> bool:
        """The contact is of another customer: whoever calls, only the customer's own people claim its rights."""
        return self.contact_id is not None and self.customer_id not in (self.contact_id, self.contact_account_id)


def applicable(cover: Cover, claim: Claim, today: date) -> Refused | None:
    """Whether the entitlement may be put on the case, or stay on it after a change of its claim (D-13)."""
    state = effective_state(cover.term, today)
    if state is not ACTIVE:
        return Refused("ENTITLEMENT_NOT_ACTIVE", "AE-68", "entitlement_id", {"state": state})
    return covers(cover, claim)


def covers(cover: Cover, claim: Claim) -> Refused | None:
    """As `applicable`, whatever the entitlement's state: for a case that carries it and changes its claim."""
    if not (cover.is_mapped if cover.customer_id is None else cover.customer_id == claim.customer_id):
        return _not_applicable("I-16", "customer_id")
    if cover.products and claim.product_id not in cover.products:
        return _not_applicable("AE-65", "product_id")
    if claim.is_by_a_stranger:
        return _not_applicable("I-16", "contact_id")
    if cover.contacts and (claim.contact_id or claim.customer_id) not in cover.contacts:
        return _not_applicable("AE-65", "contact_id")
    if claim.origin is not None and cover.channels.get(claim.origin) == 0:
        return _not_applicable("AE-64", "origin")
    return None


def default_on_create(switch: bool, given: str | None, default: Cover | None, claim: Claim, today: date) -> str | None:
    """The entitlement of a new case: the one given, else the customer's default where it applies (AE-69).

    `switch`: the organisation applies defaults on creation. A default that does not apply is passed over.
    """
    return given if given is not None or not switch else _default(default, claim, today)


def default_on_update(
    switch: bool, present: str | None, default: Cover | None, before: Claim, after: Claim, today: date
) -> str | None:
    """The entitlement of a case after an update that leaves it `present` (None after a change of customer).

    The default comes only where there is none and the customer, the contact or the product changed (AE-69).
    """
    touched = (before.customer_id, before.contact_id, before.product_id) != (
        after.customer_id,
        after.contact_id,
        after.product_id,
    )
    return present if present is not None or not (switch and touched) else _default(default, after, today)


def _default(default: Cover | None, claim: Claim, today: date) -> str | None:
    return default.id if default is not None and applicable(default, claim, today) is None else None


def _not_applicable(rule: str, field_: str) -> Refused:
    return Refused("ENTITLEMENT_NOT_APPLICABLE", rule, field_)
