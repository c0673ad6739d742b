"""What a viewer may hand out here and now, and the lock that all changes to a workspace's people take (T-19, C-10)."""

from collections.abc import Iterable

from sqlalchemy import select

from resolvers.loaders import KEYS
from resolvers.refusals import granted
from resolvers.rules.authority import may_hand_out
from tenancy import tables as t
from tenancy.changes import Change
from tenancy.database import Row
from tenancy.errors import NotFound
from tenancy.permissions import EXERCISABLE, Action
from tenancy.statements import Statement
from tenancy.viewer import Viewer, require
from tenancy.words import Role

_LOCK = Statement(
    select(t.Workspace.id, t.Workspace.name, t.Workspace.is_default)
    .where(t.Workspace.id == KEYS)
    .with_for_update(key_share=True)
)


def held(viewer: Viewer, workspace_id: str | None) -> frozenset[Role]:
    """The roles that the viewer can exercise in the workspace, or in the whole tenant for None."""
    here = viewer.roles_in(workspace_id) if workspace_id and workspace_id not in viewer.barred else frozenset()
    return (viewer.tenant_roles | here) & EXERCISABLE[viewer.account_type]


def require_authority(viewer: Viewer, roles: Iterable[Role], workspace_id: str | None) -> None:
    """Refuse to give or take a role beyond the viewer's own authority there."""
    granted(may_hand_out(held(viewer, workspace_id), roles))


async def manage(change: Change, workspace_id: str, action: Action, rule: str) -> Row:
    """The workspace, locked, for somebody who may do this in it. People come and go there one command at a time."""
    require(change.viewer, action, workspace_id, rule=rule, field="workspace_id")
    row = await change.row(_LOCK, keys=[workspace_id])
    if row is None:
        raise NotFound(field="workspace_id")
    return row
