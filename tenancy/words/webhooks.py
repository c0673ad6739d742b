"""Messages to programs of the outside."""

from enum import auto
from typing import Final

from tenancy.words.word import Word


class WebhookTopic(Word):
    """What a webhook can tell of."""

    PORTFOLIO_LOADED = auto()
    CUSTOMER_LOADED = auto()
    EXPORT_DONE = auto()
    EXPORT_FAILED = auto()


EXPORT_TOPICS: Final = frozenset({WebhookTopic.EXPORT_DONE, WebhookTopic.EXPORT_FAILED})
"""Of an export, which is its starter's alone."""


class WebhookState(Word):
    """Whether a webhook sends."""

    ACTIVE = auto()
    PAUSED = auto()
    DISABLED = auto()


class WebhookReason(Word):
    """Why the house has stopped a webhook."""

    FAILING = auto()
    GONE = auto()
    RIGHTS = auto()


class DeliveryState(Word):
    """Where a message of a webhook is on its way."""

    WAITING = auto()
    DELIVERED = auto()
    DEAD = auto()
    DROPPED = auto()


class DeliveryFault(Word):
    """Why a message was not taken."""

    ADDRESS = auto()
    NAME = auto()
    CONNECTION = auto()
    TIMEOUT = auto()
    STATUS = auto()
    DOCUMENT = auto()
    RIGHTS = auto()
    SECRET = auto()
