"""The on-demand education report: what was started, where and by whom (CA-4, CA-16e, D-21, AE-19).

It is open to learning managers, who do not see Customer Activity: the workspaces are those in which the viewer holds
the right, and the rows are all of these workspaces.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import auto
from typing import Any, Final

from sqlalchemy import Select, bindparam, func, select
from sqlalchemy.types import Date, Integer

from resolvers.context import Context
from resolvers.loaders import KEYS
from resolvers.rules.quantities import ZERO
from resolvers.sheets import CellKind, Column, Sheet, csv_text, json_text
from resolvers.workspaces import chosen
from tenancy import tables as t
from tenancy.errors import BadInput
from tenancy.permissions import Action
from tenancy.statements import Reach, Statement, same
from tenancy.words import Category
from tenancy.words.word import Word

MOST: Final = 20_000
"""Rows of one report as text; who has more asks for a span of days, or starts an export."""


class ReportFormat(Word):
    """How a report is written."""

    CSV = auto()
    JSON = auto()


COLUMNS: Final = (
    Column("day", CellKind.DAY),
    Column("workspace"),
    Column("entitlement"),
    Column("activity"),
    Column("person"),
    Column("quantity", CellKind.NUMBER, summed=True),
)

_C = t.Consumption


def _started(*wanted: Any) -> Select[Any]:
    """What was started in the workspaces `keys` between two days: all of it, whoever asks (D-21)."""
    return (
        select(*wanted)
        .select_from(_C)
        .join(t.Entitlement, same(t.Entitlement.id, _C.entitlement_id))
        .join(t.Workspace, same(t.Workspace.id, _C.workspace_id))
        .where(
            _C.workspace_id == KEYS,
            t.Entitlement.category == Category.ON_DEMAND_EDUCATION,
            _C.occurred_on.between(bindparam("since", type_=Date), bindparam("until", type_=Date)),
        )
    )


_LISTED = _started(
    _C.occurred_on,
    t.Workspace.name.label("workspace"),
    t.Entitlement.name.label("entitlement"),
    _C.label,
    _C.person,
    _C.quantity,
).order_by(_C.occurred_on, _C.id)
_ROWS = Statement(_LISTED.limit(bindparam("limit", type_=Integer)), reach=Reach.TENANT)


def education_rows() -> tuple[Statement, Statement]:
    """The same rows without a limit, and their number and sum: for a file of any length."""
    counted = _started(func.count().label("rows"), func.sum(_C.quantity).label("quantity"))
    return Statement(_LISTED, reach=Reach.TENANT), Statement(counted, reach=Reach.TENANT)


@dataclass(frozen=True)
class EducationReport:
    """One report: its text, and what proves it complete. `neutralised` are the cells that were made harmless."""

    workspace_ids: tuple[str, ...]
    file_name: str
    media_type: str
    text: str
    row_count: int
    total: Decimal
    neutralised: tuple[str, ...]


async def education_report(
    context: Context,
    workspace_ids: Iterable[str] | None,
    format: ReportFormat,
    since: date | None,
    until: date | None,
) -> EducationReport:
    """The report of the chosen workspaces; FORBIDDEN for who is neither learning manager nor administrator there."""
    places = await chosen(context, workspace_ids, Action.EXPORT_EDUCATION, "CA-4")
    span = {"since": since or date(1900, 1, 1), "until": until or date(9999, 12, 31)}
    found = await context.scope.rows(_ROWS, keys=sorted(places), limit=MOST + 1, **span)
    if len(found) > MOST:
        raise BadInput(field="since", rule="CA-4", details={"maximum": MOST})
    sheet = Sheet("education", COLUMNS, [tuple(row) for row in found])
    text, changed = csv_text(sheet) if format is ReportFormat.CSV else (json_text(sheet), ())
    return EducationReport(
        workspace_ids=tuple(places),
        file_name=f"education-{context.scope.today.isoformat()}.{format.lower()}",
        media_type="text/csv; charset=utf-8" if format is ReportFormat.CSV else "application/json",
        text=text,
        row_count=len(found),
        total=sum((Decimal(row["quantity"]) for row in found), ZERO),
        neutralised=changed,
    )
