"""What opens a customer's aggregates to a partner: a role, a covered service, a reseller link (PC-1, PC-10, D-27)."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import bindparam, select

from resolvers import ids
from resolvers.refusals import refuse
from resolvers.rules import licence_usage as rules
from resolvers.rules.partnerships import Relationship, opens_insights
from tenancy import tables as t
from tenancy.errors import BusinessRefusal, NotFound
from tenancy.scope import Scope
from tenancy.statements import Statement
from tenancy.viewer import Home
from tenancy.words import RelationshipKind, RelationshipStatus, ServiceCode, TenantKind

_LINKS = Statement(
    select(
        t.PartnerRelationship.kind,
        t.PartnerRelationship.status,
        t.PartnerRelationship.activated_at,
        t.PartnerRelationship.ends_at,
        t.Tenant.id,
        t.Tenant.name,
        t.Tenant.kind.label("tenant_kind"),
        t.Tenant.entra_tenant_id,
    )
    .join(t.Tenant, t.Tenant.id == t.PartnerRelationship.tenant_id)
    .where(
        t.PartnerRelationship.tenant_id == bindparam("customer", type_=t.Tenant.id.type),
        t.PartnerRelationship.partner_tenant_id == bindparam("partner", type_=t.Tenant.id.type),
    )
)


def covered(services: Sequence[ServiceCode] | None) -> list[ServiceCode]:
    """The services to look at, all that insights cover by default; another one is refused (AE-52)."""
    asked = list(rules.COVERED_SERVICES if services is None else services)
    refused = rules.cover(asked)
    if refused is not None:
        raise refuse(refused)
    return asked


async def linked(scope: Scope, customer_id: str) -> Home:
    """The customer behind a link that opens insights. No link and no such customer look the same (D-31)."""
    try:
        id = ids.of("Tenant", customer_id)
    except NotFound:
        raise BusinessRefusal("NO_PARTNER_RELATIONSHIP", rule="D-27") from None
    for row in await scope.rows(_LINKS, customer=id, partner=scope.viewer.tenant_id):
        if opens_insights(_relationship(row), scope.now):
            return Home(row["id"], row["name"], TenantKind(row["tenant_kind"]), row["entra_tenant_id"])
    raise BusinessRefusal("NO_PARTNER_RELATIONSHIP", rule="D-27")


def _relationship(row: Any) -> Relationship:
    return Relationship(
        kind=RelationshipKind(row["kind"]),
        status=RelationshipStatus(row["status"]),
        activated_at=row["activated_at"],
        ends_at=row["ends_at"],
    )
