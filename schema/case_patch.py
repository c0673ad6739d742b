"""Editing a case: `updateCase` and the commands on its entitlement, exemption and owner (CS-11, CS-15, CS-31..37)."""

from typing import Any

import strawberry

from resolvers import case_updating as work
from resolvers import ids
from schema.case_answer import KEY, VERSION, CaseAnswered, case_of, once_for
from schema.words import CaseStatus, CaseType, Classification, Origin, Priority, SupportKind
from tenancy.changes import Change


def _may_change(description: str) -> Any:
    """A column of a patch: left out, it stays."""
    return strawberry.field(default=strawberry.UNSET, description=description)


@strawberry.input(description="What changes on a case. What is left out stays; null empties what may be empty.")
class CasePatch:
    title: str | None = _may_change("What it is about, 1 to 200 characters.")
    description: str | None = _may_change("A detailed account, up to 2000 characters.")
    status: CaseStatus | None = _may_change("The reason within the active state; the others belong to other commands.")
    priority: Priority | None = _may_change("How urgent it is.")
    customer_id: strawberry.ID | None = _may_change(
        "Whom it is for; a change takes the entitlement off, and a contact who is not of the new customer."
    )
    contact_id: strawberry.ID | None = _may_change("The contact; the entitlement must cover it.")
    subject_id: strawberry.ID | None = _may_change("Its topic.")
    product_id: strawberry.ID | None = _may_change(
        "The product; no family and no draft, and the entitlement must cover it."
    )
    origin: Origin | None = _may_change("The channel; the entitlement must not exclude it.")
    case_type: CaseType | None = _may_change("Question, problem or request.")
    support_kind: SupportKind | None = _may_change("Which kind of support it asks for.")
    classification: Classification | None = _may_change("Makes it an additional case, which charges nothing.")
    sla_id: strawberry.ID | None = _may_change("An SLA chosen by hand; null goes back to that of the entitlement.")
    route_case: bool | None = _may_change("Whether routing rules may move it.")
    first_response_sent: bool | None = _may_change("Whether the customer was answered.")
    is_escalated: bool | None = _may_change("Whether it was escalated.")

    def given(self) -> dict[str, Any]:
        """The columns that were named, with uuids in place of global ids."""
        found = {name: value for name, value in vars(self).items() if value is not strawberry.UNSET}
        return {name: _decoded(name, value) for name, value in found.items()}


_TYPES = {
    "customer_id": "Customer",
    "contact_id": "Customer",
    "subject_id": "Subject",
    "product_id": "Product",
    "sla_id": "Sla",
}


def _decoded(name: str, value: Any) -> Any:
    return ids.of(_TYPES[name], value, field=name) if name in _TYPES and value is not None else value


@strawberry.input(description="An edit of a case.")
class UpdateCaseInput:
    case_id: strawberry.ID = strawberry.field(description="The case.")
    version: int = strawberry.field(description="The version that the client has read; a stale one is a CONFLICT.")
    patch: CasePatch = strawberry.field(description="What changes.")


@strawberry.input(description="An entitlement for a case.")
class ApplyEntitlementInput:
    idempotency_key: str = strawberry.field(description=KEY)
    case_id: strawberry.ID = strawberry.field(description="The case.")
    entitlement_id: strawberry.ID | None = strawberry.field(
        description="The right to charge; it must be active and cover the case. Null takes the present one off."
    )
    version: int | None = strawberry.field(default=None, description=VERSION)


@strawberry.input(description="Whether a case charges its entitlement.")
class SetDecrementInput:
    case_id: strawberry.ID = strawberry.field(description="The case.")
    decrement: bool = strawberry.field(description="False exempts it, and gives back what it was charged.")
    version: int | None = strawberry.field(default=None, description=VERSION)


@strawberry.input(description="A new owner for a case.")
class AssignCaseInput:
    case_id: strawberry.ID = strawberry.field(description="The case.")
    owner_id: strawberry.ID = strawberry.field(description="Who works on it from now on.")
    version: int | None = strawberry.field(default=None, description=VERSION)


async def update_case(change: Change, input: UpdateCaseInput) -> CaseAnswered:
    case_id = case_of(input.case_id)
    await work.update_case(change, case_id, input.version, input.patch.given())
    return CaseAnswered(case_id=case_id)


async def apply_entitlement(change: Change, input: ApplyEntitlementInput) -> CaseAnswered:
    case_id = case_of(input.case_id)
    given = input.entitlement_id
    entitlement_id = None if given is None else ids.of("Entitlement", given, field="entitlement_id")
    return await once_for(
        change,
        "applyEntitlement",
        input,
        case_id,
        lambda: work.apply_entitlement(change, case_id, entitlement_id, input.version),
    )


async def set_decrement(change: Change, input: SetDecrementInput) -> CaseAnswered:
    case_id = case_of(input.case_id)
    await work.set_decrement(change, case_id, input.decrement, input.version)
    return CaseAnswered(case_id=case_id)


async def assign_case(change: Change, input: AssignCaseInput) -> CaseAnswered:
    case_id = case_of(input.case_id)
    await work.assign_case(change, case_id, ids.of("User", input.owner_id, field="owner_id"), input.version)
    return CaseAnswered(case_id=case_id)
