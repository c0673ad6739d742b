"""The measurement: answers compared first, then round by round through all servers, so that a noisy minute hits all."""

import os
import statistics
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks import load, processor
from benchmarks.issuer import Issuer
from benchmarks.load import Load
from benchmarks.questions import DOCUMENTS, Request, plain, requests
from benchmarks.servers import Running
from benchmarks.world import POSTGRES_CORE, World

COMPARED = 12  # requests per question whose answers must be the same everywhere


@dataclass(frozen=True)
class Plan:
    """How much to measure; `warm` is a stretch of load before each measured one."""

    queries: Sequence[str]
    rounds: int
    seconds: int
    warm: int


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


def compare(servers: Sequence[Running], world: World, issuer: Issuer, queries: Sequence[str]) -> None:
    """Raises Different unless every server gives the answers of the first one."""
    for query in queries:
        expected: list[object] = []
        for server in _able(servers, query):
            asked = list(_requests(query, server, world, issuer))
            answers = [plain(server.ask(request)) for request in asked[:: max(1, len(asked) // COMPARED)][:COMPARED]]
            expected = expected or answers
            for mine, theirs in zip(answers, expected, strict=True):
                if mine != theirs:
                    raise Different(f"{query}: {server.server.name} says {mine}, {servers[0].server.name} {theirs}")


def measure(servers: Sequence[Running], world: World, issuer: Issuer, plan: Plan, table: Table) -> None:
    """Fills the table, round by round."""
    postgres = world.cluster.pid
    assert postgres is not None
    with tempfile.TemporaryDirectory() as folder, aside():
        files = _written(Path(folder), servers, world, issuer, plan.queries)
        for query, server in files:
            _warm(server, files[query, server], plan.warm, seed=99)
        for number in range(plan.rounds):
            for query, server in files:
                _warm(server, files[query, server], plan.warm, seed=number)
                stretch = _patiently(server, files[query, server], plan.seconds, number + 100, postgres)
                table.setdefault((query, server.server.name), Figures()).stretches.append(stretch)
                print(_line(number, query, server, stretch), flush=True)  # noqa: T201  for people


def _warm(server: Running, file: Path, seconds: int, seed: int) -> None:
    """Load that nobody counts: connections are made, plans and code get warm, and a slow server may yet fail."""
    with suppress(load.Failed):
        load.post(server.port, file, max(1, seconds), seed)


def _written(
    folder: Path, servers: Sequence[Running], world: World, issuer: Issuer, queries: Sequence[str]
) -> Mapping[tuple[str, Running], Path]:
    files = {}
    for query in queries:
        for server in _able(servers, query):
            file = folder / f"{query}.{server.server.name}"
            file.write_text("".join(f"{request.line}\n" for request in _requests(query, server, world, issuer)))
            files[query, server] = file
    return files


def _able(servers: Sequence[Running], query: str) -> list[Running]:
    """The servers that have words for this question."""
    return [server for server in servers if query in DOCUMENTS[server.server.dialect]]


def _requests(query: str, server: Running, world: World, issuer: Issuer) -> Iterator[Request]:
    def authorise(noun: str, number: int) -> str:
        return issuer.token(noun, number, world.tenants)

    return requests(query, server.server.dialect, world.tenants, authorise)


def _patiently(server: Running, file: Path, seconds: int, seed: int, postgres: int) -> Stretch:
    """A stretch; a longer one when a busy machine let the slowest server answer nothing. Raises Failed."""
    for patience in (1, 3):
        with suppress(load.Failed):
            return _stretch(server, file, patience * seconds, seed, postgres)
    return _stretch(server, file, 5 * seconds, seed, postgres)


def _stretch(server: Running, file: Path, seconds: int, seed: int, postgres: int) -> Stretch:
    before = processor.seconds(server.pid), processor.family_seconds(postgres), processor.busy_seconds()
    own = sum(os.times()[:4])
    done = load.post(server.port, file, seconds, seed)
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
