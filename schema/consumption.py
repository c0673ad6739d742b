"""Ledger rows, and the recording of use that no case causes."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated

import strawberry

from resolvers import ids
from resolvers.commands import Payload as Answered
from resolvers.consumption_recording import Use, record_consumption, reverse_consumption
from resolvers.fields import identified, named_by, related
from resolvers.loaders import Relation
from schema.keyed import KEY
from schema.node import Node, StandsIn
from schema.payload import Payload
from schema.words import Origin
from schema.workspace import Workspace
from tenancy import tables as t
from tenancy.changes import Change

if TYPE_CHECKING:
    from schema.case import Case
    from schema.entitlement import Entitlement


@strawberry.type(description="One use of an entitlement, or what takes one back; rows of the ledger never change.")
class Consumption(StandsIn, Node):
    id: strawberry.ID = identified("Consumption")
    quantity: Decimal = strawberry.field(description="How much, in the entitlement's unit; negative takes back.")
    occurred_on: date = strawberry.field(description="The day of use.")
    recorded_at: datetime = strawberry.field(description="When it was written, UTC.")
    origin: Origin | None = strawberry.field(description="The channel of the case that caused it.")
    label: str | None = strawberry.field(description="What was used: a course, a workshop, a case's title.")
    person: str | None = strawberry.field(description="Who used it, as the recorder wrote it.")
    entitlement: Annotated["Entitlement", strawberry.lazy("schema.entitlement")] | None = related(
        t.Consumption.entitlement, description="What was used."
    )
    workspace: Workspace | None = related(t.Consumption.workspace, description="The workspace that used it.")
    case: Annotated["Case", strawberry.lazy("schema.case")] | None = related(
        t.Consumption.case, description="The case that caused it; null where none did."
    )
    reverses: Annotated["Consumption", strawberry.lazy("schema.consumption")] | None = related(
        t.Consumption.reverses, description="The row that it takes back."
    )


@strawberry.input(description="Use of an entitlement that no case causes.")
class RecordConsumptionInput:
    idempotency_key: str = strawberry.field(description=KEY)
    entitlement_id: strawberry.ID = strawberry.field(description="What was used: a consumable service.")
    workspace_id: strawberry.ID = strawberry.field(description="Who used it: a workspace that has the package.")
    quantity: Decimal = strawberry.field(
        description="How much, above 0, two places at most; proactive services in delivered hours. No more than what "
        "remains, where that is restricted and charged at creation."
    )
    occurred_on: date | None = strawberry.field(
        default=None, description="The day of use, within the entitlement's dates and not after today; else today."
    )
    label: str | None = strawberry.field(default=None, description="What was used, up to 200 characters.")
    person: str | None = strawberry.field(default=None, description="Who used it, up to 200 characters.")

    def use(self) -> Use:
        """The command, with uuids in place of global ids."""
        return Use(
            ids.of("Entitlement", self.entitlement_id, field="entitlement_id"),
            ids.of("Workspace", self.workspace_id, field="workspace_id"),
            self.quantity,
            self.occurred_on,
            self.label,
            self.person,
        )


@strawberry.input(description="A ledger row to take back.")
class ReverseConsumptionInput:
    idempotency_key: str = strawberry.field(description=KEY)
    consumption_id: strawberry.ID = strawberry.field(description="The row; one that no case caused.")


@dataclass(frozen=True)
class Recorded(Answered):
    """The ids of the new ledger row and of its entitlement, if it was written."""

    consumption_id: str | None = None
    entitlement_id: str | None = None


@strawberry.type(description="The new ledger row, or why there is none.")
class ConsumptionPayload(Payload):
    consumption: Consumption | None = named_by(
        Relation("consumption_id", t.Consumption), description="The row, read after the command."
    )
    entitlement: Annotated["Entitlement", strawberry.lazy("schema.entitlement")] | None = named_by(
        Relation("entitlement_id", t.Entitlement), description="The entitlement, with its new figures."
    )


async def record(change: Change, input: RecordConsumptionInput) -> Recorded:
    return Recorded(**await record_consumption(change, input.idempotency_key, input.use()))


async def reverse(change: Change, input: ReverseConsumptionInput) -> Recorded:
    id = ids.of("Consumption", input.consumption_id, field="consumption_id")
    return Recorded(**await reverse_consumption(change, input.idempotency_key, id))
