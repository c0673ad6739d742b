"""What an application stands on, as a value: the addresses of its database, and how it uses them."""

from dataclasses import dataclass, field
from datetime import UTC, datetime

from gateway.settings import Settings
from tenancy.clock import Clock
from tenancy.database import Database

READERS_OF_PORTFOLIOS = 4
"""Portfolios that are written at once for those who fetch them in one request; more are told to come back."""


@dataclass(frozen=True)
class Ground:
    """What the application stands on: who started it knows the addresses."""

    app_url: str
    system_url: str
    durable: bool = True
    clock: Clock = field(default_factory=Clock)
    checked_at: datetime = field(default_factory=lambda: datetime.now(UTC))
    """When isolation was proved last."""
    number: int = 1
    """Which of several processes this is."""


def database_of(settings: Settings, ground: Ground) -> Database:
    """The connections of one process."""
    return Database(
        ground.app_url,
        ground.system_url,
        size=settings.pool_size,
        slow=settings.export_workers + READERS_OF_PORTFOLIOS,
        replica_url=settings.replica_url.get_secret_value(),
        replica_seconds=settings.replica_seconds,
    )
