"""Folders to put a cluster in."""

import os
import shutil
import time
from collections.abc import Iterator
from pathlib import Path

import pytest


@pytest.fixture
def open_folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder that every account can enter; pytest's own is closed."""
    folder = Path(f"/tmp/gateway-open-{os.getpid()}-{time.monotonic_ns()}")
    folder.mkdir(mode=0o711)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def data(open_folder: Path) -> Path:
    return open_folder / "var"
