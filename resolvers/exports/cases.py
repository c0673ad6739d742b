"""The list of cases as a file: what the reader may see of it, newest first (CS-7, CA-12)."""

from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import and_, func, select
from sqlalchemy.orm import aliased

from resolvers.activity import many
from resolvers.cases import CASES, VIEWS, CaseView
from resolvers.exports.files import HIDDEN, ExportPart, Streamed, Totals, Withheld
from resolvers.sheets import CellKind, Column
from tenancy import tables as t
from tenancy.permissions import Action
from tenancy.remembered import remembered
from tenancy.scope import Scope
from tenancy.statements import Statement

_C = t.Case
_contact, _primary, _owner = aliased(t.Customer), aliased(t.User), aliased(t.User)

_NAMES: Final[Mapping[str, tuple[Any, Any, Any, str]]] = {
    "workspace": (t.Workspace, _C.workspace_id, t.Workspace.name, "WS-5"),
    "customer": (t.Customer, _C.customer_id, t.Customer.name, "CS-21"),
    "contact": (_contact, _C.contact_id, _contact.name, "CS-21"),
    "primaryContact": (_primary, _C.primary_contact_user_id, _primary.display_name, "WS-27"),
    "owner": (_owner, _C.owner_id, _owner.display_name, "WS-27"),
    "subject": (t.Subject, _C.subject_id, t.Subject.title, "CS-20"),
    "product": (t.Product, _C.product_id, t.Product.name, "CS-27"),
    "entitlement": (t.Entitlement, _C.entitlement_id, t.Entitlement.name, "CS-31"),
    "agreement": (t.Agreement, _C.agreement_id, t.Agreement.number, "CA-17"),
}
"""Column -> the table that names the thing, the reference, the name, and the rule that may hide it."""

_OWN: Final[Mapping[str, tuple[Any, CellKind]]] = {
    "ticketNumber": (_C.ticket_number, CellKind.TEXT),
    "title": (_C.title, CellKind.TEXT),
    "state": (_C.state, CellKind.TEXT),
    "status": (_C.status, CellKind.TEXT),
    "priority": (_C.priority, CellKind.TEXT),
    "origin": (_C.origin, CellKind.TEXT),
    "caseType": (_C.case_type, CellKind.TEXT),
    "supportKind": (_C.support_kind, CellKind.TEXT),
    "classification": (_C.classification, CellKind.TEXT),
    "createdAt": (_C.created_at, CellKind.MOMENT),
    "modifiedAt": (_C.modified_at, CellKind.MOMENT),
    "closedAt": (_C.closed_at, CellKind.MOMENT),
    "isEscalated": (_C.is_escalated, CellKind.FLAG),
    "firstResponseSent": (_C.first_response_sent, CellKind.FLAG),
}

COLUMNS: Final = (*(Column(name, kind) for name, (_, kind) in _OWN.items()), *(Column(name) for name in _NAMES))

_PLACES: Final = _C.workspace_id == many("workspaces")


@remembered
def _statements(active: frozenset[str]) -> tuple[Statement, Statement]:
    """The rows, and what is counted of them, for these filters."""
    where = [_PLACES if name == "workspaces" else CASES.filters[name] for name in sorted(active)]
    own = [column.label(name) for name, (column, _) in _OWN.items()]
    names = [shown.label(name) for name, (_, _, shown, _) in _NAMES.items()]
    rows = _joined(select(*own, *names)).where(*where).order_by(_C.created_at.desc(), _C.id)
    hidden = [
        func.count().filter(and_(key.is_not(None), table.id.is_(None))).label(HIDDEN + name)
        for name, (table, key, _, _) in _NAMES.items()
    ]
    return Statement(rows), Statement(_joined(select(func.count().label("rows"), *hidden)).where(*where))


def _joined(wanted: Any) -> Any:
    """What a case refers to, as far as the viewer sees it; a case is there without them too."""
    found = wanted.select_from(_C)
    for table, key, _, _ in _NAMES.values():
        same = [] if not hasattr(table, "tenant_id") else [table.tenant_id == _C.tenant_id]
        found = found.outerjoin(table, and_(*same, table.id == key))
    return found


def case_file(scope: Scope, view: CaseView, values: Mapping[str, Any]) -> Streamed:
    """The file; `values` are filters in use beside those of the view, `workspaces` among them or not."""
    given = dict.fromkeys(VIEWS[view]) | dict(values)
    rows, counted = _statements(frozenset(given))
    rules = {name: rule for name, (_, _, _, rule) in _NAMES.items()}
    return Streamed("cases", scope.today, COLUMNS, rows, counted, given, _unseen, rules)


async def _unseen(scope: Scope, _: Totals) -> list[Withheld]:
    """How many cases somebody may not see is not said: the number would tell of each one that is opened."""
    viewer = scope.viewer
    if viewer.everywhere(Action.SEE_EVERY_CASE) and viewer.enters_all:
        return []
    return [Withheld(ExportPart.ROWS, "CA-12", "Cases that the reader may not see.")]
