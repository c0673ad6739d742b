"""Groups of a workspace, whose members see together what is shared with them (CA-12a, 2.1)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Text, Uuid, any_, bindparam, select
from sqlalchemy.dialects.postgresql import ARRAY

from resolvers.absence import there
from resolvers.commands import Payload
from resolvers.loaders import KEYS
from resolvers.members_authority import manage
from resolvers.once import Answer, once
from resolvers.pages import Listing, Order
from tenancy import tables as t
from tenancy.changes import Change
from tenancy.errors import BadInput, BusinessRefusal, NotFound
from tenancy.permissions import Action
from tenancy.statements import Statement, same
from tenancy.viewer import require
from tenancy.words import Role

LONGEST_NAME: Final = 100
MOST_MEMBERS: Final = 500

_ID = Uuid(as_uuid=False)
_WORKSPACE = bindparam("workspace", type_=_ID)

GROUPS = Listing("workspace.groups", t.SupportGroup, order=Order("name", (("name", False),)), parent="workspace_id")
GROUP_MEMBERS = Listing(
    "group.members",
    t.User,
    order=Order("created_at", (("created_at", False),)),
    parent="group_id",
    pairs=select(t.SupportGroupMember.group_id, t.SupportGroupMember.user_id),
)

_FIND = Statement(select(t.SupportGroup.id, t.SupportGroup.workspace_id).where(t.SupportGroup.id == KEYS))
_NAMED = Statement(
    select(t.SupportGroup.id).where(
        t.SupportGroup.workspace_id == _WORKSPACE, t.SupportGroup.name == bindparam("name", type_=Text)
    )
)
_IN_GROUP = Statement(select(t.SupportGroupMember.user_id).where(t.SupportGroupMember.group_id == KEYS))
_MEMBERS = Statement(
    select(t.RoleGrant.user_id).where(
        t.RoleGrant.workspace_id == _WORKSPACE,
        t.RoleGrant.role == Role.MEMBER,
        t.RoleGrant.user_id == any_(bindparam("users", type_=ARRAY(_ID))),
    )
)
_MINE = Statement(
    select(t.SupportGroupMember.group_id, t.SupportGroupMember.is_default)
    .join(t.SupportGroup, same(t.SupportGroup.id, t.SupportGroupMember.group_id))
    .where(t.SupportGroup.workspace_id == _WORKSPACE, t.SupportGroupMember.user_id == bindparam("user", type_=_ID))
    .order_by(t.SupportGroupMember.group_id)
    .with_for_update(of=t.SupportGroupMember)
)


@dataclass(frozen=True)
class GroupChanged(Payload):
    """The group, and where it is."""

    group_id: str | None = None
    workspace_id: str | None = None


async def create_group(
    change: Change, key: str, workspace_id: str, name: str, member_ids: Sequence[str]
) -> GroupChanged:
    """A new group of members of the workspace."""
    await manage(change, workspace_id, Action.MANAGE_USERS, "CA-12a")
    called = _name(name)

    async def effect() -> Answer:
        return {"group_id": await _create(change, workspace_id, called, member_ids)}

    asked = {"workspace": workspace_id, "name": called, "members": sorted(member_ids)}
    return GroupChanged(**await once(change, "createGroup", key, asked, effect), workspace_id=workspace_id)


async def _create(change: Change, workspace_id: str, name: str, member_ids: Sequence[str]) -> str:
    await _check_members(change, workspace_id, member_ids)
    if await change.rows(_NAMED, workspace=workspace_id, name=name):
        raise BusinessRefusal("CONFLICT", field="name", rule="CA-12a")
    id = await change.add(t.SupportGroup, {"workspace_id": workspace_id, "name": name})
    await _add(change, id, dict.fromkeys(member_ids))
    change.audit("CREATE_GROUP", "SupportGroup", id, workspace=workspace_id)
    change.publish("group", id, workspace_id, change="CREATED")
    return id


async def set_group_members(change: Change, group_id: str, member_ids: Sequence[str]) -> GroupChanged:
    """Exactly these people are in the group from now on; who stays keeps it as a default, if it was one."""
    group = await there(change, _FIND, "group_id", keys=[group_id])
    workspace_id = group["workspace_id"]
    await manage(change, workspace_id, Action.MANAGE_USERS, "CA-12a")
    await _check_members(change, workspace_id, member_ids)
    present = {row["user_id"] for row in await change.rows(_IN_GROUP, keys=[group_id])}
    for leaving in sorted(present - set(member_ids)):
        await change.remove(t.SupportGroupMember, {"group_id": group_id, "user_id": leaving})
    await _add(change, group_id, [each for each in dict.fromkeys(member_ids) if each not in present])
    change.audit("SET_GROUP_MEMBERS", "SupportGroup", group_id, members=sorted(member_ids))
    change.publish("group", group_id, workspace_id, change="MEMBERS")
    return GroupChanged(group_id=group_id, workspace_id=workspace_id)


async def set_default_group(change: Change, workspace_id: str, group_id: str | None) -> GroupChanged:
    """The viewer's new cases in the workspace are shared with this group of its own, or with none (2.1)."""
    require(change.viewer, Action.ENTER_WORKSPACE, workspace_id, rule="CA-12a")
    mine = await change.rows(_MINE, workspace=workspace_id, user=change.viewer.user_id)
    if group_id is not None and group_id not in {row["group_id"] for row in mine}:
        raise NotFound(field="group_id")
    for row in mine:
        chosen = row["group_id"] == group_id
        if row["is_default"] is not chosen:
            where = {"group_id": row["group_id"], "user_id": change.viewer.user_id}
            await change.alter(t.SupportGroupMember, where, {"is_default": chosen})
    change.audit("SET_DEFAULT_GROUP", "Workspace", workspace_id, group=group_id)
    return GroupChanged(group_id=group_id, workspace_id=workspace_id)


def _name(given: str) -> str:
    name = given.strip()
    if not 1 <= len(name) <= LONGEST_NAME or not name.isprintable():
        raise BadInput(field="name", rule="CA-12a", details={"maximum": LONGEST_NAME})
    return name


async def _check_members(change: Change, workspace_id: str, member_ids: Sequence[str]) -> None:
    """A group is of its workspace: whoever is no member there is not there at all."""
    wanted = set(member_ids)
    if len(wanted) > MOST_MEMBERS:
        raise BadInput(field="member_ids", rule="CA-12a", details={"maximum": MOST_MEMBERS})
    found = await change.rows(_MEMBERS, workspace=workspace_id, users=sorted(wanted))
    if {row["user_id"] for row in found} != wanted:
        raise NotFound(field="member_ids")


async def _add(change: Change, group_id: str, user_ids: Iterable[str]) -> None:
    rows = [{"group_id": group_id, "user_id": each} for each in user_ids]
    await change.add_all(t.SupportGroupMember, rows)
