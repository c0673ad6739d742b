"""Messages to programs of the outside: written with an application's rights, signed, brought, and brought again."""

from datetime import timedelta

from gateway.settings import Settings
from gateway.telemetry import Telemetry
from gateway.webhooks.courier import Courier
from gateway.webhooks.runner import Webhooks
from gateway.webhooks.writing import Writer
from resolvers.context import House
from resolvers.rules.redelivery import Patience
from schema.execution import Engine
from tenancy.database import Database
from tenancy.webhook_queue import WebhookQueue


def sender_of(settings: Settings, house: House, engine: Engine, database: Database, telemetry: Telemetry) -> Webhooks:
    """What sends in this process."""
    patience = Patience(settings.webhook_attempts, failing=timedelta(days=settings.webhook_days))
    writer, courier = Writer(house, engine), Courier(house.reach)
    at_once = settings.webhook_workers
    return Webhooks(house, writer, WebhookQueue(database), courier, patience, telemetry, at_once=at_once)
