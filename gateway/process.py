"""The process: a database under it, migrations, the demo world, the self-check, and then the server."""

import asyncio
import gc
import signal
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn

from gateway.app import Gateway, Ground
from gateway.demo import world
from gateway.patience import patient
from gateway.settings import Settings
from gateway.socket_wire import LARGEST_FRAME, Wire
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


@contextmanager
def addresses(settings: Settings, *, attach: bool = False) -> Iterator["Addresses"]:
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


class Addresses:
    """URLs of one database: for the runtime, for the system jobs, for migrations ('' when not configured)."""

    def __init__(self, app: str, system: str, owner: str) -> None:
        self.app, self.system, self.owner = app, system, owner


async def prepare(settings: Settings, to: Addresses) -> bool:
    """Migrate where that is ours to do, load the demo world into an empty database, and check the fences.

    Returns whether the database is durable. Raises Unsafe when isolation does not hold.
    """
    if to.owner:
        await upgrade(to.owner)
    if settings.demo:
        await world.load(to.system, Clock().today())
    faults, durable = await checked(to.app)
    if faults:
        raise Unsafe("\n".join(map(str, faults)))
    return durable.durable


def serve(settings: Settings) -> int:
    """Run until told to stop; the exit code."""
    with addresses(settings) as to:
        try:
            durable = asyncio.run(prepare(settings, to))
        except Unsafe as faults:
            print(f"The gateway does not start: isolation is not proved.\n{faults}", file=sys.stderr)  # noqa: T201  for people
            return REFUSED
        gateway = Gateway(settings, Ground(to.app, to.system, durable))
        _greet(gateway)
        return _listen(gateway)


class Server(uvicorn.Server):
    """uvicorn's, with a farewell: sockets and streams are ended before the connections are counted (F-11)."""

    def __init__(self, gateway: Gateway, config: uvicorn.Config) -> None:
        super().__init__(config)
        self._gateway = gateway

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        await self._gateway.listening.stop()
        await super().shutdown(sockets)


def _settle_memory() -> None:
    """What start has made stays for ever: no collection of garbage looks at it again. A request makes thousands of
    rows and dicts that all die with it, so looking after every 700 of them finds nothing and costs a fifth of it."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


def server_of(gateway: Gateway) -> Server:
    """The server that runs this gateway, wherever it is run."""
    settings = gateway.settings
    return Server(
        gateway,
        uvicorn.Config(
            gateway.app(),
            host=settings.host,
            port=settings.port,
            loop="uvloop",
            http=patient(settings.head_seconds, settings.body_seconds),
            log_level="warning",
            access_log=False,
            server_header=False,
            timeout_keep_alive=5,
            timeout_graceful_shutdown=25,
            ws=Wire,
            ws_max_size=LARGEST_FRAME,
            ws_ping_interval=20,
            ws_ping_timeout=20,
            ws_per_message_deflate=False,  # answers of many tenants, and memory for each socket
        ),
    )


def _listen(gateway: Gateway) -> int:
    server = server_of(gateway)
    # uvicorn raises again what it caught, after it has stopped: by then the signal has done its work, and the database
    # below must still be stopped in peace, and the exit code be 0 (F-11).
    for each in (signal.SIGINT, signal.SIGTERM):
        signal.signal(each, lambda *_: setattr(server, "should_exit", True))
    _settle_memory()
    server.run()
    return 0 if server.started else 1


def _greet(gateway: Gateway) -> None:
    """Where to go, and who can sign in."""
    settings = gateway.settings
    lines = [
        f"GraphQL   {settings.public_url}/graphql   (POST, Authorization: Bearer TOKEN)",
        f"Console   {settings.public_url}/console   (GraphiQL, for administrators)",
    ]
    if gateway.provider is not None:
        lines += [
            "Demo world: every person can sign in, without a password.",
            "  gateway people           who they are",
            "  gateway token maya       an access token, for example of Maya",
        ]
    if not gateway.ground.durable:
        lines.append(
            "WARNING: this database may lose acknowledged writes in a crash (fsync or synchronous_commit is off)."
        )
    print("\n".join(lines), flush=True)  # noqa: T201  for people
