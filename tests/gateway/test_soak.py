"""F-19 in small: whatever is asked, nothing of it stays. `make soak` does the same for half an hour."""

import asyncio
import gc
import tracemalloc
from pathlib import Path
from typing import Final

from tests.gateway.sockets.watching import CHANGES
from tests.ground import Address
from tests.resolvers.desk import case
from tests.world import World, opened

MIXED: Final = (
    ("rae", "{ viewer { name } }"),
    ("mo", "{ cases(view: ALL, first: 20) { nodes { title owner { displayName } } } }"),
    ("mo", "{ cases(first: 0) { totalCount } }"),
    ("cy", "{ nothing }"),
    ("cy", "{"),
    ("ann", 'mutation { createSubject(input: {idempotencyKey: "s", title: "T"}, plan: true) { planned } }'),
    (None, "{ viewer { name } }"),
)


async def once(world: World) -> None:
    """One of everything, and somebody who listens for a moment and leaves."""
    for viewer, query in MIXED:
        await world.ask(viewer, query)
    await world.heard("mo", CHANGES, {"id": case("K1")})


def left() -> tuple[int, int]:
    """Tasks and open files of this process."""
    return len(asyncio.all_tasks()), len(list(Path("/proc/self/fd").iterdir()))


async def test_f19_tasks_files_and_memory_are_flat(world_database: Address, tmp_path: Path) -> None:
    async with opened(world_database, tmp_path) as world:
        for _ in range(10):
            await once(world)
        tracemalloc.start()
        try:
            await once(world)
            gc.collect()
            before, memory = left(), tracemalloc.get_traced_memory()[0]
            for _ in range(30):
                await once(world)
            gc.collect()
            after, grown = left(), tracemalloc.get_traced_memory()[0] - memory
        finally:
            tracemalloc.stop()
    assert after == before
    assert grown < 30 * 10_000, "more than ten kilobytes stay of each round"
