"""Closing, reopening and moving a case along its process (2.2, AE-56..58, AE-77, AE-83, AE-84)."""

import strawberry

from resolvers import case_closing as work
from resolvers import case_stages as process
from schema.case_answer import KEY, VERSION, CaseAnswered, case_of, once_for
from schema.words.work import Direction, ResolutionType
from tenancy.changes import Change


@strawberry.input(description="How a case was resolved.")
class ResolveCaseInput:
    idempotency_key: str = strawberry.field(description=KEY)
    case_id: strawberry.ID = strawberry.field(description="The case.")
    type: ResolutionType = strawberry.field(description="How it was resolved.")
    text: str = strawberry.field(description="What was done, 1 to 2000 characters.")
    total_minutes: int | None = strawberry.field(
        default=None, description="Minutes spent; without it the sum of its activities."
    )
    billable_minutes: int | None = strawberry.field(
        default=None, description="Minutes to bill, which entitlements in hours are charged; without it the total."
    )
    cancel_open_activities: bool = strawberry.field(
        default=False, description="Confirms that open activities are cancelled, those of closing children too."
    )
    version: int | None = strawberry.field(default=None, description=VERSION)


@strawberry.input(description="A case, named once for all retries.")
class CaseInput:
    idempotency_key: str = strawberry.field(description=KEY)
    case_id: strawberry.ID = strawberry.field(description="The case.")
    version: int | None = strawberry.field(default=None, description=VERSION)


@strawberry.input(description="One stage of a case's process.")
class MoveStageInput:
    idempotency_key: str = strawberry.field(description=KEY)
    case_id: strawberry.ID = strawberry.field(description="The case.")
    direction: Direction = strawberry.field(description="Forward or back.")
    version: int | None = strawberry.field(default=None, description=VERSION)


async def resolve_case(change: Change, input: ResolveCaseInput) -> CaseAnswered:
    case_id = case_of(input.case_id)
    resolution = work.Resolution(
        input.type, input.text, input.total_minutes, input.billable_minutes, input.cancel_open_activities
    )

    async def resolve() -> None:
        await work.resolve_case(change, case_id, resolution, input.version)

    return await once_for(change, "resolveCase", input, case_id, resolve)


async def cancel_case(change: Change, input: CaseInput) -> CaseAnswered:
    case_id = case_of(input.case_id)
    return await once_for(
        change, "cancelCase", input, case_id, lambda: work.cancel_case(change, case_id, input.version)
    )


async def reactivate_case(change: Change, input: CaseInput) -> CaseAnswered:
    case_id = case_of(input.case_id)
    return await once_for(
        change, "reactivateCase", input, case_id, lambda: work.reactivate_case(change, case_id, input.version)
    )


async def move_stage(change: Change, input: MoveStageInput) -> CaseAnswered:
    case_id = case_of(input.case_id)
    return await once_for(
        change,
        "moveStage",
        input,
        case_id,
        lambda: process.move_stage(change, case_id, input.direction, input.version),
    )


async def abandon_process(change: Change, input: CaseInput) -> CaseAnswered:
    case_id = case_of(input.case_id)
    return await once_for(
        change, "abandonProcess", input, case_id, lambda: process.abandon_process(change, case_id, input.version)
    )
