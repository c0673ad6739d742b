"""Packages: dated bundles of benefits."""

from datetime import date
from typing import TYPE_CHECKING, Annotated

import strawberry

from resolvers.arguments import After, First
from resolvers.batch import Level, Parents, batched
from resolvers.dated import dated_like, day_of
from resolvers.entitlements import ENTITLEMENTS_OF_PACKAGE
from resolvers.fields import identified, related
from resolvers.pages import FIRST, Page, Request, Source
from resolvers.rules.consumption import package_status
from schema.entitlement import Entitlement
from schema.node import Node, StandsIn
from schema.page import Connection
from schema.words import PackageStatus, Section
from tenancy import tables as t

if TYPE_CHECKING:
    from schema.agreement import Agreement


def _status(parents: Parents, info: Level) -> list[PackageStatus]:
    scope = info.context.scope
    return [
        package_status(date.fromisoformat(row.starts_on), date.fromisoformat(row.ends_on), day_of(row, scope))
        for row in parents
    ]


async def _entitlements(
    parents: Parents, info: Level, first: First = FIRST, after: After = None
) -> list[Page | Exception]:
    source = Source(info.context, ENTITLEMENTS_OF_PACKAGE, Request(first, after))
    return dated_like(await source.pages([row.id for row in parents], info.selection), parents)


@strawberry.type(description="A dated bundle of benefits inside one agreement.")
class Package(StandsIn, Node):
    id: strawberry.ID = identified("Package")
    external_id: str = strawberry.field(description="Its id in the contract.")
    name: str = strawberry.field(description="Name.")
    section: Section = strawberry.field(description="Where Customer Activity shows it.")
    starts_on: date = strawberry.field(description="First day.")
    ends_on: date = strawberry.field(description="Last day: its expiry, for planning the renewal.")
    status: PackageStatus = batched(
        _status,
        columns=("starts_on", "ends_on"),
        description="Whether the day lies in its dates: today, or the day of the page.",
    )
    agreement: Annotated["Agreement", strawberry.lazy("schema.agreement")] | None = related(
        t.Package.agreement, description="The agreement that it is part of."
    )
    entitlements: Connection[Entitlement] = batched(
        _entitlements, columns=("id",), listing=ENTITLEMENTS_OF_PACKAGE, description="Its lines, by name."
    )
