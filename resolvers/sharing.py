"""Opening a case to a person or to a group of its workspace (CA-12a, CA-12b, I-15; AE-20..22)."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Uuid, bindparam, select

from resolvers.absence import there
from resolvers.commands import Payload
from resolvers.loaders import KEYS
from resolvers.once import Answer, once
from resolvers.pages import Listing, Order
from tenancy import tables as t
from tenancy.changes import Change
from tenancy.database import Row
from tenancy.errors import BadInput, BusinessRefusal, NotFound
from tenancy.permissions import Action
from tenancy.statements import Reach, Statement, same
from tenancy.viewer import require
from tenancy.words import Role

_ID = Uuid(as_uuid=False)
_WORKSPACE, _USER, _GROUP = (bindparam(name, type_=_ID) for name in ("workspace", "user", "group"))

SHARES = Listing("case.shares", t.CaseShare, order=Order("shared_at", (("shared_at", False),)), parent="incident_id")

_LOCK = Statement(
    select(t.Case.id, t.Case.workspace_id).where(t.Case.id == KEYS).with_for_update(key_share=True, of=t.Case)
)
_MEMBER = Statement(
    select(t.RoleGrant.id).where(
        t.RoleGrant.workspace_id == _WORKSPACE, t.RoleGrant.user_id == _USER, t.RoleGrant.role == Role.MEMBER
    )
)
_OF_WORKSPACE = Statement(
    select(t.SupportGroup.id).where(t.SupportGroup.workspace_id == _WORKSPACE, t.SupportGroup.id == _GROUP)
)
_STANDING = Statement(
    select(t.CaseShare.id, t.CaseShare.user_id, t.CaseShare.group_id).where(t.CaseShare.incident_id == KEYS),
    reach=Reach.TENANT,
)
DEFAULT_GROUP = Statement(
    select(t.SupportGroupMember.group_id)
    .join(t.SupportGroup, same(t.SupportGroup.id, t.SupportGroupMember.group_id))
    .where(
        t.SupportGroup.workspace_id == bindparam("workspace_id", type_=_ID),
        t.SupportGroupMember.user_id == _USER,
        t.SupportGroupMember.is_default,
    )
    .order_by(t.SupportGroupMember.group_id)
)
"""The group of a workspace that its creator shares every new case with, if `user` chose one (2.1)."""


@dataclass(frozen=True)
class Share:
    """A case, and the one person or group that it is opened to; ids are uuids."""

    case_id: str
    user_id: str | None = None
    group_id: str | None = None


@dataclass(frozen=True)
class CaseShared(Payload):
    """The case whose shares changed."""

    case_id: str | None = None


async def share_case(change: Change, key: str, wanted: Share) -> CaseShared:
    """Open a case to somebody of its workspace; to one group at most (I-15). Shared already is as good."""
    case = await _case(change, wanted)

    async def effect() -> Answer:
        await _check_target(change, case["workspace_id"], wanted)
        await _add(change, case, wanted)
        return {"case_id": wanted.case_id}

    asked = {"case": wanted.case_id, "user": wanted.user_id, "group": wanted.group_id}
    return CaseShared(**await once(change, "shareCase", key, asked, effect))


async def unshare_case(change: Change, wanted: Share) -> CaseShared:
    """Take a share back; other reasons to see the case stay (AE-21)."""
    case = await _case(change, wanted)
    share = _same(await change.rows(_STANDING, keys=[wanted.case_id]), wanted)
    if share is None:
        raise NotFound(field=_field(wanted))
    await change.remove(t.CaseShare, {"id": share["id"]})
    _announce(change, "UNSHARE_CASE", case, wanted)
    return CaseShared(case_id=wanted.case_id)


async def share_with_groups(change: Change, case_id: str, groups: Sequence[Row]) -> None:
    """Share a case that is being created with the group that its creator chose for that: rows of DEFAULT_GROUP."""
    for row in groups[:1]:
        values = {"incident_id": case_id, "group_id": row["group_id"], "shared_by": change.viewer.user_id}
        await change.add(t.CaseShare, {**values, "shared_at": change.now})


async def _case(change: Change, wanted: Share) -> Row:
    """The case, locked, for somebody who sees it and may share it."""
    if (wanted.user_id is None) is (wanted.group_id is None):
        raise BadInput(field="user_id", rule="CA-12")
    row = await there(change, _LOCK, "case_id", keys=[wanted.case_id])
    require(change.viewer, Action.SHARE_CASES, row["workspace_id"], rule="CA-12")
    return row


async def _check_target(change: Change, workspace_id: str | None, wanted: Share) -> None:
    """Whoever is not of the case's workspace is not there (WS-5)."""
    if wanted.user_id is not None:
        found = await change.row(_MEMBER, workspace=workspace_id, user=wanted.user_id)
    else:
        found = await change.row(_OF_WORKSPACE, workspace=workspace_id, group=wanted.group_id)
    if found is None:
        raise NotFound(field=_field(wanted))


async def _add(change: Change, case: Row, wanted: Share) -> None:
    standing = await change.rows(_STANDING, keys=[wanted.case_id])
    if _same(standing, wanted) is not None:
        return
    if wanted.group_id is not None and any(row["group_id"] for row in standing):
        raise BusinessRefusal("GROUP_SHARE_EXISTS", field="group_id", rule="I-15")
    values = {"incident_id": wanted.case_id, "user_id": wanted.user_id, "group_id": wanted.group_id}
    await change.add(t.CaseShare, {**values, "shared_by": change.viewer.user_id, "shared_at": change.now})
    _announce(change, "SHARE_CASE", case, wanted)


def _same(standing: list[Row], wanted: Share) -> Row | None:
    target = (wanted.user_id, wanted.group_id)
    return next((row for row in standing if (row["user_id"], row["group_id"]) == target), None)


def _field(wanted: Share) -> str:
    return "user_id" if wanted.user_id is not None else "group_id"


def _announce(change: Change, action: str, case: Row, wanted: Share) -> None:
    change.audit(action, "Case", wanted.case_id, user=wanted.user_id, group=wanted.group_id)
    change.publish("case", wanted.case_id, case["workspace_id"], change=action)
