"""What every mutation answers."""

import strawberry

from resolvers.batch import Level, Parents, batched
from resolvers.effects import Effect as Done
from resolvers.effects import effects
from schema.words.described import described
from tenancy.changes import Touch

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


@strawberry.type(description="Rows of one type that a mutation wrote, or would write.")
class Effect:
    type: str = strawberry.field(description="What the rows are.")
    change: Touch = strawberry.field(description="What happened to them.")
    count: int = strawberry.field(description="How many of them the viewer may see.")


async def _effects(parents: Parents, info: Level) -> list[list[Done]]:
    return [await effects(info.context.scope, payload.touched) for payload in parents]


@strawberry.type
class Payload:
    user_errors: list[UserError] = strawberry.field(description="Business rules that refused; empty on success.")
    planned: bool = strawberry.field(description="Whether it was only tried: nothing of it was kept.")
    effects: list[Effect] = batched(
        _effects, columns=("touched",), description="What it did, or would do, as far as the viewer may see it."
    )
