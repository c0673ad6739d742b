"""Words about events."""

from resolvers.happenings import CaseTouch, ItemTouch
from schema.words.described import described

described(
    CaseTouch,
    "What happened to a case.",
    CREATED="It was opened.",
    CHANGED="It has a new version, or a new link to an article.",
    SHARED="It was opened to a person or a group.",
    UNSHARED="A share was taken back.",
)
described(
    ItemTouch,
    "What happened to an item of a queue.",
    ADDED="It came into the queue.",
    PICKED="Somebody works on it now.",
    RELEASED="Nobody works on it any more.",
    REMOVED="It left the queue.",
)

__all__ = ["CaseTouch", "ItemTouch"]
