"""What a good ordinary developer writes: Strawberry, SQLAlchemy's ORM, aiodataloader, parser and validation caches."""

import os
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import strawberry
import uvicorn
from sqlalchemy import select, text
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.websockets import WebSocket
from strawberry.asgi import GraphQL
from strawberry.extensions import ParserCache, ValidationCache

from benchmarks.peers.hand_written import SOLD, USED, insights_of
from benchmarks.peers.strawberry_insights import Insights, insights
from benchmarks.peers.strawberry_loaders import Session, engine, loaders
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


@strawberry.type
class Query:
    @strawberry.field
    async def cases(self, info: Info, first: int) -> list[Case]:
        mine = select(t.Case).where(t.Case.tenant_id == info.context["tenant"])
        async with Session() as session:
            rows = await session.scalars(mine.order_by(t.Case.created_at.desc(), t.Case.id).limit(first))
            return [Case.of(row) for row in rows]

    @strawberry.field
    async def workspaces(self, info: Info) -> list[Workspace]:
        mine = select(t.Workspace).where(t.Workspace.tenant_id == info.context["tenant"])
        async with Session() as session:
            rows = await session.scalars(mine.order_by(t.Workspace.name, t.Workspace.id))
            return [Workspace(id=strawberry.ID(row.id), name=row.name) for row in rows]

    @strawberry.field
    async def case(self, info: Info, id: strawberry.ID) -> Case | None:
        mine = select(t.Case).where(t.Case.tenant_id == info.context["tenant"], t.Case.id == str(id))
        async with Session() as session:
            row = (await session.scalars(mine)).one_or_none()
            return Case.of(row) if row else None

    @strawberry.field
    async def customer_insights(self, customer: strawberry.ID, as_of: date) -> Insights:
        async with engine.connect() as connection:
            sold = await connection.execute(text(SOLD.replace("$1", ":one")), {"one": str(customer)})
            used = await connection.execute(
                text(USED.replace("$1", ":one").replace("$2::date", "cast(:two as date)")),
                {"one": str(customer), "two": as_of},
            )
            figures = insights_of(list(sold), list(used))
        return insights(figures["customerInsights"])


class App(GraphQL[Any, None]):
    async def get_context(self, request: Request | WebSocket, response: Response | WebSocket) -> Any:  # noqa: ARG002  the signature is Strawberry's
        return loaders(request.headers["x-tenant"])


schema = strawberry.Schema(query=Query, extensions=[lambda: ParserCache(256), lambda: ValidationCache(256)])

if __name__ == "__main__":
    app = Starlette(routes=[Route("/graphql", App(schema, graphql_ide=None))])
    settings: Any = {"loop": "uvloop", "http": "httptools", "log_level": "warning", "access_log": False}
    uvicorn.run(app, port=int(os.environ["PORT"]), **settings)
