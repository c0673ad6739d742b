"""GraphQL over HTTP to the letter: every audit of the npm package graphql-http (H-01, R10)."""

import asyncio
import json
import shutil
from pathlib import Path

import pytest

from tests.gateway.listening import listening
from tests.world import World

HERE = Path(__file__).parent
READY = HERE / "node_modules" / "graphql-http"

needs_node = pytest.mark.skipif(
    not shutil.which("node") or not READY.is_dir(),
    reason="no Node.js, or its packages are not installed: `make test` does that where there is npm",
)


@needs_node
async def test_every_audit_of_graphql_http_is_passed(world: World) -> None:
    """H-01: 61 of 61, those that only MAY be so too"""
    async with listening(world) as server:
        process = await asyncio.create_subprocess_exec(
            "node", str(HERE / "audit.mjs"), server.url, world.token("maya"), stdout=asyncio.subprocess.PIPE
        )
        told, _ = await asyncio.wait_for(process.communicate(), 100)
    audits = json.loads(told)
    assert [audit for audit in audits if audit["status"] != "ok"] == []
    assert len(audits) == 61
