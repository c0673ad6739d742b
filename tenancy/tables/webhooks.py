"""What is told to programs of the outside, where, and what became of it."""

from datetime import datetime

from sqlalchemy import ARRAY, BigInteger, Index, Text, desc, text
from sqlalchemy.orm import Mapped, mapped_column

from tenancy.tables.table import Id, Keyed, Table, among, belongs, holds, one, only_one, shared, unique
from tenancy.tables.tenants import User
from tenancy.words import DeliveryFault, DeliveryState, WebhookReason, WebhookState, WebhookTopic


class Webhook(Keyed, Table):
    """A receiver of one application, and what it wants to hear of.

    Its secrets are sealed. `position` is the last event of the tenant that was looked at for it, `sequence` the number
    of its newest message. `busy_until` is the lease of the process that sends for it now: one message at a time.
    """

    __tablename__ = "webhook"
    __table_args__ = (
        among("topics", WebhookTopic),
        holds("disabled", "(state = 'DISABLED') = (reason is not null)"),
        holds("replacing", "(previous_secret is null) = (previous_until is null)"),
        Index("ix_webhook_application_id", "tenant_id", "application_id"),
        # The processes that send look at all tenants.
        Index("ix_webhook_active", "busy_until", postgresql_where=text("state = 'ACTIVE'")),
    )

    application_id: Mapped[Id] = mapped_column(shared("app_user"))
    name: Mapped[str]
    url: Mapped[str]
    topics: Mapped[list[str]] = mapped_column(ARRAY(Text))
    document: Mapped[str | None]
    state: Mapped[WebhookState]
    reason: Mapped[WebhookReason | None]
    secret: Mapped[str]
    previous_secret: Mapped[str | None]
    previous_until: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(server_default=text("1"))
    created_by: Mapped[Id] = mapped_column(shared("app_user"))
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    failing_since: Mapped[datetime | None]
    position: Mapped[int] = mapped_column(BigInteger)
    sequence: Mapped[int] = mapped_column(BigInteger, server_default=text("0"))
    busy_until: Mapped[datetime | None]

    application: Mapped[User] = one("Webhook.application_id", "User")
    creator: Mapped[User] = one("Webhook.created_by", "User")


class WebhookDelivery(Keyed, Table):
    """One message of a webhook: what it tells of, and how its sending goes. What it says is written anew each time.

    The subject is what its topic speaks of: a customer, an export; none where it is the whole portfolio.
    """

    __tablename__ = "webhook_delivery"
    __table_args__ = (
        belongs("webhook_id", "webhook"),
        unique("webhook_id", "sequence"),
        only_one("webhook_delivery_outbox_id", "webhook_id", "outbox_id", where="outbox_id is not null"),
        holds("waiting", "(state = 'WAITING') = (due_at is not null)"),
        holds("ended", "(state = 'WAITING') = (ended_at is null)"),
        holds("delivered", "state <> 'DELIVERED' or fault is null"),
        Index("ix_webhook_delivery_newest", "tenant_id", "webhook_id", desc("sequence")),
        Index(
            "ix_webhook_delivery_due", "tenant_id", "webhook_id", "due_at", postgresql_where=text("state = 'WAITING'")
        ),
        Index("ix_webhook_delivery_ended_at", "ended_at"),
    )

    webhook_id: Mapped[Id]
    sequence: Mapped[int] = mapped_column(BigInteger)
    outbox_id: Mapped[int | None] = mapped_column(BigInteger)
    topic: Mapped[WebhookTopic]
    is_test: Mapped[bool] = mapped_column(server_default=text("false"))
    subject_id: Mapped[Id | None]
    occurred_at: Mapped[datetime]
    state: Mapped[DeliveryState]
    attempts: Mapped[int] = mapped_column(server_default=text("0"))
    due_at: Mapped[datetime | None]
    attempted_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    status: Mapped[int | None]
    fault: Mapped[DeliveryFault | None]

    webhook: Mapped[Webhook] = one("WebhookDelivery.webhook_id", "Webhook")
