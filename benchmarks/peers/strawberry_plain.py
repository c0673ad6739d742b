"""What a good ordinary developer writes: Strawberry, SQLAlchemy's ORM, aiodataloader, parser and validation caches."""

import os
from datetime import date
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
from benchmarks.peers.strawberry_page import Page
from benchmarks.peers.strawberry_types import Case, Info, Workspace
from tenancy import tables as t


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
    async def customer_activity(self) -> Page:
        return Page()

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
