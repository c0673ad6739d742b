"""Adding subjects, products and customers (CS-20, CS-25)."""

from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass
from typing import Any

import strawberry

from resolvers import catalogue_adding as work
from resolvers import ids
from resolvers.commands import Payload as Answered
from resolvers.fields import named_by
from resolvers.loaders import Relation
from schema.catalogue import Customer, Product, Subject
from schema.keyed import KEY, once_id
from schema.payload import Payload
from schema.words import CustomerKind, ProductState, ProductStructure
from tenancy import tables as t
from tenancy.changes import Change


@strawberry.input(description="A new topic; for desk managers.")
class CreateSubjectInput:
    idempotency_key: str = strawberry.field(description=KEY)
    title: str = strawberry.field(description="Title, 1 to 200 characters; once under a parent.")
    parent_id: strawberry.ID | None = strawberry.field(default=None, description="The topic above.")
    description: str | None = strawberry.field(default=None, description="What belongs here, up to 2000 characters.")
    is_visible: bool = strawberry.field(default=True, description="Whether it is offered.")


@strawberry.input(description="A new product; for desk managers.")
class CreateProductInput:
    idempotency_key: str = strawberry.field(description=KEY)
    number: str = strawberry.field(description="Product number, 1 to 200 characters; there is only one of each.")
    name: str = strawberry.field(description="Product name, 1 to 200 characters.")
    structure: ProductStructure = strawberry.field(
        default=ProductStructure.PRODUCT, description="Product, family or bundle."
    )
    state: ProductState = strawberry.field(default=ProductState.DRAFT, description="Where it is in its life.")
    parent_id: strawberry.ID | None = strawberry.field(default=None, description="The family that it belongs to.")


@strawberry.input(description="A new customer record; for the desk.")
class CreateCustomerInput:
    idempotency_key: str = strawberry.field(description=KEY)
    kind: CustomerKind = strawberry.field(description="Organisation or person.")
    name: str = strawberry.field(description="Name, 1 to 200 characters.")
    email: str | None = strawberry.field(default=None, description="E-mail address.")
    phone: str | None = strawberry.field(default=None, description="Telephone number.")
    account_id: strawberry.ID | None = strawberry.field(
        default=None, description="The account that a contact belongs to."
    )


@dataclass(frozen=True)
class Added(Answered):
    """The id of what was added, if it was."""

    added_id: str | None = None


@strawberry.type(description="The new topic, or why it was not added.")
class SubjectPayload(Payload):
    subject: Subject | None = named_by(Relation("added_id", t.Subject), description="The topic.")


@strawberry.type(description="The new product, or why it was not added.")
class ProductPayload(Payload):
    product: Product | None = named_by(Relation("added_id", t.Product), description="The product.")


@strawberry.type(description="The new customer record, or why it was not added.")
class CustomerPayload(Payload):
    customer: Customer | None = named_by(Relation("added_id", t.Customer), description="The customer record.")


async def create_subject(change: Change, input: CreateSubjectInput) -> Added:
    given = _given(input, parent_id="Subject")
    return await _added(change, "createSubject", input, lambda: work.create_subject(change, work.NewSubject(**given)))


async def create_product(change: Change, input: CreateProductInput) -> Added:
    given = _given(input, parent_id="Product")
    return await _added(change, "createProduct", input, lambda: work.create_product(change, work.NewProduct(**given)))


async def create_customer(change: Change, input: CreateCustomerInput) -> Added:
    given = _given(input, account_id="Customer")
    return await _added(
        change, "createCustomer", input, lambda: work.create_customer(change, work.NewCustomer(**given))
    )


def _given(input: Any, **types: str) -> dict[str, Any]:
    """The input without its key, with uuids in place of global ids."""
    found = {name: value for name, value in asdict(input).items() if name != "idempotency_key"}
    for name, type_name in types.items():
        if found[name] is not None:
            found[name] = ids.of(type_name, found[name], field=name)
    return found


async def _added(change: Change, mutation: str, input: Any, add: Callable[[], Awaitable[str]]) -> Added:
    return Added(added_id=await once_id(change, mutation, input, add))
