"""The receivers of examples/ take genuine messages of the gateway once, and no others (docs/webhooks.md)."""

import asyncio
import contextlib
import json
import os
import shutil
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import httpx2
import pytest

from tenancy.embedded import Cluster
from tests.examples.test_tools import TYPESCRIPT, needs_node
from tests.gateway.webhooks.hooks import INSIGHTS, calling, happens, hooked, seen, send
from tests.gateway.webhooks.receiver import Receiver
from tests.ground import copy
from tests.house.source import ROOT
from tests.live import free_port
from tests.world import World

REDELIVER = "mutation ($input: RedeliverInput!) { redeliver(input: $input) { deliveries { state } } }"
TOLD = '1 customer.loaded {"customerInsights":{"customer":{"name":"Contoso"}}}'
SECONDS = 100


@pytest.fixture
async def world(cluster: Cluster, world_template: str, worker_id: str, tmp_path: Path) -> AsyncIterator[World]:
    async with copy(cluster, world_template, f"receivers_{worker_id}") as address, calling(address, tmp_path) as found:
        yield found


async def test_in_python(world: World) -> None:
    await _receives(world, [sys.executable, "-W", "error", str(ROOT / "examples" / "python" / "webhook.py")])


@needs_node
async def test_in_typescript(world: World, tmp_path: Path) -> None:
    built = tmp_path / "built"
    source = TYPESCRIPT / "src"
    options = {"rootDir": str(source), "outDir": str(built), "typeRoots": [str(TYPESCRIPT / "node_modules" / "@types")]}
    project = {"extends": str(TYPESCRIPT / "tsconfig.json"), "compilerOptions": options}
    (tmp_path / "tsconfig.json").write_text(json.dumps({**project, "include": [str(source / "webhook.ts")]}))
    compiler = TYPESCRIPT / "node_modules" / ".bin" / "tsc"
    process = await asyncio.create_subprocess_exec(str(compiler), "--project", str(tmp_path), stdout=PIPE)
    told, _ = await asyncio.wait_for(process.communicate(), SECONDS)
    assert process.returncode == 0, told.decode()
    (built / "package.json").write_text('{"type": "module"}')
    node = shutil.which("node")
    assert node
    await _receives(world, [node, str(built / "webhook.js")])


async def _receives(world: World, command: Sequence[str]) -> None:
    receiver = Receiver(port=free_port())
    hook = await hooked(world, receiver, document=INSIGHTS)
    async with _running([*command, str(receiver.port)], hook.secret) as process:
        await _listens(receiver.url)
        async with httpx2.AsyncClient() as client:
            for headers in ({}, {"webhook-id": "1", "webhook-timestamp": "1", "webhook-signature": "v1,AAAA"}):
                assert (await client.post(receiver.url, content=b"{}", headers=headers)).status_code == 401
        await happens(world, "contoso")
        await send(world)
        (delivery,) = (await seen(world, hook))[1]
        assert (delivery["state"], delivery["status"]) == ("DELIVERED", 204)
        await world.data("reader", REDELIVER, {"input": {"ids": [delivery["id"]]}})
        await happens(world, "tailspin")
        await send(world)
        assert process.stdout is not None
        lines = [(await asyncio.wait_for(process.stdout.readline(), SECONDS)).decode().strip() for _ in range(2)]
    assert lines[0].replace(": ", ":") == TOLD
    assert lines[1].startswith("2 customer.loaded"), "the first one came twice, and was dropped"


@contextlib.asynccontextmanager
async def _running(command: Sequence[str], secret: str) -> AsyncIterator[Process]:
    process = await asyncio.create_subprocess_exec(*command, stdout=PIPE, env={**os.environ, "SECRET": secret})
    try:
        yield process
    finally:
        process.kill()
        await process.wait()


async def _listens(url: str) -> None:
    async with asyncio.timeout(SECONDS), httpx2.AsyncClient() as client:
        while True:
            with contextlib.suppress(httpx2.TransportError):
                await client.get(url)
                return
            await asyncio.sleep(0.1)
