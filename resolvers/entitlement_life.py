"""The life of an entitlement: drafted, activated, ended, renewed, and made its customer's default (2.3, AE-68, AE-69).

What a day brings is not written: WAITING turns ACTIVE and ACTIVE turns EXPIRED whenever they are looked at
(`rules.entitlement_states.effective_state`).
"""

from sqlalchemy import Uuid, bindparam, select

from resolvers.entitlement_holding import Facts, hold_entitlement, lock_entitlements, may_manage, rewrite, told
from resolvers.entitlement_lists import lists_of, write_lists
from resolvers.refusals import granted
from resolvers.rules import entitlement_states as life
from resolvers.rules.refused import Refused
from resolvers.terms import DEFAULT, SEEN, term_of
from tenancy import tables as t
from tenancy.changes import Change
from tenancy.errors import BadInput
from tenancy.statements import Statement
from tenancy.words import EntitlementState

_LOCK_CUSTOMER = Statement(
    select(t.Customer.id)
    .where(t.Customer.id == bindparam("customer", type_=Uuid(as_uuid=False)))
    .with_for_update(key_share=True, of=t.Customer)
)

_CARRIED_OVER = (
    "customer_id",
    "name",
    "description",
    "category",
    "is_consumable",
    "allocation_type",
    "total_terms",
    "decrease_on",
    "restrict_case_creation",
    "sla_id",
    "action_url",
)
"""What a renewal copies; the ledger stays with the old one, so the new one has its full terms (D-32)."""


async def activate_entitlement(change: Change, entitlement_id: str, version: int | None) -> str:
    """Put a draft in force: ACTIVE at once, WAITING for its first day, or EXPIRED when its last day is over."""
    held = await hold_entitlement(change, entitlement_id, version)
    state = granted(life.activate(term_of(held), change.today))
    await rewrite(change, held, {"state": state}, "ACTIVATE")
    return entitlement_id


async def deactivate_entitlement(change: Change, entitlement_id: str, version: int | None) -> str:
    """Make it a draft again, to be edited; cases that carry it keep it and what they were charged."""
    held = await hold_entitlement(change, entitlement_id, version)
    state = granted(life.deactivate(term_of(held), change.today))
    await rewrite(change, held, {"state": state, "is_default": False}, "DEACTIVATE")
    return entitlement_id


async def cancel_entitlement(change: Change, entitlement_id: str, version: int | None) -> str:
    """End it before its last day."""
    held = await hold_entitlement(change, entitlement_id, version)
    state = granted(life.cancel(term_of(held), change.today))
    await rewrite(change, held, {"state": state, "is_default": False}, "CANCEL")
    return entitlement_id


async def renew_entitlement(change: Change, entitlement_id: str, version: int | None) -> str:
    """Draw up the draft that continues one that has ended; the id of the new one."""
    held = await hold_entitlement(change, entitlement_id, version)
    term = life.renew(term_of(held), change.today)
    granted(term)
    assert not isinstance(term, Refused)
    copied = {name: held[name] for name in _CARRIED_OVER}
    dates = {"state": term.state, "starts_on": term.starts_on, "ends_on": term.ends_on}
    id = await change.add(t.Entitlement, {**copied, **dates, "renewed_from_id": entitlement_id})
    await write_lists(change, id, await lists_of(change, entitlement_id))
    told(change, id, "RENEW", renewed_from=entitlement_id)
    return id


async def set_default_entitlement(change: Change, entitlement_id: str, version: int | None) -> str:
    """Make it the one that its customer's new cases get by themselves; the one before stops being it (I-7, AE-69)."""
    before = await _lock_defaults(change, entitlement_id)
    wanted = await hold_entitlement(change, entitlement_id, version)
    if wanted["customer_id"] is None:
        raise BadInput(field="entitlement_id", rule="I-7")
    granted(life.make_default(term_of(wanted), change.today))
    if wanted["is_default"]:
        return entitlement_id
    for each in before:
        await rewrite(change, each, {"is_default": False}, "REPLACE_DEFAULT")
    # One that waited for its first day is written down as what it has become, or it could not be the default (I-7).
    await rewrite(change, wanted, {"state": EntitlementState.ACTIVE, "is_default": True}, "SET_DEFAULT")
    return entitlement_id


async def _lock_defaults(change: Change, entitlement_id: str) -> list[Facts]:
    """The customer's present default, locked together with the new one, behind whoever does the same (C-13)."""
    may_manage(change)
    seen = await change.row(SEEN, keys=[entitlement_id])
    if seen is None or seen["customer_id"] is None:
        return []
    await change.rows(_LOCK_CUSTOMER, customer=seen["customer_id"])
    before = {row["id"] for row in await change.rows(DEFAULT, customer=seen["customer_id"])}
    held = await lock_entitlements(change, {entitlement_id, *before})
    return [each for each in held if each["id"] in before]
