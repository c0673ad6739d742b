"""What every change of a case ends with: charges settled, clocks followed, version and time moved on, and a closed
case out of its queue (I-10, I-14).

    ledger = await open_ledger(change, [case])              accounts locked in the order of their ids
    await keep(change, [Edit(case, {"state": ...})], ledger)

The cases are locked by the caller (`resolvers.case_holding`).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from sqlalchemy import exists, select
from sqlalchemy.orm import aliased

from resolvers.case_clocks import follow_clocks
from resolvers.case_holding import Facts
from resolvers.figures import case_moved
from resolvers.loaders import KEYS
from resolvers.promises import promise
from resolvers.queue_places import leave_queues
from resolvers.refusals import granted
from resolvers.rules.decrement import Charge, Claimant, Entry, settle
from resolvers.rules.refused import Refused
from resolvers.terms import Account, book, lock_accounts
from tenancy import tables as t
from tenancy.changes import Change
from tenancy.statements import Reach, Statement, same
from tenancy.words import CaseState, Classification, Origin, SlaSource

_reversal = aliased(t.Consumption)
_OPEN_CHARGES = Statement(
    select(
        t.Consumption.id,
        t.Consumption.incident_id,
        t.Consumption.entitlement_id,
        t.Consumption.quantity,
        t.Consumption.origin,
        t.Consumption.workspace_id,
    )
    .where(
        t.Consumption.incident_id == KEYS,
        t.Consumption.reverses_id.is_(None),
        ~exists().where(same(_reversal.reverses_id, t.Consumption.id)),
    )
    .order_by(t.Consumption.id),
    reach=Reach.TENANT,
)


@dataclass(frozen=True)
class Edit:
    """A locked case and the columns that it takes on; `billable_minutes` count when it is resolved."""

    case: Facts
    new: Facts
    billable_minutes: int = 0

    @property
    def after(self) -> Facts:
        return {**self.case, **self.new}

    @property
    def closes(self) -> bool:
        return "state" in self.new and self.new["state"] != CaseState.ACTIVE


@dataclass(frozen=True)
class Ledger:
    """The locked entitlements that a command may charge, and the open charges of its cases."""

    accounts: Mapping[str, Account]
    charges: Mapping[str, Sequence[Charge]] = field(default_factory=dict)


async def open_ledger(change: Change, cases: Sequence[Facts], more: Iterable[str | None] = ()) -> Ledger:
    """Lock the entitlements of these cases and of their open charges, and `more`, each once and in order (C-04).

    Coverage by workspace (`Cover.is_mapped`) is told for a single case only.
    """
    charges: dict[str, list[Charge]] = {}
    for row in await change.rows(_OPEN_CHARGES, keys=sorted(case["id"] for case in cases)):
        charges.setdefault(row["incident_id"], []).append(_charge(row))
    charged = [charge.entitlement_id for found in charges.values() for charge in found]
    wanted = {*charged, *(case["entitlement_id"] for case in cases), *more}
    workspace = cases[0]["workspace_id"] if len(cases) == 1 else None
    return Ledger(await lock_accounts(change, [id for id in wanted if id], workspace), charges)


async def keep(change: Change, edits: Sequence[Edit], ledger: Ledger | None = None) -> None:
    """Settle the charges, write the cases, follow their clocks, and tell those who listen."""
    known = ledger or await open_ledger(change, [edit.case for edit in edits])
    for edit in edits:
        # Each case is judged by the balance before the command: those that change many cases at once charge nothing
        # that may be refused (D-12, D-33).
        await book(change, edit.case["id"], _entries(edit, known))
        await touch(change, edit.case, edit.new)
    await follow_clocks(change, [edit.after for edit in edits])
    await leave_queues(change, [edit.case for edit in edits if edit.closes])


def has_terms(edit: Edit, ledger: Ledger) -> bool:
    """Whether the entitlements have what the edit would charge (D-12)."""
    return not isinstance(_settled(edit, ledger), Refused)


async def touch(change: Change, case: Facts, new: Facts) -> None:
    """Write the columns, the next version and the time of the change."""
    await change.alter(t.Case, case["id"], {**new, "version": case["version"] + 1, "modified_at": change.now})
    change.publish("case", case["id"], case["workspace_id"], change="CHANGED")
    case_moved(change, case, {**case, **new})


async def sla_of(change: Change, case: Facts, account: Account | None) -> dict[str, Any]:
    """The columns of the SLA that a case has with this entitlement: one set by hand stays (AE-74, D-16)."""
    manual = case["sla_id"] if case["sla_source"] == SlaSource.MANUAL else None
    given = await promise(change, manual, account.sla_id if account else None)
    return {"sla_id": given.choice.sla_id if given else None, "sla_source": given.choice.source if given else None}


def _entries(edit: Edit, ledger: Ledger) -> Any:
    return granted(_settled(edit, ledger)) or ()


def _settled(edit: Edit, ledger: Ledger) -> tuple[Entry, ...] | Refused:
    before = _claimant(edit.case, ledger.accounts)
    after = _claimant(edit.after, ledger.accounts, edit.billable_minutes)
    return settle(before, after, ledger.charges.get(edit.case["id"], ()))


def _claimant(case: Facts, accounts: Mapping[str, Account], minutes: int = 0) -> Claimant:
    entitlement = case["entitlement_id"]
    return Claimant(
        entitlement=accounts[entitlement].terms if entitlement else None,
        state=CaseState(case["state"]),
        decrement_terms=case["decrement_terms"],
        classification=Classification(case["classification"]) if case["classification"] else None,
        origin=_origin(case["origin"]),
        workspace_id=case["workspace_id"],
        billable_minutes=minutes,
    )


def _charge(row: Any) -> Charge:
    origin = _origin(row["origin"])
    return Charge(row["id"], row["entitlement_id"], Decimal(row["quantity"]), origin, row["workspace_id"])


def _origin(name: str | None) -> Origin | None:
    return Origin(name) if name else None
