"""What an executor costs: graphql-core, breadth-first, and a comprehension written by hand. No database, no HTTP.

    python -m benchmarks.executor [--quick]

Writes benchmarks/results/executor.json, .md and .svg; with --quick it prints only. Each time is the best of several
rounds in which the three take turns, of fewer rounds where one execution takes long. Parsing, validating and compiling
are not counted, finding the document by its text is. Answers are compared before anything is timed.
"""

import argparse
import asyncio
import platform
import time
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import asdict, dataclass
from inspect import isawaitable
from pathlib import Path
from typing import Any

import matplotlib as mpl
import orjson
from graphql import execute, parse
from matplotlib import pyplot
from matplotlib.axes import Axes
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from benchmarks.executor_cases import Case, grid, page, single
from schema.execution import Engine, Limits

RESULTS = Path(__file__).parent / "results"
UNLIMITED = Limits(cost=10**9)
LONGEST = 1.0
"""Processor seconds that one way of one case is timed for; what takes longer is timed once, so that all cases end."""

Way = Callable[[], Awaitable[Any]]


@dataclass
class Measured:
    """CPU seconds per execution."""

    case: str
    rows: int
    fields: int
    depth: int
    graphql_core_s: float
    breadth_first_s: float
    comprehension_s: float

    @property
    def faster(self) -> float:
        return self.graphql_core_s / self.breadth_first_s

    @property
    def above_comprehension(self) -> float:
        return self.breadth_first_s / self.comprehension_s


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer cases and rounds")
    quick = parser.parse_args().quick
    cases = [single(), page(), *grid(quick=quick)]
    measured = []
    with Progress() as bar:
        task = bar.add_task("cases", total=len(cases))
        for case in cases:
            measured.append(asyncio.run(measure(case, rounds=3 if quick else 5)))
            bar.advance(task)
    if not quick:
        write(measured)
    show(measured)


async def measure(case: Case, *, rounds: int) -> Measured:
    """Times one case, after making sure that all ways give the same answer."""
    ways = _ways(case)
    answers = [orjson.dumps(await way()) for way in ways]
    if len(set(answers)) != 1:
        raise AssertionError(f"{case.name}: the answers differ")
    best = [await _time(way, 1) for way in ways]
    turns = [max(1, int(0.05 / seconds)) for seconds in best]
    enough = [max(1, int(LONGEST / (count * seconds))) for count, seconds in zip(turns, best, strict=True)]
    for number in range(rounds):
        for index, way in enumerate(ways):
            if number < enough[index] and best[index] < LONGEST:
                best[index] = min(best[index], await _time(way, turns[index]))
    return Measured(case.name, case.rows, case.fields, case.depth, *best)


def _ways(case: Case) -> list[Way]:
    engine, parsed = Engine(case.schema, limits=UNLIMITED), parse(case.text)

    async def by_graphql_core() -> Any:
        result: Any = execute(case.schema._schema, parsed, context_value=case)
        return (await result if isawaitable(result) else result).data

    async def by_us() -> Any:
        return (await engine.document(case.text).run(case)).data

    async def by_hand() -> Any:
        return case.by_hand()

    return [by_graphql_core, by_us, by_hand]


async def _time(way: Way, turns: int) -> float:
    before = time.process_time()
    for _ in range(turns):
        await way()
    return (time.process_time() - before) / turns


def write(measured: Iterable[Measured]) -> None:
    RESULTS.mkdir(exist_ok=True)
    rows = [asdict(each) for each in measured]
    report = {"machine": machine(), "rows": rows}
    (RESULTS / "executor.json").write_bytes(orjson.dumps(report, option=orjson.OPT_INDENT_2))
    lines = [
        f"# What an executor costs\n\n{machine()}\n",
        "| case | rows | values | depth | graphql-core | breadth-first | by hand | times faster | times by hand |",
        "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
    ]
    (RESULTS / "executor.md").write_text("\n".join([*lines, *map(_line, measured)]) + "\n")
    _plot([each for each in measured if each.case.startswith("width")])


def _line(each: Measured) -> str:
    times = (each.graphql_core_s, each.breadth_first_s, each.comprehension_s)
    cells = [each.case, each.rows, each.fields, each.depth, *(f"{seconds * 1e6:,.1f} us" for seconds in times)]
    return "| " + " | ".join(map(str, [*cells, f"{each.faster:.1f}", f"{each.above_comprehension:.1f}"])) + " |"


def _plot(measured: list[Measured]) -> None:
    """Against the number of rows, per width; against the depth, per width and per number of rows."""
    mpl.use("svg")
    mpl.rcParams["svg.hashsalt"] = "executor"
    figure, panels = pyplot.subplots(1, 3, figsize=(15, 4.5), layout="constrained", sharey=True)
    _lines(panels[0], [e for e in measured if e.depth == 1], "rows", "fields", "values")
    _lines(panels[1], [e for e in measured if e.rows == 100], "depth", "fields", "values, 100 rows")
    _lines(panels[2], [e for e in measured if e.fields == 10], "depth", "rows", "rows, 10 values")
    panels[0].set_xscale("log")
    panels[0].set_ylabel("times faster than graphql-core")
    panels[0].set_ylim(bottom=0)
    figure.savefig(RESULTS / "executor.svg", metadata={"Date": None})


def _lines(panel: Axes, measured: list[Measured], along: str, by: str, told: str) -> None:
    for value in sorted({getattr(each, by) for each in measured}):
        line = sorted((e for e in measured if getattr(e, by) == value), key=lambda e: int(getattr(e, along)))
        panel.plot([getattr(e, along) for e in line], [e.faster for e in line], marker="o", label=f"{value:,} {told}")
    panel.set_xlabel(along)
    panel.grid(visible=True, alpha=0.3)
    panel.legend()


def show(measured: Iterable[Measured]) -> None:
    table = Table("case", "rows", "values", "depth", "graphql-core", "breadth-first", "by hand", "faster", "by hand x")
    for each in measured:
        table.add_row(*(cell.strip() for cell in _line(each).strip("| ").split("|")))
    Console().print(table)


def machine() -> str:
    """Interpreter and processor, as the figures depend on both."""
    model = next(
        (line.split(":")[1].strip() for line in _cpu_lines() if line.startswith("model name")), platform.machine()
    )
    return f"{platform.python_implementation()} {platform.python_version()}, {platform.system()}, {model}"


def _cpu_lines() -> list[str]:
    path = Path("/proc/cpuinfo")
    return path.read_text().splitlines() if path.exists() else []


if __name__ == "__main__":
    main()
