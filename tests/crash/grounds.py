"""What crashes: a durable PostgreSQL and a gateway, both started here, and both killed by their own process ids."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import urlopen

import asyncpg

from gateway.demo.people import people, person
from gateway.demo.provider import DemoProvider
from gateway.demo.world import load
from migrations.run import upgrade
from tenancy.clock import Clock
from tenancy.embedded import Cluster
from tenancy.embedded.server import SUPERUSER
from tests.gateway.demo.idp import lay_keys
from tests.world import UNHURRIED

DATABASE = "crash"
PATIENCE = 90.0  # seconds for anything to come up, on a busy machine


@dataclass
class Base:
    """A durable cluster in a folder of its own; `kill` takes all of its processes away at once."""

    folder: Path
    cluster: Cluster

    @property
    def owner(self) -> str:
        return self.cluster.url(SUPERUSER, DATABASE)

    def kill(self) -> int:
        """SIGKILL for the postmaster and its children; how many there were."""
        postmaster = self.cluster.pid
        assert postmaster is not None
        family = [postmaster, *children_of(postmaster)]
        for pid in family:
            _end(pid)
        self.cluster.stop()
        return len(family)

    def start(self) -> None:
        self.cluster = Cluster.start(self.folder / "data")

    async def forget(self) -> None:
        """From now on PostgreSQL says that a commit is done before it is on the disk."""
        async with looking(self) as connection:
            await connection.execute("alter system set synchronous_commit = off")
            await connection.execute("select pg_reload_conf()")


def children_of(parent: int) -> list[int]:
    """Processes whose parent is this one."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            after = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(after[1]) == parent:
            found.append(int(stat.parent.name))
    return found


def _end(pid: int) -> None:
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)


def _holds(pid: int) -> bool:
    """Whether a process still has what it had open: its ports too."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except OSError:
        return False


def _command(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_text()
    except OSError:
        return ""


@asynccontextmanager
async def based(folder: Path) -> AsyncIterator[Base]:
    """A migrated cluster with the demo world in it."""
    base = Base(folder, Cluster.start(folder / "data"))
    try:
        await base.cluster.create_database(DATABASE)
        await upgrade(base.owner)
        await load(base.cluster.url("gw_system", DATABASE), Clock().today())
        yield base
    finally:
        base.cluster.stop()


@asynccontextmanager
async def looking(base: Base) -> "AsyncIterator[asyncpg.Connection[Any]]":
    """A connection past every policy."""
    connection = await asyncpg.connect(base.owner)
    try:
        yield connection
    finally:
        await connection.close()


class Server:
    """`gateway serve` in a process of its own."""

    def __init__(self, base: Base, port: int, **more: str) -> None:
        """`more` are variables of its environment."""
        self.base, self.port, self.url, self._more = base, port, f"http://127.0.0.1:{port}", more
        self.keys = base.folder / "server"
        if not self.keys.exists():
            lay_keys(self.keys)
        self._child: subprocess.Popen[bytes] | None = None

    def token(self, who: str) -> str:
        return self._provider.mint(person(who))

    @cached_property
    def _provider(self) -> DemoProvider:
        return DemoProvider(people(), public_url=self.url, data=self.keys, demo_mode=True)

    def start(self) -> float:
        """Seconds until it answered."""
        begun = time.monotonic()
        clean = {name: value for name, value in os.environ.items() if not name.startswith("GATEWAY_")}
        own = {
            "GATEWAY_DATABASE_URL": self.base.cluster.url("gw_app", DATABASE),
            "GATEWAY_SYSTEM_URL": self.base.cluster.url("gw_system", DATABASE),
            "GATEWAY_DEMO": "true",
            "GATEWAY_DATA": str(self.keys),
            "GATEWAY_PORT": str(self.port),
            **{f"GATEWAY_{name.upper()}": str(rate) for name, rate in UNHURRIED.items()},
            **self._more,
        }
        with (self.keys / "server.log").open("ab") as log:
            command = [sys.executable, "-m", "gateway", "serve"]
            self._child = subprocess.Popen(command, env=clean | own, stdout=log, stderr=log)
        while not self.ready():
            assert self._child.poll() is None, (self.keys / "server.log").read_text()
            assert time.monotonic() - begun < PATIENCE, "the server does not come up"
            time.sleep(0.05)
        return time.monotonic() - begun

    def ready(self) -> bool:
        return _ready(self.url)

    def complete(self) -> bool:
        """Whether every worker is ready, each asked at its own port."""
        return all(map(_ready, self.own_urls))

    @property
    def own_urls(self) -> list[str]:
        """Where each process answers alone: workers at ports of their own."""
        first, many = int(self._more.get("GATEWAY_WORKER_PORTS", 0)), int(self._more.get("GATEWAY_WORKERS", 1))
        return [f"http://127.0.0.1:{first + number}" for number in range(many)] if first else [self.url]

    def kill(self) -> None:
        """SIGKILL for all of its processes: nothing is said, nothing is finished."""
        assert self._child is not None
        family = children_of(self.pid)
        self._child.kill()  # first, so that it replaces nobody
        for pid in family:
            _end(pid)
        self._child.wait()
        self._child = None
        until = time.monotonic() + PATIENCE
        while any(map(_holds, family)):
            assert time.monotonic() < until, "a killed process does not end"
            time.sleep(0.005)

    @property
    def pid(self) -> int:
        assert self._child is not None
        return self._child.pid

    @property
    def workers(self) -> list[int]:
        """The processes that serve, where a parent has several; what Python keeps beside them does not."""
        return [each for each in children_of(self.pid) if "spawn_main" in _command(each)]

    @property
    def processes(self) -> list[int]:
        return [self.pid, *self.workers]

    def stop(self) -> int | None:
        """SIGTERM, and the exit code; None where it had to be killed, or was not there."""
        if self._child is None:
            return None
        self._child.terminate()
        try:
            return self._child.wait(30)
        except subprocess.TimeoutExpired:
            self.kill()
            return None


def _ready(url: str) -> bool:
    try:
        with urlopen(f"{url}/readyz", timeout=PATIENCE) as answer:
            return bool(answer.status == 200)
    except (URLError, OSError):
        return False


@contextmanager
def served(base: Base, port: int) -> Iterator[Server]:
    server = Server(base, port)
    server.start()
    try:
        yield server
    finally:
        server.stop()
