"""What cases are about: customers of the customer, products, subjects."""

from typing import Annotated, Any

import strawberry

from resolvers.batch import Level, Parents, batched
from resolvers.catalogue import sla_items
from resolvers.fields import derived, identified, related
from schema.node import Node, StandsIn
from schema.words import CaseStatus, CustomerKind, ProductState, ProductStructure
from schema.words.work import Kpi
from tenancy import tables as t


@strawberry.type(description="An account or a contact inside a tenant: whom a case is for.")
class Customer(StandsIn, Node):
    id: strawberry.ID = identified("Customer")
    kind: CustomerKind = strawberry.field(description="Organisation or person.")
    name: str = strawberry.field(description="Name.")
    email: str | None = strawberry.field(description="E-mail address.")
    phone: str | None = strawberry.field(description="Telephone number.")
    is_self: bool = strawberry.field(description="Whether this account is the tenant itself.")
    account: Annotated["Customer", strawberry.lazy("schema.catalogue")] | None = related(
        t.Customer.account, description="The account that a contact belongs to."
    )


@strawberry.type(description="A product that cases concern.")
class Product(StandsIn, Node):
    id: strawberry.ID = identified("Product")
    number: str = strawberry.field(description="Product number.")
    name: str = strawberry.field(description="Product name.")
    structure: ProductStructure = strawberry.field(description="Product, family or bundle.")
    state: ProductState = strawberry.field(description="Where it is in its life.")
    parent: Annotated["Product", strawberry.lazy("schema.catalogue")] | None = related(
        t.Product.parent, description="The family that it belongs to."
    )


@strawberry.type(description="A topic of the maintained tree, by which like cases and articles are found.")
class Subject(StandsIn, Node):
    id: strawberry.ID = identified("Subject")
    title: str = strawberry.field(description="Title.")
    description: str | None = strawberry.field(description="What belongs here.")
    is_visible: bool = strawberry.field(description="Whether it is offered for new cases.")
    parent: Annotated["Subject", strawberry.lazy("schema.catalogue")] | None = related(
        t.Subject.parent, description="The topic above."
    )


@strawberry.type(description="One measure of an SLA, in minutes of its business hours.")
class SlaItem(StandsIn):
    kpi: Kpi = strawberry.field(description="What it measures.")
    warn_minutes: int | None = strawberry.field(description="After how long its clocks warn; null if they never do.")
    fail_minutes: int = strawberry.field(description="After how long the promise is broken.")
    is_conditional: bool = derived(
        lambda item: item.applicable_when is not None,
        ("applicable_when",),
        description="Whether it applies to some cases only.",
    )
    pause_statuses: list[CaseStatus] = derived(
        lambda item: item.pause_statuses if item.allow_pause else [],
        ("pause_statuses", "allow_pause"),
        description="Statuses of a case in which its clocks stand still.",
    )


async def _items(parents: Parents, info: Level) -> list[list[Any]]:
    return await sla_items(info.context.scope, [row.id for row in parents])


@strawberry.type(description="A response and resolution promise.")
class Sla(StandsIn, Node):
    id: strawberry.ID = identified("Sla")
    name: str = strawberry.field(description="Name.")
    is_default: bool = strawberry.field(description="Whether it serves cases that have no other.")
    items: list[SlaItem] = batched(_items, columns=("id",), description="What it promises.")
