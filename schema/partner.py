"""Partner relationships: who sells to a customer, and who may act for it."""

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any

import strawberry

from resolvers import ids
from resolvers.arguments import After, First, described
from resolvers.batch import Level, Parents, batched
from resolvers.fields import derived, identified, named_by, related
from resolvers.loaders import Relation
from resolvers.pages import FIRST, Page, Request, Source
from resolvers.partners import (
    FACTS,
    RELATIONSHIPS,
    Delegation,
    DelegationChanged,
    approve_delegation,
    relationship,
    request_delegation,
    terminate_delegation,
)
from resolvers.rules import partnerships as rules
from resolvers.workspaces import admit
from schema.keyed import KEY
from schema.node import Node, StandsIn
from schema.payload import Payload
from schema.people import Tenant
from schema.words import Role
from schema.words.partners import RelationshipKind, RelationshipStatus
from tenancy import tables as t
from tenancy.changes import Change


def _now(told: Callable[[rules.Relationship, datetime], Any], *, description: str) -> Any:
    """What a rule says of the relationship at this moment: time alone moves it on."""

    def resolve(parents: Parents, info: Level) -> list[Any]:
        return [told(relationship(row), info.context.scope.now) for row in parents]

    return batched(resolve, columns=FACTS, description=description)


@strawberry.type(description="What ties a partner to a customer.")
class PartnerRelationship(StandsIn, Node):
    id: strawberry.ID = identified("PartnerRelationship")
    kind: RelationshipKind = strawberry.field(description="Selling, or acting for.")
    status: RelationshipStatus = _now(rules.status_told, description="Where it is on its way now.")
    roles: list[Role] = derived(
        lambda row: [Role(role) for role in row.roles], ("roles",), description="The customer's roles that it lends."
    )
    activated_at: datetime | None = strawberry.field(description="Since when it is in force, UTC.")
    ends_at: datetime | None = _now(
        rules.end_told, description="Access ends at this second, UTC; where an extension is agreed, it is put off then."
    )
    duration_days: int | None = strawberry.field(description="For how long it was asked, in days.")
    auto_extend_days: int = strawberry.field(description="By how much it is extended at each end: 0 or 180 days.")
    days_left: int | None = _now(rules.days_left, description="Whole days until its end.")
    opens_records: bool = _now(
        rules.opens_records,
        description="Whether the partner sees records of the customer now; a reseller never does by that alone.",
    )
    partner: Tenant | None = related(t.PartnerRelationship.partner, description="The partner.")
    customer: Tenant | None = named_by(Relation("tenant_id", t.Tenant), description="The customer.")


@strawberry.input(description="What a partner asks of a customer.")
class RequestDelegationInput:
    idempotency_key: str = strawberry.field(description=KEY)
    customer_id: strawberry.ID = strawberry.field(description="The customer: a tenant that the partner knows.")
    roles: list[Role] = strawberry.field(description="Roles of the customer's own that it shall lend.")
    duration_days: int = strawberry.field(description="For how long, 1 to 730 days from the approval.")
    auto_extend_days: int = strawberry.field(
        default=0, description="0, or 180 to be extended by that at each end; not with GLOBAL_ADMIN."
    )


@strawberry.input(description="A delegated relationship.")
class DelegationInput:
    id: strawberry.ID = strawberry.field(description="The relationship.")


@strawberry.type(description="The relationship, or why it stays as it was.")
class DelegationPayload(Payload):
    relationship: PartnerRelationship | None = named_by(
        Relation("relationship_id", t.PartnerRelationship), description="The relationship, read after the command."
    )


async def ask(change: Change, input: RequestDelegationInput) -> DelegationChanged:
    customer = ids.of("Tenant", input.customer_id, field="customer_id")
    wanted = Delegation(customer, input.roles, input.duration_days, input.auto_extend_days)
    return await request_delegation(change, input.idempotency_key, wanted)


async def approve(change: Change, input: DelegationInput) -> DelegationChanged:
    return await approve_delegation(change, ids.of("PartnerRelationship", input.id, field="id"))


async def terminate(change: Change, input: DelegationInput) -> DelegationChanged:
    return await terminate_delegation(change, ids.of("PartnerRelationship", input.id, field="id"))


async def relationships(
    info: Level,
    kind: Annotated[RelationshipKind | None, described("Only of this kind.")] = None,
    first: First = FIRST,
    after: After = None,
) -> Page:
    admit(info.context)
    values = {} if kind is None else {"kind": kind}
    return await Source(info.context, RELATIONSHIPS, Request(first, after, values)).page(info.selection)
