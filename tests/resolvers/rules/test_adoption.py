from datetime import date
from decimal import Decimal

import pytest

from resolvers.rules.adoption import Scenario, Thresholds, advise, case_window

A, B = Scenario.A, Scenario.B


def scenarios(deployment: str | None, usage: str | None, questions: int, cases: int) -> list[Scenario]:
    assigned, used = (None if figure is None else Decimal(figure) for figure in (deployment, usage))
    return [advice.scenario for advice in advise(assigned, used, questions, cases)]


def test_ae_55_low_usage_is_scenario_a_and_many_questions_add_b() -> None:
    assert scenarios("90.0", "22.0", 8, 50) == [A]
    assert scenarios("90.0", "22.0", 40, 50) == [A, B]


@pytest.mark.parametrize(
    ("deployment", "usage", "questions", "cases", "expected"),
    [
        ("50.0", "40.0", 0, 0, []),
        ("49.9", "40.0", 0, 0, [A]),
        ("50.0", "39.9", 0, 0, [A]),
        (None, None, 5, 10, [B]),
        (None, None, 4, 10, []),
        (None, None, 9, 9, []),
        ("0.0", None, 0, 0, [A]),
    ],
)
def test_d_40_the_thresholds(
    deployment: str | None, usage: str | None, questions: int, cases: int, expected: list[Scenario]
) -> None:
    assert scenarios(deployment, usage, questions, cases) == expected


def test_d_40_the_thresholds_can_be_set() -> None:
    strict = Thresholds(Decimal(90), Decimal(90), 1, Decimal(10))
    assert len(advise(Decimal(80), Decimal(95), 1, 5, strict)) == 2


def test_pc_27_to_33_every_scenario_says_what_to_consider_and_what_to_try() -> None:
    for advice in advise(Decimal(0), Decimal(0), 10, 10):
        assert advice.problem
        assert advice.consider
        assert len(advice.try_) == 3


def test_d_40_ninety_days_count() -> None:
    assert case_window(date(2025, 6, 15)) == (date(2025, 3, 18), date(2025, 6, 15))
