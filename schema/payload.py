"""What every mutation answers."""

from decimal import Decimal

import strawberry

from resolvers.batch import Level, Parents, batched
from resolvers.effects import Effect as Done
from resolvers.effects import effects
from schema.words.described import described
from tenancy.changes import Touch
from tenancy.words import ClockStatus, Kpi, Origin

described(
    Touch,
    "What a command does to a row.",
    CREATED="It is new.",
    CHANGED="It is different.",
    REMOVED="It is gone.",
)


@strawberry.type(description="A business rule that refused a mutation; nothing was changed.")
class UserError:
    code: str = strawberry.field(description="One of the closed list of codes.")
    field: str | None = strawberry.field(description="The input field that it is about.")
    rule: str | None = strawberry.field(description="The requirement that was not met.")
    message: str = strawberry.field(description="What was refused; the same text for the same code.")
    next_step: str = strawberry.field(description="What to do next.")
    count: int | None = strawberry.field(
        description="How many things are in the way, where the rule counts them: open activities, active children."
    )


@strawberry.type(description="Terms that an entitlement gives, or gets back, by a mutation.")
class TermsEffect:
    entitlement: strawberry.ID = strawberry.field(description="The entitlement.")
    origin: Origin | None = strawberry.field(description="The channel of the case, whose own terms move as well.")
    quantity: Decimal = strawberry.field(description="What is charged; negative when it is returned.")


@strawberry.type(description="A clock that a mutation starts, pauses, lets run on, or ends.")
class ClockEffect:
    case: strawberry.ID = strawberry.field(description="The case whose clock it is.")
    kpi: Kpi = strawberry.field(description="What the clock measures.")
    status: ClockStatus = strawberry.field(description="What it is afterwards.")


@strawberry.type(description="Somebody who begins or ceases to see something by a mutation.")
class SightEffect:
    who: strawberry.ID = strawberry.field(description="A user, or a group whose members it is.")
    name: str | None = strawberry.field(description="The name; null for somebody who has gone out of your sight.")
    what: strawberry.ID = strawberry.field(description="A case, a workspace, or a group whose cases it is.")
    gains: bool = strawberry.field(description="True: sees it from now on. False: does not see it this way any more.")


@strawberry.type(description="Rows of one type that a mutation wrote, or would write.")
class Effect:
    type: str = strawberry.field(description="What the rows are.")
    change: Touch = strawberry.field(description="What happened to them.")
    count: int = strawberry.field(description="How many of them the viewer may see.")
    terms: list[TermsEffect] = strawberry.field(description="Terms that these rows move, where they are charges.")
    clocks: list[ClockEffect] = strawberry.field(description="The clocks that these rows are.")
    sight: list[SightEffect] = strawberry.field(description="Who begins or ceases to see what by these rows.")


async def _effects(parents: Parents, info: Level) -> list[list[Done]]:
    return [await effects(info.context.scope, payload.touched) for payload in parents]


@strawberry.type
class Payload:
    user_errors: list[UserError] = strawberry.field(description="Business rules that refused; empty on success.")
    planned: bool = strawberry.field(description="Whether it was only tried: nothing of it was kept.")
    effects: list[Effect] = batched(
        _effects, columns=("touched",), description="What it did, or would do, as far as the viewer may see it."
    )
