"""python -m benchmarks: the gateway beside its peers, on the project's own tables; see docs/benchmark.md."""

import argparse
import asyncio
import subprocess
import sys
from contextlib import ExitStack
from dataclasses import replace

from benchmarks import questions, report
from benchmarks.issuer import issuer
from benchmarks.rounds import Plan, Table, compare, measure
from benchmarks.servers import SERVERS, running
from benchmarks.world import FULL, SMALL, World, cluster, filled

QUERY, GATEWAY = "case_list", "gateway"


def main() -> int:
    """Measure, print, write; the exit code."""
    wanted = _arguments()
    names = wanted.only.split(",") if wanted.only else list(SERVERS)
    plan = Plan(wanted.queries.split(","), wanted.rounds, wanted.seconds, wanted.warm)
    table: Table = {}
    growth = {}
    with cluster() as postgres:
        small = asyncio.run(filled(postgres, SMALL))
        world = small if wanted.quick else asyncio.run(filled(postgres, FULL))
        _run(names, world, plan, table)
        if not wanted.quick and (QUERY, GATEWAY) in table:
            growth = _growth([small, world], plan)
    rendered = report.Report(table, plan, world.cases, growth)
    print(rendered.markdown)  # noqa: T201  for people
    if wanted.write and not wanted.quick:
        rendered.write()
    return 0 if wanted.only or wanted.quick or not wanted.write else _executors()


def _executors() -> int:
    """What the executor costs without database and HTTP, in a process of its own; its exit code."""
    return subprocess.run([sys.executable, "-m", "benchmarks.executor"], check=False).returncode


def _run(names: list[str], world: World, plan: Plan, table: Table) -> None:
    servers = [SERVERS[name] for name in names]
    missing = [server.name for server in servers if not server.ready]
    if missing:
        print(f"not installed, left out: {', '.join(missing)}", file=sys.stderr)  # noqa: T201  for people
    with issuer() as provider, running([each for each in servers if each.ready], world, provider) as up:
        compare(up, world, provider, plan.queries)
        print("answers compared: all servers say the same", flush=True)  # noqa: T201  for people
        measure(up, world, provider, plan, table)


def _growth(worlds: list[World], plan: Plan) -> dict[int, float]:
    """p50 of the gateway's case list by the number of cases, both sizes measured in the same minutes."""
    alone = replace(plan, queries=[QUERY])
    tables: dict[int, Table] = {world.cases: {} for world in worlds}
    with issuer() as provider, ExitStack() as stack:
        up = [(world, stack.enter_context(running([SERVERS[GATEWAY]], world, provider))) for world in worlds]
        for _ in range(plan.rounds):
            for world, servers in up:
                measure(servers, world, provider, replace(alone, rounds=1), tables[world.cases])
    return {cases: table[QUERY, GATEWAY].median("p50_ms") for cases, table in tables.items()}


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="10,000 cases, one short round")
    parser.add_argument("--only", default="", metavar="A,B", help=f"servers: {', '.join(SERVERS)}")
    parser.add_argument("--queries", default=",".join(questions.QUERIES), metavar="A,B")
    parser.add_argument("--rounds", type=int, default=0)
    parser.add_argument("--seconds", type=int, default=0, help="measured seconds per server, query and round")
    parser.add_argument("--warm", type=int, default=1, help="seconds of load before each measured stretch")
    parser.add_argument("--no-write", dest="write", action="store_false", help="print only")
    wanted = parser.parse_args()
    wanted.rounds = wanted.rounds or (1 if wanted.quick else 5)
    wanted.seconds = wanted.seconds or (2 if wanted.quick else 8)
    return wanted


if __name__ == "__main__":
    sys.exit(main())
