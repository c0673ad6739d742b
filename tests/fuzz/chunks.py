"""One part of a long run: so many requests in a process, and on a database, of their own."""

import asyncio
import tempfile
from pathlib import Path
from random import Random
from typing import Final

from gateway.demo.people import people
from tenancy.embedded import Cluster
from tests.fuzz.asking import Tally, fuzz
from tests.fuzz.drafts import Drafter
from tests.fuzz.wire import over_the_wire
from tests.ground import Address, copy
from tests.live import listening
from tests.world import opened

WORLD: Final = "template_fuzz"
ON_SOCKETS: Final = 20
"""One of so many requests goes over a real connection."""
AT_ONCE: Final = 25
"""So many connections are open at a time: the server waits a second for what never comes to its end."""


def chunk(folder: Path, size: int, seed: int) -> Tally:
    """A part of the requests, in a process and on a database of its own."""
    return asyncio.run(_chunk(folder, size, seed))


async def _chunk(folder: Path, size: int, seed: int) -> Tally:
    cluster = Cluster.start(folder, attach=True)
    with tempfile.TemporaryDirectory(prefix="gateway-fuzz-") as place:
        async with copy(cluster, WORLD, f"fuzz_{seed}") as address:
            async with opened(address, Path(place) / "asgi") as world:
                tally = await fuzz(world, size - size // ON_SOCKETS, seed)
            tally.add(await _sockets(address, Path(place) / "wire", size // ON_SOCKETS, seed))
    return tally


async def _sockets(address: Address, place: Path, size: int, seed: int) -> Tally:
    tally = Tally()
    async with listening(address, place, head_seconds=1, body_seconds=1, sockets_principal=1_000) as live:
        drafter = Drafter(Random(seed), [live.token(each.key) for each in people()])
        for start in range(0, size, AT_ONCE):
            group = (over_the_wire(live, drafter) for _ in range(min(AT_ONCE, size - start)))
            for status, wrong in await asyncio.gather(*group):
                tally.statuses[status] += 1
                tally.wrong += wrong
    return tally
