"""A chaos run: good traffic all the time, attacks one after the other, then a fault a minute, a stop under load, and
the books at the end."""

import asyncio
import re
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final
from urllib.request import urlopen

from gateway.demo.people import people
from gateway.settings import Settings
from tests.chaos.attacks import ATTACKS, Target, under
from tests.chaos.faults import FAULTS, Ground
from tests.chaos.traffic import Sample, Traffic, percentile
from tests.crash.books import Books, audited, prepared
from tests.crash.grounds import DATABASE, Server, based, looking
from tests.gateway.proxy import through
from tests.gateway.test_process import free_port, free_ports
from tests.ground import Address
from tests.world import UNHURRIED

WORKERS: Final = 2
TERMS: Final = 1_000_000
MEGABYTE: Final = 1024 * 1024

_LATE: Final = re.compile(r'^gateway_loop_late_seconds_bucket\{le="([^"]+)"\} (\S+)$', re.MULTILINE)

Say = Callable[[str], None]


@dataclass(frozen=True)
class Window:
    """A stretch of the run, in seconds since its begin, and what was answered to what was due in it."""

    name: str
    start: float
    end: float
    samples: list[Sample]
    most: float = 0.0

    @property
    def p99(self) -> float:
        return percentile(self.samples, 99)

    @property
    def available(self) -> float:
        """The share of requests that were answered as a healthy server does."""
        return sum(each.good for each in self.samples) / max(1, len(self.samples))

    @property
    def silent(self) -> int:
        """Requests that nobody answered at all."""
        return sum(not each.status for each in self.samples)


@dataclass
class Run:
    """What was measured."""

    quiet: list[Window] = field(default_factory=list)
    attacks: list[Window] = field(default_factory=list)
    faults: list[Window] = field(default_factory=list)
    back: dict[str, float] = field(default_factory=dict)
    """Seconds from the end of a fault to the last answer that was not good."""
    held: int = 0
    """Requests that were not answered well while a fault itself lasted."""
    restarted: list[float] = field(default_factory=list)
    """Seconds from a start after kill -9 of everything to the first good answer."""
    replaced: list[float] = field(default_factory=list)
    """Seconds from the kill -9 of one worker until as many serve again."""
    absent: list[tuple[float, float]] = field(default_factory=list)
    """From when to when there was no database, in seconds since the begin of the run."""
    late: dict[float, int] = field(default_factory=dict)
    """Under attack, how often the server's event loop came late by so many seconds at most."""
    terms: int = TERMS
    grown: float = 0.0
    """Megabytes of memory under attack."""
    stopped: tuple[float, int | None] = (0.0, None)
    books: Books | None = None
    samples: list[Sample] = field(default_factory=list)


@dataclass
class Field:
    """The server, what it stands on, and who asks it."""

    ground: Ground
    traffic: Traffic
    tokens: Mapping[str, str]
    say: Say

    async def window(self, name: str, seconds: float, most: float = 0.0) -> Window:
        """So many seconds of good traffic."""
        start = self.now
        await asyncio.sleep(seconds)
        return self.told(Window(name, start, self.now, self.between(start, self.now), most))

    @property
    def now(self) -> float:
        return time.monotonic() - self.traffic.begun

    def between(self, start: float, end: float) -> list[Sample]:
        return [each for each in self.traffic.samples if start <= each.at < end]

    def told(self, window: Window) -> Window:
        self.say(
            f"{window.name}: p99 {window.p99:.0f} ms, available {window.available:.2%}, {len(window.samples)} asked"
        )
        return window

    @property
    def memory(self) -> float:
        """Megabytes of the server, all of its processes together."""
        pages = sum(int(Path(f"/proc/{each}/statm").read_text().split()[1]) for each in self.ground.server.processes)
        return pages * 4096 / MEGABYTE

    async def late(self) -> dict[float, int]:
        """How often the server's event loops came late by so many seconds at most, since their start."""
        found: dict[float, int] = {}
        for url in self.ground.server.own_urls:
            told = await asyncio.to_thread(_read, f"{url}/metrics")
            for bound, times in _LATE.findall(told):
                found[float(bound)] = found.get(float(bound), 0) + int(float(times))
        return found

    @property
    def files(self) -> int:
        """Open files and connections of the server."""
        return sum(len(list(Path(f"/proc/{each}/fd").iterdir())) for each in self.ground.server.processes)


def _read(url: str) -> str:
    with urlopen(url, timeout=20) as answer:
        return str(answer.read().decode())


@asynccontextmanager
async def fielded(folder: Path, rate: float, say: Say) -> AsyncIterator[Field]:
    """A durable database, the gateway as docs/deploy.md has it behind a wire that can be bad, and good traffic."""
    async with based(folder) as base, through(Address(base.cluster, DATABASE)) as address:
        async with looking(base) as past:
            await prepared(past, TERMS)
        deployed = {"GATEWAY_WORKERS": str(WORKERS), "GATEWAY_WORKER_PORTS": str(free_ports(WORKERS))}
        server = Server(base, free_port(), GATEWAY_DATABASE_URL=address.app, **deployed, **_usual())
        try:
            await asyncio.to_thread(server.start)  # this loop is its wire to the database
            while not await asyncio.to_thread(server.complete):  # noqa: ASYNC110  nobody tells
                await asyncio.sleep(0.05)
            tokens = {each.key: server.token(each.key) for each in people()}
            async with _asking(Traffic(server, rate)) as traffic:
                yield Field(Ground(base, server, address.proxy), traffic, tokens, say)
        finally:
            await asyncio.to_thread(server.stop)


@asynccontextmanager
async def _asking(traffic: Traffic) -> AsyncIterator[Traffic]:
    traffic.begin()
    try:
        await asyncio.sleep(5)
        yield traffic
    finally:
        await traffic.end()


def _usual() -> dict[str, str]:
    """The limits of production, which other tests lift."""
    return {f"GATEWAY_{name.upper()}": str(Settings.model_fields[name].default) for name in UNHURRIED}


async def chaos(folder: Path, minutes: int, seconds: float, rate: float, say: Say) -> Run:
    """Everything, with `minutes` faults and attacks of so many `seconds`."""
    run = Run()
    async with fielded(folder, rate, say) as field:
        await _attacks(field, run, seconds)
        await _faults(field, run, minutes)
        await _stopped(field, run)
        await field.traffic.end()  # books are read while nobody writes
        run.samples = field.traffic.samples
        await field.traffic.settle()
        async with looking(field.ground.base) as past:
            run.books = await audited(past, field.traffic.crowd)
    return run


async def _attacks(field: Field, run: Run, seconds: float) -> None:
    before = field.memory
    target = Target(field.ground.server.port, field.tokens)
    for name, (_, most) in ATTACKS.items():
        run.quiet.append(await field.window("quiet", seconds))
        async with under(name, target):
            await asyncio.sleep(1)
            since = await field.late()
            run.attacks.append(await field.window(name, seconds, most))
            for bound, times in (await field.late()).items():
                run.late[bound] = run.late.get(bound, 0) + times - since[bound]
        await asyncio.sleep(2)
        run.grown = max(run.grown, field.memory - before)
    run.quiet.append(await field.window("quiet", seconds))


async def _faults(field: Field, run: Run, minutes: int) -> None:
    names = list(FAULTS)
    for number in range(minutes):
        name = names[number % len(names)]
        start = field.now
        await FAULTS[name](field.ground)
        over = field.now
        await asyncio.sleep(max(5.0, start + 60 - field.now))
        window = Window(name, start, field.now, field.between(start, field.now))
        run.faults.append(field.told(window))
        bad = [each for each in window.samples if not each.good]
        back = max((each.at + each.seconds for each in bad), default=0.0) - over
        run.back[name] = max(run.back.get(name, 0.0), back)
        run.held += sum(each.at < over for each in bad)
    ground, begun = field.ground, field.traffic.begun
    run.restarted, run.replaced = ground.restarted, ground.replaced
    run.absent = [(gone - begun, back - begun) for gone, back in ground.absent]


async def _stopped(field: Field, run: Run) -> None:
    """F-11: SIGTERM while everybody asks, and a new server."""
    begun = time.monotonic()
    code = await asyncio.to_thread(field.ground.server.stop)
    run.stopped = (time.monotonic() - begun, code)
    field.say(f"stopped in {run.stopped[0]:.1f} s with exit code {code}")
    await asyncio.to_thread(field.ground.server.start)
