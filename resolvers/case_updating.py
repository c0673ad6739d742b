"""Editing a case: its facts, its entitlement, its exemption, its owner (CS-15, CS-31..37; D-13..D-16, AE-67, AE-88)."""

from collections.abc import Mapping
from typing import Any

from resolvers.case_facts import check_references, check_texts, claim_of, find, line
from resolvers.case_holding import Facts, check_editable, customs, hold
from resolvers.case_keeping import Edit, Ledger, has_terms, keep, open_ledger, sla_of
from resolvers.refusals import granted
from resolvers.rules.applicability import Claim, applicable, covers, default_on_update
from resolvers.rules.case_states import writable
from resolvers.terms import DEFAULT
from tenancy.changes import Change
from tenancy.errors import BadInput
from tenancy.permissions import Action
from tenancy.words import CaseStatus, SlaSource

REQUIRED = frozenset(
    {
        "title",
        "priority",
        "status",
        "support_kind",
        "customer_id",
        "route_case",
        "first_response_sent",
        "is_escalated",
    }
)
"""What a case always has: a patch may change it, and not take it away."""

Claims = tuple[Claim, Claim]
"""What a case claims for, before and after a change of it."""


async def update_case(change: Change, case_id: str, version: int, patch: Mapping[str, Any]) -> None:
    """Write the columns that are in `patch` (None empties one); `sla_id` in it is a choice by hand."""
    case = await hold(change, case_id)
    check_editable(case, version)
    wanted = {name: value for name, value in patch.items() if value != case[name] or name == "sla_id"}
    await _check(change, case, wanted)
    after = {**case, **wanted}
    if "customer_id" in wanted:
        after["entitlement_id"] = None  # CS-37
        if "contact_id" not in wanted and (await claim_of(change, after)).is_by_a_stranger:
            after["contact_id"] = None
    claims = (await claim_of(change, case), await claim_of(change, after))
    default = await _default(change, after, claims)
    ledger = await open_ledger(change, [case], [default])
    after |= await _entitlement(change, case, after, claims, ledger, default)
    after |= await _sla(change, case, after, wanted, ledger)
    new = {name: value for name, value in after.items() if value != case[name]}
    change.audit("UPDATE_CASE", "Case", case_id, fields=sorted(new))
    await keep(change, [Edit(case, new)], ledger)


async def apply_entitlement(change: Change, case_id: str, entitlement_id: str | None, version: int | None) -> None:
    """Put an entitlement on the case, or take it off: what the old one was charged comes back first (AE-67, D-16)."""
    case = await hold(change, case_id)
    check_editable(case, version)
    new: dict[str, Any] = {"entitlement_id": entitlement_id}
    if entitlement_id is not None:
        new |= await _line(change, entitlement_id)
    ledger = await open_ledger(change, [case], [entitlement_id])
    account = ledger.accounts[entitlement_id] if entitlement_id else None
    if account is not None and entitlement_id != case["entitlement_id"]:
        granted(applicable(account.cover, await claim_of(change, case), change.today))
    new |= await sla_of(change, case, account)
    change.audit("APPLY_ENTITLEMENT", "Case", case_id, entitlement=entitlement_id)
    await keep(change, [Edit(case, new)], ledger)


async def set_decrement(change: Change, case_id: str, decrement: bool, version: int | None) -> None:
    """Exempt the case from charging, which gives a charge back, or take the exemption back (CS-36, AE-59, D-14)."""
    case = await hold(change, case_id, action=Action.CONTROL_DECREMENT, rule="CS-36")
    check_editable(case, version)
    change.audit("SET_DECREMENT", "Case", case_id, decrement=decrement)
    await keep(change, [Edit(case, {"decrement_terms": decrement})])


async def assign_case(change: Change, case_id: str, owner_id: str, version: int | None) -> None:
    """Hand the case to another owner (CS-11)."""
    case = await hold(change, case_id)
    check_editable(case, version)
    named = {"owner_id": owner_id}
    check_references(await find(change, named), named)
    change.audit("ASSIGN_CASE", "Case", case_id, owner=owner_id)
    await keep(change, [Edit(case, {"owner_id": owner_id})])


async def _check(change: Change, case: Facts, wanted: Mapping[str, Any]) -> None:
    """Shape of the patch, and things that exist; what is not changed is not judged again (I-17)."""
    for name in sorted(REQUIRED & wanted.keys()):
        if wanted[name] is None:
            raise BadInput(field=name)
    check_texts(wanted.get("title", case["title"]), wanted.get("description"))
    if "status" in wanted:
        granted(writable(CaseStatus(wanted["status"])))
    check_references(await find(change, wanted), wanted)


async def _default(change: Change, after: Facts, claims: Claims) -> str | None:
    """The customer's default entitlement, where it may come into question (AE-69)."""
    if after["entitlement_id"] is not None or claims[0] == claims[1]:
        return None
    if not (await customs(change)).default_on_update:
        return None
    found = await change.row(DEFAULT, customer=after["customer_id"])
    return found["id"] if found else None


async def _entitlement(
    change: Change, case: Facts, after: Facts, claims: Claims, ledger: Ledger, default: str | None
) -> dict[str, Any]:
    """The entitlement after the patch: re-checked where the claim changed (D-13), or the default one.

    A default with too few terms is passed over: it restricts the creation of cases (D-12), and nobody named it here.
    """
    present = after["entitlement_id"]
    before, claim = claims
    if present is not None:
        if claim != before:
            granted(covers(ledger.accounts[present].cover, claim))
        return {}
    cover = ledger.accounts[default].cover if default else None
    id = default_on_update(default is not None, None, cover, before, claim, change.today)
    if id is None or not has_terms(Edit(case, {**after, "entitlement_id": id}), ledger):
        return {}
    return {"entitlement_id": id, **await _line(change, id)}


async def _sla(change: Change, case: Facts, after: Facts, wanted: Mapping[str, Any], ledger: Ledger) -> dict[str, Any]:
    """The SLA after the patch; it stays where neither it nor the entitlement was touched."""
    if "sla_id" not in wanted and after["entitlement_id"] == case["entitlement_id"]:
        return {}
    source = case["sla_source"]
    if "sla_id" in wanted:
        source = SlaSource.MANUAL if wanted["sla_id"] else None
    account = ledger.accounts.get(after["entitlement_id"]) if after["entitlement_id"] else None
    return await sla_of(change, {**after, "sla_source": source}, account)


async def _line(change: Change, entitlement_id: str) -> dict[str, Any]:
    """Package and agreement of an entitlement that is a line of one; others leave the case's own."""
    named = {"entitlement_id": entitlement_id}
    found = await find(change, named)
    check_references(found, named)
    package_id, agreement_id = line(found, named)
    return {} if package_id is None else {"package_id": package_id, "agreement_id": agreement_id}
