"""The server of one process: uvicorn's, with limits of ours and a farewell that cuts nobody off (F-11, security 3.5).

SIGTERM   /readyz says no for a while, then nothing new is accepted, and what runs is finished
SIGUSR1   the same without the while: others go on at this address
SIGINT    at once: somebody sits at the terminal

One clock runs from the farewell on: each step has what the steps before it have left, and so has one that only starts.
"""

import asyncio
import gc
import logging
import signal
import socket
import time
from collections.abc import Callable, Sequence
from types import FrameType
from typing import Final

import uvicorn

from gateway.app import Gateway
from gateway.farewell import CLOSING, STOP
from gateway.patience import PatientProtocol, patient
from gateway.socket_wire import LARGEST_FRAME, Wire

KEEP_ALIVE: Final = 5
"""Seconds after which a connection on which nothing is asked is closed."""

FAREWELLS: Final = (signal.SIGTERM, signal.SIGUSR1, signal.SIGINT)

log = logging.getLogger("gateway.serving")


class Server(uvicorn.Server):
    """uvicorn's, with a farewell. `pulse` is called each second while the event loop turns, and may end it by raising
    OSError."""

    def __init__(
        self,
        gateway: Gateway,
        protocol: type[PatientProtocol],
        config: uvicorn.Config,
        pulse: Callable[[], None] = lambda: None,
    ) -> None:
        super().__init__(config)
        self._gateway, self._protocol, self._pulse = gateway, protocol, pulse
        self._asked: int = signal.SIGINT
        self._until: float | None = None

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """The first farewell says how; who says it twice at the terminal is in a hurry."""
        if not self.should_exit:
            self._asked, self._until = sig, time.monotonic() + STOP
        super().handle_exit(sig, frame)

    async def on_tick(self, counter: int) -> bool:
        if counter % 10 == 0:
            try:
                self._pulse()
            except OSError:
                self._asked, self.should_exit = signal.SIGUSR1, True
        return await super().on_tick(counter)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        try:
            async with asyncio.timeout(self._left()):
                await self._finish(sockets)
        except TimeoutError:
            log.error("not all is finished after %d s; the rest is given up", STOP)

    def _left(self, *, after: float = 0.0) -> float:
        """Seconds until the end, less those that come after."""
        if self._until is None:
            self._until = time.monotonic() + STOP
        return max(0.0, self._until - time.monotonic() - after)

    async def _finish(self, sockets: list[socket.socket] | None) -> None:
        gateway = self._gateway
        gateway.health.leaving = True
        if self._asked == signal.SIGTERM:
            await self._unless_forced(gateway.settings.notice_seconds, lambda: False)
        for server in self.servers:
            server.close()
        self._protocol.leaving = True
        await gateway.listening.stop()
        if self._asked != signal.SIGINT:
            # A connection that is kept alive may carry a request this very moment. Whoever asks on one hears that it
            # was the last time; the others are closed for their silence, as always.
            await self._unless_forced(KEEP_ALIVE + 1, lambda: not self.server_state.connections)
        self.config.timeout_graceful_shutdown = int(self._left(after=CLOSING))
        await super().shutdown(sockets)

    async def _unless_forced(self, seconds: float, done: Callable[[], bool]) -> None:
        until = asyncio.get_running_loop().time() + min(seconds, self._left(after=CLOSING))
        while not (self.force_exit or done() or asyncio.get_running_loop().time() >= until):  # noqa: ASYNC110  as uvicorn waits
            await asyncio.sleep(0.05)


def server_of(gateway: Gateway, pulse: Callable[[], None] = lambda: None) -> Server:
    """The server that runs this gateway, wherever it is run."""
    settings = gateway.settings
    protocol = patient(settings.head_seconds, settings.body_seconds)
    config = uvicorn.Config(
        gateway.app(),
        host=settings.host,
        port=settings.port,
        loop="uvloop",
        http=protocol,
        log_level="warning",
        access_log=False,
        server_header=False,
        timeout_keep_alive=KEEP_ALIVE,
        ws=Wire,
        ws_max_size=LARGEST_FRAME,
        ws_ping_interval=20,
        ws_ping_timeout=20,
        ws_per_message_deflate=False,  # answers of many tenants, and memory for each socket
    )
    return Server(gateway, protocol, config, pulse)


def listen(server: Server, sockets: Sequence[socket.socket] | None = None) -> int:
    """Serve until told to stop, on these sockets or on the address of the settings; the exit code."""
    # uvicorn hears SIGTERM and SIGINT while it serves, and raises again what it heard after it has stopped: by then the
    # signal has done its work, and the database below must still be stopped in peace, and the exit code be 0 (F-11).
    for each in FAREWELLS:
        signal.signal(each, server.handle_exit)
    _settle_memory()
    server.run(None if sockets is None else list(sockets))
    return 0 if server.started else 1


def _settle_memory() -> None:
    """What start has made stays for ever: no collection of garbage looks at it again. A request makes thousands of
    rows and dicts that all die with it, so looking after every 700 of them finds nothing and costs a fifth of it. What
    outlives a few looks is looked at in small parts, since everybody waits meanwhile."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 5, 50)
