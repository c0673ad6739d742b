"""Cases: requests for help."""

from datetime import datetime
from typing import Annotated

import strawberry

from resolvers import queues
from resolvers.batch import Level, Parents, batched
from resolvers.case_related import MERGED
from resolvers.cases import CHILDREN
from resolvers.fields import derived, identified, page_of, related
from resolvers.loaders import columns_of
from resolvers.sharing import SHARES
from schema.agreement import Agreement
from schema.case_related import (
    CaseProcess,
    CustomerCard,
    SlaClock,
    active_entitlements,
    cards,
    clocks,
    neighbours,
    process_of,
)
from schema.catalogue import Customer, Product, Sla, Subject
from schema.entitlement import Entitlement
from schema.group import CaseShare, reasons
from schema.knowledge import CaseKnowledge, linked
from schema.node import Node, StandsIn
from schema.package import Package
from schema.page import Connection
from schema.people import User
from schema.queue import QueueItem
from schema.timeline import TimelineEntry, entries
from schema.words import (
    CaseState,
    CaseStatus,
    CaseType,
    Classification,
    Origin,
    Priority,
    ProcessStatus,
    SlaSource,
    Stage,
    SupportKind,
)
from schema.words.sharing import VisibilityReason
from schema.workspace import Workspace
from tenancy import tables as t
from tenancy.database import Row


async def _queue_item(parents: Parents, info: Level) -> list[Row | None]:
    ids = await queues.items_of_cases(info.context, [case.id for case in parents])
    loader = info.context.loaders.rows(t.QueueItem, columns_of(t.QueueItem, info.selection.columns))
    found: list[Row | None] = await loader.level(ids)
    return found


@strawberry.type(description="One request for help; Services Hub says support request.")
class Case(StandsIn, Node):
    id: strawberry.ID = identified("Case")
    ticket_number: str = strawberry.field(description="Number of the case; never changes.")
    title: str = strawberry.field(description="What it is about.")
    description: str | None = strawberry.field(description="A detailed account.")
    state: CaseState = strawberry.field(description="Whether it is being worked on.")
    status: CaseStatus = strawberry.field(description="The reason within the state.")
    priority: Priority = strawberry.field(description="How urgent it is.")
    origin: Origin | None = strawberry.field(description="The channel through which it began.")
    case_type: CaseType | None = strawberry.field(description="Question, problem or request.")
    support_kind: SupportKind = strawberry.field(description="Which kind of support it asks for.")
    classification: Classification | None = strawberry.field(
        description="A classification that makes it an additional case."
    )
    decrement_terms: bool = strawberry.field(description="Whether it charges its entitlement.")
    sla_source: SlaSource | None = strawberry.field(description="Where its SLA comes from.")
    route_case: bool = strawberry.field(description="Whether routing rules may move it.")
    first_response_sent: bool = strawberry.field(description="Whether the customer was answered.")
    is_escalated: bool = strawberry.field(description="Whether it was escalated.")
    stage: Stage = strawberry.field(description="Current stage of the process.")
    process_status: ProcessStatus = strawberry.field(description="State of the process.")
    created_at: datetime = strawberry.field(description="When it was saved first, UTC.")
    modified_at: datetime = strawberry.field(description="When it was changed last, UTC.")
    closed_at: datetime | None = strawberry.field(description="When it was resolved or cancelled, UTC.")
    version: int = strawberry.field(description="Changes with every edit; send it back with the next one.")
    workspace: Workspace | None = related(
        t.Case.workspace, description="The workspace whose members may see it; null for cases of the desk alone."
    )
    customer: Customer | None = related(t.Case.customer, description="Whom it is for.")
    contact: Customer | None = related(t.Case.contact, description="The contact at the customer.")
    primary_contact: User | None = related(
        t.Case.primary_contact_user, description="The user named while the case was created; keeps sight of it."
    )
    owner: User | None = related(t.Case.owner, description="Who works on it.")
    created_by: User | None = related(t.Case.creator, description="Who opened it.")
    subject: Subject | None = related(t.Case.subject, description="Its topic.")
    product: Product | None = related(t.Case.product, description="The product concerned.")
    entitlement: Entitlement | None = related(t.Case.entitlement, description="The right it is charged against.")
    sla: Sla | None = related(t.Case.sla, description="The promise that runs for it.")
    agreement: Agreement | None = related(t.Case.agreement, description="The agreement it is tied to.")
    package: Package | None = related(t.Case.package, description="The package it is tied to.")
    parent: Annotated["Case", strawberry.lazy("schema.case")] | None = related(
        t.Case.parent, description="The case that it is a child of."
    )
    master: Annotated["Case", strawberry.lazy("schema.case")] | None = related(
        t.Case.master, description="The case that it was merged into."
    )
    shares: Connection[CaseShare] = page_of(SHARES, description="Whom it is opened to, oldest first.")
    visible_because: list[VisibilityReason] = batched(
        reasons, columns=("id",), description="Why the viewer sees it: all reasons that hold."
    )
    children: Connection[Annotated["Case", strawberry.lazy("schema.case")]] = page_of(
        CHILDREN, description="Its child cases, newest first."
    )
    merged_cases: Connection[Annotated["Case", strawberry.lazy("schema.case")]] = page_of(
        MERGED, description="Cases that were merged into it, newest first."
    )
    recent_cases: list[Annotated["Case", strawberry.lazy("schema.case")]] = neighbours(
        "customer_id", description="Other cases of its customer, newest first."
    )
    similar_cases: list[Annotated["Case", strawberry.lazy("schema.case")]] = neighbours(
        "subject_id", description="Other cases with its subject, newest first."
    )
    timeline: Connection[TimelineEntry] = batched(
        entries, columns=("id",), description="What happened to it, newest first: ten entries unless told otherwise."
    )
    knowledge: list[CaseKnowledge] = batched(linked, columns=("id",), description="Articles linked to it.")
    customer_card: CustomerCard = batched(
        cards, columns=("customer_id", "contact_id"), description="Whom it is for, at a glance."
    )
    active_entitlements: Connection[Entitlement] = batched(
        active_entitlements, columns=("id",), description="Active entitlements of its customer, by name."
    )
    process: CaseProcess = derived(
        process_of, ("stage", "process_status"), description="The stages on the way to its completion."
    )
    queue_item: QueueItem | None = batched(
        _queue_item, columns=("id",), description="Where it waits, if it waits in a queue that is open to the viewer."
    )
    sla_instances: list[SlaClock] = batched(
        clocks, columns=("id",), description="Its clocks, one for every promise that is tracked."
    )
