"""Opening a case: may I, lock, decide, write (CS-13..38). Everything happens in one transaction, or nothing does."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from secrets import token_hex
from typing import Any

from sqlalchemy import Uuid, bindparam, select

from resolvers.case_facts import SELF, Found, check_references, check_texts, claim_of, find, line
from resolvers.figures import case_moved
from resolvers.once import Answer, once
from resolvers.promises import LIKELY, promise, start_clocks
from resolvers.refusals import granted, refuse
from resolvers.rules.applicability import Claim, applicable, default_on_create
from resolvers.rules.decrement import Claimant, settle
from resolvers.rules.refused import Refused
from resolvers.sharing import DEFAULT_GROUP, share_with_groups
from resolvers.terms import DEFAULT, Account, book, lock_accounts
from tenancy import tables as t
from tenancy.changes import Change
from tenancy.errors import BadInput, Forbidden
from tenancy.permissions import Action
from tenancy.statements import Reach, Statement
from tenancy.viewer import require
from tenancy.words import (
    CaseState,
    CaseStatus,
    CaseType,
    Classification,
    Origin,
    Priority,
    RecordType,
    SupportKind,
)


@dataclass(frozen=True)
class OpenCase:
    """What the caller wants; ids are uuids. None leaves the choice to the rules."""

    title: str
    support_kind: SupportKind
    description: str | None = None
    workspace_id: str | None = None
    customer_id: str | None = None
    contact_id: str | None = None
    primary_contact_id: str | None = None
    subject_id: str | None = None
    product_id: str | None = None
    entitlement_id: str | None = None
    decrement_terms: bool = True
    sla_id: str | None = None
    origin: Origin | None = None
    case_type: CaseType | None = None
    priority: Priority = Priority.NORMAL
    classification: Classification | None = None
    agreement_id: str | None = None
    package_id: str | None = None
    owner_id: str | None = None
    route_case: bool = True


_FOR_THE_DESK = {
    "sla_id": Action.WORK_CASES,
    "owner_id": Action.WORK_CASES,
    "classification": Action.WORK_CASES,
    "decrement_terms": Action.CONTROL_DECREMENT,
}
"""Inputs that only the desk may set, and the right that each takes (CS-36, CS-15)."""

_SWITCH = Statement(
    select(t.Tenant.auto_entitlement_on_create).where(t.Tenant.id == bindparam("tenant", type_=Uuid(as_uuid=False))),
    reach=Reach.TENANT,
)


_BESIDE = {"self": SELF, "likely": LIKELY, "group": DEFAULT_GROUP}
"""What is read together with whatever the input names, before anything is locked."""


async def open_case(change: Change, key: str, wanted: OpenCase) -> Answer:
    """Open one case; the answer holds its id. The same key with the same input opens nothing twice."""
    require(change.viewer, Action.OPEN_CASE, wanted.workspace_id, rule="WS-13", field="workspace_id")
    return await once(change, "createCase", key, asdict(wanted), lambda: open_child(change, wanted, None))


async def open_child(change: Change, wanted: OpenCase, parent_id: str | None) -> Answer:
    """Open a case below `parent_id`, which the caller has locked and found fit (I-12); None opens one by itself."""
    _check(change, wanted)
    named = asdict(wanted)
    found = await find(change, named, _BESIDE, user=change.viewer.user_id)
    check_references(found, named)
    case = _complete(change, wanted, found)
    claim = await claim_of(change, case)
    accounts = await _accounts(change, wanted, case)
    account = _chosen(change, wanted, claim, accounts)
    entries = granted(settle(None, _claimant(wanted, case, account))) or ()
    given = await promise(change, wanted.sla_id, account.sla_id if account else None, found["likely"])
    case |= {
        "parent_id": parent_id,
        "entitlement_id": account.terms.id if account else None,
        "sla_id": given.choice.sla_id if given else None,
        "sla_source": given.choice.source if given else None,
    }
    id = await change.add(t.Case, case)
    await book(change, id, entries)
    await start_clocks(change, id, given, case, change.now)
    await share_with_groups(change, id, found["group"])
    await _announce(change, id, case)
    return {"case_id": id}


def _check(change: Change, wanted: OpenCase) -> None:
    """Shape of the input, and what only the desk may say."""
    check_texts(wanted.title, wanted.description)
    for name, action in _FOR_THE_DESK.items():
        if getattr(wanted, name) != getattr(OpenCase, name) and not change.viewer.may(action, wanted.workspace_id):
            raise Forbidden(field=name, rule="CS-36" if name == "decrement_terms" else "CS-15")


def _complete(change: Change, wanted: OpenCase, found: Found) -> dict[str, Any]:
    """The columns of the new case: what was said, and what follows from it. Nobody named, it is the tenant's own."""
    own = wanted.customer_id or next((row["id"] for row in found["self"]), None)
    if own is None:
        raise BadInput(field="customer_id", rule="D-39")
    package_id, agreement_id = line(found, asdict(wanted))
    me = change.viewer.user_id
    by_desk = change.viewer.everywhere(Action.WORK_CASES)
    return {
        **{name: getattr(wanted, name) for name in _COPIED},
        "customer_id": own,
        "package_id": package_id,
        "agreement_id": agreement_id,
        "owner_id": wanted.owner_id or me,
        "primary_contact_user_id": wanted.primary_contact_id or (None if by_desk else me),
        "ticket_number": f"CAS-{change.now:%y%m%d}-{token_hex(4).upper()}",
        "state": CaseState.ACTIVE,
        "status": CaseStatus.IN_PROGRESS,
        "created_by": me,
        "created_at": change.now,
        "modified_at": change.now,
    }


_COPIED = (
    "title",
    "description",
    "workspace_id",
    "contact_id",
    "subject_id",
    "product_id",
    "decrement_terms",
    "origin",
    "case_type",
    "priority",
    "support_kind",
    "classification",
    "route_case",
)


async def _accounts(change: Change, wanted: OpenCase, case: Mapping[str, Any]) -> dict[str, Account]:
    """The entitlements that may come into question, locked: the one named, else the customer's default (AE-69)."""
    if wanted.entitlement_id is not None:
        return await lock_accounts(change, [wanted.entitlement_id], wanted.workspace_id)
    if not await change.value(_SWITCH, tenant=change.viewer.tenant_id):
        return {}
    rows = await change.rows(DEFAULT, customer=case["customer_id"])
    return await lock_accounts(change, [row["id"] for row in rows], wanted.workspace_id)


def _chosen(change: Change, wanted: OpenCase, claim: Claim, accounts: Mapping[str, Account]) -> Account | None:
    """The entitlement that goes on the case; one that was named must apply, a default that does not is left out."""
    if wanted.entitlement_id is not None:
        account = accounts[wanted.entitlement_id]
        refused = applicable(account.cover, claim, change.today)
        if isinstance(refused, Refused):
            raise refuse(refused)
        return account
    default = next(iter(accounts.values()), None)
    id = default_on_create(True, None, default.cover if default else None, claim, change.today)
    return None if id is None else accounts[id]


def _claimant(wanted: OpenCase, case: Mapping[str, Any], account: Account | None) -> Claimant:
    return Claimant(
        entitlement=account.terms if account else None,
        decrement_terms=wanted.decrement_terms,
        classification=wanted.classification,
        origin=wanted.origin,
        workspace_id=case["workspace_id"],
    )


async def _announce(change: Change, id: str, case: Mapping[str, Any]) -> None:
    """The post of the creation (CS-51, I-19), the audit entry, and the events."""
    post = {"incident_id": id, "record_type": RecordType.AUTO_POST, "subject": "Case created", "created_at": change.now}
    entry_id = await change.add(t.TimelineEntry, {**post, "author_id": change.viewer.user_id})
    change.audit("CREATE_CASE", "Case", id, entitlement=case["entitlement_id"], workspace=case["workspace_id"])
    change.publish("case", id, case["workspace_id"], change="CREATED")
    change.publish("timeline", entry_id, case["workspace_id"], case=id, change="ADDED")
    case_moved(change, None, {**case, "id": id})
