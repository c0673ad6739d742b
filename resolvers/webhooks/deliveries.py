"""Messages of a webhook: looked at, tried out, and sent once more (decision 0015)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import bindparam, select

from resolvers.commands import Payload
from resolvers.context import Context
from resolvers.insights_links import linked
from resolvers.loaders import KEYS
from resolvers.once import Answer, once
from resolvers.pages import Listing, Order, Page, Request, Source
from resolvers.selection import Selection
from tenancy import tables as t
from tenancy.changes import Change
from tenancy.errors import BadInput, NotFound
from tenancy.permissions import Action
from tenancy.rates import Policy
from tenancy.statements import Statement
from tenancy.viewer import require
from tenancy.words import EXPORT_TOPICS, DeliveryState, WebhookTopic

MOST_AT_ONCE: Final = 100
TRIALS: Final = Policy("webhooks", rate=5)
"""Messages that are sent because somebody asks for them, by test or again."""

_W, _D = t.Webhook, t.WebhookDelivery

WEBHOOKS = Listing("webhooks", _W, {}, Order("newest", (("created_at", True),)))
DELIVERIES = Listing(
    "webhookDeliveries",
    _D,
    {
        "webhook": _D.webhook_id == bindparam("webhook", type_=_D.webhook_id.type),
        "state": _D.state == bindparam("state", type_=_D.state.type),
    },
    Order("newest", (("sequence", True),)),
)

_SEEN = Statement(select(_W.id).where(_W.id == KEYS))
_HOOK = Statement(select(_W.id, _W.topics, _W.sequence).where(_W.id == KEYS).with_for_update())
_ENDED = Statement(select(_D.id, _D.state).where(_D.id == KEYS).order_by(_D.webhook_id, _D.sequence).with_for_update())


@dataclass(frozen=True)
class DeliveriesChanged(Payload):
    """The messages that were written."""

    delivery_ids: tuple[str, ...] = ()


async def webhooks_of(context: Context, request: Request, selection: Selection) -> Page:
    """An application's own; for administrators those of all applications."""
    require(context.viewer, Action.USE_WEBHOOKS, rule="D-30")
    return await Source(context, WEBHOOKS, request).page(selection)


async def deliveries_of(
    context: Context,
    webhook_id: str,
    state: DeliveryState | None,
    first: int | None,
    after: str | None,
    wanted: Selection,
) -> Page:
    """Messages of a webhook that the viewer sees, newest first."""
    require(context.viewer, Action.USE_WEBHOOKS, rule="D-30")
    if await context.scope.row(_SEEN, keys=[webhook_id]) is None:
        raise NotFound(field="webhook_id")
    values = {"webhook": webhook_id} | ({} if state is None else {"state": state})
    return await Source(context, DELIVERIES, Request(first, after, values)).page(wanted)


async def send_test(
    change: Change, key: str, id: str, topic: WebhookTopic | None, customer_id: str | None
) -> DeliveriesChanged:
    """A message as it would come by itself, marked as a test; by default of the first topic."""
    require(change.viewer, Action.USE_WEBHOOKS, rule="D-30")

    async def effect() -> Answer:
        row = await change.row(_HOOK, keys=[id])
        if row is None:
            raise NotFound(field="id")
        chosen = topic or WebhookTopic(row["topics"][0])
        subject = await _subject(change, chosen, row["topics"], customer_id)
        await change.alter(_W, id, {"sequence": row["sequence"] + 1})
        told = {"webhook_id": id, "sequence": row["sequence"] + 1, "topic": chosen, "is_test": True}
        due = {"state": DeliveryState.WAITING, "due_at": change.now, "occurred_at": change.now}
        delivery = await change.add(_D, {**told, **due, "subject_id": subject})
        change.audit("TEST_WEBHOOK", "Webhook", id, topic=chosen)
        return {"delivery_ids": [delivery]}

    asked = {"webhook": id, "topic": topic, "customer": customer_id}
    answer = await once(change, "sendTestDelivery", key, asked, effect)
    return DeliveriesChanged(delivery_ids=tuple(answer["delivery_ids"]))


async def redeliver(change: Change, delivery_ids: Sequence[str]) -> DeliveriesChanged:
    """Send what has ended once more, under the same id; what waits goes on waiting."""
    require(change.viewer, Action.USE_WEBHOOKS, rule="D-30")
    wanted = list(dict.fromkeys(delivery_ids))
    if not 1 <= len(wanted) <= MOST_AT_ONCE:
        raise BadInput(field="ids", details={"minimum": 1, "maximum": MOST_AT_ONCE})
    rows = await change.rows(_ENDED, keys=wanted)
    if len(rows) < len(wanted):
        raise NotFound(field="ids")
    for row in rows:
        if row["state"] != DeliveryState.WAITING:
            fresh = {"attempts": 0, "due_at": change.now, "ended_at": None, "status": None, "fault": None}
            await change.alter(_D, row["id"], {"state": DeliveryState.WAITING, **fresh})
            change.audit("REDELIVER", "WebhookDelivery", row["id"])
    return DeliveriesChanged(delivery_ids=tuple(wanted))


async def _subject(change: Change, topic: WebhookTopic, topics: Sequence[Any], customer_id: str | None) -> str | None:
    """What a test speaks of: for a customer's news a customer of the partner, as `customerInsights` finds it."""
    if topic not in topics or topic in EXPORT_TOPICS:
        raise BadInput(field="topic")
    if (topic is WebhookTopic.CUSTOMER_LOADED) != (customer_id is not None):
        raise BadInput(field="customer_tenant_id")
    return None if customer_id is None else (await linked(change, customer_id)).id
