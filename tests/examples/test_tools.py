"""The partner's tools of examples/ run as they stand, against the demo world on a port (D-30, PC-12, PC-13)."""

import asyncio
import csv
import os
import re
import shutil
import sys
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import pytest
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gateway.answers import GRAPHQL, refusal
from gateway.demo.people import person
from gateway.demo.provider_clients import DEFAULT_SCOPE
from tenancy.errors import Unavailable
from tests.gateway.listening import listening
from tests.house.source import ROOT
from tests.world import NOON, World

SECONDS = 100
PORTFOLIO = ["Tailspin Toys: 77.8 % deployed", "Contoso: 96.0 % deployed", "Wingtip Toys: 100.0 % deployed"]
PYTHON = [sys.executable, "-W", "error", str(ROOT / "examples" / "python" / "portfolio.py")]
TYPESCRIPT = ROOT / "examples" / "typescript"

needs_node = pytest.mark.skipif(
    not shutil.which("npm") or not (TYPESCRIPT / "node_modules" / ".installed").is_file(),
    reason="no Node.js, or its packages are not installed: `make test` does that where there is npm",
)


class Hasty:
    """Hangs up in the middle of each file, the first time that it is fetched; and has the API out of service for the
    first request, and for every fifth one after it."""

    def __init__(self, app: ASGIApp) -> None:
        self._app, self._seen = app, set[str]()
        self._asked = self.away = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope["path"]
        if path == "/graphql":
            self._asked += 1
            if self._asked % 5 == 1:
                self.away += 1
                return await refusal(Unavailable(), GRAPHQL)(scope, receive, send)
        if not path.startswith("/exports/") or path in self._seen:
            return await self._app(scope, receive, send)
        self._seen.add(path)

        async def half(message: Message) -> None:
            body = message.get("body", b"")
            await send({**message, "body": body[: len(body) // 2], "more_body": True} if body else message)
            if body:
                await asyncio.sleep(0.2)  # so that the half arrives before the end does
                raise ConnectionError

        return await self._app(scope, receive, half)


@dataclass(frozen=True)
class Told:
    """What a tool said, and how it ended."""

    code: int
    lines: list[str]
    trouble: str


@dataclass(frozen=True)
class Shop:
    """A gateway on a port, and the tools that call it."""

    world: World
    url: str
    hasty: Hasty

    def application(self, key: str) -> dict[str, str]:
        assert self.world.gateway.provider is not None
        who = person(key)
        id, secret = self.world.gateway.provider.credentials(who)
        token_url = f"{self.url}/demo-idp/{who.tid}/oauth2/v2.0/token"
        return {"TOKEN_URL": token_url, "CLIENT_ID": id, "CLIENT_SECRET": secret, "SCOPE": DEFAULT_SCOPE}

    async def run(self, command: Sequence[str], target: Path, **given: str) -> Told:
        return await _run([*command, str(target)], GATEWAY=self.url, **given)


async def _run(command: Sequence[str], **given: str) -> Told:
    process = await asyncio.create_subprocess_exec(
        *command,
        cwd=TYPESCRIPT,
        env={**os.environ, **given},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    async with asyncio.timeout(SECONDS):
        out, trouble = await process.communicate()
    assert process.returncode is not None
    return Told(process.returncode, out.decode().splitlines(), trouble.decode())


@pytest.fixture
async def shop(fresh_world: World) -> AsyncIterator[Shop]:
    fresh_world.stand_at(NOON)
    hasty = Hasty(fresh_world.app)
    async with listening(fresh_world, through=hasty) as server:
        yield Shop(fresh_world, server.url.removesuffix("/graphql"), hasty)


@pytest.fixture(scope="module")
async def built() -> list[str]:
    """The tool in TypeScript, its types generated and checked."""
    for step in (["npm", "run", "generate"], ["npx", "tsc"]):
        told = await _run(step)
        assert told.code == 0, (told.lines, told.trouble)
    return ["node", str(TYPESCRIPT / "dist" / "portfolio.js")]


async def _works(shop: Shop, command: Sequence[str], target: Path) -> None:
    unattended = _proved(await shop.run(command, target, **shop.application("reader")), target)
    by_job = _proved(await shop.run(command, target, TOKEN=shop.world.token("petra")), target)
    assert unattended == by_job
    assert shop.hasty.away > 1
    refused = await shop.run(command, target, **shop.application("robot"))
    assert (refused.code, refused.lines) == (1, [])
    assert "The gateway refuses: FORBIDDEN" in refused.trouble


def _proved(told: Told, target: Path) -> bytes:
    """The portfolio is listed, and the file is there, though the connection broke in the middle of it."""
    assert told.code == 0, told.trouble
    content = target.read_bytes()
    assert told.lines == [*PORTFOLIO, f"sha256 {sha256(content).hexdigest()}"]
    rows = list(csv.DictReader(content.decode().splitlines()))
    assert {row["customerName"] for row in rows} == {"Contoso", "Tailspin Toys", "Wingtip Toys"}
    broke = re.search(r"The connection broke after (\d+) bytes", told.trouble)
    assert broke is not None
    assert 0 < int(broke[1]) < len(content)
    return content


async def test_the_tool_in_python_lists_the_portfolio_and_fetches_it_whole(shop: Shop, tmp_path: Path) -> None:
    await _works(shop, PYTHON, tmp_path / "usage.csv")


@needs_node
async def test_the_tool_in_typescript_does_the_same(shop: Shop, built: list[str], tmp_path: Path) -> None:
    await _works(shop, built, tmp_path / "usage.csv")
