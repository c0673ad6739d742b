"""Use that no case causes: delivered hours, credits, courses; recorded by the operator and taken back by it
(CA-5, CA-26, CA-27, I-8; AE-13, AE-16).
"""

from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import Uuid, and_, bindparam, exists, select
from sqlalchemy.orm import aliased

from resolvers.loaders import KEYS
from resolvers.once import Answer, once
from resolvers.refusals import refuse
from resolvers.rules import recording
from resolvers.rules.refused import Refused
from resolvers.terms import SEEN
from tenancy import tables as t
from tenancy.changes import Change
from tenancy.errors import BadInput, BusinessRefusal, NotFound
from tenancy.permissions import Action
from tenancy.statements import Reach, Statement
from tenancy.viewer import require
from tenancy.words import AllocationType, Category, EntitlementState

LONGEST = 200
"""Characters of a label, and of a person's name."""

_E = t.Entitlement
_LOCK = Statement(
    select(_E.category, _E.allocation_type, _E.is_consumable, _E.package_id, _E.state, _E.starts_on, _E.ends_on)
    .where(_E.id == KEYS)
    .with_for_update(),
    reach=Reach.TENANT,
)

_MAPPED = Statement(
    select(t.WorkspacePackage.workspace_id).where(
        t.WorkspacePackage.workspace_id == bindparam("workspace", type_=Uuid(as_uuid=False)),
        t.WorkspacePackage.package_id == bindparam("package", type_=Uuid(as_uuid=False)),
    ),
    reach=Reach.TENANT,
)

_FOUND = Statement(select(t.Consumption.id, t.Consumption.entitlement_id).where(t.Consumption.id == KEYS))

_back = aliased(t.Consumption)
_ROW = Statement(
    select(
        t.Consumption.entitlement_id,
        t.Consumption.workspace_id,
        t.Consumption.incident_id,
        t.Consumption.origin,
        t.Consumption.quantity,
        t.Consumption.occurred_on,
        t.Consumption.label,
        t.Consumption.person,
        t.Consumption.detail,
        t.Consumption.reverses_id,
        exists()
        .where(and_(_back.tenant_id == t.Consumption.tenant_id, _back.reverses_id == t.Consumption.id))
        .label("is_reversed"),
    ).where(t.Consumption.id == KEYS),
    reach=Reach.TENANT,
)

_KEPT = ("entitlement_id", "workspace_id", "origin", "occurred_on", "label", "person", "detail")


@dataclass(frozen=True)
class Use:
    """What was used, as the caller says it; ids are uuids. Without a day it was today."""

    entitlement_id: str
    workspace_id: str
    quantity: Decimal
    occurred_on: date | None = None
    label: str | None = None
    person: str | None = None


async def record_consumption(change: Change, key: str, use: Use) -> Answer:
    """Write one ledger row; the answer holds its id. The same key with the same input writes nothing twice."""
    try:
        require(change.viewer, Action.RECORD_CONSUMPTION, use.workspace_id, rule="CA-26")
    except NotFound:
        raise NotFound(field="workspace_id") from None
    return await once(change, "recordConsumption", key, asdict(use), lambda: _record(change, use))


async def reverse_consumption(change: Change, key: str, consumption_id: str) -> Answer:
    """Take one ledger row back by a row of the opposite quantity, on the day of use that it had."""
    require(change.viewer, Action.RECORD_CONSUMPTION, rule="CA-26")
    given = {"consumption_id": consumption_id}
    return await once(change, "reverseConsumption", key, given, lambda: _reverse(change, consumption_id))


async def _record(change: Change, use: Use) -> Answer:
    _check_texts(use)
    if not await change.rows(SEEN, keys=[use.entitlement_id]):
        raise NotFound(field="entitlement_id")
    (line,) = await change.rows(_LOCK, keys=[use.entitlement_id])
    quantity = _decided(line, use.quantity)
    if not await change.rows(_MAPPED, workspace=use.workspace_id, package=line["package_id"]):
        raise BadInput(field="workspace_id", rule="WS-14")
    day = use.occurred_on or change.today
    if not _open_on(line, day) or day > change.today:
        raise BadInput(field="occurred_on", rule="CA-26")
    row = {
        "entitlement_id": use.entitlement_id,
        "workspace_id": use.workspace_id,
        "quantity": quantity,
        "occurred_on": day,
        "label": use.label,
        "person": use.person,
    }
    return await _write(change, "RECORD_CONSUMPTION", row)


async def _reverse(change: Change, consumption_id: str) -> Answer:
    found = await change.row(_FOUND, keys=[consumption_id])
    if found is None:
        raise NotFound(field="consumption_id")
    await change.rows(_LOCK, keys=[found["entitlement_id"]])
    row = await change.one(_ROW, keys=[consumption_id])
    quantity = recording.reverse(
        Decimal(row["quantity"]), row["reverses_id"] is not None, row["is_reversed"], row["incident_id"] is not None
    )
    if isinstance(quantity, Refused):
        raise refuse(quantity)
    back = {**{name: row[name] for name in _KEPT}, "quantity": quantity, "reverses_id": consumption_id}
    return await _write(change, "REVERSE_CONSUMPTION", back)


def _decided(line: Any, quantity: Decimal) -> Decimal:
    """The quantity to write, or the refusal of what is not recorded: benefits, and people (D-35)."""
    category = Category(line["category"])
    if category is Category.SUPPORT_CONTACTS:
        raise BusinessRefusal("NOT_CONSUMABLE", rule="D-35", field="entitlement_id")
    if line["state"] == EntitlementState.DRAFT:
        raise BusinessRefusal("ENTITLEMENT_STATE", rule="CA-26", field="entitlement_id")
    decided = recording.record(category, AllocationType(line["allocation_type"]), line["is_consumable"], quantity)
    if isinstance(decided, Refused):
        raise refuse(decided)
    return decided


def _open_on(line: Any, day: date) -> bool:
    return date.fromisoformat(line["starts_on"]) <= day <= date.fromisoformat(line["ends_on"])


def _check_texts(use: Use) -> None:
    for name in ("label", "person"):
        text = getattr(use, name) or ""
        if len(text) > LONGEST or "\0" in text:
            raise BadInput(field=name, details={"maximum": LONGEST})


async def _write(change: Change, action: str, row: dict[str, Any]) -> Answer:
    id = await change.add(t.Consumption, {**row, "recorded_at": change.now})
    change.audit(action, "Consumption", id, quantity=str(row["quantity"]), entitlement=row["entitlement_id"])
    change.publish("activity", row["entitlement_id"], row["workspace_id"])
    return {"consumption_id": id, "entitlement_id": row["entitlement_id"]}
