"""The real server in a process of its own, and Debian's Chromium in front of it."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import pytest
from playwright.async_api import Browser, async_playwright

from tests.browser.visitor import Visitor
from tests.built import built_console

__all__ = ["browser", "built_console", "gateway", "visitor"]

CHROMIUM = Path("/usr/bin/chromium")
# No sandbox: the tests run as root in containers. The rest keeps Chromium from calling its maker.
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PATIENCE = 90.0


@pytest.fixture(scope="session")
def gateway(built_console: Path) -> Iterator[str]:
    """The address of `gateway serve` with the demo world and the demo identity provider."""
    if not CHROMIUM.exists():
        pytest.skip(f"{CHROMIUM} is not installed (Debian: apt-get install chromium)")
    folder = Path(tempfile.mkdtemp(prefix="gateway-browser-"))
    folder.chmod(0o711)  # so that root can hand the database to an account that is not root
    url = f"http://127.0.0.1:{_free_port()}"
    settings = {"GATEWAY_PORT": url.rpartition(":")[2], "GATEWAY_DATA": str(folder / "data")}
    log = folder / "log"
    with log.open("wb") as output:
        command = [sys.executable, "-m", "gateway", "serve"]
        process = subprocess.Popen(command, env={**os.environ, **settings}, stdout=output, stderr=output)
    try:
        _wait_for(url, process, log)
        yield url
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(timeout=30)
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
async def browser(gateway: str) -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        chromium = await playwright.chromium.launch(executable_path=str(CHROMIUM), args=FLAGS)
        yield chromium
        await chromium.close()


@pytest.fixture
async def visitor(browser: Browser, gateway: str) -> AsyncIterator[Visitor]:
    """Somebody with a fresh browser on a laptop. Fails the test if the page complained or called outside."""
    someone = await Visitor.arrive(browser, gateway, width=1366, height=768)
    yield someone
    await someone.leave()
    assert someone.complaints == []
    assert someone.outside == []


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _wait_for(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        if process.poll() is not None:
            break
        try:
            with urlopen(f"{url}/livez", timeout=1):
                return
        except (URLError, TimeoutError, ConnectionError):
            time.sleep(0.1)
    pytest.fail(f"the gateway did not start:\n{log.read_text()[-4000:]}")
