"""Who runs the server: PostgreSQL refuses to run as root, and we neither create accounts nor open foreign folders.

An ordinary user runs it under the own name. Root hands it to `postgres` or `nobody` where one of them can
reach the data; elsewhere (below /root) it runs in a user namespace, in which our own user is not called root.
The namespace protects nothing, so it is meant for development.
"""

import contextlib
import ctypes
import os
import pwd
import shutil
import signal
import subprocess
import sys
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import IO, Any

from tenancy.embedded.binaries import CannotStart

_CANDIDATES = ("postgres", "nobody")
_NAMESPACE = ("unshare", "--user", "--map-user=65534", "--map-group=65534")
_SET_DEATH_SIGNAL = 1  # PR_SET_PDEATHSIG of prctl(2)


@dataclass(frozen=True, slots=True)
class Account:
    """How to start a program so that it is not root; `uid` and `gid` are None when nothing has to change."""

    uid: int | None = None
    gid: int | None = None
    prefix: tuple[str, ...] = ()

    @property
    def owner(self) -> int:
        return os.geteuid() if self.uid is None else self.uid

    def run(self, *command: str | Path) -> subprocess.CompletedProcess[str]:
        """Run to the end, with what it said; a program that cannot be started counts as failed."""
        try:
            return subprocess.run(
                [*self.prefix, *command], capture_output=True, text=True, timeout=120, **self._surroundings()
            )
        except (OSError, subprocess.SubprocessError) as error:
            return subprocess.CompletedProcess(command, returncode=127, stdout="", stderr=str(error))

    def spawn(self, command: Sequence[str | Path], log: IO[bytes]) -> subprocess.Popen[bytes]:
        """Start and return. The program lives in a session of its own, so that Ctrl-C reaches only us, and ends
        when our main thread ends, however that happens (Linux)."""
        with warnings.catch_warnings():
            # Between fork and exec only prctl(2) runs; Python warns about any hook once there are threads.
            warnings.simplefilter("ignore", DeprecationWarning)
            return subprocess.Popen(
                [*self.prefix, *command],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                preexec_fn=_die_with_parent if _libc() else None,
                **self._surroundings(),
            )

    def can_enter(self, folder: Path) -> bool:
        return self.run("test", "-x", folder).returncode == 0

    def own(self, path: Path) -> None:
        """Hand over what is below `path`, a file or folder of ours, when it belongs to somebody else."""
        if path.stat().st_uid == self.owner or os.geteuid() != 0:
            return
        for each in (path, *path.rglob("*")):
            os.chown(each, self.owner, self.gid if self.gid is not None else -1, follow_symlinks=False)

    def _surroundings(self) -> dict[str, Any]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("PG", "LC_", "LANG", "TZ"))}
        groups: list[int] | None = None if self.uid is None else []
        return {
            "user": self.uid,
            "group": self.gid,
            "extra_groups": groups,
            "cwd": "/",
            "env": {**kept, "LC_ALL": "C", "TZ": "UTC"},
        }


def account_for(data: Path) -> Account:
    """Who can run a server on `data`, an existing folder. Raises CannotStart when nobody can."""
    if os.geteuid() != 0:
        return Account()
    for name in _CANDIDATES:
        with contextlib.suppress(KeyError):
            entry = pwd.getpwnam(name)
            account = Account(entry.pw_uid, entry.pw_gid)
            if account.can_enter(data):
                return account
    account = Account(prefix=_NAMESPACE)
    if shutil.which(_NAMESPACE[0]) and account.run("true").returncode == 0:
        return account
    raise CannotStart(
        f"PostgreSQL does not run as root, no ordinary account can enter {data}, and user namespaces are not "
        "allowed here. Set GATEWAY_DATA to a folder such as /var/lib/gateway, run as an ordinary user, or set "
        "GATEWAY_DATABASE_URL to the address of a running server."
    )


@cache
def _libc() -> ctypes.CDLL | None:
    return ctypes.CDLL(None) if sys.platform == "linux" else None


def _die_with_parent() -> None:
    # After the change of user, because that change would clear it.
    libc = _libc()
    if libc:
        libc.prctl(_SET_DEATH_SIGNAL, signal.SIGINT)
