"""One process of several: how its parent starts and hears it, and what it does (see `gateway.crew`)."""

import multiprocessing
import os
import signal
import socket
import sys
import time
from collections.abc import Sequence
from multiprocessing.connection import Connection
from typing import Any

from gateway.app import Gateway, Ground
from gateway.ground import REFUSED, Addresses, Unsafe, proved
from gateway.serving import listen, server_of
from gateway.settings import Settings

_spawn = multiprocessing.get_context("spawn")
multiprocessing.allow_connection_pickling()


class SpawnedWorker:
    """A process of its own, with an interpreter of its own: it runs whatever program lies on the disk by then."""

    def __init__(self, number: int, settings: Settings, to: Addresses, sockets: Sequence[socket.socket]) -> None:
        self._ear, mouth = _spawn.Pipe(duplex=False)
        self._process = _spawn.Process(target=work, args=(number, settings, to, list(sockets), mouth))
        self._process.start()
        mouth.close()
        self._number = number
        self._serving, self._heard = False, time.monotonic()

    @property
    def name(self) -> str:
        return f"worker {self._number} (process {self._process.pid})"

    @property
    def serving(self) -> bool:
        self._listen()
        return self._serving

    @property
    def heard(self) -> float:
        self._listen()
        return self._heard

    @property
    def exit_code(self) -> int | None:
        return self._process.exitcode

    def tell(self, signal: int) -> None:
        if self._process.exitcode is None and self._process.pid is not None:
            os.kill(self._process.pid, signal)

    def kill(self) -> None:
        self._process.kill()
        self._process.join()
        self._ear.close()

    def _listen(self) -> None:
        try:
            while not self._ear.closed and self._ear.poll():
                self._ear.recv_bytes()
                self._serving, self._heard = True, time.monotonic()
        except (EOFError, OSError):
            self._ear.close()


def work(
    number: int, settings: Settings, to: Addresses, sockets: list[socket.socket], mouth: "Connection[Any, Any]"
) -> None:
    """What the process does: prove that isolation holds, serve, and finish when told to. A parent that is gone ends it
    as a farewell does: the mouth then speaks into nothing."""
    signal.signal(signal.SIGHUP, signal.SIG_IGN)  # a terminal that closes tells all; the parent decides
    try:
        durable = proved(to)
    except Unsafe as faults:
        print(f"Worker {number} does not start: isolation is not proved.\n{faults}", file=sys.stderr)  # noqa: T201  for people
        sys.exit(REFUSED)
    gateway = Gateway(settings, Ground(to.app, to.system, durable, number=number))
    sys.exit(listen(server_of(gateway, lambda: mouth.send_bytes(b".")), sockets))
