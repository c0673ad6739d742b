"""`make isolation`: random questions to twin worlds, and whether planted faults are seen. See docs/isolation.md."""

import argparse
import asyncio
import multiprocessing
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TypeVar

from tests.ground import TestCluster
from tests.twins import rooms
from tests.twins.catching import Caught, catch, faults
from tests.twins.planting import Fault
from tests.twins.rooms import Templates
from tests.twins.running import PEOPLE, Difference, Tally, rounds

R = TypeVar("R")
SIZE = 250
"""Questions to one pair of twins; then another world is dealt for the next person."""
LONGEST = 140
"""Of an operation's text, as much is printed."""


class Run:
    """Everything that one call of the command does. `workers` ask at once; none begins anything `until` that moment."""

    def __init__(self, templates: Templates, workers: Executor, at_once: int, until: float) -> None:
        self.templates, self.workers, self.until = templates, workers, until
        self._free = asyncio.Semaphore(at_once)
        self._begun = time.monotonic()

    async def ask(self, people: tuple[str, ...], operations: int, seed: int) -> Tally:
        """The questions, person after person, each in a world of its own."""
        tally = Tally()

        async def one(number: int, person: str, turns: int) -> None:
            async with self._free:
                if time.monotonic() > self.until:
                    return
                found = await self._in(partial(rooms.ask, self.templates, person, seed + number, turns, self.until))
            tally.add(found)
            self.say(
                f"{tally.asked:6} operations; {person}, seed {seed + number}: {len(found.differences)} differences"
            )
            for each in found.differences[:2]:
                self.say(_difference(each))

        await asyncio.gather(*(one(*each) for each in rounds(people, operations, SIZE)))
        return tally

    async def look(self, found: tuple[Fault, ...]) -> list[Caught]:
        """Each planted fault, until it is seen."""
        seen: list[Caught] = []

        async def look(person: str, group: list[Fault]) -> list[Caught]:
            async with self._free:
                if time.monotonic() > self.until:
                    return [Caught(each.name) for each in group]
                return await self._in(partial(rooms.look, self.templates, person, tuple(each.name for each in group)))

        async for caught in catch(found, look):
            seen.append(caught)
            self.say(f"{len(seen):3} of {len(found)} planted faults; {_fate(caught)}")
        return seen

    def say(self, line: str) -> None:
        """Tell how far it is."""
        sys.stdout.write(f"{time.monotonic() - self._begun:6.0f} s {line}\n")
        sys.stdout.flush()

    async def _in(self, work: Callable[[], R]) -> R:
        return await asyncio.get_running_loop().run_in_executor(self.workers, work)


def told(tally: Tally, seed: int, seconds: float) -> Iterator[str]:
    """What the questions showed, as a table, and whatever was wrong."""
    there, said, met, answered = tally.coverage()
    yield f"seed {seed}, {seconds:.0f} s"
    yield from _table(
        ("operations in each twin", f"{tally.asked}"),
        ("(field, argument) pairs", f"{said} of {there} said ({said / there:.1%}), {met} met by a resolver"),
        ("", f"{answered} of them in a field that was answered with more than a refusal"),
        ("answers", ", ".join(f"{code} {number}" for code, number in tally.codes.most_common())),
        ("differences", f"{len(tally.differences)}"),
        ("surprises", f"{len(tally.surprises)}"),
    )
    if not tally.differences and tally.asked:
        yield f"with 95 % confidence fewer than {3 / tally.asked:.2%} of such operations tell the twins apart"
    yield from map(_difference, tally.differences[:5])
    yield from (f"surprise: {each}" for each in tally.surprises[:5])


def _table(*rows: tuple[str, ...]) -> Iterator[str]:
    """Rows of texts, each column as wide as its widest."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    yield from ("  ".join(text.ljust(width) for text, width in zip(row, widths, strict=True)).rstrip() for row in rows)


def _difference(one: Difference) -> str:
    at = next((place for place, pair in enumerate(zip(one.first, one.other, strict=False)) if len(set(pair)) > 1), 0)
    parts = (text[max(0, at - 120) : at + 240] for text in (one.first, one.other))
    return (
        f"{one.person}, seed {one.seed}, turn {one.turn}: {one.what}\n{one.document}\n{one.variables}\n{one.headers}\n"
        + "\n".join(parts)
    )


def listed(seen: list[Caught]) -> Iterator[str]:
    """What became of the planted faults, as a table: those that were caught, and by which operation."""
    caught = [each for each in seen if each.person]
    yield f"planted faults: {len(seen)}, caught {len(caught)}"
    head = ("caught fault", "by", "after", "in", "led to", "operation")
    rows = (
        (each.name, str(each.person), str(each.asked), each.what, each.aim, _short(each.document)) for each in caught
    )
    yield from _table(head, *rows)
    yield from (f"NOT CAUGHT: {each.name}, in {each.asked} operations" for each in seen if not each.person)


def _short(document: str) -> str:
    text = " ".join(document.split())
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 3]}..."


def _fate(each: Caught) -> str:
    how = f"{each.person}, {each.asked} operations, {each.what}, {each.aim}"
    return f"{each.name}: {how if each.person else f'NOT CAUGHT in {each.asked}'}"


@contextmanager
def _ground() -> Iterator[tuple[TestCluster, Path]]:
    ground, folder = TestCluster.start(), Path(tempfile.mkdtemp(prefix="gateway-twins-"))
    try:
        yield ground, folder
    finally:
        ground.stop()
        shutil.rmtree(folder, ignore_errors=True)


async def run(asked: argparse.Namespace) -> int:
    """Everything; the number of things that went wrong."""
    with (
        _ground() as (ground, folder),
        ProcessPoolExecutor(asked.workers, multiprocessing.get_context("spawn")) as workers,
    ):
        until = time.monotonic() + asked.minutes * 60
        work = Run(await Templates.made(ground, folder), workers, asked.workers, until)
        begun = time.monotonic()
        tally = await work.ask(tuple(asked.people or PEOPLE), asked.operations, asked.seed)
        seconds = time.monotonic() - begun
        seen = await work.look(
            tuple(each for each in faults() if asked.faults in each.name and not asked.without_faults)
        )
    for line in (*told(tally, asked.seed, seconds), *(listed(seen) if seen else ())):
        work.say(line)
    return len(tally.differences) + len(tally.surprises) + sum(each.person is None for each in seen)


def main() -> int:
    """The command."""
    parser = argparse.ArgumentParser(prog="make isolation", description=__doc__)
    parser.add_argument("--operations", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--workers", type=int, default=2, help="processes that ask at once")
    parser.add_argument("--minutes", type=float, default=600, help="nothing is asked after that")
    parser.add_argument("--people", nargs="*", help="who asks, to see one round again")
    parser.add_argument("--faults", default="", help="only planted faults with this in their name")
    parser.add_argument("--without-faults", action="store_true", help="leave the planted faults out")
    return min(1, asyncio.run(run(parser.parse_args())))


if __name__ == "__main__":
    sys.exit(main())
