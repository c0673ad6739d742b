"""Questions about agreements, packages and entitlements."""

from typing import Annotated

import strawberry

from resolvers import agreements as work
from resolvers.arguments import After, First, described
from resolvers.batch import Level
from resolvers.fields import found_by_id, question
from resolvers.pages import FIRST, Page, Request, Source
from schema.agreement import Agreement
from schema.entitlement import Entitlement
from schema.package import Package
from schema.page import Connection
from tenancy import tables as t


async def _agreements(
    info: Level,
    workspace_ids: Annotated[
        list[strawberry.ID] | None, described("Only agreements mapped to one of these workspaces.")
    ] = None,
    in_force: Annotated[bool | None, described("Only those in force today, or only those that are not.")] = None,
    first: First = FIRST,
    after: After = None,
) -> Page:
    values = await work.filters(info.context, workspace_ids, in_force)
    return await Source(info.context, work.AGREEMENTS, Request(first, after, values)).page(info.selection)


@strawberry.type
class AgreementQueries:
    agreements: Connection[Agreement] | None = question(
        _agreements, description="Agreements mapped to the viewer's workspaces, by first day."
    )
    agreement: Agreement | None = found_by_id("Agreement", t.Agreement, description="One agreement.")
    package: Package | None = found_by_id("Package", t.Package, description="One package.")
    entitlement: Entitlement | None = found_by_id("Entitlement", t.Entitlement, description="One entitlement.")
