"""`python -m gateway.console.build`: bundles the console's front end into `gateway/console/assets/`.

From nothing it takes about half a minute (packages from the npm registry, then vite); when the inputs have
not changed it does nothing. The same inputs give the same bytes. The server runs without it.
"""

import fcntl
import gzip
import hashlib
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from gateway.console import ASSETS
from gateway.console.node import Node, NoNode, find

__all__ = ["SOURCE", "BuildFailed", "build", "is_current", "main"]

SOURCE: Final = Path(__file__).parents[2] / "console"
STAMP: Final = ".stamp"
_INPUTS: Final = ("index.html", "package.json", "package-lock.json", "vite.config.ts", ".npmrc", "src/**/*")
_PACKED: Final = {".js", ".css", ".svg", ".ttf"}
_LAST_LINES: Final = 30


class BuildFailed(Exception):
    """A step of the build said no; the text is what it printed last."""


def main() -> int:
    """Builds when needed, tells what happened; 0 when the console can be served."""
    console = Console(stderr=True, highlight=False)
    if not SOURCE.is_dir():
        return _without_source(console)
    if is_current(SOURCE, ASSETS):
        console.print("console: up to date")
        return 0
    try:
        build(SOURCE, ASSETS, console)
    except (BuildFailed, NoNode, subprocess.TimeoutExpired) as problem:
        console.print(f"console: not built. {problem}", markup=False, soft_wrap=True)
        console.print("The server runs without it; /console then tells how to build it.")
        return 1
    console.print(f"console: {_size(ASSETS)} in {ASSETS}", soft_wrap=True)
    return 0


def is_current(source: Path, target: Path) -> bool:
    """Whether `target` was built from exactly these inputs."""
    stamp = target / STAMP
    return stamp.is_file() and stamp.read_text() == fingerprint(source)


def build(source: Path, target: Path, console: Console) -> None:
    """Packages, bundle, compression; `target` is replaced only when all three are done.

    Raises BuildFailed or NoNode, and leaves an older `target` as it was.
    """
    with _alone(source), _progress(console) as progress:
        if is_current(source, target):
            return
        node = find(source / "node-requirements.txt", progress.console.print)
        with _step(progress, f"packages from the npm registry (Node.js {node.version})"):
            install(node, source)
        made = source / "dist"
        with _step(progress, "bundle"):
            bundle(node, source, made)
        with _step(progress, "compress"):
            compress(made)
        (made / STAMP).write_text(fingerprint(source))
        _replace(target, made)


def fingerprint(source: Path) -> str:
    """SHA-256 over names and bytes of everything that goes into the bundle, this program included."""
    paths = [path for pattern in _INPUTS for path in source.glob(pattern) if path.is_file()]
    digest = hashlib.sha256(Path(__file__).read_bytes())
    for path in sorted(paths):
        content = hashlib.sha256(path.read_bytes()).hexdigest()
        digest.update(f"{path.relative_to(source).as_posix()} {content}\n".encode())
    return digest.hexdigest()


def install(node: Node, source: Path) -> None:
    """The packages of the lock file, checked against its hashes; none of their scripts is run."""
    lock = hashlib.sha256((source / "package-lock.json").read_bytes()).hexdigest()
    done = source / "node_modules" / ".installed"
    if done.is_file() and done.read_text() == lock:
        return
    _run(node, [*node.npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"], source)
    done.write_text(lock)


def bundle(node: Node, source: Path, target: Path) -> None:
    """Vite's output for `source` in `target`, which is emptied first."""
    vite = source / "node_modules" / "vite" / "bin" / "vite.js"
    _run(node, [str(node.program), str(vite), "build", "--outDir", str(target), "--emptyOutDir"], source)


def compress(target: Path) -> None:
    """A gzip twin beside every file that shrinks, with no time stamp inside."""
    for path in sorted((target / "static").iterdir()):
        if path.suffix in _PACKED:
            packed = gzip.compress(path.read_bytes(), compresslevel=9, mtime=0)
            path.with_name(f"{path.name}.gz").write_bytes(packed)


def _run(node: Node, command: list[str], folder: Path) -> None:
    done = subprocess.run(
        command, cwd=folder, env=node.environment(), capture_output=True, text=True, check=False, timeout=600
    )
    if done.returncode != 0:
        lines = (done.stdout + done.stderr).strip().splitlines()[-_LAST_LINES:]
        raise BuildFailed("\n".join([f"`{' '.join(command)}` failed:", *lines]))


def _replace(target: Path, made: Path) -> None:
    old = target.with_name(f"{target.name}.old")
    shutil.rmtree(old, ignore_errors=True)
    if target.exists():
        target.rename(old)
    shutil.move(made, target)
    shutil.rmtree(old, ignore_errors=True)


@contextmanager
def _alone(source: Path) -> Iterator[None]:
    """One build at a time: two `npm ci` in one folder would delete each other's packages."""
    with (source / "package-lock.json").open() as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _progress(console: Console) -> Progress:
    columns = (SpinnerColumn(finished_text="✓"), TextColumn("console: {task.description}"), TimeElapsedColumn())
    return Progress(*columns, console=console)


@contextmanager
def _step(progress: Progress, description: str) -> Iterator[None]:
    task = progress.add_task(description, total=1)
    yield
    progress.update(task, completed=1)


def _without_source(console: Console) -> int:
    if (ASSETS / "index.html").is_file():
        console.print("console: part of this installation, nothing to build")
        return 0
    console.print(f"console: cannot be built, there is no {SOURCE}. Build it in a checkout of the project.")
    return 1


def _size(target: Path) -> str:
    plain = sum(path.stat().st_size for path in target.rglob("*") if path.is_file() and path.suffix != ".gz")
    packed = sum(path.stat().st_size for path in target.rglob("*.gz"))
    return f"{plain / 1e6:.1f} MB, {packed / 1e6:.1f} MB over the wire"


if __name__ == "__main__":
    sys.exit(main())
