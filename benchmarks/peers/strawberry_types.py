"""Types of the ordinary server."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import strawberry

from tenancy import tables as t

Info = strawberry.Info[Any, None]


@strawberry.type
class User:
    id: strawberry.ID
    display_name: str | None

    @classmethod
    def of(cls, row: t.User) -> "User":
        return cls(id=strawberry.ID(row.id), display_name=row.display_name)


@strawberry.type
class Customer:
    id: strawberry.ID
    name: str

    @classmethod
    def of(cls, row: t.Customer) -> "Customer":
        return cls(id=strawberry.ID(row.id), name=row.name)


@strawberry.type
class Entitlement:
    id: strawberry.ID
    name: str
    category: str
    total_terms: Decimal | None

    @classmethod
    def of(cls, row: t.Entitlement) -> "Entitlement":
        id = strawberry.ID(row.id)
        return cls(id=id, name=row.name, category=row.category.value, total_terms=row.total_terms)

    @strawberry.field
    async def consumed(self, info: Info) -> Decimal:
        used: Decimal = await info.context["used"].load(self.id)
        return used

    @strawberry.field
    async def remaining(self, info: Info) -> Decimal | None:
        return None if self.total_terms is None else self.total_terms - await info.context["used"].load(self.id)


@strawberry.type
class Package:
    id: strawberry.ID
    name: str
    section: str
    ends_on: date

    @classmethod
    def of(cls, row: t.Package) -> "Package":
        return cls(id=strawberry.ID(row.id), name=row.name, section=row.section.value, ends_on=row.ends_on)

    @strawberry.field
    async def entitlements(self, info: Info) -> list[Entitlement]:
        return [Entitlement.of(row) for row in await info.context["lines"].load(self.id)]


@strawberry.type
class Agreement:
    id: strawberry.ID
    number: str
    program: str
    starts_on: date
    ends_on: date

    @classmethod
    def of(cls, row: t.Agreement) -> "Agreement":
        return cls(
            id=strawberry.ID(row.id),
            number=row.number,
            program=row.program.value,
            starts_on=row.starts_on,
            ends_on=row.ends_on,
        )

    @strawberry.field
    async def packages(self, info: Info) -> list[Package]:
        return [Package.of(row) for row in await info.context["packages"].load(self.id)]


@strawberry.type
class Workspace:
    id: strawberry.ID
    name: str

    @strawberry.field
    async def agreements(self, info: Info) -> list[Agreement]:
        return [Agreement.of(row) for row in await info.context["agreements"].load(self.id)]


@strawberry.type
class Case:
    id: strawberry.ID
    ticket_number: str
    title: str
    status: str
    priority: str
    origin: str | None
    created_at: datetime
    owner_id: strawberry.Private[str]
    customer_id: strawberry.Private[str]
    entitlement_id: strawberry.Private[str | None]

    @classmethod
    def of(cls, row: t.Case) -> "Case":
        return cls(
            id=strawberry.ID(row.id),
            ticket_number=row.ticket_number,
            title=row.title,
            status=row.status.value,
            priority=row.priority.value,
            origin=row.origin.value if row.origin else None,
            created_at=row.created_at,
            owner_id=row.owner_id,
            customer_id=row.customer_id,
            entitlement_id=row.entitlement_id,
        )

    @strawberry.field
    async def owner(self, info: Info) -> User:
        return User.of(await info.context["users"].load(self.owner_id))

    @strawberry.field
    async def customer(self, info: Info) -> Customer:
        return Customer.of(await info.context["customers"].load(self.customer_id))

    @strawberry.field
    async def entitlement(self, info: Info) -> Entitlement | None:
        found = await info.context["entitlements"].load(self.entitlement_id) if self.entitlement_id else None
        return Entitlement.of(found) if found else None
