"""Inviting people to a workspace, sending the link again, taking it back (WS-18, WS-20, D-20)."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Text, Uuid, any_, bindparam, select
from sqlalchemy.dialects.postgresql import ARRAY

from resolvers.absence import there
from resolvers.commands import Payload
from resolvers.context import House
from resolvers.invitations_writing import Place, Written, addresses, hashed, letter, secret, write
from resolvers.loaders import KEYS
from resolvers.mailing import Letter
from resolvers.members_authority import manage, require_authority
from resolvers.members_contacts import make_room
from resolvers.once import Answer, once
from resolvers.pages import Listing, Order
from resolvers.refusals import granted
from resolvers.rules.invitations import Term, expires_at, invite, unusable
from tenancy import tables as t
from tenancy.changes import Change
from tenancy.database import Row
from tenancy.errors import BusinessRefusal
from tenancy.permissions import Action
from tenancy.statements import Statement
from tenancy.words import InvitationStatus, Role

INVITATIONS = Listing(
    "workspace.invitations",
    t.Invitation,
    {"status": t.Invitation.status == bindparam("status", type_=t.Invitation.status.type)},
    Order("newest", (("created_at", True),)),
    parent="workspace_id",
)

_WAITING = Statement(
    select(t.Invitation.email)
    .where(
        t.Invitation.workspace_id == bindparam("workspace", type_=Uuid(as_uuid=False)),
        t.Invitation.status == InvitationStatus.PENDING,
        t.Invitation.email == any_(bindparam("emails", type_=ARRAY(Text))),
    )
    .order_by(t.Invitation.email)
)

_ONE = select(
    t.Invitation.id, t.Invitation.workspace_id, t.Invitation.email, t.Invitation.roles, t.Invitation.status
).where(t.Invitation.id == KEYS)
_FIND, _LOCK = Statement(_ONE), Statement(_ONE.with_for_update())


@dataclass(frozen=True)
class Invited(Payload):
    """The ids of the invitations that now stand."""

    invitation_ids: tuple[str, ...] = ()


@dataclass(frozen=True)
class InvitationChanged(Payload):
    """The id of the invitation."""

    invitation_id: str | None = None


async def invite_users(
    change: Change, house: House, key: str, workspace_id: str, emails: Iterable[str], roles: Iterable[Role]
) -> Invited:
    """Ask people into a workspace: one invitation for each address (WS-18, WS-20). All of them, or none."""
    place = await manage(change, workspace_id, Action.INVITE, "WS-18")
    wanted = granted(invite(roles)) or frozenset()
    require_authority(change.viewer, wanted, workspace_id)
    invited = addresses(emails, "emails")
    letters: list[Letter] = []

    async def effect() -> Answer:
        written = await _write(change, Place(workspace_id, place["name"]), invited, wanted, house.invitation_term)
        letters.extend(written.letters)
        return {"invitation_ids": written.ids}

    asked = {"workspace_id": workspace_id, "emails": invited, "roles": sorted(wanted)}
    answer = await once(change, "inviteUsers", key, asked, effect)
    return Invited(invitation_ids=tuple(answer["invitation_ids"]), letters=tuple(letters))


async def _write(change: Change, place: Place, invited: list[str], roles: frozenset[Role], term: Term) -> Written:
    if await change.rows(_WAITING, workspace=place.id, emails=invited):
        raise BusinessRefusal("CONFLICT", field="emails", rule="WS-20")
    if Role.SUPPORT_CONTACT in roles:
        await make_room(change, place.id, invited)
    return await write(change, place, dict.fromkeys(invited, roles), term)


async def resend_invitation(change: Change, house: House, key: str, id: str) -> InvitationChanged:
    """A new link for the same invitation; the old link is dead from now on (D-20)."""
    workspace = await _managed(change, id)
    letters: list[Letter] = []

    async def effect() -> Answer:
        row = await _still_open(change, id)
        token, term = secret(), house.invitation_term
        ends = expires_at(change.now, term.lifetime)
        await change.alter(t.Invitation, id, {"token_hash": hashed(token), **term.of(change.now)})
        change.audit("RESEND_INVITATION", "Invitation", id, workspace=row["workspace_id"])
        change.publish("invitation", id, row["workspace_id"], change="RESENT")
        letters.append(letter(change, row["email"], workspace["name"], ends, token))
        return {}

    await once(change, "resendInvitation", key, {"id": id}, effect)
    return InvitationChanged(invitation_id=id, letters=tuple(letters))


async def revoke_invitation(change: Change, id: str) -> InvitationChanged:
    """Take an invitation back: its link is dead."""
    await _managed(change, id)
    row = await _still_open(change, id)
    await change.alter(t.Invitation, id, {"status": InvitationStatus.REVOKED})
    change.audit("REVOKE_INVITATION", "Invitation", id, workspace=row["workspace_id"])
    change.publish("invitation", id, row["workspace_id"], change="REVOKED")
    return InvitationChanged(invitation_id=id)


async def _managed(change: Change, id: str) -> Row:
    """The workspace of an invitation, for somebody who may invite there."""
    seen = await there(change, _FIND, keys=[id])
    return await manage(change, seen["workspace_id"], Action.INVITE, "WS-18")


async def _still_open(change: Change, id: str) -> Row:
    """The invitation, locked and still open, for somebody who could have written it."""
    row = await change.one(_LOCK, keys=[id])
    require_authority(change.viewer, [Role(role) for role in row["roles"]], row["workspace_id"])
    if refused := unusable(InvitationStatus(row["status"])):
        granted(refused)
    return row
