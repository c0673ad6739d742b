"""Redeeming an invitation: its bearer becomes a member of one workspace, once (WS-13, WS-20..23, I-4, AE-32..40).

Whoever comes may be unknown and without any right: the link alone leads into the tenant (see `tenancy.arrivals`).
A refusal rolls everything back, the new principal included, so a barred account may come again as another (AE-35).
"""

from dataclasses import dataclass

from sqlalchemy import LargeBinary, Uuid, bindparam, select

from resolvers.commands import Payload
from resolvers.context import House
from resolvers.figures import roles_moved
from resolvers.invitations_writing import hashed
from resolvers.refusals import granted, refuse
from resolvers.rules.invitations import Invitation, redeem
from resolvers.rules.refused import Refused
from resolvers.workspaces import standing
from tenancy import arrivals
from tenancy import tables as t
from tenancy.account_types import Admission, admission
from tenancy.changes import Change
from tenancy.database import Row
from tenancy.rates import Policy
from tenancy.statements import Reach, Statement
from tenancy.words import AddedVia, InvitationStatus, Role

LONGEST_TOKEN = 255
GUESSES = Policy("invitation", rate=0.2)
"""A wrong secret each five seconds, and ten at once; the right one costs nothing."""
_ID = Uuid(as_uuid=False)

_BY_HASH = Statement(
    select(
        t.Invitation.id,
        t.Invitation.workspace_id,
        t.Invitation.roles,
        t.Invitation.status,
        t.Invitation.expires_at,
        t.Invitation.invited_by,
    )
    .where(t.Invitation.token_hash == bindparam("hash", type_=LargeBinary))
    .with_for_update(),
    reach=Reach.TENANT,
)

_MEMBER = Statement(
    select(t.RoleGrant.id).where(
        t.RoleGrant.workspace_id == bindparam("workspace", type_=_ID),
        t.RoleGrant.user_id == bindparam("user", type_=_ID),
        t.RoleGrant.role == Role.MEMBER,
    ),
    reach=Reach.TENANT,
)


@dataclass(frozen=True)
class Redeemed(Payload):
    """The workspace that was entered, and whose it is."""

    workspace_id: str | None = None
    tenant_id: str | None = None


async def redeem_invitation(change: Change, house: House, token: str) -> Redeemed:
    """Become a member by a link. Unknown, revoked and foreign secrets look alike, and whoever goes on guessing is
    stopped, whichever process is asked (A-12)."""
    row = await _presented(change, hashed(token)) if len(token) <= LONGEST_TOKEN else None
    if row is None:
        raise refuse(Refused("INVITATION_INVALID", "WS-20", "token"))
    house.rates.give_back(GUESSES, change.viewer.identity.key, 1)
    user_id = await arrivals.become_known(change)
    roles = await _decide(change, row, user_id)
    await _join(change, row, user_id, roles)
    return Redeemed(workspace_id=row["workspace_id"], tenant_id=change.viewer.tenant_id)


async def _presented(change: Change, token_hash: bytes) -> Row | None:
    """The invitation, locked; the command stands in its tenant from here on."""
    return await change.row(_BY_HASH, hash=token_hash) if await arrivals.follow(change, token_hash) else None


async def _decide(change: Change, row: Row, user_id: str) -> frozenset[Role]:
    known = await change.row(_MEMBER, workspace=row["workspace_id"], user=user_id)
    invitation = Invitation(
        InvitationStatus(row["status"]), row["expires_at"], frozenset(Role(role) for role in row["roles"])
    )
    admitted = await _admission(change, row["workspace_id"])
    return granted(redeem(invitation, change.now, admitted, known is not None)) or frozenset()


async def _admission(change: Change, workspace_id: str) -> Admission:
    stands = await standing(change, workspace_id)
    return admission(change.viewer.account_type, stands["premier"], stands["unified"], stands["allow"])


async def _join(change: Change, row: Row, user_id: str, roles: frozenset[Role]) -> None:
    id, workspace_id = row["id"], row["workspace_id"]
    given = {"user_id": user_id, "workspace_id": workspace_id, "granted_by": row["invited_by"]}
    given["added_via"] = AddedVia.INVITATION
    await change.add_all(t.RoleGrant, [{**given, "role": role, "granted_at": change.now} for role in sorted(roles)])
    used = {"status": InvitationStatus.REDEEMED, "redeemed_by": user_id, "redeemed_at": change.now}
    await change.alter(t.Invitation, id, used)
    await arrivals.settle(change)
    change.audit("REDEEM_INVITATION", "Invitation", id, workspace=workspace_id, roles=sorted(roles))
    change.publish("invitation", id, workspace_id, change="REDEEMED")
    roles_moved(change, workspace_id, roles)
