"""What can be done with webhooks."""

from typing import Any

import strawberry

from resolvers import ids
from resolvers.context import House
from resolvers.webhooks import deliveries, receivers
from resolvers.webhooks.deliveries import DeliveriesChanged
from resolvers.webhooks.receivers import WebhookChanged
from schema.keyed import KEY
from schema.words.webhooks import WebhookTopic
from tenancy.changes import Change

_URL = "Where to send: https, a public host, no name and password. Redirects are not followed."
_TOPICS = "What to hear of, each once."
_DOCUMENT = (
    "A query whose data messages bring. Its variables: `$customerTenantId` for CUSTOMER_LOADED, `$exportJobId` for "
    "EXPORT_DONE and EXPORT_FAILED. It is checked and priced now, and run for each message with the rights of that "
    "moment."
)
_ID = "The webhook."
_VERSION = "The version that the change is based on; CONFLICT when there is a newer one."


@strawberry.input(description="A receiver for messages.")
class CreateWebhookInput:
    idempotency_key: str = strawberry.field(description=KEY)
    application_id: strawberry.ID = strawberry.field(
        description="Whose rights messages have: an id of `applications`. NOT_FOUND without a grant."
    )
    name: str = strawberry.field(description="What it is called in lists, 1 to 200 characters.")
    url: str = strawberry.field(description=_URL)
    topics: list[WebhookTopic] = strawberry.field(description=_TOPICS)
    document: str | None = strawberry.field(default=None, description=_DOCUMENT)


@strawberry.input(description="What changes on a webhook. What is left out stays.")
class UpdateWebhookInput:
    id: strawberry.ID = strawberry.field(description=_ID)
    version: int = strawberry.field(description=_VERSION)
    name: str | None = strawberry.field(
        default=strawberry.UNSET, description="What it is called in lists, 1 to 200 characters."
    )
    url: str | None = strawberry.field(default=strawberry.UNSET, description=_URL)
    topics: list[WebhookTopic] | None = strawberry.field(default=strawberry.UNSET, description=_TOPICS)
    document: str | None = strawberry.field(default=strawberry.UNSET, description=_DOCUMENT + " Null: no data.")
    active: bool | None = strawberry.field(
        default=None, description="True: send, whatever stopped it before. False: pause."
    )

    def given(self) -> dict[str, Any]:
        """The columns that were named."""
        named = {name: getattr(self, name) for name in ("name", "url", "topics", "document")}
        return {name: value for name, value in named.items() if value is not strawberry.UNSET}


@strawberry.input(description="A webhook that gets a new secret.")
class RotateWebhookSecretInput:
    id: strawberry.ID = strawberry.field(description=_ID)
    version: int = strawberry.field(description=_VERSION)
    overlap_hours: int = strawberry.field(
        default=24, description="For so many hours, 0 to 168, messages are signed with the replaced secret as well."
    )


@strawberry.input(description="A webhook that shall be no more.")
class DeleteWebhookInput:
    id: strawberry.ID = strawberry.field(description=_ID)
    version: int = strawberry.field(description=_VERSION)


@strawberry.input(description="A message to try a receiver out.")
class SendTestDeliveryInput:
    idempotency_key: str = strawberry.field(description=KEY)
    webhook_id: strawberry.ID = strawberry.field(description=_ID)
    topic: WebhookTopic | None = strawberry.field(
        default=None, description="One of its topics, the first without it; those of an export come by an export only."
    )
    customer_tenant_id: strawberry.ID | None = strawberry.field(
        default=None, description="For CUSTOMER_LOADED: the customer that the message is about."
    )


@strawberry.input(description="Messages to be sent again.")
class RedeliverInput:
    ids: list[strawberry.ID] = strawberry.field(
        description="Messages that have ended, 1 to 100; one that waits still waits."
    )


async def create(change: Change, house: House, input: CreateWebhookInput) -> WebhookChanged:
    owner = ids.of("User", input.application_id, field="application_id")
    wanted = {name: getattr(input, name) for name in ("name", "url", "topics", "document")}
    return await receivers.create_webhook(change, house, input.idempotency_key, owner, wanted)


async def update(change: Change, house: House, input: UpdateWebhookInput) -> WebhookChanged:
    id = _webhook(input.id)
    return await receivers.update_webhook(change, house, id, input.version, input.given(), input.active)


async def rotate(change: Change, house: House, input: RotateWebhookSecretInput) -> WebhookChanged:
    return await receivers.rotate_secret(change, house, _webhook(input.id), input.version, input.overlap_hours)


async def delete(change: Change, input: DeleteWebhookInput) -> WebhookChanged:
    return await receivers.delete_webhook(change, _webhook(input.id), input.version)


async def send_test(change: Change, input: SendTestDeliveryInput) -> DeliveriesChanged:
    id = ids.of("Webhook", input.webhook_id, field="webhook_id")
    return await deliveries.send_test(change, input.idempotency_key, id, input.topic, input.customer_tenant_id)


async def redeliver(change: Change, input: RedeliverInput) -> DeliveriesChanged:
    return await deliveries.redeliver(change, [ids.of("WebhookDelivery", each, field="ids") for each in input.ids])


def _webhook(global_id: str) -> str:
    return ids.of("Webhook", global_id, field="id")
