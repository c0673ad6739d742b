"""The parts of `make chaos` that a report rests on: what counts as good, what is compared, and what is missed."""

from decimal import Decimal

from tests.chaos.attacks import ATTACKS
from tests.chaos.faults import FAULTS
from tests.chaos.running import Run, Window
from tests.chaos.telling import figures, written
from tests.chaos.traffic import Sample
from tests.crash.books import Books

CALM = [Sample(at, 0.010, 200, False) for at in range(200)]
FINE = Books(10, Decimal(10), Decimal(90), (), 0, {})


def run(attack: list[Sample], fault: list[Sample], books: Books = FINE, back: float = 1.0) -> Run:
    quiet = [Window("quiet", 0, 10, CALM), Window("quiet", 20, 30, CALM)]
    under, struck = Window("G", 10, 20, attack, 2.0), Window("F-03", 30, 90, fault)
    stopped = (1.0, 0)
    return Run(quiet, [under], [struck], {"F-03": back}, 3.0, stopped, books, [*CALM, *attack, *fault])


def missed(given: Run) -> set[str]:
    return {each.target for each in figures(given) if not each.met}


def test_a_good_run_meets_every_target() -> None:
    assert missed(run(CALM, CALM)) == set()


def test_each_target_can_be_missed() -> None:
    slow = [Sample(at, 0.050, 200, False) for at in range(200)]
    failing = [Sample(at, 0.010, 503, True) for at in range(200)]
    rude, strange = ([Sample(0, 0.010, status, False)] for status in (503, 500))
    assert missed(run(slow, CALM)) == {"p99 of good traffic, G"}
    assert missed(run(CALM, failing)) == {"availability, a fault a minute"}
    assert missed(run(CALM, [*CALM, *rude])) == {"5xx other than 503 with Retry-After and 504"}
    assert missed(run(CALM, [*CALM, *strange])) == {"5xx other than 503 with Retry-After and 504"}
    assert missed(run(CALM, CALM, back=6.0)) == {"good answers after a fault"}
    assert missed(run(CALM, CALM, Books(10, Decimal(10), Decimal(90), ("key",), 0, {"x": []}))) == {
        "acknowledged writes lost",
        "wrong in the books",
    }


def test_no_answer_at_all_is_not_available() -> None:
    window = Window("F-03", 0, 1, [*CALM, Sample(0, 20.0, 0, False)])
    assert (window.silent, window.available < 1) == (1, True)


def test_the_report_tells_every_stretch() -> None:
    told = "\n".join(written(run(CALM, CALM), "make chaos", ""))
    assert told.count("| quiet |") == 2
    assert "| G | 10 | 200 | 200: 200 |" in told
    assert len(ATTACKS) == 5
    assert len(FAULTS) == 9
