"""The measurement: answers compared first, then round by round through all servers, so that a noisy minute hits all."""

import os
import statistics
import subprocess
import tempfile
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

from benchmarks import creating, load, processor, questions
from benchmarks.issuer import Issuer
from benchmarks.load import Load
from benchmarks.questions import PARTIAL, Request, difference, plain
from benchmarks.servers import Running
from benchmarks.world import POSTGRES_CORE, World

WIDTHS = {"customer_page": 4}
COMPARED = 12  # requests per question whose answers must be the same everywhere


@dataclass(frozen=True)
class Plan:
    """How much to measure; `warm` is a stretch of load before each measured one, `left_out` are (query, server)."""

    queries: Sequence[str]
    rounds: int
    seconds: int
    warm: int
    connections: int = load.CONNECTIONS
    left_out: Collection[tuple[str, str]] = ()

    def width(self, query: str) -> int:
        """How many connections ask at once; fewer where one answer is as long as many others."""
        return min(self.connections, WIDTHS.get(query, self.connections))


@dataclass(frozen=True)
class Stretch:
    """One stretch of load on one server; processor seconds per 1,000 requests."""

    load: Load
    server_cpu: float
    postgres_cpu: float
    foreign: float  # cores that others used meanwhile


@dataclass
class Figures:
    """All stretches of one query on one server; the medians are what counts."""

    stretches: list[Stretch] = field(default_factory=list)

    def median(self, name: str) -> float:
        return statistics.median(_figure(stretch, name) for stretch in self.stretches)


def _figure(stretch: Stretch, name: str) -> float:
    return float(getattr(stretch if hasattr(stretch, name) else stretch.load, name))


Table = dict[tuple[str, str], Figures]
"""(query, server) -> figures."""


Missing = dict[tuple[str, str], str]
"""(query, server) -> why there are no figures."""


class Different(Exception):
    """Two servers answer the same question differently, so their speed cannot be compared."""


@contextmanager
def aside() -> Iterator[None]:
    """Whatever sends load shares the core of PostgreSQL, so that the server has its own."""
    before = os.sched_getaffinity(0)
    if POSTGRES_CORE in before:
        os.sched_setaffinity(0, {POSTGRES_CORE})
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


def compare(servers: Sequence[Running], world: World, issuer: Issuer, queries: Sequence[str]) -> Missing:
    """Every server is held against the first one; those that answer otherwise, or not at all, and why."""
    missing: Missing = {}
    for query in queries:
        expected: list[object] = []
        for server in _able(servers, query):
            try:
                answers = list(_answers(query, server, world, issuer))
                _check(query, server, answers, expected or answers)
            except (Different, ValueError, OSError) as error:
                missing[query, server.server.name] = str(error)
            else:
                expected = expected or answers
    return missing


async def compare_effects(servers: Sequence[Running], world: World, issuer: Issuer) -> Missing:
    """Let every server open cases on the same entitlements; those whose rows are not those of the first one."""
    missing: Missing = {}
    for query in creating.QUERIES:
        expected: dict[int, Any] = {}
        for server in servers:
            try:
                for number, request in enumerate(islice(_requests(query, server, world, issuer), COMPARED)):
                    answer: Any = server.ask(request)
                    mine = await creating.effects(world, plain(answer["createCase"]["case"])["id"])
                    if found := difference(mine, expected.setdefault(number, mine), "effects"):
                        raise Different(found)
            except (Different, ValueError, TypeError, OSError) as error:
                missing[query, server.server.name] = str(error)
    return missing


def _answers(query: str, server: Running, world: World, issuer: Issuer) -> Iterator[object]:
    asked = list(_requests(query, server, world, issuer))
    for request in asked[:: max(1, len(asked) // COMPARED)][:COMPARED]:
        yield plain(server.ask(request))


def _check(query: str, server: Running, answers: Sequence[Any], expected: Sequence[Any]) -> None:
    """Raises Different."""
    for mine, theirs in zip(answers, expected, strict=True):
        partial = (query, server.server.dialect) in PARTIAL
        found = difference(mine, {name: theirs[name] for name in mine} if partial else theirs)
        if found:
            raise Different(found)


def measure(servers: Sequence[Running], world: World, issuer: Issuer, plan: Plan, table: Table) -> Missing:
    """Fills the table, round by round; those that failed under load, and why."""
    postgres = world.cluster.pid
    assert postgres is not None
    missing: Missing = {}
    with tempfile.TemporaryDirectory() as folder, aside():
        files = _written(Path(folder), servers, world, issuer, plan)
        if plan.rounds > 1:  # a single round warms each stretch just before it anyway
            for (query, server), file in files.items():
                _warm(server, file, plan, query, seed=99)
        for number in range(plan.rounds):
            for (query, server), file in files.items():
                key = query, server.server.name
                if key in missing:
                    continue
                try:
                    _warm(server, file, plan, query, seed=number)
                    stretch = _patiently(server, file, plan, query, number + 100, postgres)
                except (load.Failed, OSError, subprocess.SubprocessError) as error:
                    missing[key] = f"failed under load: {error}"
                    continue
                table.setdefault(key, Figures()).stretches.append(stretch)
                print(_line(number, query, server, stretch), flush=True)  # noqa: T201  for people
    return missing


def _warm(server: Running, file: Path, plan: Plan, query: str, seed: int) -> None:
    """Load that nobody counts: connections are made, plans and code get warm, and a slow server may yet fail."""
    with suppress(load.Failed):
        load.post(server.port, file, max(1, plan.warm), seed, plan.width(query))


def _written(
    folder: Path, servers: Sequence[Running], world: World, issuer: Issuer, plan: Plan
) -> Mapping[tuple[str, Running], Path]:
    files = {}
    for query in plan.queries:
        for server in _able(servers, query):
            if (query, server.server.name) in plan.left_out:
                continue
            file = folder / f"{query}.{server.server.name}"
            file.write_text("".join(f"{request.line}\n" for request in _requests(query, server, world, issuer)))
            files[query, server] = file
    return files


def _able(servers: Sequence[Running], query: str) -> list[Running]:
    """The servers that have words for this question."""
    known = creating.DOCUMENTS if query in creating.QUERIES else questions.DOCUMENTS
    return [server for server in servers if query in known.get(server.server.dialect, ())]


def _requests(query: str, server: Running, world: World, issuer: Issuer) -> Iterator[Request]:
    def authorise(noun: str, number: int) -> str:
        return issuer.token(noun, number, world.tenants)

    asking = creating.requests if query in creating.QUERIES else questions.requests
    return asking(query, server.server.dialect, world.tenants, authorise)


def _patiently(server: Running, file: Path, plan: Plan, query: str, seed: int, postgres: int) -> Stretch:
    """A stretch; a longer one when a busy machine let the slowest server answer nothing. Raises Failed."""
    for patience in (1, 3):
        with suppress(load.Failed):
            return _stretch(server, file, patience * plan.seconds, plan.width(query), seed, postgres)
    return _stretch(server, file, 5 * plan.seconds, plan.width(query), seed, postgres)


def _stretch(server: Running, file: Path, seconds: int, connections: int, seed: int, postgres: int) -> Stretch:
    before = processor.seconds(server.pid), processor.family_seconds(postgres), processor.busy_seconds()
    own = sum(os.times()[:4])
    done = load.post(server.port, file, seconds, seed, connections)
    after = processor.seconds(server.pid), processor.family_seconds(postgres), processor.busy_seconds()
    mine, theirs, busy = (late - early for early, late in zip(before, after, strict=True))
    foreign = (busy - mine - theirs - (sum(os.times()[:4]) - own)) / done.seconds
    return Stretch(done, mine / done.requests * 1000, theirs / done.requests * 1000, foreign)


def _line(number: int, query: str, server: Running, stretch: Stretch) -> str:
    done = stretch.load
    return (
        f"round {number + 1}  {query:18}{server.server.name:24}{done.rps:8.0f}/s  p50 {done.p50_ms:7.2f} ms"
        f"  p99 {done.p99_ms:7.2f} ms  cpu {stretch.server_cpu:7.3f}  postgres {stretch.postgres_cpu:6.3f}"
        f"  others {stretch.foreign:.2f}"
    )
