"""What subscriptions tell: one object for each event, read in the snapshot in which its rights were checked (5.5)."""

from datetime import datetime

import strawberry

from resolvers import case_related as around
from resolvers.batch import Level, Parents, batched
from resolvers.fields import named_by
from resolvers.loaders import Relation
from schema.case import Case
from schema.case_related import SlaClock
from schema.entitlement import Entitlement
from schema.node import StandsIn
from schema.partner import PartnerRelationship
from schema.queue import Queue, QueueItem
from schema.timeline import TimelineEntry
from schema.words import ActivityGroup, Category, SupportKind
from schema.words.changes import CaseTouch, ItemTouch
from tenancy import tables as t


@strawberry.type
class Happening(StandsIn):
    event_id: str = strawberry.field(
        description="The place behind this event: given as `after`, a new subscription goes on with the next one."
    )
    occurred_at: datetime = strawberry.field(description="When it happened, UTC.")


@strawberry.type(description="A case has changed.")
class CaseChange(Happening):
    change: CaseTouch = strawberry.field(description="What happened to it.")
    case: Case | None = named_by(Relation("case_id", t.Case), description="The case as it is when this is told.")


@strawberry.type(description="A timeline has a new entry.")
class TimelineAddition(Happening):
    entry: TimelineEntry | None = named_by(Relation("entry_id", t.TimelineEntry), description="The entry.")
    case: Case | None = named_by(Relation("case_id", t.Case), description="The case that it was written on.")


async def _clocks(parents: Parents, info: Level) -> list[around.ClockFace | None]:
    return await around.faces_of(info.context.scope, [(parent.case_id, parent.clock_id) for parent in parents])


@strawberry.type(description="A clock of a case has another status, or other times.")
class SlaClockChange(Happening):
    clock: SlaClock | None = batched(
        _clocks, columns=("case_id", "clock_id"), description="The clock as it stands when this is told."
    )
    case: Case | None = named_by(Relation("case_id", t.Case), description="The case that it runs for.")


@strawberry.type(description="An item of a queue came, was picked, was released or went.")
class QueueChange(Happening):
    change: ItemTouch = strawberry.field(description="What happened to it.")
    item: QueueItem | None = named_by(
        Relation("item_id", t.QueueItem), description="The item as it is when this is told."
    )
    queue: Queue | None = named_by(Relation("queue_id", t.Queue), description="The queue.")


@strawberry.type(description="Totals of the Customer Activity page have changed.")
class CustomerActivityChange(Happening):
    category: Category = strawberry.field(
        description="The category whose totals have changed; of additional cases, that of the same kind of support."
    )
    group: ActivityGroup = strawberry.field(description="The heading that it stands under.")
    entitlement: Entitlement | None = named_by(
        Relation("entitlement_id", t.Entitlement),
        description="The entitlement that was used; null where people or cases are counted, or where the viewer cannot "
        "see it.",
    )
    additional_service: SupportKind | None = strawberry.field(
        description="The line of the panel of additional cases that has changed; null for the figures of the agreement."
    )


@strawberry.type(description="A delegated relationship ends for good, and soon.")
class DelegationEnding(Happening):
    days: int = strawberry.field(description="How many days before the end this is told: 30, 7 or 1.")
    ends_at: datetime = strawberry.field(description="The end that it is told of, UTC.")
    relationship: PartnerRelationship | None = named_by(
        Relation("relationship_id", t.PartnerRelationship),
        description="The relationship as it is when this is told; its end may have been moved meanwhile.",
    )
