"""Agreements: the support contracts of a customer."""

from datetime import date, datetime

import strawberry

from resolvers.agreements import PACKAGES_OF_AGREEMENT
from resolvers.batch import Level, Parents, batched
from resolvers.fields import identified, page_of
from schema.node import Node, StandsIn
from schema.package import Package
from schema.page import Connection
from schema.words import Program
from tenancy.account_types import in_force


def _in_force(parents: Parents, info: Level) -> list[bool]:
    today = info.context.scope.today
    return [
        in_force(row.activated_at, date.fromisoformat(row.starts_on), date.fromisoformat(row.ends_on), today)
        for row in parents
    ]


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
        description="Whether it is activated and today lies in its dates.",
    )
    packages: Connection[Package] = page_of(
        PACKAGES_OF_AGREEMENT, description="Its packages, those that the viewer's workspaces have, by first day."
    )
