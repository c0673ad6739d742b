"""Where cases wait, who works on them, and by which rules they are sent there."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from tenancy.tables.cases import Case
from tenancy.tables.table import (
    Id,
    Keyed,
    Owned,
    Table,
    belongs,
    holds,
    one,
    only_one,
    shared,
    unique,
)
from tenancy.tables.tenants import User
from tenancy.words import QueueItemState, QueueState, QueueType, RuleSetState


class Queue(Keyed, Table):
    """A place where cases wait to be worked on; private ones are for their members (2.5)."""

    __tablename__ = "queue"

    name: Mapped[str]
    type: Mapped[QueueType]
    owner_id: Mapped[Id] = mapped_column(shared("app_user"))
    state: Mapped[QueueState]

    owner: Mapped[User] = one("Queue.owner_id", "User")


class QueueMember(Owned, Table):
    """A user who works from a queue."""

    __tablename__ = "queue_member"
    __table_args__ = (
        belongs("queue_id", "queue"),
        Index("ix_queue_member_user_id", "tenant_id", "user_id"),
    )

    queue_id: Mapped[Id] = mapped_column(primary_key=True)
    user_id: Mapped[Id] = mapped_column(shared("app_user"), primary_key=True)

    queue: Mapped[Queue] = one("QueueMember.queue_id", "Queue")
    user: Mapped[User] = one("QueueMember.user_id", "User")


class QueueItem(Keyed, Table):
    """A case in a queue; at most one active item per case (D-17)."""

    __tablename__ = "queue_item"
    __table_args__ = (
        belongs("queue_id", "queue"),
        belongs("incident_id", "incident"),
        only_one("queue_item_active", "incident_id", where="state = 'ACTIVE'"),
        Index("ix_queue_item_incident_id", "tenant_id", "incident_id"),
        Index("ix_queue_item_queue_id", "tenant_id", "queue_id", "state", "entered_on"),
    )

    queue_id: Mapped[Id]
    incident_id: Mapped[Id]
    worked_by: Mapped[Id | None] = mapped_column(shared("app_user"))
    entered_on: Mapped[datetime]
    state: Mapped[QueueItemState]

    queue: Mapped[Queue] = one("QueueItem.queue_id", "Queue")
    case: Mapped[Case] = one("QueueItem.incident_id", "Case")
    worker: Mapped[User | None] = one("QueueItem.worked_by", "User")


class RoutingRuleSet(Keyed, Table):
    """Rules tried from top to bottom; one set is active at a time (I-15)."""

    __tablename__ = "routing_rule_set"
    __table_args__ = (only_one("routing_rule_set_active", where="state = 'ACTIVE'"),)

    name: Mapped[str]
    state: Mapped[RuleSetState]
    owner_id: Mapped[Id] = mapped_column(shared("app_user"))

    owner: Mapped[User] = one("RoutingRuleSet.owner_id", "User")


class RoutingRule(Keyed, Table):
    """A condition and where a case goes that meets it: to a queue, or to a person."""

    __tablename__ = "routing_rule"
    __table_args__ = (
        belongs("rule_set_id", "routing_rule_set"),
        belongs("queue_id", "queue"),
        unique("rule_set_id", "position"),
        holds("one_target", "num_nonnulls(queue_id, assignee_id) = 1"),
    )

    rule_set_id: Mapped[Id]
    position: Mapped[int]
    name: Mapped[str]
    condition: Mapped[dict[str, Any]]
    queue_id: Mapped[Id | None]
    assignee_id: Mapped[Id | None] = mapped_column(shared("app_user"))

    rule_set: Mapped[RoutingRuleSet] = one("RoutingRule.rule_set_id", "RoutingRuleSet")
    queue: Mapped[Queue | None] = one("RoutingRule.queue_id", "Queue")
    assignee: Mapped[User | None] = one("RoutingRule.assignee_id", "User")
