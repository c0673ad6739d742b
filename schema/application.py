"""Programs that read a partner's insights unattended."""

from datetime import datetime

import strawberry

from resolvers import ids
from resolvers.applications import (
    ApplicationChanged,
    applications_of,
    grant_application,
    revoke_application,
)
from resolvers.arguments import After, First
from resolvers.batch import Level
from resolvers.fields import named_by, related
from resolvers.loaders import Relation
from resolvers.pages import FIRST, Page, Request
from schema.keyed import KEY
from schema.payload import Payload
from schema.people import User
from tenancy import tables as t
from tenancy.changes import Change


@strawberry.type(description="A program's right to read insights of the partner that granted it, and nothing else.")
class ApplicationGrant:
    application: User | None = related(t.RoleGrant.user, description="The program.")
    granted_at: datetime = strawberry.field(description="Since when, UTC.")
    granted_by: User | None = related(t.RoleGrant.granter, description="Who granted it.")


@strawberry.input(description="A program that shall read insights.")
class GrantApplicationInput:
    idempotency_key: str = strawberry.field(description=KEY)
    oid: str = strawberry.field(
        description="Object id (`oid`) of the program in the partner's own directory: a UUID, as in its tokens."
    )
    name: str = strawberry.field(description="What it is called in lists, 1 to 200 characters; it decides nothing.")


@strawberry.input(description="A program that shall no longer read insights.")
class RevokeApplicationInput:
    application_id: strawberry.ID = strawberry.field(description="The program: an id of `applications`.")


@strawberry.type(description="The program's right, or why it stays as it was.")
class ApplicationPayload(Payload):
    application: User | None = named_by(
        Relation("application_id", t.User), description="The program; null when it is no longer visible."
    )
    grant: ApplicationGrant | None = named_by(
        Relation("grant_id", t.RoleGrant), description="Its right; null when it was taken back."
    )


async def granted(info: Level, first: First = FIRST, after: After = None) -> Page:
    return await applications_of(info.context, Request(first, after, {"reader": None}), info.selection)


async def grant(change: Change, input: GrantApplicationInput) -> ApplicationChanged:
    return await grant_application(change, input.idempotency_key, input.oid, input.name)


async def revoke(change: Change, input: RevokeApplicationInput) -> ApplicationChanged:
    return await revoke_application(change, ids.of("User", input.application_id, field="application_id"))
