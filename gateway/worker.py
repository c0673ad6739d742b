"""One process of several, as its parent starts and hears it (see `gateway.crew`); what it does is `gateway.working`."""

import gc
import multiprocessing
import os
import socket
import sys
import time
from collections.abc import Sequence
from typing import Any

from gateway.ground import Addresses
from gateway.settings import Settings

_spawn = multiprocessing.get_context("spawn")
multiprocessing.allow_connection_pickling()


class SpawnedWorker:
    """A process of its own, with an interpreter of its own: it runs whatever program lies on the disk by then."""

    def __init__(
        self, number: int, settings: Settings, to: Addresses, sockets: Sequence[socket.socket], *, first: bool
    ) -> None:
        self._ear, mouth = _spawn.Pipe(duplex=False)
        self._process = _spawn.Process(target=_work, args=(number, settings, to, list(sockets), mouth, first))
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


def _work(*given: Any) -> None:
    gc.set_threshold(200_000, 20, 20)  # as `gateway serve` does: a start makes much and drops little
    from gateway.working import work  # noqa: PLC0415  the parent starts what it never imports

    sys.exit(work(*given))
