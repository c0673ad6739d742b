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
        (None, None, 500, 1000, [B]),
        (None, None, 499, 1000, []),
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


@pytest.mark.parametrize(
    ("scenario", "part", "words"),
    [
        (A, "problem", "adoption low licences unused"),  # PC-27
        (A, "consider", "value picture simpler new"),  # PC-28
        (A, "try_", "case studies references scenarios blog videos"),  # PC-29
        (B, "problem", "many support calls help how"),  # PC-30
        (B, "consider", "new software version task"),  # PC-31
        (B, "try_", "training in person online self-service"),  # PC-32
        (B, "try_", "support site self-service contact details"),  # PC-33
    ],
)
def test_pc_27_to_33_the_advice_says_what_the_requirement_says(scenario: Scenario, part: str, words: str) -> None:
    (advice,) = (each for each in advise(Decimal(0), Decimal(0), 10, 10) if each.scenario is scenario)
    told = getattr(advice, part)
    sentences = (told,) if isinstance(told, str) else told
    assert [word for word in words.split() if word not in " ".join(sentences).casefold()] == []


def test_d_40_ninety_days_count() -> None:
    assert case_window(date(2025, 6, 15)) == (date(2025, 3, 18), date(2025, 6, 15))
