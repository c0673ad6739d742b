"""The built console, for the tests that need the real one."""

from pathlib import Path

import pytest
from rich.console import Console

from gateway.console import ASSETS
from gateway.console.build import SOURCE, BuildFailed, build
from gateway.console.node import NoNode


@pytest.fixture(scope="session")
def built_console() -> Path:
    """The folder of the console's assets, built now unless it is current; skips where it cannot be built."""
    try:
        build(SOURCE, ASSETS, Console(stderr=True))
    except (BuildFailed, NoNode) as problem:
        pytest.skip(f"the console cannot be built here: {problem}")
    return ASSETS
