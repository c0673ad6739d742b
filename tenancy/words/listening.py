"""What somebody may be listening to."""

from enum import auto

from tenancy.words.word import Word


class Watched(Word):
    """The subjects of subscriptions (5.5)."""

    CASE = auto()
    TIMELINE = auto()
    CLOCKS = auto()
    QUEUE = auto()
    ACTIVITY = auto()
    DELEGATIONS = auto()
