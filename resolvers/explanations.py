"""No unexplained number: each total with its formula, its rule, its day, and the rows that add up to it.

An explanation is a row of segments: lines that were bought, ledger rows of one line after the other, people, or
cases. Rows of which the viewer may not know are summed up as `hidden`, so that what is shown plus what is hidden is the
value, exactly (D-19).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import auto
from typing import Any, Final

from sqlalchemy import func, select
from sqlalchemy.types import Numeric

from resolvers.context import Context
from resolvers.drill_down import ROWS, UNTIL
from resolvers.listings import Listing
from resolvers.loaders import KEYS
from resolvers.pages import Request, Source
from resolvers.rules.quantities import ZERO, two_places
from tenancy import tables as t
from tenancy.statements import Statement
from tenancy.words.word import Word


class Figure(Word):
    """The totals of the page."""

    TOTAL = auto()
    CONSUMED_IN_SELECTION = auto()
    CONSUMED = auto()
    REMAINING = auto()
    ADDITIONAL = auto()


@dataclass(frozen=True, slots=True)
class Told:
    """What is always said of a figure."""

    formula: str
    rule: str


TEXTS: Final[Mapping[Figure, Told]] = {
    Figure.TOTAL: Told("sum of what the lines grant; unlimited if one of them is", "CA-18"),
    Figure.CONSUMED_IN_SELECTION: Told("sum of the ledger rows of the lines in the selected workspaces", "CA-18, D-8"),
    Figure.CONSUMED: Told("sum of the ledger rows of the lines, whatever workspace used them", "CA-18, CA-24, D-8"),
    Figure.REMAINING: Told("what the lines grant, less all of their ledger rows", "CA-24, D-8, I-9"),
    Figure.ADDITIONAL: Told("number of cases of the service with one reason at least", "CA-38, D-9, D-10"),
}
PEOPLE: Final = {
    Figure.CONSUMED_IN_SELECTION: Told("number of people who are support contacts in selected workspaces", "D-35"),
    Figure.CONSUMED: Told("number of people who are support contacts where the lines are mapped", "D-35"),
    Figure.REMAINING: Told("what the lines grant, less the people who are support contacts", "D-35, D-8"),
}


@dataclass(frozen=True, slots=True)
class Row:
    """One row of an explanation: what it adds, and the one thing that it is."""

    amount: Decimal
    entitlement_id: str | None = None
    consumption_id: str | None = None
    user_id: str | None = None
    case_id: str | None = None


@dataclass(frozen=True, slots=True)
class Grant:
    """A line that was bought."""

    row: Row


@dataclass(frozen=True, slots=True)
class Uses:
    """The ledger rows of one line; `sign` is -1 where they are taken off."""

    entitlement_id: str
    sign: int


@dataclass(frozen=True, slots=True)
class Heads:
    """Rows that count one each: people or cases."""

    listing: Listing
    values: Mapping[str, Any]
    names: str
    sign: int


Segment = Grant | Uses | Heads


@dataclass(frozen=True)
class Explanation:
    """One figure explained. `values` are the filters of its ledger rows; `value` None is unlimited or unknown."""

    context: Context = field(repr=False)
    figure: Figure
    value: Decimal | None
    told: Told
    as_of: date
    segments: tuple[Segment, ...]
    values: Mapping[str, Any]

    @property
    def formula(self) -> str:
        return self.told.formula

    @property
    def rule(self) -> str:
        return self.told.rule

    @property
    def lines(self) -> tuple[Uses, ...]:
        return tuple(each for each in self.segments if isinstance(each, Uses))

    @property
    def purpose(self) -> list[Any]:
        """What its cursors are made for (T-06)."""
        viewer = self.context.viewer
        who = [viewer.tenant_id, viewer.identity.tid, viewer.identity.oid]
        what = [self.figure, self.as_of.isoformat(), sorted((name, str(value)) for name, value in self.values.items())]
        return [*who, "explanation", *what, [repr(each) for each in self.segments if not isinstance(each, Heads)]]


_SUM = (
    select(t.Consumption.entitlement_id, func.sum(t.Consumption.quantity, type_=Numeric(14, 2)).label("seen"))
    .where(t.Consumption.entitlement_id == KEYS)
    .group_by(t.Consumption.entitlement_id)
)
_SEEN: Mapping[frozenset[str], Statement] = {
    frozenset(names): Statement(_SUM.where(*(ROWS.filters[name] for name in names)))
    for names in ((), (UNTIL,), ("workspaces",), (UNTIL, "workspaces"))
}


async def hidden(explanations: Sequence[Explanation]) -> list[Decimal | None]:
    """What rows that the viewer may not see add to each value."""
    context, values = explanations[0].context, explanations[0].values
    keys = sorted({line.entitlement_id for each in explanations for line in each.lines})
    rows = await context.scope.rows(_SEEN[frozenset(values)], keys=keys, **values) if keys else []
    seen = {row["entitlement_id"]: Decimal(row["seen"]) for row in rows}
    return [None if each.value is None else each.value - await _shown(each, seen) for each in explanations]


async def _shown(explanation: Explanation, seen: Mapping[str, Decimal]) -> Decimal:
    found = ZERO
    for segment in explanation.segments:
        if isinstance(segment, Grant):
            found += segment.row.amount
        elif isinstance(segment, Uses):
            found += segment.sign * seen.get(segment.entitlement_id, ZERO)
        else:
            found += segment.sign * await _heads(explanation.context, segment)
    return two_places(found)


async def _heads(context: Context, segment: Heads) -> int:
    (count,) = await Source(context, segment.listing, Request(values=segment.values)).count([None])
    return count


async def counted(explanation: Explanation) -> int:
    """How many rows the viewer may see of it."""
    context, lines = explanation.context, explanation.lines
    grants = sum(isinstance(each, Grant) for each in explanation.segments)
    heads = [await _heads(context, each) for each in explanation.segments if isinstance(each, Heads)]
    source = Source(context, ROWS, Request(values=explanation.values))
    uses = await source.count([each.entitlement_id for each in lines]) if lines else []
    return grants + sum(heads) + sum(uses)
