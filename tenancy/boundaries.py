"""Which rows a viewer may touch, said once per table (H-2, the first of two locks).

Each boundary is an SQL condition over the row and over facts of the viewer (`facts`), bound as parameters, so one
compiled statement serves everybody. `scope` puts the boundary of every table that a statement mentions into
the statement. Row-level security, the second lock, repeats the tenant part in the database.

Read aloud: a case is visible to someone who may enter its workspace, and there oversees all cases, or is its
primary contact, or was given a share, or is in a group that was given one (CA-12, 5.8).
"""

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import ColumnElement, Uuid, and_, exists, false, func, or_, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.sql.elements import BindParameter
from sqlalchemy.sql.expression import bindparam
from sqlalchemy.types import Boolean

from tenancy import tables as t
from tenancy.permissions import Action
from tenancy.viewer import Viewer

Condition = ColumnElement[bool]
_ID = Uuid(as_uuid=False)


def _one(name: str) -> BindParameter[str]:
    return bindparam(f"v_{name}", type_=_ID)


def _many(name: str) -> ColumnElement[Any]:
    return func.any(bindparam(f"v_{name}", type_=ARRAY(_ID)))


def _is(name: str) -> BindParameter[bool]:
    return bindparam(f"v_{name}", type_=Boolean)


def facts(viewer: Viewer) -> dict[str, Any]:
    """The values of every parameter that a boundary may mention."""
    return {
        "v_tenant": viewer.tenant_id,
        "v_me": viewer.user_id,
        "v_tenants": [home.id for home in viewer.tenants],
        "v_enters_all": viewer.enters_all,
        "v_entered": viewer.entered,
        "v_lists_all": viewer.everywhere(Action.LIST_EVERY_WORKSPACE),
        "v_member_of": viewer.where(Action.ENTER_WORKSPACE),
        "v_oversees": viewer.everywhere(Action.SEE_EVERY_CASE),
        "v_overseen": viewer.where(Action.SEE_EVERY_CASE),
        "v_unassigned": viewer.everywhere(Action.SEE_UNASSIGNED_CASES),
        "v_agreements": viewer.everywhere(Action.SEE_EVERY_AGREEMENT),
        "v_activity": viewer.everywhere(Action.SEE_ACTIVITY),
        "v_activity_in": viewer.where(Action.SEE_ACTIVITY),
        "v_manages": viewer.everywhere(Action.INVITE),
        "v_managed": viewer.where(Action.INVITE),
        "v_desk": viewer.everywhere(Action.SEARCH_CUSTOMERS),
        "v_insights": viewer.everywhere(Action.READ_INSIGHTS),
    }


# --- the floor of every boundary


def in_tenant(row: Any) -> Condition:
    """The row belongs to the viewer's current tenant. The tests remove this lock to show that the other one holds."""
    condition: Condition = row.tenant_id == _one("tenant")
    return condition


def of_tenant(row: Any) -> Condition:
    """Reference data that everybody in the tenant may read."""
    return in_tenant(row)


def _inside(row: Any) -> Condition:
    return or_(_is("enters_all"), row.workspace_id == _many("entered"))


# --- people and places


def workspace(row: Any) -> Condition:
    return and_(in_tenant(row), or_(_is("enters_all"), row.id == _many("entered")))


def _listed(row: Any) -> Condition:
    return or_(_is("lists_all"), row.id == _many("member_of"))


def in_workspace(row: Any) -> Condition:
    return and_(in_tenant(row), _inside(row))


def grant(row: Any) -> Condition:
    """Own grants, those of the whole tenant, and those of the workspaces that the viewer enters (WS-27)."""
    return and_(in_tenant(row), or_(row.user_id == _one("me"), row.workspace_id.is_(None), _inside(row)))


def person(row: Any) -> Condition:
    """Oneself, and whoever holds a role where the viewer may look; people are no tenant's property."""
    g = t.RoleGrant.__table__.alias()
    return or_(row.id == _one("me"), exists(select(1).where(g.c.user_id == row.id, grant(g.c))))


def tenant(row: Any) -> Condition:
    """The current one, those the viewer has a role in, and those tied to the current one as partner or customer."""
    r = t.PartnerRelationship.__table__.alias()
    tied = or_(
        and_(r.c.partner_tenant_id == _one("tenant"), r.c.tenant_id == row.id),
        and_(r.c.tenant_id == _one("tenant"), r.c.partner_tenant_id == row.id),
    )
    return or_(row.id == _one("tenant"), row.id == _many("tenants"), exists(select(1).where(tied)))


def relationship_end(row: Any) -> Condition:
    """Both the partner and the customer see the relationship that joins them (3.5)."""
    return or_(in_tenant(row), row.partner_tenant_id == _one("tenant"))


def invitation(row: Any) -> Condition:
    return and_(in_tenant(row), _inside(row), or_(_is("manages"), row.workspace_id == _many("managed")))


# --- what was bought


def mapped(row: Any) -> Condition:
    """A mapping of a package to a workspace that the viewer enters."""
    return and_(in_tenant(row), or_(_is("agreements"), _inside(row)))


def _reaches(package_id: Any, tenant_id: Any) -> Condition:
    m = t.WorkspacePackage.__table__.alias()
    return exists(select(1).where(m.c.tenant_id == tenant_id, m.c.package_id == package_id, _inside(m.c)))


def package(row: Any) -> Condition:
    """WS-7, WS-14: a package is seen where it is mapped to; whoever runs the agreement sees all of it."""
    return and_(in_tenant(row), or_(_is("agreements"), _reaches(row.id, row.tenant_id)))


def agreement(row: Any) -> Condition:
    p = t.Package.__table__.alias()
    shown = select(1).where(p.c.tenant_id == row.tenant_id, p.c.agreement_id == row.id, _reaches(p.c.id, p.c.tenant_id))
    return and_(in_tenant(row), or_(_is("agreements"), exists(shown)))


def agreement_contact(row: Any) -> Condition:
    return and_(in_tenant(row), _is("agreements"))


def entitlement(row: Any) -> Condition:
    """A line of a package that the viewer sees, or, for the desk, any line (CS-31, CS-32)."""
    return and_(in_tenant(row), or_(_is("agreements"), _is("desk"), _reaches(row.package_id, row.tenant_id)))


def of_entitlement(row: Any) -> Condition:
    e = t.Entitlement.__table__.alias()
    seen = exists(select(1).where(e.c.tenant_id == row.tenant_id, e.c.id == row.entitlement_id, entitlement(e.c)))
    return and_(in_tenant(row), seen)


def consumption(row: Any) -> Condition:
    """Ledger rows of workspaces whose activity the viewer may see; rows of a case only with the case (CA-11, D-19)."""
    where = or_(_is("activity"), row.workspace_id == _many("activity_in"))
    return and_(in_tenant(row), where, or_(row.incident_id.is_(None), _case_seen(row.incident_id, row.tenant_id)))


# --- cases


def case(row: Any) -> Condition:
    """`visible` of 5.8: CA-11, CA-12 a-d."""
    assigned = and_(_inside(row), _involved(row), row.workspace_id.is_not(None))
    return and_(in_tenant(row), or_(assigned, and_(_is("unassigned"), row.workspace_id.is_(None))))


def _involved(row: Any) -> Condition:
    return or_(
        _is("oversees"),
        row.workspace_id == _many("overseen"),
        row.primary_contact_user_id == _one("me"),
        shared_with_me(row),
        shared_with_my_group(row),
    )


def shared_with_me(row: Any) -> Condition:
    s = t.CaseShare.__table__.alias()
    return exists(select(1).where(s.c.tenant_id == row.tenant_id, s.c.incident_id == row.id, s.c.user_id == _one("me")))


def shared_with_my_group(row: Any) -> Condition:
    s, m = t.CaseShare.__table__.alias(), t.SupportGroupMember.__table__.alias()
    joined = s.join(m, and_(m.c.tenant_id == s.c.tenant_id, m.c.group_id == s.c.group_id))
    mine = and_(s.c.tenant_id == row.tenant_id, s.c.incident_id == row.id, m.c.user_id == _one("me"))
    return exists(select(1).select_from(joined).where(mine))


def _case_seen(case_id: Any, tenant_id: Any) -> Condition:
    c = t.Case.__table__.alias()
    return exists(select(1).where(c.c.tenant_id == tenant_id, c.c.id == case_id, case(c.c)))


def of_case(row: Any) -> Condition:
    return and_(in_tenant(row), _case_seen(row.incident_id, row.tenant_id))


def customer(row: Any) -> Condition:
    """The desk sees every customer record (CS-21); others their own organisation and those of cases they see."""
    c = t.Case.__table__.alias()
    named = select(1).where(
        c.c.tenant_id == row.tenant_id, or_(c.c.customer_id == row.id, c.c.contact_id == row.id), case(c.c)
    )
    return and_(in_tenant(row), or_(_is("desk"), _is("oversees"), row.is_self, exists(named)))


def article(row: Any) -> Condition:
    """The desk searches articles; others see those linked to a case they see (CS-44)."""
    link = t.CaseArticle.__table__.alias()
    shown = select(1).where(
        link.c.tenant_id == row.tenant_id,
        link.c.article_id == row.id,
        _case_seen(link.c.incident_id, link.c.tenant_id),
    )
    return and_(in_tenant(row), or_(_is("desk"), exists(shown)))


def for_desk(row: Any) -> Condition:
    return and_(in_tenant(row), _is("desk"))


def group_member(row: Any) -> Condition:
    g = t.SupportGroup.__table__.alias()
    seen = exists(select(1).where(g.c.tenant_id == row.tenant_id, g.c.id == row.group_id, _inside(g.c)))
    return and_(in_tenant(row), seen)


# --- licences, and what nobody reads through the API


def licence(row: Any) -> Condition:
    """Only a partner that reads aggregates of this customer (PC-1); see `Viewer.visiting`."""
    return and_(in_tenant(row), _is("insights"))


def own_key(row: Any) -> Condition:
    return and_(in_tenant(row), row.principal == _one("me"))


def for_customer_admins(row: Any) -> Condition:
    return and_(in_tenant(row), _is("agreements"))


def nobody(row: Any) -> Condition:  # noqa: ARG001  every boundary takes the row
    return false()


BOUNDARIES: Mapping[type[t.Table], Callable[[Any], Condition]] = {
    t.Tenant: tenant,
    t.User: person,
    t.RoleGrant: grant,
    t.PartnerRelationship: relationship_end,
    t.Workspace: workspace,
    t.WorkspacePackage: mapped,
    t.Invitation: invitation,
    t.Agreement: agreement,
    t.AgreementContact: agreement_contact,
    t.Package: package,
    t.Entitlement: entitlement,
    t.EntitlementChannel: of_entitlement,
    t.EntitlementProduct: of_entitlement,
    t.EntitlementContact: of_entitlement,
    t.Consumption: consumption,
    t.Customer: customer,
    t.Product: of_tenant,
    t.Subject: of_tenant,
    t.Case: case,
    t.TimelineEntry: of_case,
    t.KnowledgeArticle: article,
    t.CaseArticle: of_case,
    t.SupportGroup: in_workspace,
    t.SupportGroupMember: group_member,
    t.CaseShare: of_case,
    t.Sla: of_tenant,
    t.SlaItem: of_tenant,
    t.SlaClock: of_case,
    t.Queue: for_desk,
    t.QueueMember: for_desk,
    t.QueueItem: for_desk,
    t.RoutingRuleSet: for_desk,
    t.RoutingRule: for_desk,
    t.Subscription: licence,
    t.LicenseActivity: licence,
    t.Freshness: licence,
    t.IdempotencyKey: own_key,
    t.OutboxEvent: nobody,
    t.AuditEntry: for_customer_admins,
}
"""Table -> its boundary. A table that is missing here fails a test, and cannot be read at all."""

LISTED: Condition = _listed(t.Workspace)
"""Workspaces that a list shows without being asked for one: memberships, and all of the customer for those who run
it (5.3). Narrower than the boundary: the desk may enter every workspace, yet is a member of few."""

MINE: Condition = or_(t.Case.owner_id == _one("me"), t.Case.primary_contact_user_id == _one("me"))
"""Cases that the viewer owns or is the primary contact of (CS-7)."""

SHARED_WITH_ME: Condition = shared_with_me(t.Case)
SHARED_WITH_MY_GROUPS: Condition = shared_with_my_group(t.Case)

_link = t.PartnerRelationship.__table__.alias()
CUSTOMERS: Condition = exists(
    select(1).where(_link.c.partner_tenant_id == _one("tenant"), _link.c.tenant_id == t.Tenant.id)
)
"""Tenants that are tied to the current one, a partner, as its customers."""
