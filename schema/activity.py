"""The Customer Activity page: what was bought, what was used, what remains."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Final

import strawberry

from resolvers import activity_additional as additional
from resolvers import activity_lines as enterprise
from resolvers.activity import AGREEMENTS
from resolvers.activity_add_on import ADD_ONS, AddOn, add_on
from resolvers.arguments import After, First, described
from resolvers.batch import Level, Parents, batched
from resolvers.dated import dated, on_day
from resolvers.explanations import Explanation as Explained
from resolvers.explanations_of import of_line
from resolvers.fields import all_named_by
from resolvers.loaders import Relation, columns_of
from resolvers.pages import FIRST, Page, Request, Source
from resolvers.rules.additional_cases import SERVICES
from schema.additional_cases import AdditionalService
from schema.agreement import Agreement
from schema.entitlement import Entitlement
from schema.explanation import Explanation
from schema.package import Package
from schema.page import Connection
from schema.words import ActivityGroup, AllocationType, Category, Figure, PackageStatus
from schema.workspace import Workspace
from tenancy import tables as t

_LINES: Final = 4
"""Lines that a heading is taken to have, for the price: three categories at most, mostly in one unit each."""


def _explanation(
    parents: Parents, of: Annotated[Figure, described("Which of its totals.")] = Figure.REMAINING
) -> list[Explained]:
    return [of_line(line, of) for line in parents]


@strawberry.type(description="What was bought and used in one category and unit, over the selection.")
class ActivityLine:
    category: Category = strawberry.field(description="What the entitlements are for.")
    unit: AllocationType = strawberry.field(description="The unit of the figures; units are never added.")
    is_consumable: bool = strawberry.field(description="Whether use is recorded.")
    total: Decimal | None = strawberry.field(description="How much was bought; null is unlimited.")
    consumed_in_selection: Decimal | None = strawberry.field(description="Used by the selected workspaces.")
    consumed: Decimal | None = strawberry.field(description="Used by all workspaces: the quantity is one pool.")
    remaining: Decimal | None = strawberry.field(description="Total less what all used; null when unlimited.")
    entitlements: list[Entitlement] = all_named_by(
        Relation("entitlement_ids", t.Entitlement),
        told=lambda row, line: on_day(row, line.activity.past),
        description="The bought lines behind the figures; each opens into its drill-down.",
    )
    explanation: Explanation | None = batched(
        _explanation, columns=("grants",), description="How one of the totals came about, with the rows behind it."
    )


@strawberry.type(description="One heading of the enterprise-wide section.")
class ActivityCategory:
    group: ActivityGroup = strawberry.field(description="Which heading.")
    lines: list[ActivityLine] = strawberry.field(
        description="One line for each category and unit under it.", metadata={"page": _LINES}
    )


async def _agreement(parents: Parents, info: Level) -> list[Any]:
    loader = info.context.loaders.rows(t.Agreement, columns_of(t.Agreement, info.selection.columns))
    rows = await loader.level([section.agreement_id for section in parents])
    return [
        None if row is None else on_day(row, section.activity.past) for section, row in zip(parents, rows, strict=True)
    ]


async def _packages(parents: Parents, info: Level, first: First = FIRST, after: After = None) -> list[Page]:
    found = []
    for section in parents:
        page = await Source(info.context, ADD_ONS, Request(first, after, section.values)).page(info.selection)
        found.append(dated(page, section.activity.past))
    return found


@strawberry.type(description="The add-on section of one agreement.")
class AddOnSection:
    agreement: Agreement | None = batched(
        _agreement, columns=("agreement_id", "activity"), description="The agreement that is shown."
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
        page = await Source(info.context, AGREEMENTS, Request(first, after, values)).page(info.selection)
        found.append(dated(page, activity.past))
    return found


async def _enterprise_wide(parents: Parents) -> list[list[enterprise.ActivityCategory]]:
    return [await enterprise.categories(activity) for activity in parents]


async def _additional_cases(parents: Parents) -> list[list[additional.AdditionalService]]:
    return [await additional.services(activity) for activity in parents]


async def _add_on(
    parents: Parents,
    agreement_id: Annotated[
        strawberry.ID | None,
        described("The agreement to show; may be left out where the page has exactly one."),
    ] = None,
    package_ids: Annotated[list[strawberry.ID] | None, described("Only these packages.")] = None,
    package_status: Annotated[PackageStatus | None, described("Only active, or only inactive packages.")] = None,
) -> list[AddOn]:
    return [await add_on(activity, agreement_id, package_ids, package_status) for activity in parents]


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
        metadata={"page": len(ActivityGroup)},
    )
    add_on: AddOnSection | None = batched(
        _add_on, columns=("values",), description="Use of the add-on packages of one agreement at a time."
    )
    additional_cases: list[AdditionalService] = batched(
        _additional_cases,
        columns=("values", "as_of"),
        description="Advisory and problem-resolution cases outside the regular consumption: always two lines.",
        metadata={"page": len(SERVICES)},
    )
