"""Agreements: the support contracts of a customer."""

from datetime import date, datetime

import strawberry

from resolvers.agreements import PACKAGES_OF_AGREEMENT
from resolvers.arguments import After, First
from resolvers.batch import Level, Parents, batched
from resolvers.dated import dated_like, day_of
from resolvers.fields import identified
from resolvers.pages import FIRST, Page, Request, Source
from schema.node import Node, StandsIn
from schema.package import Package
from schema.page import Connection
from schema.words import Program
from tenancy.account_types import in_force


def _in_force(parents: Parents, info: Level) -> list[bool]:
    scope = info.context.scope
    return [
        in_force(
            row.activated_at, date.fromisoformat(row.starts_on), date.fromisoformat(row.ends_on), day_of(row, scope)
        )
        for row in parents
    ]


async def _packages(parents: Parents, info: Level, first: First = FIRST, after: After = None) -> list[Page | Exception]:
    source = Source(info.context, PACKAGES_OF_AGREEMENT, Request(first, after))
    return dated_like(await source.pages([row.id for row in parents], info.selection), parents)


@strawberry.type(description="A support contract bought by a customer.")
class Agreement(StandsIn, Node):
    id: strawberry.ID = identified("Agreement")
    number: str = strawberry.field(description="Number of the contract.")
    program: Program = strawberry.field(description="Premier or Unified.")
    starts_on: date = strawberry.field(description="First day.")
    ends_on: date = strawberry.field(description="Last day.")
    activated_at: datetime | None = strawberry.field(description="When it was activated, UTC.")
    in_force: bool = batched(
        _in_force,
        columns=("activated_at", "starts_on", "ends_on"),
        description="Whether it is activated and the day lies in its dates: today, or the day of the page.",
    )
    packages: Connection[Package] = batched(
        _packages,
        columns=("id",),
        listing=PACKAGES_OF_AGREEMENT,
        description="Its packages, those that the viewer's workspaces have, by first day.",
    )
