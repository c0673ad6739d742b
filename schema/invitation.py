"""Invitations: single-use links into one workspace, and what can be done with them."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import strawberry

from resolvers import ids
from resolvers.context import House
from resolvers.fields import all_named_by, derived, identified, named_by, related
from resolvers.invitations import InvitationChanged, Invited, invite_users, resend_invitation, revoke_invitation
from resolvers.invitations_redeeming import Redeemed, redeem_invitation
from resolvers.loaders import Relation
from schema.keyed import KEY
from schema.node import Node, StandsIn
from schema.payload import Payload
from schema.people import Tenant, User
from schema.words import InvitationStatus, Role
from tenancy import tables as t
from tenancy.changes import Change

if TYPE_CHECKING:
    from schema.workspace import Workspace

LazyWorkspace = Annotated["Workspace", strawberry.lazy("schema.workspace")]


@strawberry.type(description="A link into one workspace that can be redeemed once; whoever does becomes a member.")
class Invitation(StandsIn, Node):
    id: strawberry.ID = identified("Invitation")
    email: str = strawberry.field(description="Where the link was sent; it is not compared with the redeeming account.")
    roles: list[Role] = derived(
        lambda row: [Role(role) for role in row.roles], ("roles",), description="What it gives."
    )
    status: InvitationStatus = strawberry.field(description="Whether it waits, was used, or was taken back.")
    expires_at: datetime = strawberry.field(description="From then on it cannot be redeemed, UTC.")
    created_at: datetime = strawberry.field(description="When it was written, UTC.")
    redeemed_at: datetime | None = strawberry.field(description="When it was redeemed, UTC.")
    reminders_sent: int = strawberry.field(
        description="How many reminders went out while it waited; they carry no link, the one that it has stays good."
    )
    last_reminded_at: datetime | None = strawberry.field(description="When the last reminder went out, UTC.")
    invited_by: User | None = related(t.Invitation.inviter, description="Who invited.")
    redeemed_by: User | None = related(t.Invitation.redeemer, description="Who redeemed it.")
    workspace: LazyWorkspace | None = related(t.Invitation.workspace, description="Where it leads.")


@strawberry.input(description="People to ask into a workspace: one invitation for each address.")
class InviteUsersInput:
    idempotency_key: str = strawberry.field(description=KEY)
    workspace_id: strawberry.ID = strawberry.field(description="The workspace.")
    emails: list[str] = strawberry.field(description="1 to 100 addresses.")
    roles: list[Role] = strawberry.field(
        default_factory=list, description="Roles besides MEMBER; none beyond the inviter's own authority."
    )


@strawberry.input(description="One invitation.")
class InvitationInput:
    id: strawberry.ID = strawberry.field(description="The invitation.")


@strawberry.input(description="An invitation whose link is written anew.")
class ResendInvitationInput:
    idempotency_key: str = strawberry.field(description=KEY)
    id: strawberry.ID = strawberry.field(description="The invitation.")


@strawberry.input(description="A link that was received.")
class RedeemInvitationInput:
    token: str = strawberry.field(description="The secret of the link.")


@strawberry.type(description="The invitations that were written, or why none was.")
class InviteUsersPayload(Payload):
    invitations: list[Invitation] = all_named_by(
        Relation("invitation_ids", t.Invitation), description="One for each address, in the order given."
    )


@strawberry.type(description="The invitation, or why it stays as it was.")
class InvitationPayload(Payload):
    invitation: Invitation | None = named_by(
        Relation("invitation_id", t.Invitation), description="The invitation, read after the command."
    )


@strawberry.type(description="The workspace that was entered, or why it was not.")
class RedeemInvitationPayload(Payload):
    workspace: LazyWorkspace | None = named_by(
        Relation("workspace_id", t.Workspace), description="The workspace, as its new member sees it."
    )
    tenant: Tenant | None = named_by(
        Relation("tenant_id", t.Tenant), description="Whose it is: choose it with the header X-Tenant from now on."
    )


async def invite(change: Change, house: House, input: InviteUsersInput) -> Invited:
    workspace_id = ids.of("Workspace", input.workspace_id, field="workspace_id")
    return await invite_users(change, house, input.idempotency_key, workspace_id, input.emails, input.roles)


async def resend(change: Change, house: House, input: ResendInvitationInput) -> InvitationChanged:
    id = ids.of("Invitation", input.id, field="id")
    return await resend_invitation(change, house, input.idempotency_key, id)


async def revoke(change: Change, input: InvitationInput) -> InvitationChanged:
    return await revoke_invitation(change, ids.of("Invitation", input.id, field="id"))


async def redeem(change: Change, house: House, input: RedeemInvitationInput) -> Redeemed:
    return await redeem_invitation(change, house, input.token)
