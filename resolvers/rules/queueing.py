"""Who may do what with a case in a queue (2.5; CS-12, D-17, C-13).

A private queue is for its members: they alone put cases in, work on them there and take them out. Routing rules send
cases anywhere, because managers drew them up.
"""

from dataclasses import dataclass

from resolvers.rules.refused import Refused, bad_input
from tenancy.words import QueueItemState, QueueState, QueueType


@dataclass(frozen=True, slots=True)
class Place:
    """A queue as somebody meets it; its owner is a member."""

    id: str
    type: QueueType
    state: QueueState
    owner_id: str
    has_member: bool

    @property
    def is_open(self) -> bool:
        return self.type is QueueType.PUBLIC or self.has_member


@dataclass(frozen=True, slots=True)
class Waiting:
    """A case in a queue, and who works on it."""

    state: QueueItemState
    worked_by: str | None


def enter(place: Place, field: str = "queue_id") -> Refused | None:
    """Whether somebody may put a case into the queue, or be given one there."""
    if place.state is not QueueState.ACTIVE:
        return bad_input("CS-12", field)
    return member(place, field)


def member(place: Place, field: str) -> Refused | None:
    """Whether the queue is open to somebody at all."""
    return None if place.is_open else Refused("NOT_QUEUE_MEMBER", "CS-12", field)


def pick(place: Place, item: Waiting, me: str) -> Refused | None:
    """Whether I may work on it: whoever came first does; what I have already, I have."""
    return member(place, "item_id") or _taken(item, me)


def release(place: Place, item: Waiting, me: str, manages: bool, field: str = "item_id") -> Refused | None:
    """Whether I may give it back, send it on or take it out: what somebody works on is theirs, and the owner's of the
    queue, and the managers'."""
    anybodys = item.worked_by if manages or place.owner_id == me else me
    return member(place, field) or _taken(item, str(anybodys), field)


def _taken(item: Waiting, me: str, field: str = "item_id") -> Refused | None:
    gone = item.state is not QueueItemState.ACTIVE
    return Refused("QUEUE_ITEM_TAKEN", "C-13", field) if gone or item.worked_by not in (None, me) else None
