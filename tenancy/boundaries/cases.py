"""Who sees a case, and what hangs on cases (CA-11, CA-12, 5.8)."""

from typing import Any

from sqlalchemy import and_, exists, or_, select

from tenancy import tables as t
from tenancy.boundaries import floor
from tenancy.boundaries.floor import Condition


def case(row: Any) -> Condition:
    """`visible` of 5.8: CA-11, CA-12 a-d."""
    assigned = and_(floor.inside(row), _involved(row), row.workspace_id.is_not(None))
    return and_(floor.in_tenant(row), or_(assigned, and_(floor.flag("unassigned"), row.workspace_id.is_(None))))


def _involved(row: Any) -> Condition:
    return or_(
        floor.flag("oversees"),
        row.workspace_id == floor.many("overseen"),
        row.primary_contact_user_id == floor.one("me"),
        shared_with_me(row),
        shared_with_my_group(row),
    )


def shared_with_me(row: Any) -> Condition:
    """Cases that were shared with the viewer by name (CA-12b)."""
    s = t.CaseShare.__table__.alias()
    return exists(
        select(1).where(s.c.tenant_id == row.tenant_id, s.c.incident_id == row.id, s.c.user_id == floor.one("me"))
    )


def shared_with_my_group(row: Any) -> Condition:
    """Cases that were shared with a group that the viewer is in (CA-12a)."""
    s, m = t.CaseShare.__table__.alias(), t.SupportGroupMember.__table__.alias()
    joined = s.join(m, and_(m.c.tenant_id == s.c.tenant_id, m.c.group_id == s.c.group_id))
    mine = and_(s.c.tenant_id == row.tenant_id, s.c.incident_id == row.id, m.c.user_id == floor.one("me"))
    return exists(select(1).select_from(joined).where(mine))


def of_case(row: Any) -> Condition:
    """With the case that it hangs on."""
    return and_(floor.in_tenant(row), _case_seen(row.incident_id, row.tenant_id))


def consumption(row: Any) -> Condition:
    """Ledger rows of workspaces whose activity the viewer may see; rows of a case only with the case (CA-11, D-19)."""
    where = or_(floor.flag("activity"), row.workspace_id == floor.many("activity_in"))
    return and_(floor.in_tenant(row), where, or_(row.incident_id.is_(None), _case_seen(row.incident_id, row.tenant_id)))


def customer(row: Any) -> Condition:
    """The desk sees every customer record (CS-21); others their own organisation and those of cases they see."""
    c = t.Case.__table__.alias()
    named = select(1).where(
        c.c.tenant_id == row.tenant_id, or_(c.c.customer_id == row.id, c.c.contact_id == row.id), case(c.c)
    )
    return and_(floor.in_tenant(row), or_(floor.flag("desk"), floor.flag("oversees"), row.is_self, exists(named)))


def article(row: Any) -> Condition:
    """The desk searches articles; others see those linked to a case they see (CS-44)."""
    link = t.CaseArticle.__table__.alias()
    shown = select(1).where(
        link.c.tenant_id == row.tenant_id,
        link.c.article_id == row.id,
        _case_seen(link.c.incident_id, link.c.tenant_id),
    )
    return and_(floor.in_tenant(row), or_(floor.flag("desk"), exists(shown)))


def group_member(row: Any) -> Condition:
    """With the group, by whoever enters its workspace."""
    g = t.SupportGroup.__table__.alias()
    seen = exists(select(1).where(g.c.tenant_id == row.tenant_id, g.c.id == row.group_id, floor.inside(g.c)))
    return and_(floor.in_tenant(row), seen)


def _case_seen(case_id: Any, tenant_id: Any) -> Condition:
    c = t.Case.__table__.alias()
    return exists(select(1).where(c.c.tenant_id == tenant_id, c.c.id == case_id, case(c.c)))
