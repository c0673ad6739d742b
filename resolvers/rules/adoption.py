"""When a partner is advised to offer help, and what it says (PC-25..33, D-40, AE-55)."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import auto
from typing import Final

from tenancy.words.word import Word


class Scenario(Word):
    """A: bought and not used. B: used, and not understood."""

    A = auto()
    B = auto()


@dataclass(frozen=True, slots=True)
class Advice:
    """A scenario as a partner reads it: the problem, what may be behind it, what to try."""

    scenario: Scenario
    problem: str
    consider: tuple[str, ...]
    try_: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Where advice begins (D-40): percentages below which adoption is low, and what makes many questions."""

    usage: Decimal = Decimal("40.0")
    deployment: Decimal = Decimal("50.0")
    cases: int = 10
    questions: Decimal = Decimal("50.0")


USUAL: Final = Thresholds()

CASE_DAYS: Final = 90
"""How many days of cases count, the as-of date included."""

_LOW_ADOPTION: Final = Advice(
    Scenario.A,
    "Adoption is low: many licences are unused.",
    (
        "The customer may not see the value of what it bought.",
        "People need help to picture the product in their day: existing work made simpler, or new work made possible.",
    ),
    (
        "Case studies.",
        "References of users for concrete scenarios.",
        "Blog posts or videos that show how it is done.",
    ),
)

_MANY_QUESTIONS: Final = Advice(
    Scenario.B,
    "Many support calls ask for help or how something is done.",
    ("People may be new to the software, to its version, or to the task.",),
    (
        "Training, in person or online.",
        "Promotion of the self-service options that the customer already has.",
        "A support site that lists the self-service options next to your contact details.",
    ),
)


def advise(
    deployment: Decimal | None, usage: Decimal | None, questions: int, cases: int, limits: Thresholds = USUAL
) -> tuple[Advice, ...]:
    """The scenarios that fit a customer, A before B; both may.

    `deployment`, `usage`: percentages, None when unknown, which is not low. `questions` of `cases`: those of the type
    QUESTION among the cases of the last `CASE_DAYS` days.
    """
    found = []
    if _below(usage, limits.usage) or _below(deployment, limits.deployment):
        found.append(_LOW_ADOPTION)
    if cases >= limits.cases and 100 * questions >= limits.questions * cases:
        found.append(_MANY_QUESTIONS)
    return tuple(found)


def case_window(as_of: date) -> tuple[date, date]:
    """First and last day whose cases count."""
    return as_of - timedelta(days=CASE_DAYS - 1), as_of


def _below(figure: Decimal | None, limit: Decimal) -> bool:
    return figure is not None and figure < limit
