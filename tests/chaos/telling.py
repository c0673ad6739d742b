"""The report of a chaos run: the figures of security 4.2 with what was measured, in Markdown, and a picture."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import inf
from pathlib import Path
from statistics import median

import matplotlib as mpl

mpl.use("svg")
import matplotlib.pyplot as plt

from gateway.lateness import STALL
from tests.chaos.faults import FAULTS
from tests.chaos.running import Run, Window
from tests.chaos.traffic import Sample, percentile, statuses
from tests.crash.books import TWICE

_GOOD, _BAD, _QUIET = "#0f6cbd", "#d13438", "#e8e6e4"


@dataclass(frozen=True)
class Figure:
    """One target: what was wanted, what came."""

    target: str
    wanted: str
    measured: str
    met: bool


def figures(run: Run) -> list[Figure]:
    """The targets that a run can tell about."""
    assert run.books is not None
    everything = [each for window in run.faults for each in window.samples]
    strange = [each for each in run.samples if each.status and not each.agreed]
    seconds, code = run.stopped
    twice = run.books.trouble.get(TWICE, [])
    left, expected = run.books.remaining, run.terms - run.books.cases
    found = [
        Figure("acknowledged writes lost", "0", str(len(run.books.lost)), not run.books.lost),
        Figure("duplicates under retry with key", "0", str(len(twice)), not twice),
        Figure("terms conserved", f"{expected:.2f} left", f"{left:.2f} left", left == expected),
        Figure("wrong in the books", "nothing", "; ".join(run.books.trouble) or "nothing", not run.books.trouble),
        Figure("5xx other than 503 with Retry-After and 504", "0", str(len(strange)), not strange),
        Figure("graceful stop under load", "25 s, exit 0", f"{seconds:.1f} s, exit {code}", seconds < 25 and code == 0),
        Figure("memory under attack", "+150 MB", f"{run.grown:+.0f} MB", run.grown < 150),
    ]
    if run.late:
        found.append(_stalls(run.late))
    if run.restarted:
        slowest = max(run.restarted)
        name = "first good answer after kill -9 of the whole server"
        found.append(Figure(name, "3 s", f"{slowest:.1f} s", slowest <= 3))
    if everything:
        found += _available(run, everything)
        worst = max(run.back.items(), key=lambda item: item[1])
        found.append(Figure("good answers after a fault", "5 s", f"{worst[1]:.1f} s ({worst[0]})", worst[1] <= 5))
    return [*found, *(_attack(run, window) for window in run.attacks)]


def _available(run: Run, asked: Sequence[Sample]) -> Iterator[Figure]:
    """Twice: of all requests; and of those that were due while there was a database. Nobody can answer without one, and
    F-03 orders the 503 that is given then, so the second tells of the gateway, and the first of what clients saw."""
    away = sum(end - start for start, end in run.absent)
    present = [each for each in asked if not any(start <= each.at < end for start, end in run.absent)]
    names = "everything counted", f"without the {away:.1f} s in which there was no database (F-03)"
    for name, counted in zip(names, (asked, present), strict=True):
        share = sum(each.good for each in counted) / max(1, len(counted))
        bad = [
            f"{count} {status or 'unanswered'}"
            for status, count in statuses(counted).items()
            if not 200 <= status < 500
        ]
        measured = f"{share:.2%} of {len(counted)}" + (f"; not good: {', '.join(bad)}" if bad else "")
        yield Figure(f"availability, a fault a minute, {name}", "99.5 %", measured, share >= 0.995)


def _stalls(late: Mapping[float, int]) -> Figure:
    """Buckets of a histogram hold what is at most their bound, those below included."""
    looks, beyond = late[inf], late[inf] - late[STALL]
    longest = min((bound for bound, times in late.items() if times == looks), default=inf)
    measured = f"{beyond} of {looks} looks beyond it, none beyond {longest * 1000:g} ms"
    return Figure("event-loop stall under attack", f"{STALL * 1000:g} ms", measured, not beyond)


def _attack(run: Run, window: Window) -> Figure:
    """Beside the quiet stretches right before and right after: a machine has its own weather."""
    place = run.attacks.index(window)
    around = [each for quiet in run.quiet[place : place + 2] for each in quiet.samples]
    calm = percentile(around, 99)
    ratio = window.p99 / calm if calm else 0.0
    measured = f"{ratio:.2f} ({calm:.0f} -> {window.p99:.0f} ms), {window.available:.2%} good"
    return Figure(f"p99 of good traffic, {window.name}", f"{window.most:g} x quiet", measured, ratio <= window.most)


def written(run: Run, command: str, about: str) -> Iterator[str]:
    """The report, line by line."""
    yield "# Attacks and faults"
    yield f"\nWritten by `{command}`. {about} Requests are sent at fixed moments, and waiting is counted from there.\n"
    yield "| target (security 4.2) | wanted | measured | met |\n| --- | --- | --- | --- |"
    yield from (
        f"| {each.target} | {each.wanted} | {each.measured} | {'yes' if each.met else 'NO'} |" for each in figures(run)
    )
    if run.replaced:
        yield f"\nA worker that was killed was replaced after {max(run.replaced):.1f} s at most; others answered."
    yield f"\n{run.held} requests that were not answered well were due while a fault itself lasted."
    missing = [name for name in FAULTS if name not in run.back]
    yield f"Every fault struck: {len(FAULTS)} of them." if not missing else f"These never struck: {', '.join(missing)}."
    yield "\n![Good traffic through attacks and faults](chaos.svg)\n"
    yield "## Stretches\n"
    yield "| stretch | from second | asked | statuses (0: no answer) | p50 ms | p99 ms | good | good again after |"
    yield "| --- | ---: | ---: | --- | ---: | ---: | ---: | ---: |"
    for window in sorted((*run.quiet, *run.attacks, *run.faults), key=lambda each: each.start):
        yield _line(window, run.back.get(window.name))


def _line(window: Window, back: float | None) -> str:
    told = ", ".join(f"{status}: {count}" for status, count in statuses(window.samples).items())
    after = "" if back is None else f"{back:.1f} s"
    half, most = percentile(window.samples, 50), window.p99
    return (
        f"| {window.name} | {window.start:.0f} | {len(window.samples)} | {told} | {half:.0f} | {most:.0f}"
        f" | {window.available:.2%} | {after} |"
    )


def draw(run: Run, file: Path) -> None:
    """Every request as a dot, at its moment and with its time; what was not answered well is red."""
    mpl.rcParams["svg.hashsalt"] = "chaos"
    figure, panel = plt.subplots(figsize=(11, 4.2))
    for window in (*run.attacks, *run.faults):
        panel.axvspan(window.start, window.end, color=_QUIET, linewidth=0)
        panel.text(window.start, 1.0, f" {window.name}", rotation=90, fontsize=6, va="bottom")
    for colour, wanted in ((_GOOD, True), (_BAD, False)):
        dots = [each for each in run.samples if each.good is wanted]
        panel.scatter(
            [each.at for each in dots], [each.seconds * 1000 for each in dots], s=2, color=colour, rasterized=True
        )
    panel.set_yscale("log")
    panel.set_ylim(bottom=1)
    panel.set_xlabel("seconds")
    panel.set_ylabel("ms from when it was due")
    middle = median(each.seconds * 1000 for each in run.samples)
    panel.set_title(f"{len(run.samples)} requests, half of them within {middle:.0f} ms")
    figure.tight_layout()
    figure.savefig(file, metadata={"Date": None}, dpi=120)
    plt.close(figure)
