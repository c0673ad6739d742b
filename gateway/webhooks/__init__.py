"""Messages to programs of the outside: written with an application's rights, signed, brought, and brought again."""

from datetime import timedelta

from gateway.settings import Settings
from gateway.webhooks.courier import Courier
from gateway.webhooks.runner import Webhooks
from resolvers.context import House
from resolvers.rules.redelivery import Patience
from schema.execution import Engine
from tenancy.database import Database
from tenancy.webhook_queue import WebhookQueue


def sender_of(settings: Settings, house: House, engine: Engine, database: Database) -> Webhooks:
    """What sends in this process."""
    patience = Patience(settings.webhook_attempts, failing=timedelta(days=settings.webhook_days))
    courier = Courier(house.reach)
    return Webhooks(house, engine, WebhookQueue(database), courier, patience, at_once=settings.webhook_workers)
