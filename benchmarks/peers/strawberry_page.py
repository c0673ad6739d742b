"""The page of a large customer, as the ordinary server answers it: rows by loaders, totals by two statements."""

from decimal import Decimal

import strawberry
from sqlalchemy import select, text

from benchmarks.peers.hand_written_page import ADDITIONAL, TOTALS, grouped
from benchmarks.peers.strawberry_loaders import Session
from benchmarks.peers.strawberry_types import Agreement, Info, Workspace
from tenancy import tables as t


@strawberry.type
class Line:
    category: str
    unit: str
    total: Decimal
    consumed_in_selection: Decimal
    consumed: Decimal
    remaining: Decimal


@strawberry.type
class Group:
    group: str
    lines: list[Line]


@strawberry.type
class Additional:
    service: str
    count: int


@strawberry.type
class Page:
    @strawberry.field
    async def workspaces(self, info: Info) -> list[Workspace]:
        mine = select(t.Workspace).where(t.Workspace.tenant_id == info.context["tenant"])
        async with Session() as session:
            rows = await session.scalars(mine.order_by(t.Workspace.name, t.Workspace.id))
            return [Workspace(id=strawberry.ID(row.id), name=row.name) for row in rows]

    @strawberry.field
    async def active_agreements(self, info: Info) -> list[Agreement]:
        mine = select(t.Agreement).where(t.Agreement.tenant_id == info.context["tenant"])
        async with Session() as session:
            rows = await session.scalars(mine.order_by(t.Agreement.starts_on, t.Agreement.id))
            return [Agreement.of(row) for row in rows]

    @strawberry.field
    async def enterprise_wide(self, info: Info) -> list[Group]:
        async with Session() as session:
            rows = await session.execute(text(TOTALS.replace("$1", ":one")), {"one": info.context["tenant"]})
            groups = grouped(map(tuple, rows))
        return [Group(group=group, lines=[_line(line) for line in lines]) for group, lines in groups.items()]

    @strawberry.field
    async def additional_cases(self, info: Info) -> list[Additional]:
        async with Session() as session:
            rows = await session.execute(text(ADDITIONAL.replace("$1", ":one")), {"one": info.context["tenant"]})
            return [Additional(service=service, count=count) for service, count in rows]


def _line(line: dict[str, str | Decimal]) -> Line:
    figures = {name: Decimal(line[name]) for name in ("total", "consumed", "remaining")}
    return Line(
        category=str(line["category"]),
        unit=str(line["unit"]),
        consumed_in_selection=Decimal(line["consumedInSelection"]),
        **figures,
    )
