"""`gateway serve`: the ground, a word to whoever started it, and then one server or several."""

import asyncio
import socket
import sys

from gateway.app import Gateway, Ground
from gateway.crew import Crew
from gateway.ground import REFUSED, Addresses, Unsafe, addresses, prepare
from gateway.serving import listen, server_of
from gateway.settings import Settings
from gateway.worker import SpawnedWorker


def serve(settings: Settings) -> int:
    """Run until told to stop; the exit code."""
    with addresses(settings) as to:
        try:
            durable = asyncio.run(prepare(settings, to))
        except Unsafe as faults:
            print(f"The gateway does not start: isolation is not proved.\n{faults}", file=sys.stderr)  # noqa: T201  for people
            return REFUSED
        _greet(settings, durable)
        if settings.workers > 1:
            return _serve_by_several(settings, to)
        return listen(server_of(Gateway(settings, Ground(to.app, to.system, durable))))


def _serve_by_several(settings: Settings, to: Addresses) -> int:
    """A parent that owns ports and database, and as many processes as are wanted."""
    try:
        common = _bound(settings.host, settings.port)
        own = [_bound(settings.host, port) for port in settings.own_ports]
    except OSError as taken:
        print(taken, file=sys.stderr)  # noqa: T201  for people
        return 1

    def start(number: int) -> SpawnedWorker:
        return SpawnedWorker(number, settings, to, [common, *own[number - 1 : number]])

    def close() -> None:
        for each in (common, *own):
            each.close()

    return Crew(settings.workers, start, close).run()


def _bound(host: str, port: int) -> socket.socket:
    """A listening socket, which the processes inherit."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=2048)
    except OSError as error:
        raise OSError(f"{host}:{port}: {error.strerror or error}") from error


def _greet(settings: Settings, durable: bool) -> None:
    """Where to go, and who can sign in."""
    lines = [
        f"GraphQL   {settings.public_url}/graphql   (POST, Authorization: Bearer TOKEN)",
        f"Console   {settings.public_url}/console   (GraphiQL, for administrators)",
    ]
    if settings.demo:
        lines += [
            "Demo world: every person can sign in, without a password.",
            "  gateway people           who they are",
            "  gateway token maya       an access token, for example of Maya",
        ]
    if not durable:
        lines.append(
            "WARNING: this database may lose acknowledged writes in a crash (fsync or synchronous_commit is off)."
        )
    print("\n".join(lines), flush=True)  # noqa: T201  for people
