"""People and organisations."""

from datetime import datetime

import strawberry

from resolvers.fields import identified
from schema.node import Node, StandsIn
from schema.words import AccountType, TenantKind


@strawberry.type(description="An organisation: a customer, a partner, or the operator.")
class Tenant(StandsIn, Node):
    id: strawberry.ID = identified("Tenant")
    name: str = strawberry.field(description="Name of the organisation.")
    kind: TenantKind = strawberry.field(description="What it is to this product.")


@strawberry.type(
    description="A principal that was here: a person, or an application. Two account types are two principals."
)
class User(StandsIn, Node):
    id: strawberry.ID = identified("User")
    display_name: str | None = strawberry.field(description="Name for display; it decides nothing.")
    email: str | None = strawberry.field(description="Address for display; it decides nothing.")
    account_type: AccountType = strawberry.field(description="Who governs the identity.")
    is_guest: bool = strawberry.field(description="Whether it is a guest in the directory that governs it.")
    created_at: datetime = strawberry.field(description="When the principal was first seen, UTC.")
