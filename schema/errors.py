"""Refusals as data."""

import strawberry


@strawberry.type(description="A business rule that refused a mutation; nothing was changed.")
class UserError:
    code: str = strawberry.field(description="One of the closed list of codes.")
    field: str | None = strawberry.field(description="The input field that it is about.")
    rule: str | None = strawberry.field(description="The requirement that was not met.")
    message: str = strawberry.field(description="What was refused; the same text for the same code.")
    next_step: str = strawberry.field(description="What to do next.")
