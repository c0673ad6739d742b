"""The parts of `make chaos` that a report rests on: what counts as good, what is compared, and what is missed."""

import re
from collections.abc import Mapping
from decimal import Decimal
from math import inf

import pytest

from tests.chaos.__main__ import grows
from tests.chaos.attacks import ATTACKS
from tests.chaos.faults import FAULTS
from tests.chaos.running import Run, Window
from tests.chaos.soaking import Look, growth
from tests.chaos.telling import figures, written
from tests.chaos.traffic import Sample
from tests.crash.books import TWICE, Books
from tests.house.source import ROOT

CALM = [Sample(at, 0.010, 200, False) for at in range(200)]
FINE = Books(10, Decimal(10), Decimal(90), (), 0, {})


EVERYTHING = "availability, a fault a minute, everything counted"
WITHOUT = "availability, a fault a minute, without the 0.0 s in which there was no database (F-03)"
SMOOTH = {0.05: 999, 0.1: 1_000, 0.25: 1_000, inf: 1_000}


def run(
    attack: list[Sample],
    fault: list[Sample],
    books: Books = FINE,
    back: float = 1.0,
    late: Mapping[float, int] = SMOOTH,
    restarted: float = 1.0,
) -> Run:
    return Run(
        quiet=[Window("quiet", 0, 10, CALM), Window("quiet", 20, 30, CALM)],
        attacks=[Window("G", 10, 20, attack, 2.0)],
        faults=[Window("F-03", 30, 90, fault)],
        back={"F-03": back},
        late=dict(late),
        restarted=[0.5, restarted],
        terms=100,
        grown=3.0,
        stopped=(1.0, 0),
        books=books,
        samples=[*CALM, *attack, *fault],
    )


def missed(given: Run) -> set[str]:
    return {each.target for each in figures(given) if not each.met}


def test_a_good_run_meets_every_target() -> None:
    assert missed(run(CALM, CALM)) == set()


def test_each_target_can_be_missed() -> None:
    slow = [Sample(at, 0.050, 200, False) for at in range(200)]
    failing = [Sample(at, 0.010, 503, True) for at in range(200)]
    rude, strange = ([Sample(0, 0.010, status, False)] for status in (503, 500))
    assert missed(run(slow, CALM)) == {"p99 of good traffic, G"}
    assert missed(run(CALM, failing)) == {EVERYTHING, WITHOUT}
    assert missed(run(CALM, [*CALM, *rude])) == {"5xx other than 503 with Retry-After and 504"}
    assert missed(run(CALM, [*CALM, *strange])) == {"5xx other than 503 with Retry-After and 504"}
    assert missed(run(CALM, CALM, back=6.0)) == {"good answers after a fault"}
    assert missed(run(CALM, CALM, late=SMOOTH | {0.1: 998, 0.25: 999})) == {"event-loop stall under attack"}
    assert missed(run(CALM, CALM, restarted=3.5)) == {"first good answer after kill -9 of the whole server"}
    assert missed(run(CALM, CALM, Books(10, Decimal(10), Decimal("89.99"), (), 0, {}))) == {"terms conserved"}
    assert missed(run(CALM, CALM, Books(10, Decimal(10), Decimal(90), ("key",), 0, {TWICE: ["Crash 1"]}))) == {
        "acknowledged writes lost",
        "duplicates under retry with key",
        "wrong in the books",
    }


def test_what_nobody_can_answer_is_told_apart_and_counted_all_the_same() -> None:
    """F-03: a 503 is ordered while there is no database; to clients it is a 503 nevertheless"""
    fault = [Sample(at, 0.010, 503 if 100 <= at < 108 else 200, True) for at in range(300)]
    fault.append(Sample(300, 20.0, 0, False))
    given = run(CALM, fault)
    assert missed(given) == {EVERYTHING, WITHOUT}
    given.absent.append((99.5, 108.0))
    told = {each.target: each for each in figures(given)}
    assert missed(given) == {EVERYTHING}
    assert told[EVERYTHING].measured == "97.01% of 301; not good: 1 unanswered, 8 503"
    assert told[WITHOUT.replace("0.0", "8.5")].measured == "99.66% of 293; not good: 1 unanswered"


def test_no_answer_at_all_is_not_available() -> None:
    window = Window("F-03", 0, 1, [*CALM, Sample(0, 20.0, 0, False)])
    assert (window.silent, window.available < 1) == (1, True)


def test_the_report_tells_every_stretch() -> None:
    told = "\n".join(written(run(CALM, CALM), "make chaos", ""))
    assert told.count("| quiet |") == 2
    assert "| G | 10 | 200 | 200: 200 |" in told
    assert len(ATTACKS) == 5
    assert f"These never struck: {', '.join(FAULTS)}." in told


def test_a_run_is_long_enough_for_every_fault() -> None:
    minutes = re.search(r"^chaos: MINUTES \?= (\d+)$", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert minutes is not None
    assert int(minutes[1]) >= len(FAULTS) == 11


def test_a_stall_is_told_by_the_bucket_that_holds_it() -> None:
    (told,) = (each for each in figures(run(CALM, CALM)) if each.target.startswith("event-loop"))
    assert told.measured == "0 of 1000 looks beyond it, none beyond 100 ms"


@pytest.mark.parametrize(
    ("megabytes", "files", "grown"), [(0.0, 0.0, False), (0.9, 0.9, False), (1.1, 0.0, True), (0.0, 1.1, True)]
)
def test_f19_a_process_that_grows_is_told_from_one_that_does_not(megabytes: float, files: float, grown: bool) -> None:
    """What grows in the first third fills caches, and does not count"""
    looks = [Look(minute, 100 + 50 * min(minute, 9), 40) for minute in range(10)]
    looks += [Look(minute, 550 + megabytes * minute, 40 + files * minute) for minute in range(10, 30)]
    assert grows(growth(looks)) is grown
