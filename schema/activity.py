"""The Customer Activity page: what was bought, what was used, what remains."""

from datetime import date
from decimal import Decimal
from typing import Annotated

import strawberry

from resolvers import activity as act
from resolvers.arguments import After, First
from resolvers.batch import Level, Parents, batched
from resolvers.fields import all_named_by, named_by
from resolvers.loaders import Relation
from resolvers.pages import FIRST, Page, Request, Source
from schema.agreement import Agreement
from schema.package import Package
from schema.page import Connection
from schema.words import ActivityGroup, AllocationType, Category, PackageStatus
from schema.workspace import Workspace
from tenancy import tables as t


@strawberry.type(description="What was bought and used in one category and unit, over the selection.")
class ActivityLine:
    category: Category = strawberry.field(description="What the entitlements are for.")
    unit: AllocationType = strawberry.field(description="The unit of the figures; units are never added.")
    is_consumable: bool = strawberry.field(description="Whether use is recorded.")
    total: Decimal | None = strawberry.field(description="How much was bought; null is unlimited.")
    consumed_in_selection: Decimal | None = strawberry.field(description="Used by the selected workspaces.")
    consumed: Decimal | None = strawberry.field(description="Used by all workspaces: the quantity is one pool.")
    remaining: Decimal | None = strawberry.field(description="Total less what all used; null when unlimited.")


@strawberry.type(description="One heading of the enterprise-wide section.")
class ActivityCategory:
    group: ActivityGroup = strawberry.field(description="Which heading.")
    lines: list[ActivityLine] = strawberry.field(description="One line for each category and unit under it.")


async def _packages(parents: Parents, info: Level, first: First = FIRST, after: After = None) -> list[Page]:
    return [
        await Source(info.context, act.ADD_ONS, Request(first, after, add_on.values)).page(info.selection)
        for add_on in parents
    ]


@strawberry.type(description="The add-on section of one agreement.")
class AddOnSection:
    agreement: Agreement | None = named_by(
        Relation("agreement_id", t.Agreement), description="The agreement that is shown."
    )
    packages: Connection[Package] = batched(
        _packages,
        columns=("values",),
        description="Its add-on packages in the selected workspaces, with expiry and entitlements, by first day.",
    )


async def _agreements(parents: Parents, info: Level, first: First = FIRST, after: After = None) -> list[Page]:
    found = []
    for activity in parents:
        values = {**activity.values, "today": activity.as_of}
        found.append(await Source(info.context, act.AGREEMENTS, Request(first, after, values)).page(info.selection))
    return found


async def _enterprise_wide(parents: Parents) -> list[list[act.ActivityCategory]]:
    return [await act.categories(activity) for activity in parents]


def _add_on(
    parents: Parents,
    agreement_id: Annotated[
        strawberry.ID | None,
        strawberry.argument(description="The agreement to show; may be left out where the page has exactly one."),
    ] = None,
    package_ids: Annotated[list[strawberry.ID] | None, strawberry.argument(description="Only these packages.")] = None,
    package_status: Annotated[
        PackageStatus | None, strawberry.argument(description="Only active, or only inactive packages.")
    ] = None,
) -> list[act.AddOn]:
    return [act.add_on(activity, agreement_id, package_ids, package_status) for activity in parents]


@strawberry.type(description="The Customer Activity page for chosen workspaces and agreements.")
class CustomerActivity:
    as_of: date = strawberry.field(description="The day that the figures speak of, UTC.")
    workspaces: list[Workspace] = all_named_by(
        Relation("workspace_ids", t.Workspace), description="The workspaces in the selection."
    )
    active_agreements: Connection[Agreement] = batched(
        _agreements,
        columns=("values", "as_of"),
        description="Agreements in force that are mapped to the selection, with their first and last day.",
    )
    enterprise_wide: list[ActivityCategory] = batched(
        _enterprise_wide,
        columns=("values", "as_of"),
        description="Use of the base packages, per category; a category that was not bought is absent.",
    )
    add_on: AddOnSection | None = batched(
        _add_on, columns=("values",), description="Use of the add-on packages of one agreement at a time."
    )
