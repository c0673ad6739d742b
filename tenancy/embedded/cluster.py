"""The cluster: one server on one data folder.

    DATA/pg18/          the data directory, named after the major version
    DATA/socket/        the only way in; mode 0700, nothing listens on the network
    DATA/lock           held by the owner; others attach, or are refused
    DATA/postgres.log   what the server says

Whoever reaches the socket may log in as any role: the folder's mode is the door. Durable unless told otherwise.
"""

import atexit
import contextlib
import subprocess
import threading
import time
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import quote

import asyncpg

from tenancy.embedded.account import account_for
from tenancy.embedded.binaries import Binaries, CannotStart, choose, copied
from tenancy.embedded.postmaster import Lock, Postmaster, socket_folder
from tenancy.embedded.server import PATIENCE, SUPERUSER, create, end, launch, settle

_BRIEF = 5.0  # seconds: a short command may be using the data just now


class Cluster:
    """A running server. `start` it; `stop` ends it when this process owns it, and does nothing when attached."""

    def __init__(self, home: Path, socket: Path, process: subprocess.Popen[bytes] | None, lock: Lock | None) -> None:
        self.home, self.socket = home, socket
        self._process, self._lock = process, lock

    @classmethod
    def start(cls, data: Path, *, durable: bool = True, attach: bool = False, binaries: Binaries | None = None) -> Self:
        """Start the server of `data`, making the folder and the cluster when they are missing.

        With `attach`, a server that another process owns is used as it is. `durable=False` may lose everything in a
        crash and is meant for tests. Call it from the main thread: the server ends with the thread that started it.
        Raises CannotStart with a text for people.
        """
        if threading.current_thread() is not threading.main_thread():
            raise CannotStart("The embedded PostgreSQL must be started from the main thread.")
        data = _folder(data)
        deadline = time.monotonic() + (PATIENCE if attach else _BRIEF)
        while True:
            if lock := Lock.take(data):
                return cls._owned(data, durable, binaries, lock)
            if attach and (running := _running(data)):
                home, postmaster = running
                return cls(home, postmaster.socket, process=None, lock=None)
            if time.monotonic() > deadline:
                raise CannotStart(
                    f"Another process runs the database in {data}. Stop it, or set GATEWAY_DATA to another folder."
                )
            time.sleep(0.05)

    @classmethod
    def _owned(cls, data: Path, durable: bool, binaries: Binaries | None, lock: Lock) -> Self:
        try:
            binaries = binaries or choose(data)
            account = account_for(data)
            if account.run(binaries.folder / "postgres", "-V").returncode:
                binaries = copied(binaries, data / "binaries")
            home = data / f"pg{binaries.major}"
            if not home.exists():
                create(home, binaries, account, durable)
            account.own(home)
            settle(home)
            socket = socket_folder(data, account)
            process = launch(home, socket, binaries, account, durable)
        except BaseException:
            lock.release()
            raise
        cluster = cls(home, socket, process, lock)
        atexit.register(cluster.stop)
        return cluster

    @property
    def owned(self) -> bool:
        """Whether this process started the server, and so ends it."""
        return self._lock is not None

    @property
    def pid(self) -> int | None:
        """The server's process; None when it is gone."""
        postmaster = Postmaster.of(self.home)
        return postmaster.pid if postmaster and postmaster.alive(self.home) else None

    def url(self, role: str, database: str) -> str:
        """The address of a database of this server for a role, as `GATEWAY_DATABASE_URL` takes it."""
        return f"postgresql://{quote(role)}@/{quote(database)}?host={quote(str(self.socket), safe='')}"

    async def create_database(self, name: str, template: str | None = None) -> None:
        """An empty database, or a copy of `template`, to which nobody may be connected."""
        # Copying files beats logging every page: a third of the time for a migrated template.
        source = f"TEMPLATE {_quoted(template)} STRATEGY file_copy" if template else "TEMPLATE template0"
        await self._command(f"CREATE DATABASE {_quoted(name)} {source}")

    async def ensure_database(self, name: str) -> None:
        """An empty database of that name unless there is one already."""
        with contextlib.suppress(asyncpg.DuplicateDatabaseError):
            await self.create_database(name)

    async def drop_database(self, name: str) -> None:
        """Remove it if it exists, whoever is connected."""
        await self._command(f"DROP DATABASE IF EXISTS {_quoted(name)} WITH (FORCE)")

    async def _command(self, command: str) -> None:
        connection = await asyncpg.connect(self.url(SUPERUSER, "postgres"))
        try:
            await connection.execute(command)
        finally:
            await connection.close()

    def stop(self) -> None:
        """End the server: connections are cut, data is written down."""
        atexit.unregister(self.stop)
        if self._process:
            end(self._process)
        if self._lock:
            self._lock.release()
        self._process = self._lock = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


def _folder(data: Path) -> Path:
    data = data.resolve()
    try:
        data.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise CannotStart(f"{data} cannot be made ({error.strerror}). Set GATEWAY_DATA to another folder.") from error
    return data


def _running(data: Path) -> tuple[Path, Postmaster] | None:
    for home in data.glob("pg[0-9][0-9]"):
        postmaster = Postmaster.of(home)
        if postmaster and postmaster.ready and postmaster.alive(home):
            return home, postmaster
    return None


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
