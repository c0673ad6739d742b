"""What a partner's relationship with a customer opens, and how it begins, grows and ends (3.5, D-27, I-20).

Two separate facts: a RESELLER relationship opens aggregate insights, an active DELEGATED one opens records. The first
never implies the second.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from resolvers.rules.licence_usage import ACTIVE_DAYS
from resolvers.rules.refused import Refused, bad_input
from resolvers.rules.reminders import reached
from tenancy.words import RelationshipKind, RelationshipStatus, Role

SHORTEST_DAYS: Final = 1
LONGEST_DAYS: Final = 730
EXTENSION_DAYS: Final = 180
EXPIRING_DAYS: Final = 30
"""How long a delegated relationship may last, what one extension adds, and from when on its end is near."""

_S = RelationshipStatus

NEXT: Final[Mapping[RelationshipStatus, tuple[RelationshipStatus, ...]]] = {
    _S.CREATED: (_S.APPROVAL_PENDING,),
    _S.APPROVAL_PENDING: (_S.APPROVED,),
    _S.APPROVED: (_S.ACTIVATING,),
    _S.ACTIVATING: (_S.ACTIVE,),
    _S.ACTIVE: (_S.EXPIRING, _S.TERMINATION_REQUESTED),
    _S.EXPIRING: (_S.EXPIRED, _S.TERMINATION_REQUESTED),
    _S.EXPIRED: (),
    _S.TERMINATION_REQUESTED: (_S.TERMINATING,),
    _S.TERMINATING: (_S.TERMINATED,),
    _S.TERMINATED: (),
}
"""The status path, step by step."""

DELEGABLE: Final = frozenset(
    {Role.GLOBAL_ADMIN, Role.SERVICES_ADMIN, Role.SERVICE_MANAGER, Role.SERVICE_REPRESENTATIVE}
)
"""The customer's own roles in its tenant: what it can lend. The operator's roles are not its to give."""

_RUNNING: Final = (RelationshipStatus.ACTIVE, RelationshipStatus.EXPIRING)


@dataclass(frozen=True, slots=True)
class Relationship:
    """A partner relationship as its row tells it; ending one early sets `ends_at` to that moment."""

    kind: RelationshipKind
    status: RelationshipStatus
    roles: tuple[Role, ...] = ()
    activated_at: datetime | None = None
    ends_at: datetime | None = None
    auto_extend_days: int = 0


def opens_insights(relationship: Relationship, now: datetime) -> bool:
    """Whether it lets the partner see aggregate insights: a reseller's, current or ended within 28 days (D-27).

    An ended one whose end is unknown opens nothing.
    """
    if relationship.kind is not RelationshipKind.RESELLER or not _has_begun(relationship, now):
        return False
    if relationship.ends_at is None:
        return relationship.status in _RUNNING
    return now < relationship.ends_at + timedelta(days=ACTIVE_DAYS)


def opens_records(relationship: Relationship, now: datetime) -> bool:
    """Whether it opens the customer's records: delegated, with a role, running, before its last second (T-17)."""
    return (
        relationship.kind is RelationshipKind.DELEGATED
        and relationship.status in _RUNNING
        and bool(relationship.roles)
        and _has_begun(relationship, now)
        and _runs(relationship, now)
    )


def status_told(relationship: Relationship, now: datetime) -> RelationshipStatus:
    """Where it is on its way at this moment: a delegated one nears its end and expires without anybody writing it."""
    written, end = relationship.status, end_told(relationship, now)
    if relationship.kind is not RelationshipKind.DELEGATED or written not in _RUNNING or end is None:
        return written
    if now >= end:
        return _S.EXPIRED
    near = not extends(relationship) and end - now < timedelta(days=EXPIRING_DAYS)
    return _S.EXPIRING if near else _S.ACTIVE


def end_told(relationship: Relationship, now: datetime) -> datetime | None:
    """Its end as it stands at this moment: one that was reached while it ran is put off as agreed (I-20)."""
    end = relationship.ends_at
    if end is None or end > now or not extends(relationship):
        return end
    step = timedelta(days=EXTENSION_DAYS)
    return end + step * ((now - end) // step + 1)


def request(roles: Iterable[Role], duration_days: int, auto_extend_days: int) -> Refused | None:
    """Whether a delegated relationship may be offered: named roles, 1 day to 2 years, extension none or 180 days."""
    named = frozenset(roles)
    if not named or not named <= DELEGABLE:
        return bad_input("I-20", "roles")
    if not SHORTEST_DAYS <= duration_days <= LONGEST_DAYS:
        return bad_input("I-20", "duration_days")
    if auto_extend_days not in (0, EXTENSION_DAYS) or (auto_extend_days and Role.GLOBAL_ADMIN in named):
        return bad_input("I-20", "auto_extend_days")
    return None


def ends_at(activated_at: datetime, duration_days: int) -> datetime:
    """The end of a relationship: activation plus duration."""
    return activated_at + timedelta(days=duration_days)


def extends(relationship: Relationship) -> bool:
    """Whether its end is put off each time it comes, until somebody terminates it: agreed, and no endless
    administrator (I-20). Recognition asks the same of the table (`tenancy.recognition`)."""
    agreed = relationship.auto_extend_days == EXTENSION_DAYS and Role.GLOBAL_ADMIN not in relationship.roles
    return agreed and relationship.kind is RelationshipKind.DELEGATED and relationship.status in _RUNNING


def to_tell(relationship: Relationship, told_end: datetime | None, told_days: int | None, now: datetime) -> int | None:
    """How many days before its end one of the two is to be told of it now; None when there is nothing new to tell.

    Told is an end that is final: one that is put off by agreement, or was by a new one, is another end. `told_end` and
    `told_days` are what that side was told last.
    """
    begun, end = relationship.activated_at, relationship.ends_at
    ends = relationship.kind is RelationshipKind.DELEGATED and relationship.status in _RUNNING
    if not ends or extends(relationship) or begun is None or end is None:
        return None
    days = reached(begun, end, now)
    if days is None or (told_end == end and told_days is not None and told_days <= days):
        return None
    return days


def move(status: RelationshipStatus, to: RelationshipStatus) -> RelationshipStatus | Refused:
    """One step on the status path; there is no other way to a status."""
    return to if to in NEXT[status] else Refused("BAD_USER_INPUT", "I-20", "status", {"status": status})


def days_left(relationship: Relationship, now: datetime) -> int | None:
    """Whole days until the end as it stands, never negative; None without an end."""
    end = end_told(relationship, now)
    return None if end is None else max(0, (end - now).days)


def _runs(relationship: Relationship, now: datetime) -> bool:
    end = end_told(relationship, now)
    return end is not None and now < end


def _has_begun(relationship: Relationship, now: datetime) -> bool:
    return relationship.activated_at is not None and relationship.activated_at <= now
