"""What a process stands on: the database of the settings. What is proved before it serves is in `gateway.working`."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from gateway.settings import Settings
from tenancy.embedded import Cluster
from tenancy.embedded.server import SUPERUSER

DATABASE = "gateway"
REFUSED = 3
"""Exit code when the self-check finds that isolation does not hold (T-13)."""


class Unsafe(Exception):
    """The database is not fenced as it must be; the text names every fault."""


@dataclass(frozen=True)
class Addresses:
    """URLs of one database: for the runtime, for the system jobs, for migrations ('' when not configured)."""

    app: str
    system: str
    owner: str


@contextmanager
def addresses(settings: Settings, *, attach: bool = False) -> Iterator[Addresses]:
    """The database of these settings, started when it is the embedded one and nobody runs it yet."""
    if not settings.embedded:
        yield Addresses(
            settings.database_url.get_secret_value(),
            settings.system_url.get_secret_value(),
            settings.owner_url.get_secret_value(),
        )
        return
    with Cluster.start(settings.data, attach=attach) as cluster:
        asyncio.run(cluster.ensure_database(DATABASE))
        yield Addresses(*(cluster.url(role, DATABASE) for role in ("gw_app", "gw_system", SUPERUSER)))
