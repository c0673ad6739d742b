"""Giving and taking roles, and removing people from a workspace (CA-9, CA-10, WS-6, I-3, T-19, C-10; AE-24)."""

from dataclasses import dataclass

from sqlalchemy import Uuid, bindparam, select

from resolvers.commands import Payload
from resolvers.figures import roles_moved
from resolvers.loaders import KEYS
from resolvers.members_authority import manage, require_authority
from resolvers.members_contacts import make_room
from resolvers.once import Answer, once
from resolvers.refusals import granted
from resolvers.rules.authority import keeps_administrator
from tenancy import tables as t
from tenancy.changes import Change
from tenancy.errors import BadInput, Forbidden, NotFound
from tenancy.permissions import EXERCISABLE, Action
from tenancy.statements import Reach, Statement, same
from tenancy.words import WORKSPACE_ROLES, AccountType, Role

_ID = Uuid(as_uuid=False)
_WORKSPACE = bindparam("workspace", type_=_ID)
_USER = bindparam("user", type_=_ID)

_PERSON = Statement(select(t.User.account_type).where(t.User.id == KEYS))
_HELD = Statement(
    select(t.RoleGrant.id, t.RoleGrant.role).where(
        t.RoleGrant.user_id == _USER, t.RoleGrant.workspace_id.is_not_distinct_from(_WORKSPACE)
    )
)
_ADMINISTRATORS = Statement(
    select(t.RoleGrant.user_id).where(t.RoleGrant.workspace_id == _WORKSPACE, t.RoleGrant.role == Role.WORKSPACE_ADMIN)
)
_GROUPS = Statement(
    select(t.SupportGroupMember.group_id)
    .join(t.SupportGroup, same(t.SupportGroup.id, t.SupportGroupMember.group_id))
    .where(t.SupportGroup.workspace_id == _WORKSPACE, t.SupportGroupMember.user_id == _USER)
    .order_by(t.SupportGroupMember.group_id),
    reach=Reach.TENANT,
)
_SHARES = Statement(
    select(t.CaseShare.id)
    .join(t.Case, same(t.Case.id, t.CaseShare.incident_id))
    .where(t.Case.workspace_id == _WORKSPACE, t.CaseShare.user_id == _USER)
    .order_by(t.CaseShare.id),
    reach=Reach.TENANT,
)


@dataclass(frozen=True)
class RoleChange:
    """A role, whose, and where; None is the whole tenant. Ids are uuids."""

    role: Role
    user_id: str
    workspace_id: str | None


@dataclass(frozen=True)
class MemberChanged(Payload):
    """Whose roles changed; `membership_id` is the grant that makes the person a member."""

    user_id: str | None = None
    workspace_id: str | None = None
    membership_id: str | None = None


async def grant_role(change: Change, key: str, wanted: RoleChange) -> MemberChanged:
    """Give somebody who is there one more role; nobody gives a role to oneself (T-19)."""
    await _may_change(change, wanted)
    if wanted.user_id == change.viewer.user_id:
        raise Forbidden(field="user_id", rule="CA-10")

    async def effect() -> Answer:
        return {"membership_id": await _grant(change, wanted)}

    asked = {"role": wanted.role, "user": wanted.user_id, "workspace": wanted.workspace_id}
    answer = await once(change, "grantRole", key, asked, effect)
    return MemberChanged(user_id=wanted.user_id, workspace_id=wanted.workspace_id, **answer)


async def revoke_role(change: Change, wanted: RoleChange) -> MemberChanged:
    """Take a role back; a workspace keeps an administrator (WS-6), and a membership ends by `removeMember`."""
    await _may_change(change, wanted)
    held = await held_by(change, wanted.user_id, wanted.workspace_id)
    if wanted.role not in held:
        raise NotFound(field="role")
    if wanted.role is Role.WORKSPACE_ADMIN:
        await _keep_administrator(change, str(wanted.workspace_id), wanted.user_id)
    await change.remove(t.RoleGrant, {"id": held[wanted.role]})
    _announce(change, "REVOKE_ROLE", wanted)
    return MemberChanged(user_id=wanted.user_id, workspace_id=wanted.workspace_id, membership_id=held.get(Role.MEMBER))


async def remove_member(change: Change, workspace_id: str, user_id: str) -> MemberChanged:
    """End a membership with all that hangs on it: roles, groups, shares (I-3). The last administrator stays."""
    await manage(change, workspace_id, Action.MANAGE_USERS, "CA-10")
    held = await held_by(change, user_id, workspace_id)
    if Role.MEMBER not in held:
        raise NotFound(field="user_id")
    require_authority(change.viewer, held, workspace_id)
    if Role.WORKSPACE_ADMIN in held:
        await _keep_administrator(change, workspace_id, user_id)
    for group in await change.rows(_GROUPS, workspace=workspace_id, user=user_id):
        await change.remove(t.SupportGroupMember, {"group_id": group["group_id"], "user_id": user_id})
    for share in await change.rows(_SHARES, workspace=workspace_id, user=user_id):
        await change.remove(t.CaseShare, {"id": share["id"]})
    for id in held.values():
        await change.remove(t.RoleGrant, {"id": id})
    change.audit("REMOVE_MEMBER", "Workspace", workspace_id, user=user_id, roles=sorted(held))
    change.publish("membership", user_id, workspace_id, change="REMOVED")
    roles_moved(change, workspace_id, held)
    return MemberChanged(user_id=user_id, workspace_id=workspace_id)


async def _may_change(change: Change, wanted: RoleChange) -> None:
    """Refuse who may not; in a workspace, lock it."""
    if wanted.workspace_id is not None:
        await manage(change, wanted.workspace_id, Action.MANAGE_USERS, "CA-10")
    elif change.viewer.tenant is not None and change.viewer.tenant.delegated:
        # What was lent to a partner is not handed on: it would outlive the relationship (3.5).
        raise Forbidden(rule="AE-54")
    require_authority(change.viewer, {wanted.role}, wanted.workspace_id)
    if (wanted.role in WORKSPACE_ROLES) is (wanted.workspace_id is None):
        raise BadInput(field="workspace_id", rule="I-3")
    if wanted.role is Role.MEMBER:
        raise BadInput(field="role", rule="WS-20")


async def _grant(change: Change, wanted: RoleChange) -> str | None:
    """Write the grant unless it stands; the id of the membership that it hangs on."""
    person = await change.row(_PERSON, keys=[wanted.user_id])
    held = await held_by(change, wanted.user_id, wanted.workspace_id)
    if person is None or (wanted.workspace_id is not None and Role.MEMBER not in held):
        raise NotFound(field="user_id")
    if wanted.role not in EXERCISABLE[AccountType(person["account_type"])]:
        raise BadInput(field="role", rule="D-30")
    if wanted.role not in held:
        if wanted.role is Role.SUPPORT_CONTACT:
            await make_room(change, str(wanted.workspace_id), [wanted.user_id])
        given = {"user_id": wanted.user_id, "workspace_id": wanted.workspace_id, "role": wanted.role}
        await change.add(t.RoleGrant, {**given, "granted_by": change.viewer.user_id, "granted_at": change.now})
        _announce(change, "GRANT_ROLE", wanted)
    return held.get(Role.MEMBER)


async def held_by(change: Change, user_id: str, workspace_id: str | None) -> dict[Role, str]:
    """The roles that somebody holds there, each with the id of its grant."""
    rows = await change.rows(_HELD, user=user_id, workspace=workspace_id)
    return {Role(row["role"]): row["id"] for row in rows}


async def _keep_administrator(change: Change, workspace_id: str, leaving: str) -> None:
    rows = await change.rows(_ADMINISTRATORS, workspace=workspace_id)
    granted(keeps_administrator([row["user_id"] for row in rows], leaving))


def _announce(change: Change, action: str, wanted: RoleChange) -> None:
    where = wanted.workspace_id
    change.audit(action, "User", wanted.user_id, role=wanted.role, workspace=where)
    change.publish("membership", wanted.user_id, where, change=action)
    roles_moved(change, where, [wanted.role])
