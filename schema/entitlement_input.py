"""Drawing up, editing and ending entitlements (2.3, CS-31, CS-32, AE-68, AE-69)."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import strawberry

from resolvers import entitlement_defining as defining
from resolvers import entitlement_life as life
from resolvers import ids
from resolvers.commands import Payload as Answered
from resolvers.entitlement_lists import Lists
from resolvers.fields import named_by
from resolvers.loaders import Relation
from schema.entitlement import Entitlement
from schema.keyed import KEY, VERSION, once_id
from schema.payload import Payload
from schema.words import AllocationType, Category, DecreaseOn, Origin
from tenancy import tables as t
from tenancy.changes import Change
from tenancy.errors import BadInput

_LISTS = ("channels", "product_ids", "contact_ids")
_TYPES = {"customer_id": "Customer", "sla_id": "Sla"}


@strawberry.input(description="Terms of an entitlement for cases that come in one way.")
class ChannelTermsInput:
    origin: Origin = strawberry.field(description="How the cases come in.")
    total_terms: Decimal = strawberry.field(description="How much of the terms they may use; 0 excludes them.")


@strawberry.input(description="A new entitlement of a customer; it begins as a draft.")
class CreateEntitlementInput:
    idempotency_key: str = strawberry.field(description=KEY)
    customer_id: strawberry.ID = strawberry.field(description="Whose cases may charge it.")
    name: str = strawberry.field(description="Name, 1 to 100 characters.")
    starts_on: date = strawberry.field(description="First day, from 2000-01-01 on.")
    ends_on: date = strawberry.field(description="Last day, until 2999-12-31.")
    description: str | None = strawberry.field(default=None, description="What it gives, up to 2000 characters.")
    category: Category = strawberry.field(default=Category.REACTIVE_SUPPORT, description="What it is for.")
    allocation_type: AllocationType = strawberry.field(
        default=AllocationType.CASES, description="The unit of its terms."
    )
    total_terms: Decimal | None = strawberry.field(
        default=None, description="How much it gives, two places at most; null is unlimited."
    )
    decrease_on: DecreaseOn | None = strawberry.field(
        default=None, description="When a case charges it; without it when it is resolved. Hours go with that alone."
    )
    restrict_case_creation: bool = strawberry.field(
        default=False, description="Whether cases are refused when no terms are left."
    )
    sla_id: strawberry.ID | None = strawberry.field(default=None, description="The SLA that its cases get.")
    channels: list[ChannelTermsInput] = strawberry.field(
        default_factory=list, description="Terms by origin, each origin once; together no more than the total."
    )
    product_ids: list[strawberry.ID] = strawberry.field(
        default_factory=list, description="The products that it covers, up to 100; none means all."
    )
    contact_ids: list[strawberry.ID] = strawberry.field(
        default_factory=list, description="The contacts of the customer who may claim it, up to 100; none means all."
    )


def _may_change(description: str) -> Any:
    """A column or list of a patch: left out, it stays."""
    return strawberry.field(default=strawberry.UNSET, description=description)


@strawberry.input(
    description="What changes on a draft. What is left out stays; null empties what may be empty; lists are replaced."
)
class EntitlementPatch:
    customer_id: strawberry.ID | None = _may_change("Whose cases may charge it; not once cases have.")
    name: str | None = _may_change("Name, 1 to 100 characters.")
    starts_on: date | None = _may_change("First day.")
    ends_on: date | None = _may_change("Last day.")
    description: str | None = _may_change("What it gives, up to 2000 characters.")
    category: Category | None = _may_change("What it is for.")
    allocation_type: AllocationType | None = _may_change("The unit of its terms; not once cases have charged it.")
    total_terms: Decimal | None = _may_change("How much it gives; null is unlimited.")
    decrease_on: DecreaseOn | None = _may_change("When a case charges it; not once cases have.")
    restrict_case_creation: bool | None = _may_change("Whether cases are refused when no terms are left.")
    sla_id: strawberry.ID | None = _may_change("The SLA that its cases get.")
    channels: list[ChannelTermsInput] | None = _may_change("Terms by origin.")
    product_ids: list[strawberry.ID] | None = _may_change("The products that it covers.")
    contact_ids: list[strawberry.ID] | None = _may_change("The contacts who may claim it.")


@strawberry.input(description="An edit of a draft.")
class UpdateEntitlementInput:
    entitlement_id: strawberry.ID = strawberry.field(description="The entitlement.")
    version: int = strawberry.field(description="The version that the client has read; a stale one is a CONFLICT.")
    patch: EntitlementPatch = strawberry.field(description="What changes.")


@strawberry.input(description="An entitlement, named once for all retries.")
class EntitlementInput:
    idempotency_key: str = strawberry.field(description=KEY)
    entitlement_id: strawberry.ID = strawberry.field(description="The entitlement.")
    version: int | None = strawberry.field(default=None, description=VERSION)


@dataclass(frozen=True)
class EntitlementAnswered(Answered):
    """The id of the entitlement, if the command did its work."""

    entitlement_id: str | None = None


@strawberry.type(description="The entitlement, or why nothing was done to it.")
class EntitlementPayload(Payload):
    entitlement: Entitlement | None = named_by(
        Relation("entitlement_id", t.Entitlement), description="The entitlement, read after the command."
    )


async def create_entitlement(change: Change, input: CreateEntitlementInput) -> EntitlementAnswered:
    known = {name: value for name, value in vars(input).items() if name != "idempotency_key"}
    wanted = _draft(known)
    id = await once_id(change, "createEntitlement", input, lambda: defining.create_entitlement(change, wanted))
    return EntitlementAnswered(entitlement_id=id)


async def update_entitlement(change: Change, input: UpdateEntitlementInput) -> EntitlementAnswered:
    id = _id(input.entitlement_id)
    known = {name: value for name, value in vars(input.patch).items() if value is not strawberry.UNSET}
    await defining.update_entitlement(change, id, input.version, _draft(known))
    return EntitlementAnswered(entitlement_id=id)


async def activate_entitlement(change: Change, input: EntitlementInput) -> EntitlementAnswered:
    return await _once(change, "activateEntitlement", input, life.activate_entitlement)


async def deactivate_entitlement(change: Change, input: EntitlementInput) -> EntitlementAnswered:
    return await _once(change, "deactivateEntitlement", input, life.deactivate_entitlement)


async def cancel_entitlement(change: Change, input: EntitlementInput) -> EntitlementAnswered:
    return await _once(change, "cancelEntitlement", input, life.cancel_entitlement)


async def renew_entitlement(change: Change, input: EntitlementInput) -> EntitlementAnswered:
    return await _once(change, "renewEntitlement", input, life.renew_entitlement)


async def set_default_entitlement(change: Change, input: EntitlementInput) -> EntitlementAnswered:
    return await _once(change, "setDefaultEntitlement", input, life.set_default_entitlement)


async def _once(
    change: Change,
    mutation: str,
    input: EntitlementInput,
    verb: Callable[[Change, str, int | None], Awaitable[str]],
) -> EntitlementAnswered:
    id = _id(input.entitlement_id)
    answer = await once_id(change, mutation, input, lambda: verb(change, id, input.version))
    return EntitlementAnswered(entitlement_id=answer)


def _id(global_id: str) -> str:
    return ids.of("Entitlement", global_id, field="entitlement_id")


def _draft(known: dict[str, Any]) -> defining.Draft:
    """What was said, with uuids in place of global ids; a list that is null is an empty one."""
    columns = {name: value for name, value in known.items() if name not in _LISTS}
    for name, type_name in _TYPES.items():
        if columns.get(name) is not None:
            columns[name] = ids.of(type_name, columns[name], field=name)
    lists = {name: value or [] for name, value in known.items() if name in _LISTS}
    return defining.Draft(columns, _lists(lists))


def _lists(said: dict[str, list[Any]]) -> Lists:
    channels = said.get("channels")
    if channels is not None and len({each.origin for each in channels}) != len(channels):
        raise BadInput(field="channels", rule="D-38")
    return Lists(
        None if channels is None else {each.origin: each.total_terms for each in channels},
        _uuids(said, "product_ids", "Product"),
        _uuids(said, "contact_ids", "Customer"),
    )


def _uuids(said: dict[str, list[Any]], name: str, type_name: str) -> tuple[str, ...] | None:
    given = said.get(name)
    return None if given is None else tuple(ids.of(type_name, id, field=name) for id in given)
