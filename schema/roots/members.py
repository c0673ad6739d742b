"""Who is in a workspace, and how people come, stay and go."""

import strawberry

from resolvers.commands import command
from resolvers.invitations import InvitationChanged, Invited
from resolvers.invitations_redeeming import Redeemed
from schema import invitation as letters
from schema.invitation import InvitationPayload, InviteUsersPayload, RedeemInvitationPayload


@strawberry.type
class MemberMutations:
    invite_users: InviteUsersPayload | None = command(
        letters.invite, Invited, description="Ask people into a workspace; each address gets a link of its own."
    )
    resend_invitation: InvitationPayload | None = command(
        letters.resend, InvitationChanged, description="Send a new link for an invitation; the old one is dead."
    )
    revoke_invitation: InvitationPayload | None = command(
        letters.revoke, InvitationChanged, description="Take an invitation back; its link is dead."
    )
    redeem_invitation: RedeemInvitationPayload | None = command(
        letters.redeem, Redeemed, description="Become a member by a link; it works once, for one workspace."
    )
