"""The timeline of a case, and what is written on it."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import strawberry

from resolvers import ids, timeline
from resolvers.arguments import After, described
from resolvers.batch import Level, Parents
from resolvers.commands import Payload as Answered
from resolvers.fields import identified, named_by, related
from resolvers.loaders import Relation
from resolvers.once import once
from resolvers.pages import Page, Request, Source
from schema.keyed import KEY
from schema.node import Node, StandsIn
from schema.payload import Payload
from schema.people import User
from schema.words.work import ActivityState, ActivityType, RecordType, ResolutionType
from tenancy import tables as t
from tenancy.changes import Change
from tenancy.errors import BadInput

if TYPE_CHECKING:
    from schema.case import Case


@strawberry.type(description="Something that happened to a case.")
class TimelineEntry(StandsIn, Node):
    id: strawberry.ID = identified("TimelineEntry")
    record_type: RecordType = strawberry.field(description="Activity, note or post.")
    activity_type: ActivityType | None = strawberry.field(description="What the activity is; null for notes and posts.")
    subject: str | None = strawberry.field(description="Its heading.")
    body: str | None = strawberry.field(description="Its text.")
    state: ActivityState | None = strawberry.field(description="Whether the activity is still to be done.")
    duration_minutes: int | None = strawberry.field(description="How long it took.")
    billable_minutes: int | None = strawberry.field(description="What a resolution bills.")
    resolution_type: ResolutionType | None = strawberry.field(description="How the case was resolved.")
    due_at: datetime | None = strawberry.field(description="When the activity is due, UTC.")
    attachment_name: str | None = strawberry.field(description="Name of the attachment.")
    attachment_ref: str | None = strawberry.field(description="Where the attachment is kept.")
    created_at: datetime = strawberry.field(description="When it was written, UTC.")
    author: User | None = related(t.TimelineEntry.author, description="Who wrote it; null for the system.")


async def entries(
    parents: Parents,
    info: Level,
    types: Annotated[list[RecordType] | None, described("Only entries of these kinds.")] = None,
    activity_types: Annotated[list[ActivityType] | None, described("Only activities of these types.")] = None,
    states: Annotated[list[ActivityState] | None, described("Only activities in these states.")] = None,
    first: Annotated[int | None, described("How many entries, 1 to 50.")] = timeline.FIRST,
    after: After = None,
) -> list[Page | Exception]:
    """The page of each case: ten entries unless told otherwise, fifty at most (2.7)."""
    if first is None or not 1 <= first <= timeline.MOST:
        raise BadInput(field="first", details={"minimum": 1, "maximum": timeline.MOST})
    wanted = {"types": types, "activity_types": activity_types, "states": states}
    values = {name: value for name, value in wanted.items() if value is not None}
    source = Source(info.context, timeline.TIMELINE, Request(first, after, values))
    return await source.pages([row.id for row in parents], info.selection)


@strawberry.input(description="A new entry on the timeline of a case.")
class AddTimelineEntryInput:
    idempotency_key: str = strawberry.field(description=KEY)
    case_id: strawberry.ID = strawberry.field(description="The case.")
    record_type: RecordType = strawberry.field(description="Activity, note or user post.")
    activity_type: ActivityType | None = strawberry.field(default=None, description="What the activity is.")
    subject: str | None = strawberry.field(default=None, description="Its heading, up to 200 characters.")
    body: str | None = strawberry.field(default=None, description="Its text, up to 10000 characters.")
    state: ActivityState | None = strawberry.field(
        default=None, description="Whether the activity is done already; without it, it is open."
    )
    duration_minutes: int | None = strawberry.field(default=None, description="How long it took.")
    due_at: datetime | None = strawberry.field(default=None, description="When the activity is due, with its zone.")
    attachment_name: str | None = strawberry.field(default=None, description="Name of the attachment.")
    attachment_ref: str | None = strawberry.field(default=None, description="Where the attachment is kept.")


@strawberry.input(description="An activity that is done.")
class CompleteActivityInput:
    activity_id: strawberry.ID = strawberry.field(description="The activity.")
    duration_minutes: int | None = strawberry.field(default=None, description="How long it took, if not said before.")


@dataclass(frozen=True)
class EntryWritten(Answered):
    """The ids of the entry and of its case, if it was written."""

    entry_id: str | None = None
    case_id: str | None = None


@strawberry.type(description="The entry and its case, or why it was not written.")
class TimelinePayload(Payload):
    entry: TimelineEntry | None = named_by(
        Relation("entry_id", t.TimelineEntry), description="The entry, read after the command."
    )
    case: Annotated["Case", strawberry.lazy("schema.case")] | None = named_by(
        Relation("case_id", t.Case), description="Its case, read after the command."
    )


async def add_timeline_entry(change: Change, input: AddTimelineEntryInput) -> EntryWritten:
    case_id = ids.of("Case", input.case_id, field="case_id")
    known = {name: value for name, value in vars(input).items() if name not in ("idempotency_key", "case_id")}
    entry = timeline.Entry(**known)

    async def write() -> dict[str, Any]:
        return {"entry_id": await timeline.add_entry(change, case_id, entry)}

    asked = {"case_id": case_id, **known}
    answer = await once(change, "addTimelineEntry", input.idempotency_key, asked, write)
    return EntryWritten(entry_id=answer["entry_id"], case_id=case_id)


async def complete_activity(change: Change, input: CompleteActivityInput) -> EntryWritten:
    entry_id = ids.of("TimelineEntry", input.activity_id, field="activity_id")
    case_id = await timeline.complete_activity(change, entry_id, input.duration_minutes)
    return EntryWritten(entry_id=entry_id, case_id=case_id)
