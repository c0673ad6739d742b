"""Words about messages to programs of the outside."""

from schema.words.described import described
from tenancy.words import DeliveryFault, DeliveryState, WebhookReason, WebhookState, WebhookTopic

described(
    WebhookTopic,
    "What a webhook can tell of.",
    PORTFOLIO_LOADED="Licences or activity of customers were loaded: `portfolioInsights` may answer otherwise now.",
    CUSTOMER_LOADED="Licences or activity of one customer were loaded; a message for each customer.",
    EXPORT_DONE="An export that the application started can be fetched.",
    EXPORT_FAILED="An export that the application started has failed: there will be no file, see `failure`.",
)
described(
    WebhookState,
    "Whether a webhook sends.",
    ACTIVE="It sends.",
    PAUSED="Somebody paused it; what happens meanwhile is told when it is active again.",
    DISABLED="It was stopped, see `reason`; `updateWebhook` with `active` starts it again.",
)
described(
    WebhookReason,
    "Why a webhook was stopped.",
    FAILING="For days the receiver took nothing.",
    GONE="The receiver answered 410.",
    RIGHTS="The application may not read insights any more.",
)
described(
    DeliveryState,
    "Where a message is on its way.",
    WAITING="It will be sent, for the first time or again.",
    DELIVERED="The receiver took it.",
    DEAD="It was tried for the last time: a dead letter, which `redeliver` sends again.",
    DROPPED="It was not sent, because the application may not read what it would say.",
)
described(
    DeliveryFault,
    "Why a message was not taken.",
    ADDRESS="The URL leads to an address that may not be called.",
    NAME="The host has no address.",
    CONNECTION="There was no connection, no TLS that can be trusted, or no HTTP.",
    TIMEOUT="The receiver took too long.",
    STATUS="The receiver answered something else than 2xx; redirects are not followed.",
    DOCUMENT="The document failed: it does not fit the schema any more, or its data could not be read now.",
    RIGHTS="The application may not read what the message would say.",
    SECRET="The signing secret cannot be read any more: rotate it.",
)

__all__ = ["DeliveryFault", "DeliveryState", "WebhookReason", "WebhookState", "WebhookTopic"]
