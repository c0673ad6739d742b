"""All questions to the stages of a file, as text, in the order in which they are asked."""

from dataclasses import dataclass
from functools import lru_cache

from tenancy.importing.invariants import invariants
from tenancy.importing.problems import MOST
from tenancy.importing.rules import Question, questions
from tenancy.importing.shapes import shapes
from tenancy.importing.sql import sql


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as SQL. `follows`: worth asking only when nothing was wrong so far."""

    table: str
    field: str | None
    rule: str
    sql: str
    follows: bool


@lru_cache(maxsize=64)
def inquiry_of(filled: tuple[str, ...]) -> tuple[Asked, ...]:
    """What a file with rows for these tables is asked. Kept, because files come again with the same tables."""
    single = (_asked(each) for name in filled for each in questions(filled, shapes()[name]))
    # Invariants follow references, so these must hold first.
    several = (_asked(each, follows=True) for each in invariants(filled))
    return (*single, *several)


def _asked(question: Question, *, follows: bool = False) -> Asked:
    text = sql(question.broken.limit(MOST + 1))
    return Asked(question.table, question.field, question.rule, text, follows)
