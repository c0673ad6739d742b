"""Clients in a process of their own, made to be killed; it imports little, so that it starts soon.

    python listeners.py URL TOKEN MANY < SUBSCRIBE

Opens so many sockets, sends the payload of `subscribe` on each, says `ready`, and reads until somebody ends it.
"""

import asyncio
import contextlib
import json
import sys
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Subprotocol

PROTOCOL = Subprotocol("graphql-transport-ws")


async def main(url: str, token: str, many: int, payload: Any) -> None:
    """One after the other, as a busy machine lets them in."""
    async with contextlib.AsyncExitStack() as stack, asyncio.TaskGroup() as group:
        for _ in range(many):
            line = connect(url, subprotocols=[PROTOCOL], compression=None, open_timeout=600)
            connection = await stack.enter_async_context(line)
            await _say(connection, type="connection_init", payload={"Authorization": f"Bearer {token}"})
            await connection.recv()
            await _say(connection, type="subscribe", id="1", payload=payload)
            group.create_task(_read(connection))
        sys.stdout.write("ready\n")
        sys.stdout.flush()


async def _say(connection: ClientConnection, **message: Any) -> None:
    await connection.send(json.dumps(message))


async def _read(connection: ClientConnection) -> None:
    async for _ in connection:
        pass


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], sys.argv[2], int(sys.argv[3]), json.load(sys.stdin)))
