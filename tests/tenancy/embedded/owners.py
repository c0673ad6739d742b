"""What these tests share: asking a cluster, other processes that own one, other people who run it."""

import asyncio
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import asyncpg

from tenancy.embedded import Cluster, binaries

ROOT = Path(__file__).parents[3]
WHEEL = next(binaries.at_hand())

OWNER = """
import sys
from pathlib import Path
from tenancy.embedded import Cluster
with Cluster.start(Path(sys.argv[1]), durable=False) as cluster:
    print("ready", cluster.url("postgres", "postgres"), flush=True)
    sys.stdin.read()
"""


class Owner:
    """A process that owns the server of `data` until the block ends, or until it is killed."""

    def __init__(self, data: Path, user: dict[str, Any] | None = None) -> None:
        chosen = {"args": (sys.executable,), **(user or {})}
        self._process = subprocess.Popen(
            [*chosen.pop("args"), "-c", OWNER, data],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
            **chosen,
        )
        assert self._process.stdout
        self.said = self._process.stdout.readline()

    def kill(self) -> None:
        self._process.kill()
        self._process.wait()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.communicate()


def ordinary_user() -> dict[str, Any]:
    """How to start Python as somebody who is not root: ourselves, `nobody`, or a name of our own in a namespace."""
    if os.geteuid() != 0:
        return {}
    path = os.pathsep.join(sys.path)
    nobody: dict[str, Any] = {"user": 65534, "group": 65534, "extra_groups": [], "env": {"PYTHONPATH": path}}
    for python in (sys.executable, "/usr/bin/python3"):
        if _imports(python, nobody):
            return {"args": (python,), **nobody}
    # Neither interpreter is open to others, as when both live below /root.
    return {"args": ("unshare", "--user", "--map-user=65534", "--map-group=65534", sys.executable)}


def _imports(python: str, user: dict[str, Any]) -> bool:
    try:
        said = subprocess.run([python, "-c", "import tenancy.embedded"], capture_output=True, cwd=ROOT, **user)
    except OSError:
        return False
    return said.returncode == 0


def ask(cluster: Cluster, *statements: str) -> Any:
    """The first value that the last statement gives the superuser."""

    async def talk() -> Any:
        connection = await asyncpg.connect(cluster.url("postgres", "postgres"))
        try:
            for statement in statements[:-1]:
                await connection.execute(statement)
            return await connection.fetchval(statements[-1])
        finally:
            await connection.close()

    return asyncio.run(talk())


def quickly(data: Path, **options: Any) -> Cluster:
    return Cluster.start(data, durable=False, **options)


def until(condition: Callable[[], bool], patience: float = 10) -> bool:
    deadline = time.monotonic() + patience
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.02)
    return condition()
