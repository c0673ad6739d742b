"""What cases are about: customers of the customer, products, subjects."""

from typing import Annotated

import strawberry

from resolvers.fields import identified, related
from schema.node import Node, StandsIn
from schema.words import CustomerKind, ProductState, ProductStructure
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


@strawberry.type(description="A topic of the maintained tree, by which like cases and articles are found.")
class Subject(StandsIn, Node):
    id: strawberry.ID = identified("Subject")
    title: str = strawberry.field(description="Title.")
    description: str | None = strawberry.field(description="What belongs here.")
    parent: Annotated["Subject", strawberry.lazy("schema.catalogue")] | None = related(
        t.Subject.parent, description="The topic above."
    )


@strawberry.type(description="A response and resolution promise.")
class Sla(StandsIn, Node):
    id: strawberry.ID = identified("Sla")
    name: str = strawberry.field(description="Name.")
    is_default: bool = strawberry.field(description="Whether it serves cases that have no other.")
