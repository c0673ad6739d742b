"""Who is in a workspace, and how people come, stay and go."""

import strawberry

from resolvers.commands import command
from resolvers.invitations_redeeming import GUESSES
from schema import entra_user as directory
from schema import invitation as letters
from schema import member as people
from schema.entra_user import AddEntraUsersPayload
from schema.invitation import InvitationPayload, InviteUsersPayload, RedeemInvitationPayload
from schema.member import MemberPayload


@strawberry.type
class MemberMutations:
    invite_users: InviteUsersPayload | None = command(
        letters.invite, description="Ask people into a workspace; each address gets a link of its own."
    )
    resend_invitation: InvitationPayload | None = command(
        letters.resend, description="Send a new link for an invitation; the old one is dead."
    )
    revoke_invitation: InvitationPayload | None = command(
        letters.revoke, description="Take an invitation back; its link is dead."
    )
    redeem_invitation: RedeemInvitationPayload | None = command(
        letters.redeem,
        description="Become a member by a link; it works once, for one workspace.",
        limit=GUESSES,
    )
    add_entra_users: AddEntraUsersPayload | None = command(
        directory.add,
        description="Make users of one's own Entra tenant members of a workspace; no letter, signing in is enough.",
    )
    grant_role: MemberPayload | None = command(people.grant, description="Give somebody who is there one more role.")
    revoke_role: MemberPayload | None = command(
        people.revoke, description="Take a role back; a workspace keeps an administrator."
    )
    remove_member: MemberPayload | None = command(
        people.remove,
        description="End a membership with its roles, groups and shares; the last administrator stays.",
    )
