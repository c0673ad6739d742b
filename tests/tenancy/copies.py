"""A primary and a streaming copy of it, each a server of its own on a socket of its own."""

import asyncio
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

import asyncpg

from gateway.demo.world import load
from migrations.run import upgrade
from tenancy.embedded.account import account_for
from tenancy.embedded.binaries import choose, copied
from tenancy.embedded.server import SUPERUSER, create, end, launch
from tests.world import TODAY

_STREAMING: Final = {"wal_level": "replica", "max_wal_senders": "4", "hot_standby": "on", "synchronous_commit": "on"}


class Pair:
    """`main` and `copy` give addresses by role. The folder goes away in the end."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="gateway-copy-"))
        self.folder.chmod(0o711)
        self._account = account_for(self.folder)
        self._binaries = choose(self.folder)
        if self._account.run(self._binaries.folder / "postgres", "-V").returncode:
            self._binaries = copied(self._binaries, self.folder / "binaries")
        self._running: dict[str, subprocess.Popen[bytes]] = {}

    def main(self, role: str) -> str:
        return self._url("main", role)

    def copy(self, role: str) -> str:
        return self._url("copy", role)

    async def build(self) -> None:
        """The demo world on the primary, and a copy that streams."""
        for name in ("main", "copy"):
            place = self.folder / name
            place.mkdir()
            place.chmod(0o711)
            self._account.own(place)
        create(self._home("main"), self._binaries, self._account, durable=False)
        self.start("main")
        await upgrade(self.main(SUPERUSER))
        await load(self.main("gw_system"), TODAY)
        home = self._home("copy")
        program = self._binaries.folder / "pg_basebackup"
        source = ("-h", str(self._socket("main")), "-U", SUPERUSER, "-X", "stream", "-c", "fast", "-R")
        made = self._account.run(program, "-D", home, *source)
        assert made.returncode == 0, made.stderr
        self.start("copy")

    def start(self, name: str) -> None:
        socket = self._socket(name)
        socket.mkdir(exist_ok=True, mode=0o700)
        self._account.own(socket)
        home = self._home(name)
        self._running[name] = launch(home, socket, self._binaries, self._account, durable=False, more=_STREAMING)

    def stop(self, name: str) -> None:
        end(self._running.pop(name))

    def remove(self) -> None:
        for name in ("copy", "main"):
            if name in self._running:
                self.stop(name)
        shutil.rmtree(self.folder, ignore_errors=True)

    async def pause(self, paused: bool) -> None:
        """Let the copy fall behind, or catch up."""
        connection = await asyncpg.connect(self.copy(SUPERUSER))
        await connection.execute(f"select pg_wal_replay_{'pause' if paused else 'resume'}()")
        while (await connection.fetchval("select pg_is_wal_replay_paused()")) is not paused:  # noqa: ASYNC110  nobody tells a test
            await asyncio.sleep(0.01)
        await connection.close()

    def _home(self, name: str) -> Path:
        return self.folder / name / f"pg{self._binaries.major}"

    def _socket(self, name: str) -> Path:
        return self.folder / name / "socket"

    def _url(self, name: str, role: str) -> str:
        return f"postgresql://{quote(role)}@/postgres?host={quote(str(self._socket(name)), safe='')}"


async def until(true: Callable[[], Any], seconds: float = 60.0) -> None:
    """Wait for something that takes a moment."""
    async with asyncio.timeout(seconds):
        while not true():  # noqa: ASYNC110  nobody tells a test
            await asyncio.sleep(0.01)
