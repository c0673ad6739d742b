"""The server's life: made, started, awaited, ended."""

import contextlib
import os
import platform
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import MappingProxyType

from tenancy.embedded.account import Account
from tenancy.embedded.binaries import Binaries, CannotStart
from tenancy.embedded.postmaster import Postmaster

SUPERUSER = "postgres"
PATIENCE = 30.0  # seconds for recovery after a crash, or for another start to end
_LOG_LIMIT = 10_000_000

# For two cores beside the gateway: small transactions, no network, no replica, plans that never pay for a compiler.
_SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "300",
    "shared_buffers": "256MB",
    "effective_cache_size": "1GB",
    "work_mem": "8MB",
    "maintenance_work_mem": "64MB",
    "max_wal_size": "1GB",
    "checkpoint_timeout": "15min",
    "random_page_cost": "1.1",
    "jit": "off",
    "max_parallel_workers_per_gather": "0",
    "max_parallel_maintenance_workers": "0",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "client_connection_check_interval": "1s",
    "log_line_prefix": "%m [%p] %q%u@%d ",
    "timezone": "UTC",
    "log_timezone": "UTC",
}
_FORGETFUL = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "autovacuum": "off"}


def create(home: Path, binaries: Binaries, account: Account, durable: bool) -> None:
    """Make the data directory aside and rename it, so that a half-made one is never taken for a whole one."""
    draft = home.with_name(home.name + ".tmp")
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(mode=0o700)
    account.own(draft)
    # The collation must not depend on the machine's C library: an upgrade of that breaks indexes silently.
    locale = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"] if binaries.major >= 17 else []
    language = ["--encoding=UTF8", "--locale=C.UTF-8", *locale]
    doors = [f"--username={SUPERUSER}", "--auth-local=trust", "--auth-host=scram-sha-256"]
    safety = ["--data-checksums"] if durable else ["--data-checksums", "--no-sync"]
    made = account.run(binaries.folder / "initdb", "-D", draft, *language, *doors, *safety)
    if made.returncode:
        shutil.rmtree(draft, ignore_errors=True)
        raise CannotStart(f"PostgreSQL could not create {home}: {(made.stderr or made.stdout).strip()}")
    draft.rename(home)


def settle(home: Path) -> None:
    """Wait for the end of a server whose owner was killed; forget a pid that now means somebody else."""
    deadline = time.monotonic() + PATIENCE
    while (postmaster := Postmaster.of(home)) and postmaster.alive(home):
        if time.monotonic() > deadline:
            raise CannotStart(f"A PostgreSQL that nobody owns (process {postmaster.pid}) still runs on {home}.")
        with contextlib.suppress(ProcessLookupError):
            os.kill(postmaster.pid, signal.SIGINT)
        time.sleep(0.05)
    (home / "postmaster.pid").unlink(missing_ok=True)


def launch(
    home: Path,
    socket: Path,
    binaries: Binaries,
    account: Account,
    durable: bool,
    more: Mapping[str, str] = MappingProxyType({}),
) -> subprocess.Popen[bytes]:
    """Start and await it; `more` goes before the settings of here."""
    quoted = str(socket).replace('"', '""')
    usual = {**_SETTINGS, **syncing(sys.platform, platform.release())}
    settings = {**usual, **({} if durable else _FORGETFUL), **more, "unix_socket_directories": f'"{quoted}"'}
    command: list[str | Path] = [binaries.folder / "postgres", "-D", home, *_options(settings)]
    log = home.with_name("postgres.log")
    log.touch(mode=0o600)
    with log.open("wb" if log.stat().st_size > _LOG_LIMIT else "ab") as output:
        said_before = output.tell()
        process = account.spawn(command, output)
    _await_ready(home, process, log, said_before)
    return process


def syncing(system: str, release: str) -> dict[str, str]:
    """How everything is put on the disk before recovery begins (F-02): by one call and not file by file, which takes
    a tenth of the time, on a Linux that tells of errors then (5.8 and newer)."""
    version = re.match(r"(\d+)\.(\d+)", release)
    told = system == "linux" and version is not None and (int(version[1]), int(version[2])) >= (5, 8)
    return {"recovery_init_sync_method": "syncfs"} if told else {}


def _options(settings: dict[str, str]) -> Iterator[str]:
    for name, value in settings.items():
        yield from ("-c", f"{name}={value}")


def _await_ready(home: Path, process: subprocess.Popen[bytes], log: Path, said_before: int) -> None:
    deadline = time.monotonic() + PATIENCE
    while not ((found := Postmaster.of(home)) and found.pid == process.pid and found.ready):
        if process.poll() is not None or time.monotonic() > deadline:
            end(process)
            said = log.read_bytes()[said_before:].decode(errors="replace").strip()
            raise CannotStart(f"PostgreSQL did not start on {home}: {said[-2000:]}")
        time.sleep(0.005)


def end(process: subprocess.Popen[bytes]) -> None:
    for how, patience in ((signal.SIGINT, 15.0), (signal.SIGQUIT, 5.0), (signal.SIGKILL, 5.0)):
        process.send_signal(how)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(patience)
            return
