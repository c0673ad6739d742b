"""The additional-cases panel of Customer Activity."""

from datetime import datetime
from typing import Annotated

import strawberry

from resolvers import activity_additional as additional
from resolvers.arguments import After, First, described
from resolvers.batch import Level, Parents, batched
from resolvers.cases import ORDERS
from resolvers.explanations import Explanation as Explained
from resolvers.explanations_of import of_service
from resolvers.fields import named_by
from resolvers.loaders import Relation
from resolvers.narrowing import conditions
from resolvers.pages import FIRST, Request
from resolvers.retold import Retold
from schema.case import Case
from schema.explanation import Explanation
from schema.page import Connection
from schema.words import AdditionalReason, CaseOrder, Classification, DrillDownView, SupportKind
from tenancy import tables as t


@strawberry.type(description="A case outside the regular consumption, with everything that makes it so.")
class AdditionalCase:
    case: Case | None = named_by(Relation("case_id", t.Case), description="The case.")
    reasons: list[AdditionalReason] = strawberry.field(description="Every reason, at least one; it counts once.")
    classification: Classification | None = strawberry.field(description="The code behind the reason CLASSIFIED.")


@strawberry.input(description="Conditions on additional cases; all that are given must hold.")
class AdditionalCaseFilter:
    reasons: list[AdditionalReason] | None = strawberry.field(
        default=None, description="Additional for one of these reasons, perhaps among others."
    )
    classifications: list[Classification] | None = strawberry.field(
        default=None, description="Classified as one of these."
    )
    workspace_id: strawberry.ID | None = strawberry.field(default=None, description="Of this workspace.")
    created_since: datetime | None = strawberry.field(default=None, description="Created at this moment or later.")
    created_before: datetime | None = strawberry.field(default=None, description="Created before this moment.")


async def _cases(
    parents: Parents,
    info: Level,
    filter: Annotated[AdditionalCaseFilter | None, described("Only cases for which all of this holds.")] = None,
    order: Annotated[CaseOrder, described("In which order.")] = CaseOrder.NEWEST,
    first: First = FIRST,
    after: After = None,
) -> list[Retold]:
    return await additional.cases(parents, Request(first, after, await conditions(info.context, filter), ORDERS[order]))


def _explanation(parents: Parents) -> list[Explained]:
    return [of_service(line) for line in parents]


@strawberry.type(description="One of the two services of the panel.")
class AdditionalService:
    view: DrillDownView = strawberry.field(description="Which of the six views it is.")
    service: SupportKind = strawberry.field(description="Advisory or problem resolution.")
    description: str = strawberry.field(description="What the service is.")
    count: int = strawberry.field(description="All additional cases of the service; the same for every reader.")
    rows_are_partial: bool = strawberry.field(description="Whether some of them are hidden from the viewer.")
    cases: Connection[AdditionalCase] = batched(
        _cases,
        columns=("activity", "service"),
        description="Those that the viewer may see; a case that meets several rules appears once.",
    )
    explanation: Explanation | None = batched(
        _explanation, columns=("activity", "service", "count"), description="How the count came about."
    )
