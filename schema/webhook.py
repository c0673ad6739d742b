"""Webhooks: receivers of an application's messages, and the messages themselves."""

from datetime import datetime

import strawberry

from resolvers.fields import all_named_by, derived, identified, named_by, related
from resolvers.loaders import Relation
from schema.export_job import ExportJob
from schema.node import Node, StandsIn
from schema.payload import Payload
from schema.people import Tenant, User
from schema.words.webhooks import DeliveryFault, DeliveryState, WebhookReason, WebhookState, WebhookTopic
from tenancy import tables as t


@strawberry.type(
    description="A receiver of an application's messages, as the partner's administrators say. Its secret is told once."
)
class Webhook(StandsIn, Node):
    id: strawberry.ID = identified("Webhook")
    name: str = strawberry.field(description="What it is called in lists.")
    url: str = strawberry.field(description="Where messages are sent, by POST.")
    topics: list[WebhookTopic] = derived(
        lambda row: list(map(WebhookTopic, row.topics)), ("topics",), description="What it hears of."
    )
    document: str | None = strawberry.field(
        description="The query whose data each message brings, run with the application's rights; null: none."
    )
    state: WebhookState = strawberry.field(description="Whether it sends.")
    reason: WebhookReason | None = strawberry.field(description="Why it was stopped, where it was.")
    application: User | None = related(t.Webhook.application, description="The program whose rights messages have.")
    version: int = strawberry.field(description="Grows with each change: changes name the one that they have seen.")
    created_at: datetime = strawberry.field(description="Since when it exists, UTC.")
    created_by: User | None = related(t.Webhook.creator, description="Who made it.")
    changed_at: datetime = strawberry.field(description="When it was changed last, UTC.")
    failing_since: datetime | None = strawberry.field(
        description="Since when the receiver has taken nothing, UTC; null while it takes what it is sent."
    )
    previous_secret_until: datetime | None = derived(
        lambda row: row.previous_until,
        ("previous_until",),
        description="Until when messages are signed with the replaced secret as well, UTC.",
    )


@strawberry.type(
    description="A message of a webhook, and how its sending goes. What it says is written anew each time."
)
class WebhookDelivery(StandsIn, Node):
    id: strawberry.ID = identified("WebhookDelivery")
    webhook: Webhook | None = related(t.WebhookDelivery.webhook, description="Whose message it is.")
    sequence: int = strawberry.field(description="Its number among all messages of the webhook, from 1 without a gap.")
    topic: WebhookTopic = strawberry.field(description="What it tells of.")
    is_test: bool = strawberry.field(description="Whether somebody asked for it to try the receiver out.")
    customer: Tenant | None = named_by(
        Relation("subject_id", t.Tenant), description="The customer that it is about, where it is about one."
    )
    export_job: ExportJob | None = named_by(
        Relation("subject_id", t.ExportJob),
        description="The export that it is about; its starter's alone, so nobody else finds it here.",
    )
    occurred_at: datetime = strawberry.field(description="When that happened, UTC.")
    state: DeliveryState = strawberry.field(description="Where it is on its way.")
    attempts: int = strawberry.field(description="How often it was tried, since it was last asked for.")
    due_at: datetime | None = strawberry.field(description="When it is tried next, UTC.")
    attempted_at: datetime | None = strawberry.field(description="When it was tried last, UTC.")
    ended_at: datetime | None = strawberry.field(description="When it was delivered, dropped or given up, UTC.")
    status: int | None = strawberry.field(description="The receiver's last answer, if there was one: an HTTP status.")
    fault: DeliveryFault | None = strawberry.field(description="Why it was not taken the last time.")


@strawberry.type(description="The webhook, or why it stays as it was.")
class WebhookPayload(Payload):
    webhook: Webhook | None = named_by(
        Relation("webhook_id", t.Webhook), description="The webhook, read after the command; null when it was deleted."
    )
    secret: str | None = derived(
        lambda payload: None if payload.planned else payload.secret,
        ("secret", "planned"),
        description="The new signing secret, `whsec_...`: told this once, and never by a repeated call or a plan.",
    )


@strawberry.type(description="The messages, or why nothing was sent.")
class WebhookDeliveriesPayload(Payload):
    deliveries: list[WebhookDelivery] = all_named_by(
        Relation("delivery_ids", t.WebhookDelivery), description="The messages, read after the command."
    )
