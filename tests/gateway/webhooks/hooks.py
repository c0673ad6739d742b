"""Making webhooks, letting things happen, and sending what waits."""

import hmac
from base64 import b64decode, b64encode
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from itertools import count
from pathlib import Path
from typing import Any, Final

from gateway.demo import ids as names
from resolvers import ids
from tenancy.importing.portfolio import CUSTOMER, PORTFOLIO
from tests.gateway.webhooks.receiver import Received, Receiver
from tests.ground import Address
from tests.world import NOON, World, opened

CREATE: Final = """
mutation ($input: CreateWebhookInput!) {
  createWebhook(input: $input) { userErrors { code } secret webhook { id version } }
}
"""
UPDATE: Final = """
mutation ($input: UpdateWebhookInput!) {
  updateWebhook(input: $input) { userErrors { code } webhook { state reason version } }
}
"""
SENT: Final = """
query ($id: ID!, $state: DeliveryState) {
  webhook(id: $id) { state reason failingSince version }
  webhookDeliveries(webhookId: $id, state: $state, first: 100) {
    nodes { id sequence topic state attempts dueAt endedAt status fault }
  }
}
"""
INSIGHTS: Final = """
query ($customerTenantId: ID!) {
  customerInsights(customerTenantId: $customerTenantId) { customer { name } }
}
"""
ADMINISTRATOR: Final = "pam"
READER: Final = ids.encode("User", names.user("reader"))
LATER: Final = NOON + timedelta(days=3)
_keys = count(1)


@dataclass(frozen=True)
class Hook:
    """A webhook of the Portfolio Reader, and its secret."""

    id: str
    secret: str


@asynccontextmanager
async def calling(address: Address, folder: Path, **more: Any) -> AsyncIterator[World]:
    """A world that may call loopback, and sends when a test says so."""
    given = {"webhook_networks": ("127.0.0.0/8",)} | more
    async with opened(address, folder, **given) as world:
        yield world


async def hooked(world: World, receiver: Receiver, *topics: str, **more: Any) -> Hook:
    """The administrator makes a webhook; by default it hears of customers, and says nothing about them."""
    given = {"name": "Mine", "url": receiver.url, "topics": topics or ("CUSTOMER_LOADED",)}
    given |= {"applicationId": READER}
    input = {"idempotencyKey": f"hook-{next(_keys)}", **given, **more}
    made = (await world.data(ADMINISTRATOR, CREATE, {"input": input}))["createWebhook"]
    assert made["userErrors"] == []
    return Hook(made["webhook"]["id"], made["secret"])


async def happens(world: World, *customers: str, partner: str = "partner-p") -> None:
    """Files of these customers are loaded, as far as the outbox hears of it; without one, of the portfolio."""
    news = [(CUSTOMER, names.of(each)) for each in customers] or [(PORTFOLIO, names.of(partner))]
    async with world.gateway.database.system() as connection:
        await connection.executemany(
            "insert into app.outbox_event (tenant_id, topic, subject_id, payload, created_at)"
            " values ($1, $2, $3, '{}', $4)",
            [(names.of(partner), topic, subject, NOON) for topic, subject in news],
        )


async def send(world: World, at: datetime = NOON) -> None:
    """Send what is due at this moment."""
    world.stand_at(at)
    while await world.gateway.webhooks.once():
        pass


async def seen(world: World, hook: Hook, state: str | None = None, viewer: str = "reader") -> tuple[Any, list[Any]]:
    """The webhook and its messages, oldest first."""
    told = await world.data(viewer, SENT, {"id": hook.id, "state": state})
    return told["webhook"], told["webhookDeliveries"]["nodes"][::-1]


async def wake(world: World, hook: Hook) -> Any:
    """Start a webhook that was stopped."""
    version = (await seen(world, hook))[0]["version"]
    input = {"id": hook.id, "version": version, "active": True}
    return (await world.data(ADMINISTRATOR, UPDATE, {"input": input}))["updateWebhook"]["webhook"]


def verified(got: Received, secret: str) -> bool:
    """Whether one of the signatures is made with this secret: written from the specification alone."""
    text = f"{got.headers['webhook-id']}.{got.headers['webhook-timestamp']}.".encode() + got.body
    own = hmac.new(b64decode(secret.removeprefix("whsec_")), text, sha256).digest()
    return f"v1,{b64encode(own).decode()}" in got.headers["webhook-signature"].split()


def customer(name: str) -> str:
    return ids.encode("Tenant", names.of(name))
