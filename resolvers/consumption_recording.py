"""Use that no case causes: delivered hours, credits, courses; recorded by the operator and taken back by it
(CA-5, CA-26, CA-27, I-8; AE-13, AE-16).
"""

from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import exists, select
from sqlalchemy.orm import aliased

from resolvers.loaders import KEYS
from resolvers.once import Answer, once
from resolvers.refusals import refuse
from resolvers.rules import recording
from resolvers.rules.entitlement_states import Term
from resolvers.rules.refused import Refused
from resolvers.terms import SEEN, Account, lock_accounts
from resolvers.texts import check_text
from tenancy import tables as t
from tenancy.changes import Change
from tenancy.errors import BadInput, BusinessRefusal, NotFound
from tenancy.permissions import Action
from tenancy.statements import Reach, Statement, same
from tenancy.viewer import require
from tenancy.words import EntitlementState

LONGEST = 200
"""Characters of a label, and of a person's name."""

_PLACE = Statement(select(t.Workspace.id).where(t.Workspace.id == KEYS))

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
        exists().where(same(_back.reverses_id, t.Consumption.id)).label("is_reversed"),
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
    require(change.viewer, Action.RECORD_CONSUMPTION, use.workspace_id, rule="CA-26", field="workspace_id")
    return await once(change, "recordConsumption", key, asdict(use), lambda: _record(change, use))


async def reverse_consumption(change: Change, key: str, consumption_id: str) -> Answer:
    """Take one ledger row back by a row of the opposite quantity, on the day of use that it had."""
    require(change.viewer, Action.RECORD_CONSUMPTION, rule="CA-26")
    given = {"consumption_id": consumption_id}
    return await once(change, "reverseConsumption", key, given, lambda: _reverse(change, consumption_id))


async def _record(change: Change, use: Use) -> Answer:
    for name in ("label", "person"):
        check_text(name, getattr(use, name), LONGEST)
    for name, statement, id in (
        ("workspace_id", _PLACE, use.workspace_id),
        ("entitlement_id", SEEN, use.entitlement_id),
    ):
        if not await change.rows(statement, keys=[id]):
            raise NotFound(field=name)
    account = (await lock_accounts(change, [use.entitlement_id], use.workspace_id))[use.entitlement_id]
    quantity = _decided(account, use.quantity)
    if not account.cover.is_mapped:
        raise BadInput(field="workspace_id", rule="WS-14")
    day = _day(account.cover.term, use.occurred_on or change.today, change.today)
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
    await lock_accounts(change, [found["entitlement_id"]], None)
    row = await change.one(_ROW, keys=[consumption_id])
    quantity = recording.reverse(
        Decimal(row["quantity"]), row["reverses_id"] is not None, row["is_reversed"], row["incident_id"] is not None
    )
    if isinstance(quantity, Refused):
        raise refuse(quantity)
    back = {**{name: row[name] for name in _KEPT}, "quantity": quantity, "reverses_id": consumption_id}
    return await _write(change, "REVERSE_CONSUMPTION", back)


def _decided(account: Account, quantity: Decimal) -> Decimal:
    """The quantity to write, or the refusal of what is not recorded."""
    decided = recording.record(account.category, account.terms, quantity)
    if isinstance(decided, Refused):
        raise refuse(decided)
    if account.cover.term.state is EntitlementState.DRAFT:
        raise BusinessRefusal("ENTITLEMENT_STATE", rule="CA-26", field="entitlement_id")
    return decided


def _day(term: Term, day: date, today: date) -> date:
    """The day of use: within the entitlement's dates, and not to come."""
    last = min(term.ends_on, today)
    if not term.starts_on <= day <= last:
        span = {"minimum": term.starts_on.isoformat(), "maximum": last.isoformat()}
        raise BadInput(field="occurred_on", rule="CA-26", details=span)
    return day


async def _write(change: Change, action: str, row: dict[str, Any]) -> Answer:
    id = await change.add(t.Consumption, {**row, "recorded_at": change.now})
    change.audit(action, "Consumption", id, quantity=str(row["quantity"]), entitlement=row["entitlement_id"])
    change.publish("activity", row["entitlement_id"], row["workspace_id"])
    return {"consumption_id": id, "entitlement_id": row["entitlement_id"]}
