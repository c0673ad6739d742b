"""What a server leaves beside its data: the lock, the pid file, the socket."""

import contextlib
import fcntl
import hashlib
import os
import stat
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from tenancy.embedded.account import Account
from tenancy.embedded.binaries import CannotStart

_SOCKET = ".s.PGSQL.5432"
_LONGEST = 107  # bytes of a socket's path that the kernel takes, less the final NUL
_READY = "ready"


@dataclass(frozen=True, slots=True)
class Postmaster:
    """The server that `postmaster.pid` of a data directory names."""

    pid: int
    socket: Path
    ready: bool

    @classmethod
    def of(cls, home: Path) -> Self | None:
        """What the pid file in `home` says; None without one, or while it is being written."""
        try:
            lines = (home / "postmaster.pid").read_text().splitlines()
            return cls(int(lines[0]), Path(lines[4]), len(lines) > 7 and lines[7].strip() == _READY)
        except (OSError, ValueError, IndexError):
            return None

    def alive(self, home: Path) -> bool:
        """Whether the pid still means that server: numbers are given out again, above all after a reboot."""
        try:
            os.kill(self.pid, 0)
        except ProcessLookupError:
            return False
        except PermissionError:
            pass
        try:
            return os.fsencode(str(home)) in Path(f"/proc/{self.pid}/cmdline").read_bytes()
        except FileNotFoundError:
            # Ended meanwhile; where there is no /proc at all, the number has to do.
            return not Path("/proc/self").exists()


class Lock:
    """Held by the one process that owns the server of a data folder; the kernel lets go of it with the process."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor

    @classmethod
    def take(cls, data: Path) -> Self | None:
        """The lock, or None while somebody else holds it."""
        try:
            descriptor = os.open(data / "lock", os.O_RDWR | os.O_CREAT, 0o600)
        except PermissionError:
            raise CannotStart(
                f"{data} belongs to another user. Run as that user, or set GATEWAY_DATA to a folder of your own."
            ) from None
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
            return None
        return cls(descriptor)

    def release(self) -> None:
        os.close(self._descriptor)


def socket_folder(data: Path, account: Account) -> Path:
    """A folder of mode 0700 for the socket: beside the data, or where the path is too long for the kernel, in a
    short place whose name follows from the data's."""
    short = f"gw-{account.owner}-{hashlib.sha256(os.fsencode(data)).hexdigest()[:12]}"
    run = Path(os.environ.get("XDG_RUNTIME_DIR") or tempfile.gettempdir())
    # TMPDIR can be too long as well; what is in /tmp is only taken when it is ours.
    for folder in (data / "socket", run / short, Path(tempfile.gettempdir()) / short, Path("/tmp") / short):
        # Addresses separate several servers by commas.
        fits = len(os.fsencode(folder / _SOCKET)) <= _LONGEST and "," not in str(folder)
        if fits and folder.parent.is_dir() and account.can_enter(folder.parent):
            return _private(folder, account)
    raise CannotStart(f"No folder for a socket: {data} is too long or has a comma, and /tmp will not do either.")


def _private(folder: Path, account: Account) -> Path:
    with contextlib.suppress(FileExistsError):
        folder.mkdir(mode=0o700)
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid not in (os.geteuid(), account.owner):
        raise CannotStart(f"{folder} belongs to somebody else; remove it, or set GATEWAY_DATA to another folder.")
    folder.chmod(0o700)
    account.own(folder)
    return folder
