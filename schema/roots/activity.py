"""The question behind the Customer Activity page, and the recording of use."""

from datetime import date
from typing import Annotated

import strawberry

from resolvers import activity, education
from resolvers.arguments import WorkspaceIds, described
from resolvers.batch import Level
from resolvers.commands import command
from resolvers.fields import question
from schema.activity import CustomerActivity
from schema.consumption import ConsumptionPayload, record, reverse
from schema.education import EducationReport
from schema.words import ReportFormat


async def _customer_activity(
    info: Level,
    workspace_ids: WorkspaceIds = None,
    agreement_ids: Annotated[
        list[strawberry.ID] | None, described("Only these agreements; without it all that are mapped to the selection.")
    ] = None,
    as_of: Annotated[
        date | None,
        described("A past day to read, UTC; without it today. Mappings and the facts of cases stand as they are now."),
    ] = None,
) -> activity.Activity:
    return await activity.open_activity(info.context, workspace_ids, agreement_ids, as_of)


async def _education_report(
    info: Level,
    workspace_ids: WorkspaceIds = None,
    format: Annotated[ReportFormat, described("How it is written.")] = ReportFormat.CSV,
    since: Annotated[date | None, described("Only what was started on this day or later.")] = None,
    until: Annotated[date | None, described("Only what was started on this day or earlier.")] = None,
) -> education.EducationReport:
    return await education.education_report(info.context, workspace_ids, format, since, until)


@strawberry.type
class ActivityQueries:
    education_report: EducationReport | None = question(
        _education_report,
        description="The on-demand education report, for learning managers and administrators; 20,000 rows at most.",
    )
    customer_activity: CustomerActivity | None = question(
        _customer_activity,
        description="What was bought, what was used and what remains, for workspaces that the viewer may report on.",
    )


@strawberry.type
class ActivityMutations:
    record_consumption: ConsumptionPayload | None = command(
        record, description="Record use of a consumable service that no case caused; for the operator."
    )
    reverse_consumption: ConsumptionPayload | None = command(
        reverse, description="Take a recorded use back by a row of the opposite quantity; for the operator."
    )
