"""Drawing up an entitlement, and editing it while it is a draft (2.3; CS-31, I-6, I-9, I-10, D-38)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import exists, select

from resolvers.entitlement_holding import Facts, hold_entitlement, may_manage, rewrite, told
from resolvers.entitlement_lists import Lists, check_lists, lists_of, write_lists
from resolvers.loaders import KEYS
from resolvers.refusals import granted
from resolvers.rules.decrement import Balance
from resolvers.rules.entitlement_edits import Deal, affordable, revise
from resolvers.rules.entitlement_states import Definition, decrease_on, define, edit
from resolvers.rules.quantities import ZERO
from resolvers.terms import lock_accounts, term_of
from resolvers.texts import check_text
from tenancy import tables as t
from tenancy.changes import Change
from tenancy.errors import BadInput, NotFound
from tenancy.statements import Reach, Statement, same
from tenancy.words import AllocationType, Category, DecreaseOn, EntitlementState

LONGEST_NAME: Final = 100
LONGEST_DESCRIPTION: Final = 2000

REQUIRED: Final = (
    "name",
    "customer_id",
    "category",
    "allocation_type",
    "restrict_case_creation",
    "starts_on",
    "ends_on",
)
"""What an entitlement always has: a patch may change it, and not take it away."""

_AS_THEY_ARE: Final[Mapping[str, Any]] = {
    "customer_id": str,
    "name": str,
    "description": str,
    "category": Category,
    "allocation_type": AllocationType,
    "total_terms": Decimal,
    "decrease_on": DecreaseOn,
    "restrict_case_creation": bool,
    "sla_id": str,
    "starts_on": date.fromisoformat,
    "ends_on": date.fromisoformat,
}
"""The columns that may be edited, and what their values are beyond the text of a row."""

_CUSTOMER = Statement(select(t.Customer.id).where(t.Customer.id == KEYS))
_SLA = Statement(select(t.Sla.id).where(t.Sla.id == KEYS))
_CARRIED = Statement(
    select(t.Entitlement.id).where(
        t.Entitlement.id == KEYS,
        exists().where(same(t.Case.entitlement_id, t.Entitlement.id))
        | exists().where(same(t.Consumption.entitlement_id, t.Entitlement.id)),
    ),
    reach=Reach.TENANT,
)


@dataclass(frozen=True)
class Draft:
    """What is asked for: columns (`_AS_THEY_ARE`) and lists; what is not in them stays as it is."""

    columns: Mapping[str, Any]
    lists: Lists = field(default_factory=Lists)


async def create_entitlement(change: Change, wanted: Draft) -> str:
    """Draw up a draft; its id. Cases use it up: benefits that nothing is recorded on come with agreements (CA-27)."""
    may_manage(change)
    columns = _complete(wanted.columns)
    await _check(change, columns, wanted.lists)
    id = await change.add(t.Entitlement, {**columns, "is_consumable": True, "state": EntitlementState.DRAFT})
    await write_lists(change, id, wanted.lists)
    told(change, id, "CREATE", customer=columns["customer_id"])
    return id


async def update_entitlement(change: Change, entitlement_id: str, version: int, wanted: Draft) -> None:
    """Edit a draft; what cases were judged by stays as it was."""
    held = await hold_entitlement(change, entitlement_id, version)
    granted(edit(term_of(held), change.today))
    before, lists = _editable(held), await lists_of(change, entitlement_id)
    after = _complete({**before, **wanted.columns})
    await _check(change, after, wanted.lists.over(lists))
    await _check_use(change, entitlement_id, before, after, wanted.lists.over(lists))
    await write_lists(change, entitlement_id, wanted.lists, lists)
    new = {name: value for name, value in after.items() if value != before[name]}
    await rewrite(change, held, new, "UPDATE")


def _editable(held: Facts) -> dict[str, Any]:
    """The columns that may be edited, each as what it is."""
    return {name: None if held[name] is None else make(held[name]) for name, make in _AS_THEY_ARE.items()}


def _complete(columns: Mapping[str, Any]) -> dict[str, Any]:
    """The columns, with the moment of charging that follows from the allocation where none is said."""
    for name in REQUIRED:
        if columns[name] is None:
            raise BadInput(field=name, rule="CS-31")
    return {**columns, "decrease_on": decrease_on(columns["allocation_type"], columns["decrease_on"])}


async def _check(change: Change, columns: Mapping[str, Any], lists: Lists) -> None:
    """Things that exist, then shape and range."""
    if not await change.rows(_CUSTOMER, keys=[columns["customer_id"]]):
        raise NotFound(field="customer_id")
    if columns["sla_id"] is not None and not await change.rows(_SLA, keys=[columns["sla_id"]]):
        raise NotFound(field="sla_id")
    await check_lists(change, lists, columns["customer_id"])
    check_text("name", columns["name"], LONGEST_NAME, needed=True, rule="CS-31")
    check_text("description", columns["description"], LONGEST_DESCRIPTION, rule="CS-31")
    definition = Definition(
        columns["starts_on"],
        columns["ends_on"],
        columns["allocation_type"],
        columns["decrease_on"],
        columns["total_terms"],
        tuple((lists.channels or {}).values()),
    )
    granted(define(definition))


async def _check_use(
    change: Change, entitlement_id: str, before: Mapping[str, Any], after: Mapping[str, Any], lists: Lists
) -> None:
    is_used = bool(await change.rows(_CARRIED, keys=[entitlement_id]))
    granted(revise(_deal(before), _deal(after), is_used))
    used = (await lock_accounts(change, [entitlement_id], None))[entitlement_id].used
    balances = [("total_terms", Balance(after["total_terms"], sum(used.values(), ZERO)))]
    balances += [
        ("channels", Balance(total, used.get(origin, ZERO))) for origin, total in (lists.channels or {}).items()
    ]
    granted(affordable(after["restrict_case_creation"], after["decrease_on"], balances))


def _deal(columns: Mapping[str, Any]) -> Deal:
    return Deal(columns["customer_id"], columns["allocation_type"], columns["decrease_on"])
