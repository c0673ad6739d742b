"""A case in the hand of a command: visible to the viewer, within a right, and locked (D-31, CS-5).

Cases are locked before anything that hangs on them, and several of them in the order of their ids (C-04).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Uuid, bindparam, func, or_, select

from resolvers.absence import absent, there
from resolvers.loaders import KEYS, by_id
from resolvers.refusals import granted
from resolvers.rules.case_states import current, editable
from resolvers.rules.hierarchy import Kin
from tenancy import tables as t
from tenancy.changes import Change
from tenancy.database import Row
from tenancy.permissions import Action
from tenancy.scope import Scope
from tenancy.statements import Reach, Statement
from tenancy.viewer import require
from tenancy.words import CaseState, ChildClosing

Facts = Mapping[str, Any]
"""The columns of one case."""

_COLUMNS = tuple(column.key for column in t.Case.__table__.columns)
_ALL = tuple(getattr(t.Case, name) for name in _COLUMNS)

_LOCK = Statement(select(*_ALL).where(t.Case.id == KEYS).order_by(t.Case.id).with_for_update(of=t.Case))

_LOCK_FAMILY = Statement(
    select(*_ALL)
    .where(or_(t.Case.id == KEYS, t.Case.parent_id == KEYS))
    .order_by(t.Case.id)
    .with_for_update(of=t.Case),
    reach=Reach.TENANT,
)

_CHILDREN = Statement(
    select(t.Case.parent_id, func.count().label("count")).where(t.Case.parent_id == KEYS).group_by(t.Case.parent_id),
    reach=Reach.TENANT,
)

_SEEN = by_id(t.Case, frozenset({"workspace_id"}), Row)

_CUSTOMS = Statement(
    select(t.Tenant.child_closing, t.Tenant.max_children, t.Tenant.auto_entitlement_on_update).where(
        t.Tenant.id == bindparam("tenant", type_=Uuid(as_uuid=False))
    )
)


@dataclass(frozen=True)
class Customs:
    """What an organisation decided for its own cases (2.6, AE-69)."""

    child_closing: ChildClosing
    max_children: int
    default_on_update: bool


async def customs(scope: Scope) -> Customs:
    """The customs of the viewer's tenant."""
    row = await scope.one(_CUSTOMS, tenant=scope.viewer.tenant_id)
    return Customs(ChildClosing(row["child_closing"]), row["max_children"], row["auto_entitlement_on_update"])


async def hold(
    change: Change, case_id: str, *, action: Action = Action.WORK_CASES, field: str = "case_id", rule: str = "CS-5"
) -> Facts:
    """The case, locked until the command has ended; NOT_FOUND, or FORBIDDEN without the right."""
    found = await hold_all(change, {field: [case_id]}, action=action, rule=rule)
    return found[case_id]


async def hold_all(
    change: Change,
    named: Mapping[str, Sequence[str]],
    *,
    action: Action = Action.WORK_CASES,
    rule: str = "CS-5",
) -> dict[str, Facts]:
    """Cases by id, locked; `named` are the ids by the input field that named them."""
    keys = sorted({id for ids in named.values() for id in ids})
    found: dict[str, Facts] = {row["id"]: dict(row) for row in await change.rows(_LOCK, keys=keys)}
    for field, ids in named.items():
        if not found.keys() >= set(ids):
            raise await absent(change, _SEEN, field, keys=sorted(set(ids) - found.keys()))
    for row in found.values():
        require(change.viewer, action, row["workspace_id"], rule=rule)
    return found


async def hold_family(change: Change, case_id: str) -> tuple[Facts, list[Facts]]:
    """The case and its children, locked; the children whoever may see them, because the customs of closing are those
    of the organisation (D-33)."""
    seen = await there(change, _SEEN, "case_id", keys=[case_id])
    require(change.viewer, Action.WORK_CASES, seen["workspace_id"], rule="CS-5")
    rows = {row["id"]: dict(row) for row in await change.rows(_LOCK_FAMILY, keys=[case_id])}
    case = rows.pop(case_id)
    return case, list(rows.values())


async def family_of(change: Change, ids: Iterable[str]) -> list[Facts]:
    """The children of these cases, locked."""
    keys = sorted(set(ids))
    return [dict(row) for row in await change.rows(_LOCK_FAMILY, keys=keys) if row["id"] not in keys]


async def kin_of(change: Change, cases: Iterable[Facts]) -> dict[str, Kin]:
    """Each case in its family: all children count, whoever may see them (I-12)."""
    held = list(cases)
    rows = await change.rows(_CHILDREN, keys=sorted(case["id"] for case in held))
    counts = {row["parent_id"]: row["count"] for row in rows}
    return {
        case["id"]: Kin(case["id"], case["parent_id"], counts.get(case["id"], 0), CaseState(case["state"]))
        for case in held
    }


def check_editable(case: Facts, version: int | None = None) -> None:
    """Closed cases are read-only (D-15), and an edit of an older version is a CONFLICT (C-08)."""
    if version is not None:
        granted(current(case["version"], version))
    granted(editable(CaseState(case["state"])))
