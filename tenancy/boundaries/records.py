"""Who sees how the desk works, and what the house writes about its own work."""

from typing import Any

from sqlalchemy import and_, exists, false, or_, select

from tenancy import tables as t
from tenancy.boundaries import cases, floor
from tenancy.boundaries.floor import Condition
from tenancy.words import QueueType


def for_desk(row: Any) -> Condition:
    """Those who work for the desk (2.5)."""
    return and_(floor.in_tenant(row), floor.flag("desk"))


def queue_item(row: Any) -> Condition:
    """A case that waits, where both the case and its queue are open to the viewer (2.5)."""
    q = t.Queue.__table__.alias()
    opened = exists(select(1).where(q.c.tenant_id == row.tenant_id, q.c.id == row.queue_id, open_queue(q.c)))
    return and_(floor.in_tenant(row), floor.flag("desk"), opened, cases.of_case(row))


def open_queue(row: Any) -> Condition:
    """Everybody's, or the viewer's own."""
    return or_(row.type == QueueType.PUBLIC, my_queue(row))


def my_queue(row: Any) -> Condition:
    """A queue that the viewer is a member of, or owns."""
    m = t.QueueMember.__table__.alias()
    mine = select(1).where(m.c.tenant_id == row.tenant_id, m.c.queue_id == row.id, m.c.user_id == floor.one("me"))
    return or_(row.owner_id == floor.one("me"), exists(mine))


def own_key(row: Any) -> Condition:
    """The principal's own."""
    return and_(floor.in_tenant(row), row.principal == floor.one("me"))


def own_file(row: Any) -> Condition:
    """A file is its starter's alone: it holds what that person could see (E-03)."""
    return and_(floor.in_tenant(row), row.user_id == floor.one("me"))


def webhook(row: Any) -> Condition:
    """A receiver is its application's, and of those who say which applications there are (D-30, decision 0015)."""
    return and_(floor.in_tenant(row), or_(floor.flag("applications"), row.application_id == floor.one("me")))


def webhook_delivery(row: Any) -> Condition:
    """With the webhook that it is sent by."""
    w = t.Webhook.__table__.alias()
    seen = exists(select(1).where(w.c.tenant_id == row.tenant_id, w.c.id == row.webhook_id, webhook(w.c)))
    return and_(floor.in_tenant(row), seen)


def for_customer_admins(row: Any) -> Condition:
    """Those who run the customer."""
    return and_(floor.in_tenant(row), floor.flag("agreements"))


def nobody(row: Any) -> Condition:  # noqa: ARG001  every boundary takes the row
    """No row for anybody: what the house reads by itself."""
    return false()
