"""`make fuzz`: the worst document of 32 KB by CPU, and 200,000 random requests, in several processes (R8, G group)."""

import argparse
import asyncio
import multiprocessing
import sys
from collections.abc import Iterator
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from contextlib import contextmanager
from typing import Final

from rich.progress import Progress

from gateway.demo.world import load
from tenancy.embedded import Cluster
from tests.fuzz import search
from tests.fuzz.asking import Tally
from tests.fuzz.chunks import WORLD, chunk
from tests.fuzz.twisting import LONGEST
from tests.ground import Address, TestCluster, migrate, template
from tests.world import TODAY

CHUNK: Final = 1_000


def main() -> int:
    """The command; 1 when something is wrong."""
    parser = argparse.ArgumentParser(prog="make fuzz", description=__doc__)
    parser.add_argument("--requests", type=int, default=200_000)
    parser.add_argument("--minutes", type=float, default=5, help="for the search of documents")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--processes", type=int, default=2)
    asked = parser.parse_args()
    with ProcessPoolExecutor(asked.processes, multiprocessing.get_context("spawn")) as workers:
        slow = _documents(workers, asked) if asked.minutes else 0
        wrong = _requests(workers, asked) if asked.requests else 0
    return min(1, slow + wrong)


def _documents(workers: ProcessPoolExecutor, asked: argparse.Namespace) -> int:
    """Search, tell, keep the worst; how many are dearer than the goal."""
    seconds = asked.minutes * 60
    hills = [workers.submit(search.climb, asked.seed + each, seconds, 10**9) for each in range(asked.processes)]
    found = search.looked_at_again([each for hill in hills for each in hill.result()])
    _say(f"the worst documents of {LONGEST // 1024} KB, in CPU of a quiet machine")
    for each in found:
        _say(f"  {each}")
    dear = [each for each in found if each.seconds > search.GOAL]
    for each in (dear or found)[:3]:
        _say(f"  kept: {search.save(each).name}")
    _say(f"  goal: {search.GOAL * 1000:.0f} ms; {len(dear)} above it")
    return len(dear)


def _requests(workers: ProcessPoolExecutor, asked: argparse.Namespace) -> int:
    """Ask, tell; how many answers were wrong."""
    tally = Tally()
    sizes = [CHUNK] * (asked.requests // CHUNK) + ([rest] if (rest := asked.requests % CHUNK) else [])
    with _ground() as ground, Progress() as bar:
        asyncio.run(_template(ground.cluster))
        task = bar.add_task("requests", total=asked.requests)
        parts: dict[Future[Tally], int] = {
            workers.submit(chunk, ground.folder, size, asked.seed * 1_000_000 + number): size
            for number, size in enumerate(sizes)
        }
        for part in as_completed(parts):
            tally.add(part.result())
            bar.advance(task, parts[part])
    _say(f"{tally.asked} requests, {len(tally.wrong)} wrong answers")
    _say(f"  statuses: {dict(sorted(tally.statuses.items()))}")
    _say(f"  codes: {dict(tally.codes.most_common())}")
    for each in tally.wrong[:20]:
        _say(f"  {each}")
    return len(tally.wrong)


async def _template(cluster: Cluster) -> None:
    async def build(address: Address) -> None:
        await migrate(address)
        await load(address.system, TODAY)

    await template(cluster, WORLD, build)


@contextmanager
def _ground() -> Iterator[TestCluster]:
    ground = TestCluster.start()
    try:
        yield ground
    finally:
        ground.stop()


def _say(line: str) -> None:
    print(line, flush=True)  # noqa: T201  for people


if __name__ == "__main__":
    sys.exit(main())
