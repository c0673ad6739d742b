"""Questions about webhooks, and what can be done with them (D-30, decision 0015).

An application looks at its own, tries them out and has messages sent again. Where messages go is said by people.
"""

from typing import Annotated

import strawberry

from resolvers import ids
from resolvers.arguments import After, First, GlobalId, described
from resolvers.batch import Level
from resolvers.commands import command
from resolvers.fields import question
from resolvers.lookup import find
from resolvers.pages import FIRST, Page, Request
from resolvers.webhooks.deliveries import TRIALS, deliveries_of, webhooks_of
from schema import webhook_input
from schema.page import Connection
from schema.webhook import Webhook, WebhookDeliveriesPayload, WebhookDelivery, WebhookPayload
from schema.words.webhooks import DeliveryState
from tenancy import tables as t
from tenancy.database import Row
from tenancy.permissions import Action
from tenancy.viewer import require


async def _webhook(info: Level, id: GlobalId) -> Row:
    require(info.context.viewer, Action.USE_WEBHOOKS, rule="D-30")
    return await find(info, "Webhook", t.Webhook, id)


async def _webhooks(info: Level, first: First = FIRST, after: After = None) -> Page:
    return await webhooks_of(info.context, Request(first, after), info.selection)


async def _deliveries(
    info: Level,
    webhook_id: Annotated[strawberry.ID, described("The webhook.")],
    state: Annotated[DeliveryState | None, described("Only messages in this state; dead letters are DEAD.")] = None,
    first: First = FIRST,
    after: After = None,
) -> Page:
    id = ids.of("Webhook", webhook_id, field="webhook_id")
    return await deliveries_of(info.context, id, state, first, after, info.selection)


@strawberry.type
class WebhookQueries:
    webhook: Webhook | None = question(_webhook, description="One webhook.", applications=True)
    webhooks: Connection[Webhook] | None = question(
        _webhooks,
        description="An application's own webhooks; for the partner's administrators those of all applications.",
        applications=True,
    )
    webhook_deliveries: Connection[WebhookDelivery] | None = question(
        _deliveries,
        description="Messages of a webhook, newest first; kept for 30 days after their end.",
        applications=True,
    )


@strawberry.type
class WebhookMutations:
    create_webhook: WebhookPayload | None = command(
        webhook_input.create,
        description="Have messages of an application sent to a receiver, by the partner's administrators. "
        "The answer has its signing secret, this once.",
    )
    update_webhook: WebhookPayload | None = command(
        webhook_input.update,
        description="Change a webhook, pause it, or start it again, by the partner's administrators.",
    )
    rotate_webhook_secret: WebhookPayload | None = command(
        webhook_input.rotate,
        description="Replace the signing secret, by the partner's administrators; for a time both sign.",
    )
    delete_webhook: WebhookPayload | None = command(
        webhook_input.delete,
        description="Remove a webhook and its messages, by the partner's administrators.",
    )
    send_test_delivery: WebhookDeliveriesPayload | None = command(
        webhook_input.send_test,
        description="Send a message to try the receiver out.",
        limit=TRIALS,
        applications=True,
    )
    redeliver: WebhookDeliveriesPayload | None = command(
        webhook_input.redeliver,
        description="Send messages that have ended once more, dead letters above all; their ids stay the same.",
        limit=TRIALS,
        applications=True,
    )
