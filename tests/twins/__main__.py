"""`make isolation`: random questions to twin worlds, and whether planted faults are seen. See docs/isolation.md."""

import argparse
import asyncio
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import AbstractAsyncContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from gateway.demo.world import load
from tests.ground import Address, TestCluster, migrate, remove_policies
from tests.ground import template as made_once
from tests.twins.catching import SEED, Caught, catch, faults
from tests.twins.planting import Fault
from tests.twins.running import PEOPLE, Difference, Round, Tally, rounds
from tests.twins.twins import Twins, born
from tests.world import TODAY

SIZE = 200
"""Questions to one pair of twins; then another world is dealt for the next person."""


@dataclass(frozen=True)
class Templates:
    """What twins are copied from: the demo world, and the same without row-level security."""

    ground: TestCluster
    folder: Path
    whole: str
    bare: str

    @classmethod
    async def made(cls, ground: TestCluster, folder: Path) -> "Templates":
        async def world(address: Address) -> None:
            await migrate(address)
            await load(address.system, TODAY)

        whole = await made_once(ground.cluster, "template_twins", world)
        return cls(ground, folder, whole, await made_once(ground.cluster, "template_bare", remove_policies, whole))

    def twins(self, person: str, seed: int, fault: Fault | None = None) -> AbstractAsyncContextManager[Twins]:
        """Twins for one person."""
        template = self.bare if fault and not fault.policies else self.whole
        return born(self.ground.cluster, template, self.folder, person, seed, fault.prepare if fault else None)


async def ask(templates: Templates, operations: int, seed: int, progress: Progress) -> Tally:
    """The questions, person after person, each in a world of its own."""
    tally = Tally()
    bar = progress.add_task("questions", total=operations)
    async for number, person, turns in rounds(PEOPLE, operations, SIZE):
        async with templates.twins(person, seed + number) as twins:
            await Round(twins, seed + number, tally).ask(turns, lambda: progress.advance(bar))
    return tally


async def look(templates: Templates, found: tuple[Fault, ...], progress: Progress) -> list[Caught]:
    """Each planted fault, until it is seen."""
    bar = progress.add_task("planted faults", total=len(found))
    seen = []
    async for caught in catch(found, lambda person, fault: templates.twins(person, SEED, fault)):
        seen.append(caught)
        progress.advance(bar)
    return seen


def told(tally: Tally, seed: int, seconds: float) -> Iterator[str]:
    """What the questions showed."""
    there, said, met = tally.coverage()
    yield f"seed {seed}: {tally.asked} operations in each twin, {seconds:.0f} s"
    yield f"(field, argument) pairs: {there}; said {said / there:.1%}, met by a resolver {met / there:.1%}"
    yield "answers: " + ", ".join(f"{code} {number}" for code, number in tally.codes.most_common())
    yield f"surprises: {len(tally.surprises)}; differences: {len(tally.differences)}"
    if not tally.differences and tally.asked:
        yield f"with 95 % confidence fewer than {3 / tally.asked:.2%} of such operations tell the twins apart"
    yield from map(_difference, tally.differences[:5])
    yield from (f"surprise: {each}" for each in tally.surprises[:5])


def _difference(one: Difference) -> str:
    at = next((place for place, pair in enumerate(zip(one.first, one.other, strict=False)) if len(set(pair)) > 1), 0)
    parts = (text[max(0, at - 120) : at + 240] for text in (one.first, one.other))
    return f"{one.person}, seed {one.seed}, turn {one.turn}: {one.what}\n{one.document}\n{one.variables}\n" + "\n".join(
        parts
    )


def listed(seen: list[Caught]) -> Iterator[str]:
    """What became of the planted faults."""
    caught = [each for each in seen if each.person]
    yield f"planted faults: {len(seen)}, seen {len(caught)}"
    for each in seen:
        how = f"{each.person}, {each.asked} operations, {each.what}" if each.person else "NOT SEEN"
        yield f"  {each.fault.name}: {how}"


@contextmanager
def _ground() -> Iterator[tuple[TestCluster, Path]]:
    ground, folder = TestCluster.start(), Path(tempfile.mkdtemp(prefix="gateway-twins-"))
    try:
        yield ground, folder
    finally:
        ground.stop()
        shutil.rmtree(folder, ignore_errors=True)


async def run(operations: int, seed: int, planted: bool) -> int:
    """Everything; the number of things that went wrong."""
    console = Console()
    columns = (TextColumn("{task.description:15}"), BarColumn(), MofNCompleteColumn())
    bars = Progress(*columns, TimeElapsedColumn(), TimeRemainingColumn(), console=console)
    with _ground() as (ground, folder), bars as progress:
        templates = await Templates.made(ground, folder)
        begun = time.perf_counter()
        tally = await ask(templates, operations, seed, progress)
        seconds = time.perf_counter() - begun
        seen = await look(templates, faults() if planted else (), progress)
    for line in (*told(tally, seed, seconds), *(listed(seen) if seen else ())):
        console.print(line, markup=False, highlight=False, soft_wrap=True)
    return len(tally.differences) + len(tally.surprises) + sum(each.person is None for each in seen)


def main() -> int:
    """The command."""
    parser = argparse.ArgumentParser(prog="make isolation", description=__doc__)
    parser.add_argument("--operations", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--without-faults", action="store_true", help="leave the planted faults out")
    asked = parser.parse_args()
    return min(1, asyncio.run(run(asked.operations, asked.seed, not asked.without_faults)))


if __name__ == "__main__":
    sys.exit(main())
