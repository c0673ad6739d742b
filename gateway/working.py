"""What a process that serves does: make sure that isolation holds, say a word, serve, and finish when told to."""

import asyncio
import os
import signal
import socket
import sys
from collections.abc import Sequence
from multiprocessing.connection import Connection
from typing import Any, Final

from gateway.app import Gateway, Ground
from gateway.demo import world
from gateway.ground import REFUSED, Addresses, Unsafe
from gateway.serving import listen, server_of
from gateway.settings import Settings
from migrations.run import upgrade
from tenancy.clock import Clock
from tenancy.selfcheck import checked

_KNOWN_BY_TOKENS: Final = ("GATEWAY_HOST", "GATEWAY_PORT", "GATEWAY_PUBLIC_URL", "GATEWAY_DATA")
"""What `gateway token` must be told as well: a token names its issuer's address, and is signed by keys in the data."""


def alone(settings: Settings, to: Addresses) -> int:
    """The only process; its exit code."""
    try:
        durable = asyncio.run(prepare(settings, to))
    except Unsafe as faults:
        return _refused("The gateway", faults)
    greet(settings, durable)
    return listen(server_of(Gateway(settings, Ground(to.app, to.system, durable))))


def work(
    number: int,
    settings: Settings,
    to: Addresses,
    sockets: Sequence[socket.socket],
    mouth: "Connection[Any, Any]",
    first: bool,
) -> int:
    """One process of several; the first one of all does what is done once. A parent that is gone ends it as a farewell
    does: the mouth then speaks into nothing."""
    signal.signal(signal.SIGHUP, signal.SIG_IGN)  # a terminal that closes tells all; the parent decides
    try:
        durable = asyncio.run(prepare(settings, to) if first else proved(to))
    except Unsafe as faults:
        return _refused("The gateway" if first else f"Worker {number}", faults)
    if first:
        greet(settings, durable)
    gateway = Gateway(settings, Ground(to.app, to.system, durable, number=number))
    return listen(server_of(gateway, lambda: mouth.send_bytes(b".")), sockets)


async def prepare(settings: Settings, to: Addresses) -> bool:
    """Migrate where that is ours to do, load the demo world into an empty database, and check the fences.

    Returns whether the database is durable. Raises Unsafe when isolation does not hold.
    """
    if to.owner:
        await upgrade(to.owner)
    if settings.demo:
        await world.load(to.system, Clock().today())
    return await proved(to)


async def proved(to: Addresses) -> bool:
    """The last part of `prepare` alone: for all processes but the first."""
    faults, durable = await checked(to.app)
    if faults:
        raise Unsafe("\n".join(map(str, faults)))
    return durable.durable


def greet(settings: Settings, durable: bool) -> None:
    """Where to go, and who can sign in."""
    lines = [
        f"GraphQL   {settings.public_url}/graphql   (POST, Authorization: Bearer TOKEN)",
        f"Console   {settings.public_url}/console   (GraphiQL, for administrators)",
    ]
    if settings.demo:
        lines += [
            "Demo world: every person can sign in, without a password.",
            f"  {_called()} people           who they are",
            f"  {_called()} token maya       an access token, for example of Maya",
        ]
    if not durable:
        lines.append(
            "WARNING: this database may lose acknowledged writes in a crash (fsync or synchronous_commit is off)."
        )
    print("\n".join(lines), flush=True)  # noqa: T201  for people


def _called() -> str:
    """How this program was called, so that what is printed can be typed as it stands."""
    given = [f"{name}={os.environ[name]}" for name in _KNOWN_BY_TOKENS if name in os.environ]
    program = sys.argv[0] if sys.argv[0].endswith("gateway") else "gateway"
    return " ".join([*given, program])


def _refused(who: str, faults: Unsafe) -> int:
    print(f"{who} does not start: isolation is not proved.\n{faults}", file=sys.stderr)  # noqa: T201  for people
    return REFUSED
