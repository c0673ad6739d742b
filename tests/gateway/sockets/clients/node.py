"""Drives a client that we did not write: one process of Node.js, told what to do line by line."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any, Final

HERE: Final = Path(__file__).parent
KINDS: Final = {"ws": "graphql-ws", "sse": "graphql-sse"}
"""What a client is called here -> the package it comes from."""

PATIENCE: Final = 30.0


class NodeClient:
    """`hear` gives what the client tells of one operation, or of its line, in order."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        assert process.stdin is not None
        assert process.stdout is not None
        self._said, self._told = process.stdin, process.stdout
        self._waiting: list[dict[str, Any]] = []

    def do(self, what: str, **more: Any) -> None:
        self._said.write(json.dumps({"do": what, **more}).encode() + b"\n")

    def subscribe(self, name: str, query: str, variables: Any = None, *, keep: Sequence[str] = ()) -> None:
        """`keep` leads to what its own retry shall go on after."""
        self.do("subscribe", name=name, query=query, variables=variables or {}, keep=list(keep) or None)

    async def hear(self, what: str, name: str | None = None) -> dict[str, Any]:
        """The next of this kind (of this operation); what else is told meanwhile is kept for later."""
        for told in self._waiting:
            if _is(told, what, name):
                self._waiting.remove(told)
                return told
        async with asyncio.timeout(PATIENCE):
            while True:
                line = await self._told.readline()
                assert line, f"The client has ended. Before {what} of {name} it told: {self._waiting}"
                told = json.loads(line)
                if _is(told, what, name):
                    return dict(told)
                self._waiting.append(told)

    async def data(self, name: str) -> Any:
        payload = (await self.hear("next", name))["payload"]
        assert "errors" not in payload, payload
        return payload["data"]

    def told(self, what: str) -> list[dict[str, Any]]:
        """What was told of this kind, and not heard yet."""
        return [each for each in self._waiting if each["is"] == what]


@contextlib.asynccontextmanager
async def client_of(kind: str, url: str, token: str, *protocol: str) -> AsyncIterator[NodeClient]:
    """A client of this kind with a token; with another `protocol` than its own, if one is named."""
    process = await asyncio.create_subprocess_exec(
        "node",
        str(HERE / "client.mjs"),
        *(kind, url, token, *protocol),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        yield NodeClient(process)
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()


def _is(told: dict[str, Any], what: str, name: str | None) -> bool:
    return told["is"] == what and told.get("name") == name
