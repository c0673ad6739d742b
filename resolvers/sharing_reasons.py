"""Why a case is visible to the viewer (5.7, CA-12): told by the same table and boundaries that decide it."""

from collections.abc import Sequence

from sqlalchemy import func, select

from resolvers.loaders import KEYS
from resolvers.rules.visibility import Standing, VisibilityReason, reasons
from tenancy import tables as t
from tenancy.boundaries import SHARED_WITH_ME, SHARED_WITH_MY_GROUPS, floor
from tenancy.database import Row
from tenancy.permissions import GRANTS, Action, granting
from tenancy.scope import Scope
from tenancy.statements import Statement
from tenancy.viewer import NO_ROLES, Viewer
from tenancy.words import Role

_FACTS = Statement(
    select(
        t.Case.id,
        t.Case.workspace_id,
        func.coalesce(t.Case.primary_contact_user_id == floor.one("me"), False).label("primary_contact"),
        SHARED_WITH_ME.label("shared"),
        SHARED_WITH_MY_GROUPS.label("in_group"),
    ).where(t.Case.id == KEYS)
)


async def visible_because(scope: Scope, case_ids: Sequence[str]) -> list[list[VisibilityReason]]:
    """All reasons for each case, in the order asked; none for a case that the viewer does not see."""
    rows = await scope.rows(_FACTS, keys=sorted(set(case_ids)))
    found = {row["id"]: list(reasons(standing(scope.viewer, row))) for row in rows}
    return [found.get(id, []) for id in case_ids]


def standing(viewer: Viewer, row: Row) -> Standing:
    """How the viewer stands to a case: its roles there, and what the row says about it."""
    workspace_id = row["workspace_id"]
    opening = overseeing(viewer, workspace_id)
    desk = opening & GRANTS[Action.SEE_UNASSIGNED_CASES]
    view_all = opening & {Role.VIEW_ALL_SUPPORT_REQUESTS}
    return Standing(
        in_workspace=workspace_id is not None,
        admitted=workspace_id is not None and viewer.may_enter(workspace_id),
        administers=bool(opening - desk - view_all),
        desk=bool(desk),
        group=row["in_group"],
        shared=row["shared"],
        primary_contact=row["primary_contact"],
        view_all=bool(view_all),
    )


def overseeing(viewer: Viewer, workspace_id: str | None) -> frozenset[Role]:
    """The roles of the viewer that open every case of the workspace, or those without one for None."""
    action = Action.SEE_UNASSIGNED_CASES if workspace_id is None else Action.SEE_EVERY_CASE
    here = NO_ROLES if workspace_id is None else viewer.roles_in(workspace_id)
    return granting(viewer.account_type, viewer.tenant_roles | here, action)
