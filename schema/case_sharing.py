"""What a client says about sharing a case, and what comes back."""

import strawberry

from resolvers import ids, sharing
from resolvers.fields import named_by
from resolvers.loaders import Relation
from schema.case import Case
from schema.keyed import KEY
from schema.payload import Payload
from tenancy import tables as t
from tenancy.changes import Change


@strawberry.input(description="A case to open to one person, or to one group.")
class ShareCaseInput:
    idempotency_key: str = strawberry.field(description=KEY)
    case_id: strawberry.ID = strawberry.field(description="The case.")
    user_id: strawberry.ID | None = strawberry.field(default=None, description="A member of its workspace.")
    group_id: strawberry.ID | None = strawberry.field(default=None, description="A group of its workspace.")


@strawberry.input(description="A share to take back.")
class UnshareCaseInput:
    case_id: strawberry.ID = strawberry.field(description="The case.")
    user_id: strawberry.ID | None = strawberry.field(default=None, description="The person, if it is one.")
    group_id: strawberry.ID | None = strawberry.field(default=None, description="The group, if it is one.")


@strawberry.type(description="The case with its shares, or why they stay as they were.")
class ShareCasePayload(Payload):
    case: Case | None = named_by(
        Relation("case_id", t.Case), description="The case; null when the viewer does not see it any more."
    )


async def share(change: Change, input: ShareCaseInput) -> sharing.CaseShared:
    return await sharing.share_case(change, input.idempotency_key, _share(input))


async def unshare(change: Change, input: UnshareCaseInput) -> sharing.CaseShared:
    return await sharing.unshare_case(change, _share(input))


def _share(input: ShareCaseInput | UnshareCaseInput) -> sharing.Share:
    user = None if input.user_id is None else ids.of("User", input.user_id, field="user_id")
    group = None if input.group_id is None else ids.of("SupportGroup", input.group_id, field="group_id")
    return sharing.Share(ids.of("Case", input.case_id, field="case_id"), user, group)
