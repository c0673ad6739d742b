"""Cases in figures: the chart of a view, and the desk's dashboard (CS-6, CS-8, CS-9)."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import auto
from functools import cache
from typing import Any, Final

from sqlalchemy import func, select

from resolvers.cases import CASES, VIEWS, CaseView
from resolvers.context import Context
from resolvers.workspaces import admit, entered
from tenancy import tables as t
from tenancy.boundaries import MINE
from tenancy.permissions import Action
from tenancy.statements import Statement
from tenancy.viewer import require
from tenancy.words import CaseState, CaseStatus, Priority
from tenancy.words.word import Word

MOST_BARS: Final = 100
"""Bars of a chart: the largest ones."""


class ChartGroup(Word):
    """What the bars of a chart stand for."""

    PRIORITY = auto()
    STATUS = auto()
    ORIGIN = auto()
    OWNER = auto()
    SUBJECT = auto()


_COLUMNS: Final[Mapping[ChartGroup, Any]] = {
    ChartGroup.PRIORITY: t.Case.priority,
    ChartGroup.STATUS: t.Case.status,
    ChartGroup.ORIGIN: t.Case.origin,
    ChartGroup.OWNER: t.Case.owner_id,
    ChartGroup.SUBJECT: t.Case.subject_id,
}


@dataclass(frozen=True)
class Bar:
    """So many cases have one value; `owner_id` or `subject_id` name it where it is a row."""

    value: str | None
    count: int
    owner_id: str | None = None
    subject_id: str | None = None


@dataclass(frozen=True)
class Dashboard:
    """The desk at a glance; its lists are read when they are asked for."""

    active: int
    mine: int
    on_hold: int
    escalated: int
    high_priority: int
    unanswered: int


async def chart(context: Context, view: CaseView, group: ChartGroup, workspace_id: str | None) -> list[Bar]:
    """Counts of the cases of a view that the viewer may see, the largest group first."""
    admit(context)
    values: dict[str, Any] = dict.fromkeys(VIEWS[view])
    if workspace_id is not None:
        (values["workspace_id"],) = await entered(context, [workspace_id], "workspace_id")
    rows = await context.scope.rows(_chart(group, frozenset(values)), **values)
    return [_bar(group, row["value"], row["count"]) for row in rows]


async def dashboard(context: Context) -> Dashboard:
    """The figures of everything that the desk may see."""
    require(context.viewer, Action.WORK_CASES, rule="CS-6")
    return Dashboard(**dict(await context.scope.one(_FIGURES)))


@cache
def _chart(group: ChartGroup, filters: frozenset[str]) -> Statement:
    column = _COLUMNS[group]
    counted = select(column.label("value"), func.count().label("count")).select_from(t.Case)
    where = [CASES.filters[name] for name in sorted(filters)]
    grouped = counted.where(*where).group_by(column).order_by(func.count().desc(), column)
    return Statement(grouped.limit(MOST_BARS))


def _bar(group: ChartGroup, value: str | None, count: int) -> Bar:
    if group is ChartGroup.OWNER:
        return Bar(None, count, owner_id=value)
    return Bar(None, count, subject_id=value) if group is ChartGroup.SUBJECT else Bar(value, count)


def _counted(name: str, *where: Any) -> Any:
    return func.count().filter(*where).label(name)


_FIGURES = Statement(
    select(
        func.count().label("active"),
        _counted("mine", MINE),
        _counted("on_hold", t.Case.status == CaseStatus.ON_HOLD),
        _counted("escalated", t.Case.is_escalated),
        _counted("high_priority", t.Case.priority == Priority.HIGH),
        _counted("unanswered", ~t.Case.first_response_sent),
    )
    .select_from(t.Case)
    .where(t.Case.state == CaseState.ACTIVE)
)
