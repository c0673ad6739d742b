"""A wire to PostgreSQL that can be bad: late, cut, or cut at the worst moment (R3); bounded, on this machine only."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

from tests.ground import Address

_COMMIT = b"COMMIT\x00"


@dataclass
class Proxy:
    """`delay` seconds for each packet of the server; `cut_at_commit` for once, after it left and before its answer: at
    the next one (1), or a later one."""

    socket: Path
    port: int = 0
    delay: float = 0.0
    cut_at_commit: int = 0
    away: bool = False
    cuts: int = 0
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)
    _writers: set[asyncio.StreamWriter] = field(default_factory=set)

    def cut(self) -> None:
        """Hang up on everybody."""
        for writer in self._writers:
            writer.transport.abort()

    async def accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self.away:
            writer.transport.abort()
            return
        try:
            there, back = await asyncio.open_unix_connection(str(self.socket))
        except OSError:  # the database itself is away
            writer.transport.abort()
            return
        self._writers |= {writer, back}
        for source, target, ours in ((reader, back, True), (there, writer, False)):
            task = asyncio.create_task(self._pass_on(source, target, ours, (writer, back)))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _pass_on(
        self,
        source: asyncio.StreamReader,
        target: asyncio.StreamWriter,
        from_client: bool,
        both: tuple[asyncio.StreamWriter, asyncio.StreamWriter],
    ) -> None:
        with contextlib.suppress(OSError):
            while data := await source.read(65_536):
                if self.delay and not from_client:
                    await asyncio.sleep(self.delay)
                fatal = from_client and _COMMIT in data and self._counts_down()
                target.write(data)
                await target.drain()
                if fatal:
                    self.cuts += 1
                    both[0].transport.abort()
                    await asyncio.sleep(0.2)  # the server reads what came before it hears of the end
                    break
        for writer in both:
            writer.close()
            self._writers.discard(writer)

    def _counts_down(self) -> bool:
        """Whether this is the commit that is waited for."""
        left, self.cut_at_commit = self.cut_at_commit, max(0, self.cut_at_commit - 1)
        return left == 1

    async def stop(self) -> None:
        self.cut()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)


@dataclass(frozen=True)
class Through(Address):
    """The same database; the runtime comes to it through the proxy."""

    proxy: Proxy

    @property
    def app(self) -> str:
        return f"postgresql://gw_app@127.0.0.1:{self.proxy.port}/{self.name}"


@contextlib.asynccontextmanager
async def through(address: Address) -> AsyncIterator[Through]:
    """The database behind a proxy of its own."""
    (socket,) = address.cluster.socket.glob(".s.PGSQL.*[0-9]")
    proxy = Proxy(socket)
    server = await asyncio.start_server(proxy.accept, "127.0.0.1", 0)
    proxy.port = server.sockets[0].getsockname()[1]
    try:
        yield Through(address.cluster, address.name, proxy)
    finally:
        server.close()
        await proxy.stop()
