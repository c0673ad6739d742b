"""python -m benchmarks: the gateway beside its peers, on the project's own tables; see docs/benchmark.md."""

import argparse
import asyncio
import subprocess
import sys
import time
import traceback
from collections.abc import Container, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace

from benchmarks import creating, questions, rounds
from benchmarks.issuer import issuer
from benchmarks.report import GROWTH_CONNECTIONS, Report
from benchmarks.rounds import Missing, Plan, Table
from benchmarks.servers import SERVERS, Running, Server, running
from benchmarks.world import FULL, SMALL, World, cluster, counts, filled

QUERY, GATEWAY = "case_list", "gateway"
_WRITERS = (GATEWAY, "mercurius_function")


def main() -> int:
    """Measure, print, write; the exit code tells whether something is missing."""
    wanted = _arguments()
    plan = Plan(wanted.queries.split(","), wanted.rounds, wanted.seconds, wanted.warm)
    names = wanted.only.split(",") if wanted.only else list(SERVERS)
    with cluster() as postgres:
        small = asyncio.run(filled(postgres, SMALL))
        world = small if wanted.quick else asyncio.run(filled(postgres, FULL))
        report = Report(plan, asyncio.run(counts(world)))
        run = _Run(report, names, write=wanted.write and not wanted.quick)
        with run.part("reads"):
            run.reads(world)
        if not wanted.quick:
            with run.part("growth"):
                run.growth([small, world])
        if wanted.writes:
            with run.part("opening of cases"):
                run.writes(small)
    print(report.markdown)  # noqa: T201  for people
    executed = 0 if wanted.only or wanted.quick or not wanted.write else _executors()
    return executed or int(bool(report.missing))


def _executors() -> int:
    """What the executor costs without database and HTTP, in a process of its own; its exit code."""
    return subprocess.run([sys.executable, "-m", "benchmarks.executor"], check=False).returncode


class _Run:
    """One run in parts; what one part or one peer cannot give does not take the others with it."""

    def __init__(self, report: Report, names: list[str], *, write: bool) -> None:
        self._report = report
        self._names = names
        self._write = write

    @contextmanager
    def part(self, name: str) -> Iterator[None]:
        """Results are written after each part, and its time is told."""
        started = time.monotonic()
        try:
            yield
        except Exception as error:  # told in the report, with all that was measured
            traceback.print_exc()
            self._report.missing[name, "all"] = repr(error)
        print(f"{name}: {time.monotonic() - started:.0f} s", flush=True)  # noqa: T201  for people
        if self._write:
            self._report.write()

    def reads(self, world: World) -> None:
        """All questions, on all servers that answer alike."""
        plan = self._report.plan
        with issuer() as provider, running(self._servers(SERVERS), world, provider) as up:
            self._absent(SERVERS, up)
            found = rounds.compare(up, world, provider, plan.queries)
            self._left_out("answers compared", found)
            plan = replace(plan, left_out=frozenset(found))
            self._report.missing |= rounds.measure(up, world, provider, plan, self._report.table)

    def growth(self, worlds: list[World]) -> None:
        """p50 of the gateway's case list by the number of cases: both sizes by turns, on so few connections that no
        request waits for another."""
        if GATEWAY not in self._names or QUERY not in self._report.plan.queries:
            return
        plan = replace(self._report.plan, queries=[QUERY], rounds=1, connections=GROWTH_CONNECTIONS)
        tables: dict[int, Table] = {world.cases: {} for world in worlds}
        with issuer() as provider, ExitStack() as stack:
            up = [(world, stack.enter_context(running([SERVERS[GATEWAY]], world, provider))) for world in worlds]
            for number in range(self._report.plan.rounds):
                for world, servers in up[:: -1 if number % 2 else 1]:
                    rounds.measure(servers, world, provider, plan, tables[world.cases])
        self._report.growth = {cases: table[QUERY, GATEWAY].median("p50_ms") for cases, table in tables.items()}

    def writes(self, small: World) -> None:
        """Cases opened on an entitlement, on a copy of the small world that is made anew."""
        world = asyncio.run(creating.prepared(small))
        plan = replace(self._report.plan, queries=creating.QUERIES)
        with issuer() as provider, running(self._servers(_WRITERS), world, provider) as up:
            self._absent(_WRITERS, up)
            found = asyncio.run(rounds.compare_effects(up, world, provider))
            self._left_out("effects compared", found)
            plan = replace(plan, left_out=frozenset(found))
            self._report.missing |= rounds.measure(up, world, provider, plan, self._report.table)
        cases, charged = asyncio.run(creating.opened(world))
        if cases != charged:
            raise AssertionError(f"{cases} cases were opened, but {charged} terms were charged")

    def _servers(self, known: Container[str]) -> list[Server]:
        """Those that are wanted and whose runtime is there."""
        return [SERVERS[name] for name in self._names if name in known and SERVERS[name].ready]

    def _absent(self, known: Container[str], up: list[Running]) -> None:
        started = {each.server.name for each in up}
        for name in self._names:
            if name in known and name not in started:
                why = "did not start; see benchmarks/world/logs" if SERVERS[name].ready else "not installed"
                self._report.missing["everything", name] = why

    def _left_out(self, what: str, found: Missing) -> None:
        self._report.missing |= found
        print(f"{what}: {found or 'all servers say the same'}", flush=True)  # noqa: T201  for people


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="10,000 cases, one short round")
    parser.add_argument("--only", default="", metavar="A,B", help=f"servers: {', '.join(SERVERS)}")
    parser.add_argument("--queries", default=",".join(questions.QUERIES), metavar="A,B")
    parser.add_argument("--rounds", type=int, default=0)
    parser.add_argument("--seconds", type=int, default=0, help="measured seconds per server, query and round")
    parser.add_argument("--warm", type=int, default=1, help="seconds of load before each measured stretch")
    parser.add_argument("--no-write", dest="write", action="store_false", help="print only")
    parser.add_argument("--no-writes", dest="writes", action="store_false", help="open no cases")
    wanted = parser.parse_args()
    wanted.rounds = wanted.rounds or (1 if wanted.quick else 5)
    wanted.seconds = wanted.seconds or (1 if wanted.quick else 3)
    return wanted


if __name__ == "__main__":
    sys.exit(main())
