"""What a partner may do for a customer: asked for, approved, ended (3.5, I-20, AE-54, T-17)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, select

from resolvers.commands import Payload
from resolvers.loaders import KEYS
from resolvers.once import Answer, once
from resolvers.pages import Listing
from resolvers.refusals import granted
from resolvers.rules.partnerships import Relationship, ends_at, move, request, status_told
from tenancy import partnerships
from tenancy import tables as t
from tenancy.changes import Change
from tenancy.database import Row
from tenancy.errors import BadInput, Forbidden, NotFound
from tenancy.permissions import Action
from tenancy.statements import Statement
from tenancy.viewer import require
from tenancy.words import RelationshipKind, RelationshipStatus, Role, TenantKind

RELATIONSHIPS = Listing(
    "partnerRelationships",
    t.PartnerRelationship,
    {"kind": t.PartnerRelationship.kind == bindparam("kind", type_=t.PartnerRelationship.kind.type)},
)

_CUSTOMER = Statement(select(t.Tenant.id).where(t.Tenant.id == KEYS, t.Tenant.kind == TenantKind.CUSTOMER))
FACTS = ("kind", "status", "roles", "activated_at", "ends_at", "auto_extend_days")
"""Columns from which the rules tell where a relationship is."""

_LOCK = Statement(
    select(
        t.PartnerRelationship.tenant_id,
        t.PartnerRelationship.partner_tenant_id,
        t.PartnerRelationship.duration_days,
        *(getattr(t.PartnerRelationship, name) for name in FACTS),
    )
    .where(t.PartnerRelationship.id == KEYS, t.PartnerRelationship.kind == RelationshipKind.DELEGATED)
    .with_for_update()
)

_S = RelationshipStatus
_RULE = "AE-54"


@dataclass(frozen=True)
class Delegation:
    """What a partner asks of a customer: named roles, for so many days, extended by none or 180."""

    customer_id: str
    roles: Sequence[Role]
    duration_days: int
    auto_extend_days: int = 0


@dataclass(frozen=True)
class DelegationChanged(Payload):
    """The relationship."""

    relationship_id: str | None = None


async def request_delegation(change: Change, key: str, wanted: Delegation) -> DelegationChanged:
    """Ask a customer to lend roles; nothing is lent until it approves."""
    require(change.viewer, Action.REQUEST_DELEGATION, rule=_RULE)
    if await change.row(_CUSTOMER, keys=[wanted.customer_id]) is None:
        raise NotFound(field="customer_id")
    granted(request(wanted.roles, wanted.duration_days, wanted.auto_extend_days))

    async def effect() -> Answer:
        return {"relationship_id": await _offer(change, wanted)}

    asked = {
        "customer": wanted.customer_id,
        "roles": sorted(wanted.roles),
        "days": [wanted.duration_days, wanted.auto_extend_days],
    }
    return DelegationChanged(**await once(change, "requestDelegation", key, asked, effect))


async def _offer(change: Change, wanted: Delegation) -> str:
    """Written and locked in one step: the customer decides about what it reads."""
    status = _walked(_S.CREATED, _S.APPROVAL_PENDING)
    days = wanted.duration_days, wanted.auto_extend_days
    id = await partnerships.offer(change, wanted.customer_id, set(wanted.roles), *days, status)
    _announce(change, "REQUEST_DELEGATION", id)
    return id


async def approve_delegation(change: Change, id: str) -> DelegationChanged:
    """The customer lends the roles, from now on for the time agreed."""
    require(change.viewer, Action.APPROVE_DELEGATION, rule=_RULE)
    row = await _locked(change, id)
    if not _is_customer(change, row):
        raise Forbidden(rule=_RULE)
    status = _walked(_status(change, row), _S.APPROVED, _S.ACTIVATING, _S.ACTIVE)
    if row["duration_days"] is None:
        # It came by import, without a time that was asked for.
        raise BadInput(field="id", rule="I-20")
    ends = ends_at(change.now, row["duration_days"])
    await partnerships.advance(change, id, status, activated_at=change.now, ends_at=ends)
    _announce(change, "APPROVE_DELEGATION", id)
    return DelegationChanged(relationship_id=id)


async def terminate_delegation(change: Change, id: str) -> DelegationChanged:
    """Either end takes back what was lent; the partner's people are out with their next request."""
    viewer = change.viewer
    if not viewer.may(Action.APPROVE_DELEGATION) and not viewer.may(Action.ACT_ON_BEHALF):
        raise Forbidden(rule=_RULE)
    row = await _locked(change, id)
    if not (_is_customer(change, row) or _is_partner(change, row)):
        raise Forbidden(rule=_RULE)
    steps = _S.TERMINATION_REQUESTED, _S.TERMINATING, _S.TERMINATED
    status = _walked(_status(change, row), *steps)
    await partnerships.advance(change, id, status, ends_at=change.now)
    _announce(change, "TERMINATE_DELEGATION", id)
    return DelegationChanged(relationship_id=id)


async def _locked(change: Change, id: str) -> Row:
    row = await change.row(_LOCK, keys=[id])
    if row is None:
        raise NotFound(field="id")
    return row


def relationship(row: Any) -> Relationship:
    """A row with FACTS, as the rules read it."""
    roles = tuple(Role(role) for role in row.roles)
    kind, status = RelationshipKind(row.kind), RelationshipStatus(row.status)
    return Relationship(kind, status, roles, row.activated_at, row.ends_at, row.auto_extend_days)


def _status(change: Change, row: Row) -> RelationshipStatus:
    """Where it is now: what has expired is not ended once more."""
    return status_told(relationship(row), change.now)


def _is_customer(change: Change, row: Row) -> bool:
    """Whether the viewer decides for the customer itself; a partner that borrows its roles does not."""
    tenant = change.viewer.tenant
    own = tenant is not None and tenant.id == row["tenant_id"] and not tenant.delegated
    return own and change.viewer.may(Action.APPROVE_DELEGATION)


def _is_partner(change: Change, row: Row) -> bool:
    mine = change.viewer.tenant_id == row["partner_tenant_id"]
    return mine and change.viewer.may(Action.ACT_ON_BEHALF)


def _walked(status: RelationshipStatus, *steps: RelationshipStatus) -> RelationshipStatus:
    """The last of these steps on the status path, each allowed by the one before."""
    for step in steps:
        status = granted(move(status, step)) or status
    return status


def _announce(change: Change, action: str, id: str) -> None:
    change.audit(action, "PartnerRelationship", id)
    change.publish("delegation", id, change=action)
