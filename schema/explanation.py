"""No unexplained number: formula, rule and rows behind a total."""

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated

import strawberry

from resolvers import explanations as told
from resolvers.arguments import After, First
from resolvers.batch import Parents, batched
from resolvers.explanations_pages import ExplanationPage, pages
from resolvers.fields import named_by
from resolvers.loaders import Relation
from resolvers.pages import FIRST, Request
from schema.consumption import Consumption
from schema.page import Connection
from schema.people import User
from schema.words import Figure
from tenancy import tables as t

if TYPE_CHECKING:
    from schema.case import Case
    from schema.entitlement import Entitlement


@strawberry.type(description="One row behind a total: a bought line, a ledger row, a person or a case.")
class ExplanationRow:
    amount: Decimal = strawberry.field(description="What it adds to the total; negative where it is taken off.")
    entitlement: Annotated["Entitlement", strawberry.lazy("schema.entitlement")] | None = named_by(
        Relation("entitlement_id", t.Entitlement), description="The line that was bought."
    )
    consumption: Consumption | None = named_by(
        Relation("consumption_id", t.Consumption), description="The row of the ledger."
    )
    person: User | None = named_by(Relation("user_id", t.User), description="The person who counts one.")
    case: Annotated["Case", strawberry.lazy("schema.case")] | None = named_by(
        Relation("case_id", t.Case), description="The case that counts one."
    )


async def _rows(parents: Parents, first: First = FIRST, after: After = None) -> list[ExplanationPage | Exception]:
    return await pages(parents, Request(first, after))


async def _hidden(parents: Parents) -> list[Decimal | None]:
    return await told.hidden(parents)


@strawberry.type(description="How a total came about. Its rows and what is hidden add up to it, exactly.")
class Explanation:
    figure: Figure = strawberry.field(description="Which total it is.")
    value: Decimal | None = strawberry.field(description="The total; null is unlimited, never recorded or not known.")
    formula: str = strawberry.field(description="How it is computed.")
    rule: str = strawberry.field(description="The requirements that say so.")
    as_of: date = strawberry.field(description="The day that it speaks of, UTC.")
    hidden: Decimal | None = batched(
        _hidden, columns=("segments", "value"), description="What rows add that the viewer may not see."
    )
    rows: Connection[ExplanationRow] = batched(
        _rows,
        columns=("segments",),
        description="The rows that the viewer may see; lines first, then use, newest first.",
    )
