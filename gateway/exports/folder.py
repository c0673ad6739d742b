"""The folder of finished files: what is in it is complete, or hidden under a name that nobody serves (E-06).

Several processes, and several servers, may share one folder. A file is written in a hidden folder of its attempt,
forced to disk, and moved last; names are made of ids alone (E-07).
"""

import os
import shutil
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

FORGOTTEN_SECONDS: Final = 3600.0
"""Nobody can still be writing a file that was touched so long ago and belongs to no job."""


class Folder:
    """Where files are made and kept; for the account of the server alone."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @contextmanager
    def draft(self, stem: str, ending: str) -> Iterator[Path]:
        """A place to write in, inside a hidden folder of its own; what is left there afterwards is removed."""
        self.path.mkdir(parents=True, exist_ok=True, mode=0o700)
        place = self.path / f".{stem}"
        place.mkdir(exist_ok=True, mode=0o700)
        try:
            yield place / f"{stem}.{ending}"
        finally:
            shutil.rmtree(place, ignore_errors=True)

    def keep(self, draft: Path) -> str:
        """Give a complete draft its place; it survives a crash of the machine from now on."""
        name = draft.name
        draft.chmod(0o600)
        draft.replace(self.path / name)
        folder = os.open(self.path, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
        return name

    def file(self, name: str) -> Path | None:
        """A kept file, if it is here."""
        found = self.path / name
        return found if found.is_file() else None

    def drop(self, names: Iterable[str]) -> None:
        for name in names:
            place = self.path / name
            if place.is_dir():
                shutil.rmtree(place, ignore_errors=True)
            else:
                place.unlink(missing_ok=True)

    def old(self) -> list[str]:
        """Files and hidden folders that nobody has touched for long."""
        if not self.path.is_dir():
            return []
        before = time.time() - FORGOTTEN_SECONDS
        return [each.name for each in self.path.iterdir() if each.stat().st_mtime < before]
