"""An event stream from an application in this process, read until everything is told."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Mapping
from typing import Any


async def streamed(
    app: Any, body: bytes, headers: Mapping[str, str], all_is_told: Callable[[], bool]
) -> tuple[int, list[Any]]:
    """POST for an event stream, which the client leaves when all is told."""
    sent: asyncio.Queue[Any] = asyncio.Queue()
    left = asyncio.Event()
    coming = [{"type": "http.request", "body": body, "more_body": False}]

    async def receive() -> Any:
        if coming:
            return coming.pop()
        await left.wait()
        return {"type": "http.disconnect"}

    named = {"host": "127.0.0.1", "accept": "text/event-stream", "content-type": "application/json", **headers}
    raw = [(name.encode(), value.encode()) for name, value in named.items()]
    scope = {"type": "http", "method": "POST", "path": "/graphql", "raw_path": b"/graphql", "query_string": b""}
    more = {"headers": raw, "http_version": "1.1", "scheme": "http", "server": ("127.0.0.1", 8000), "asgi": {}}
    running = asyncio.create_task(app({**scope, **more, "client": ("127.0.0.1", 50000)}, receive, sent.put))
    start = await sent.get()
    frames = [frame async for frame in _until_told(sent, all_is_told)]
    left.set()
    await running
    if start["status"] != 200:
        return start["status"], [json.loads(b"".join(frames))]
    told = [frame.removeprefix(b"event: next\ndata: ") for frame in frames]
    return start["status"], [json.loads(frame) for frame in told if frame.startswith(b"{")]


async def _until_told(sent: "asyncio.Queue[Any]", all_is_told: Callable[[], bool]) -> AsyncIterator[bytes]:
    while True:
        nothing_left = all_is_told()
        try:
            part = await asyncio.wait_for(sent.get(), 0.05)
        except TimeoutError:
            if nothing_left:
                return
            continue
        yield part["body"]
        if not part.get("more_body", False):
            return
