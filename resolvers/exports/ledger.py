"""The ledger as a file: what was consumed in the chosen workspaces, and, for learning, what was started there.

Consumption: rows of cases only with the case; how many rows and how much that leaves out is told, since totals are
complete whoever asks (CA-11, D-19). Education: all rows of the workspaces (D-21).
"""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import bindparam, func, select
from sqlalchemy.types import Date

from resolvers.activity import many
from resolvers.education import COLUMNS as EDUCATION_COLUMNS
from resolvers.education import education_rows
from resolvers.exports.files import HIDDEN, ExportPart, Streamed, Totals, Withheld
from resolvers.sheets import CellKind, Column
from tenancy import tables as t
from tenancy.scope import Scope
from tenancy.statements import Reach, Statement, same

_C, _E = t.Consumption, t.Entitlement

COLUMNS: Final = (
    Column("day", CellKind.DAY),
    Column("workspace"),
    Column("agreement"),
    Column("package"),
    Column("entitlement"),
    Column("category"),
    Column("unit"),
    Column("what"),
    Column("who"),
    Column("quantity", CellKind.NUMBER, summed=True),
    Column("caseNumber"),
    Column("takesBack", CellKind.FLAG),
    Column("recordedAt", CellKind.MOMENT),
)

_WHERE = (
    _C.workspace_id == many("workspaces"),
    _C.occurred_on.between(bindparam("since", type_=Date), bindparam("until", type_=Date)),
)
_ROWS = Statement(
    select(
        _C.occurred_on.label("day"),
        t.Workspace.name.label("workspace"),
        t.Agreement.number.label("agreement"),
        t.Package.name.label("package"),
        _E.name.label("entitlement"),
        _E.category.label("category"),
        _E.allocation_type.label("unit"),
        _C.label.label("what"),
        _C.person.label("who"),
        _C.quantity.label("quantity"),
        t.Case.ticket_number.label("caseNumber"),
        _C.reverses_id.is_not(None).label("takesBack"),
        _C.recorded_at.label("recordedAt"),
    )
    .select_from(_C)
    .outerjoin(t.Workspace, same(t.Workspace.id, _C.workspace_id))
    .outerjoin(_E, same(_E.id, _C.entitlement_id))
    .outerjoin(t.Package, same(t.Package.id, _E.package_id))
    .outerjoin(t.Agreement, same(t.Agreement.id, t.Package.agreement_id))
    .outerjoin(t.Case, same(t.Case.id, _C.incident_id))
    .where(*_WHERE)
    .order_by(_C.occurred_on, _C.id)
)
_sum = func.sum(_C.quantity).label("quantity")
_COUNTED = Statement(
    select(
        func.count().label("rows"),
        _sum,
        func.count().filter(_E.id.is_(None)).label(f"{HIDDEN}entitlement"),
    )
    .select_from(_C)
    .outerjoin(_E, same(_E.id, _C.entitlement_id))
    .where(*_WHERE)
)
_WHOLE = Statement(select(func.count().label("rows"), _sum).where(*_WHERE), reach=Reach.TENANT)


def consumption_file(scope: Scope, workspaces: Sequence[str], since: date | None, until: date | None) -> Streamed:
    """The rows of these workspaces in a span of days, oldest first."""
    values = {"workspaces": list(workspaces), **span(since, until)}

    async def hidden(scope: Scope, seen: Totals) -> list[Withheld]:
        (whole,) = await scope.rows(_WHOLE, **values)
        if whole["rows"] == seen.rows:
            return []
        amount = Decimal(whole["quantity"] or 0) - seen.sums["quantity"]
        reason = f"Rows of cases that the reader may not see; their quantity is {amount}."
        return [Withheld(ExportPart.ROWS, "D-19", reason, count=whole["rows"] - seen.rows)]

    rules = {"entitlement": "WS-7"}
    return Streamed("consumption", scope.today, COLUMNS, _ROWS, _COUNTED, values, hidden, rules)


_LEARNT, _LEARNT_COUNTED = education_rows()


def education_file(scope: Scope, workspaces: Sequence[str], since: date | None, until: date | None) -> Streamed:
    """All that was started in these workspaces in a span of days, oldest first."""
    values = {"keys": list(workspaces), **span(since, until)}
    return Streamed("education", scope.today, EDUCATION_COLUMNS, _LEARNT, _LEARNT_COUNTED, values)


def span(since: date | None, until: date | None) -> dict[str, Any]:
    return {"since": since or date(1900, 1, 1), "until": until or date(9999, 12, 31)}
