"""What a client says about cases: filters of lists, and the input of `createCase`."""

from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

import strawberry

from resolvers import ids
from resolvers.case_opening import OpenCase, open_case
from resolvers.commands import Payload as Answered
from resolvers.fields import named_by
from resolvers.loaders import Relation
from schema.case import Case
from schema.keyed import KEY
from schema.payload import Payload
from schema.words import CaseStatus, CaseType, Classification, Origin, Priority, SupportKind
from tenancy import tables as t
from tenancy.changes import Change


@strawberry.input(description="Conditions on cases; all that are given must hold.")
class CaseFilter:
    status: CaseStatus | None = strawberry.field(default=None, description="In this status.")
    priority: Priority | None = strawberry.field(default=None, description="Of this priority.")
    origin: Origin | None = strawberry.field(default=None, description="Begun through this channel.")
    case_type: CaseType | None = strawberry.field(default=None, description="Of this type.")
    support_kind: SupportKind | None = strawberry.field(default=None, description="Asking for this kind of support.")
    customer_id: strawberry.ID | None = strawberry.field(default=None, description="For this customer.")
    owner_id: strawberry.ID | None = strawberry.field(default=None, description="Owned by this user.")
    created_since: datetime | None = strawberry.field(default=None, description="Created at this moment or later.")
    created_before: datetime | None = strawberry.field(default=None, description="Created before this moment.")

    def given(self) -> dict[str, Any]:
        """The conditions by name, None where there is none."""
        return {each.name: getattr(self, each.name) for each in fields(self)}


@strawberry.input(description="What can be said about every new case.")
class NewCase:
    description: str | None = strawberry.field(default=None, description="A detailed account, up to 2000 characters.")
    contact_id: strawberry.ID | None = strawberry.field(default=None, description="The contact at the customer.")
    primary_contact_id: strawberry.ID | None = strawberry.field(
        default=None, description="The user who keeps sight of it; without it whoever opens it, unless the desk does."
    )
    subject_id: strawberry.ID | None = strawberry.field(default=None, description="Its topic.")
    product_id: strawberry.ID | None = strawberry.field(
        default=None, description="The product concerned; no family and no draft."
    )
    entitlement_id: strawberry.ID | None = strawberry.field(
        default=None, description="The right to charge; it must be active and cover the case."
    )
    decrement_terms: bool = strawberry.field(
        default=True, description="False exempts the case from charging; for desk managers."
    )
    sla_id: strawberry.ID | None = strawberry.field(default=None, description="An SLA chosen by hand; for the desk.")
    origin: Origin | None = strawberry.field(default=None, description="The channel through which it began.")
    case_type: CaseType | None = strawberry.field(default=None, description="Question, problem or request.")
    priority: Priority = strawberry.field(default=Priority.NORMAL, description="How urgent it is.")
    classification: Classification | None = strawberry.field(
        default=None, description="Makes it an additional case, which charges nothing; for the desk."
    )
    agreement_id: strawberry.ID | None = strawberry.field(
        default=None, description="The agreement to tie it to; without it that of the package."
    )
    package_id: strawberry.ID | None = strawberry.field(
        default=None, description="The package to tie it to; without it that of the entitlement."
    )
    owner_id: strawberry.ID | None = strawberry.field(default=None, description="Who works on it; for the desk.")
    route_case: bool = strawberry.field(default=True, description="Whether routing rules may move it.")

    def opening(self, **more: Any) -> OpenCase:
        """The command, with uuids in place of global ids."""
        names = {each.name for each in fields(OpenCase)}
        given = {**{name: value for name, value in vars(self).items() if name in names}, **more}
        for name, type_name in _TYPES.items():
            if given.get(name) is not None:
                given[name] = ids.of(type_name, given[name], field=name)
        return OpenCase(**given)


@strawberry.input(description="A new case.")
class CreateCaseInput(NewCase):
    idempotency_key: str = strawberry.field(description=KEY)
    title: str = strawberry.field(description="What it is about, 1 to 200 characters.")
    support_kind: SupportKind = strawberry.field(description="Which kind of support it asks for.")
    workspace_id: strawberry.ID | None = strawberry.field(
        default=None, description="The workspace whose members may see it; only the desk may leave it out."
    )
    customer_id: strawberry.ID | None = strawberry.field(
        default=None, description="Whom it is for; without it the tenant's own account."
    )


_TYPES = {
    "workspace_id": "Workspace",
    "customer_id": "Customer",
    "contact_id": "Customer",
    "primary_contact_id": "User",
    "subject_id": "Subject",
    "product_id": "Product",
    "entitlement_id": "Entitlement",
    "sla_id": "Sla",
    "agreement_id": "Agreement",
    "package_id": "Package",
    "owner_id": "User",
}


@dataclass(frozen=True)
class CaseOpened(Answered):
    """The id of the case, if it was opened."""

    case_id: str | None = None


@strawberry.type(description="The opened case, or why it was not opened.")
class CreateCasePayload(Payload):
    case: Case | None = named_by(Relation("case_id", t.Case), description="The case, read after the command.")


async def create_case(change: Change, input: CreateCaseInput) -> CaseOpened:
    answer = await open_case(change, input.idempotency_key, input.opening())
    return CaseOpened(case_id=answer["case_id"])
