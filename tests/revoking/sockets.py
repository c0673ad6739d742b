"""How soon who listens is told that the right has gone: the subscription ends, or the whole socket (W-11, T-16)."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Sequence
from typing import Final

from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

from tests.crash.grounds import Server
from tests.gateway.sockets.watching import CHANGES
from tests.live import PROTOCOL, Client
from tests.resolvers.desk import case
from tests.revoking.forms import FORMS, K20, Ask, Form

LISTENED: Final = tuple(form for form in FORMS if form.name != "application grant")
"""Applications listen to nothing (D-30)."""

SETTLING: Final = 0.3
"""Seconds in which a subscription has looked at its case for the first time."""


async def told(form: Form, servers: Sequence[Server], asks: Sequence[Ask], rounds: int) -> list[float]:
    """Milliseconds from the answer to who takes the right away, at one server, to the last frame at the other one."""
    took = []
    for number in range(rounds):
        here, there = number % 2, (number + 1) % 2
        key = f"{form.name}-listened-{number}"
        id = await form.give(asks[here], key)
        async with _listening(form, servers[there]) as client:
            await asyncio.sleep(SETTLING)
            ending = asyncio.create_task(_ended(client))
            await form.take(asks[here], key, id)
            begun = time.perf_counter()
            took.append(max(0.0, (await ending - begun) * 1000))
    return took


@contextlib.asynccontextmanager
async def _listening(form: Form, server: Server) -> AsyncIterator[Client]:
    """The viewer's socket: with a subscription where the form opens a case, idle where it opens a workspace."""
    url = server.url.replace("http", "ws") + "/graphql"
    async with connect(url, subprotocols=[PROTOCOL], compression=None, close_timeout=1) as connection:
        place = {"X-Tenant": form.tenant} if form.tenant else {}
        client = await Client(connection).init(server.token(form.viewer), **place)
        if form.sight == K20:
            await client.subscribe("1", CHANGES, {"id": case("K20")})
        yield client


async def _ended(client: Client) -> float:
    """When the end came: of a delegation both do, the subscription's first or the socket's."""
    with contextlib.suppress(ConnectionClosed):
        message = await client.hear(60)
        assert message["type"] == "error", message
        assert message["payload"][0]["extensions"]["code"] in {"FORBIDDEN", "ACCOUNT_TYPE_NOT_ALLOWED"}, message
    return time.perf_counter()
