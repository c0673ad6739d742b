"""What a process stands on: the database of the settings, migrated, and proved to keep tenants apart."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from gateway.demo import world
from gateway.settings import Settings
from migrations.run import upgrade
from tenancy.clock import Clock
from tenancy.embedded import Cluster
from tenancy.embedded.server import SUPERUSER
from tenancy.selfcheck import checked

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


async def prepare(settings: Settings, to: Addresses) -> bool:
    """Migrate where that is ours to do, load the demo world into an empty database, and check the fences.

    Returns whether the database is durable. Raises Unsafe when isolation does not hold.
    """
    if to.owner:
        await upgrade(to.owner)
    if settings.demo:
        await world.load(to.system, Clock().today())
    return await _proved(to)


def proved(to: Addresses) -> bool:
    """The last part of `prepare` alone: for a process whose parent has done the rest."""
    return asyncio.run(_proved(to))


async def _proved(to: Addresses) -> bool:
    faults, durable = await checked(to.app)
    if faults:
        raise Unsafe("\n".join(map(str, faults)))
    return durable.durable
