"""`gateway serve`: one server, or a parent of several.

A parent imports nothing of what serves. It would take as long as the first process does, before that one even begins,
and a gateway that was killed would be away for twice the time (security 4.2: 3 s).
"""

import socket
import sys

from gateway.crew import Crew
from gateway.ground import Addresses, addresses
from gateway.settings import Settings
from gateway.worker import SpawnedWorker


def serve(settings: Settings) -> int:
    """Run until told to stop; the exit code."""
    with addresses(settings) as to:
        if settings.workers > 1:
            return _serve_by_several(settings, to)
        from gateway import working  # noqa: PLC0415  see above

        return working.alone(settings, to)


def _serve_by_several(settings: Settings, to: Addresses) -> int:
    """A parent that owns ports and database, and as many processes as are wanted."""
    try:
        common = _bound(settings.host, settings.port)
        own = [_bound(settings.host, port) for port in settings.own_ports]
    except OSError as taken:
        print(taken, file=sys.stderr)  # noqa: T201  for people
        return 1

    def start(number: int, first: bool) -> SpawnedWorker:
        return SpawnedWorker(number, settings, to, [common, *own[number - 1 : number]], first=first)

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
