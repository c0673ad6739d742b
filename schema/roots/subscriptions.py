"""What can be watched (5.5). Each event is an operation of its own, with the rights of its moment."""

from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from typing import Annotated, Any

import strawberry

from resolvers import happenings, watching
from resolvers import watching_subjects as subjects
from resolvers.arguments import WorkspaceIds, described
from resolvers.batch import Level
from resolvers.context import Context
from resolvers.fields import question
from resolvers.workspaces import admit
from schema.change import (
    CaseChange,
    CustomerActivityChange,
    DelegationEnding,
    QueueChange,
    SlaClockChange,
    TimelineAddition,
)
from tenancy.database import Row

CaseId = Annotated[strawberry.ID, described("The case.")]
After = Annotated[
    str | None,
    described(
        "Go on behind this place: `eventId` of the last event that was received, or `latestEventId` of a query. "
        "Without it, from now on."
    ),
]
Told = Callable[[Context, Row], Any]


def _case_changed(
    info: strawberry.Info, case_id: CaseId, after: After = None
) -> AsyncGenerator[CaseChange | None, None]:
    return _told(info, lambda: subjects.case_changes(case_id), after, happenings.case_changed)


def _timeline_added(
    info: strawberry.Info, case_id: CaseId, after: After = None
) -> AsyncGenerator[TimelineAddition | None, None]:
    return _told(info, lambda: subjects.timeline_additions(case_id), after, happenings.entry_added)


def _sla_clock(
    info: strawberry.Info, case_id: CaseId, after: After = None
) -> AsyncGenerator[SlaClockChange | None, None]:
    return _told(info, lambda: subjects.clock_changes(case_id), after, happenings.clock_changed)


def _queue_changed(
    info: strawberry.Info, queue_id: Annotated[strawberry.ID, described("The queue.")], after: After = None
) -> AsyncGenerator[QueueChange | None, None]:
    return _told(info, lambda: subjects.queue_changes(queue_id), after, happenings.queue_changed)


def _customer_activity_changed(
    info: strawberry.Info, workspace_ids: WorkspaceIds = None, after: After = None
) -> AsyncGenerator[CustomerActivityChange | None, None]:
    return _told(info, lambda: subjects.figure_changes(workspace_ids), after, happenings.figures_changed)


def _delegation_ending(info: strawberry.Info, after: After = None) -> AsyncGenerator[DelegationEnding | None, None]:
    return _told(info, subjects.endings, after, happenings.delegation_ending)


async def _told(
    info: strawberry.Info, subject: Callable[[], watching.Subject], after: str | None, tell: Told
) -> AsyncGenerator[Any, None]:
    async with aclosing(watching.watch(info.context, subject(), after)) as rows:
        async for row in rows:
            yield tell(info.context, row)


async def _latest_event_id(info: Level) -> str:
    admit(info.context)
    return await watching.latest_event_id(info.context)


@strawberry.type
class EventQueries:
    latest_event_id: str | None = question(
        _latest_event_id,
        description="The place behind everything that this answer shows: a subscription that begins `after` it misses "
        "nothing of what comes then.",
    )


def _watched(events: Callable[..., Any], *, description: str) -> Any:
    """A field of the subscription root; Any stands for its own type, as with every maker of fields."""
    return strawberry.subscription(events, description=description)


@strawberry.type(description="What can be watched: over graphql-transport-ws, or as server-sent events.")
class Subscription:
    case_changed: CaseChange | None = _watched(
        _case_changed, description="Every change of a case, and of whom it is shared with."
    )
    timeline_added: TimelineAddition | None = _watched(
        _timeline_added, description="Every new entry on the timeline of a case."
    )
    sla_clock: SlaClockChange | None = _watched(
        _sla_clock, description="Every change of status, warning time or failure time of a clock of a case."
    )
    queue_changed: QueueChange | None = _watched(
        _queue_changed,
        description="Every item that comes into a queue, is picked, released or removed.",
    )
    customer_activity_changed: CustomerActivityChange | None = _watched(
        _customer_activity_changed,
        description="Categories whose totals have changed, for workspaces that the viewer may report on: by use, by "
        "what was bought or mapped, and by who is a support contact.",
    )
    delegation_ending: DelegationEnding | None = _watched(
        _delegation_ending,
        description="Delegated relationships of the current tenant, a customer or a partner, that end for good in "
        "30, 7 and 1 days; each of these days is told once.",
    )
