"""From a verified identity to a viewer, by what the tables say in the operation's own transaction (H-8).

One statement finds the principal's grants, its own and those that a delegated relationship lends to it (3.5).
A personal account costs one more: how each of its workspaces stands to personal accounts (3.4).
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Protocol

from tenancy.account_types import personal_accounts
from tenancy.clock import Clock
from tenancy.database import Row
from tenancy.errors import Forbidden
from tenancy.identity import Identity
from tenancy.permissions import GRANTS, Action
from tenancy.viewer import Grant, Home, Viewer, choose
from tenancy.words import AccountType, Role, TenantKind

_AGENTS = ", ".join(f"'{role}'" for role in sorted(GRANTS[Action.ACT_ON_BEHALF]))

_GRANTS = f"""
select u.id as user_id, g.tenant_id, t.name, t.kind, t.entra_tenant_id, g.workspace_id, g.role, false as delegated
from app.app_user u
left join app.role_grant g on g.user_id = u.id
left join app.tenant t on t.id = g.tenant_id
where u.tid = $1 and u.oid = $2
union all
select u.id, r.tenant_id, t.name, t.kind, t.entra_tenant_id, null, lent.role, true
from app.app_user u
join app.role_grant g on g.user_id = u.id and g.workspace_id is null and g.role in ({_AGENTS})
join app.partner_relationship r on r.partner_tenant_id = g.tenant_id
join app.tenant t on t.id = r.tenant_id
cross join lateral unnest(r.roles) as lent(role)
where u.tid = $1 and u.oid = $2
  and r.kind = 'DELEGATED' and r.status in ('ACTIVE', 'EXPIRING') and r.activated_at <= $3 and $3 < r.ends_at
"""

_STANDING = """
select w.id, w.allow_personal_accounts as allow,
  coalesce(bool_or(a.program = 'PREMIER'), false) as premier, coalesce(bool_or(a.program = 'UNIFIED'), false) as unified
from app.workspace w
left join app.workspace_package m on m.tenant_id = w.tenant_id and m.workspace_id = w.id
left join app.package p on p.tenant_id = m.tenant_id and p.id = m.package_id
left join app.agreement a on a.tenant_id = p.tenant_id and a.id = p.agreement_id
  and a.activated_at is not null and $2 between a.starts_on and a.ends_on
where w.tenant_id = $1
group by w.id, w.allow_personal_accounts
"""

_DEFAULT_WORKSPACE = "select id from app.workspace where tenant_id = $1 and is_default"


class Line(Protocol):
    """A way to run a statement inside the operation's transaction, while a tenant is the current one."""

    tenant: str | None

    async def fetch(self, tenant: str | None, sql: str, arguments: Sequence[Any], record: type[Row]) -> list[Row]: ...


async def recognise(line: Line, identity: Identity, wanted: str | None, clock: Clock) -> Viewer:
    """The viewer of this operation. `wanted` selects among the principal's tenants; others are NOT_FOUND."""
    found = await line.fetch(line.tenant, _GRANTS, [identity.tid, identity.oid, clock.now()], Row)
    user_id = found[0]["user_id"] if found else None
    viewer = choose(identity, user_id, [_grant(row) for row in found if row["tenant_id"]], wanted)
    if identity.account_type is AccountType.APPLICATION and not viewer.tenant_roles:
        raise Forbidden(rule="D-30")
    viewer = await _first_workspace(line, viewer)
    return await _standing(line, viewer, clock) if _asks_for_standing(viewer) else viewer


def _grant(row: Row) -> Grant:
    home = Home(
        id=row["tenant_id"],
        name=row["name"],
        kind=TenantKind(row["kind"]),
        entra_tenant_id=row["entra_tenant_id"],
        delegated=row["delegated"],
    )
    return Grant(home, row["workspace_id"], Role(row["role"]))


async def _first_workspace(line: Line, viewer: Viewer) -> Viewer:
    """A Services Administrator has the rights of a workspace administrator in the first workspace (2.1, D-37)."""
    if Role.SERVICES_ADMIN not in viewer.tenant_roles:
        return viewer
    for row in await line.fetch(viewer.tenant_id, _DEFAULT_WORKSPACE, [viewer.tenant_id], Row):
        held = viewer.roles_in(row["id"]) | {Role.MEMBER, Role.WORKSPACE_ADMIN}
        return replace(viewer, workspace_roles={**viewer.workspace_roles, row["id"]: held})
    return viewer


def _asks_for_standing(viewer: Viewer) -> bool:
    inside = bool(viewer.workspace_roles) or viewer.everywhere(Action.ENTER_EVERY_WORKSPACE)
    return viewer.account_type is AccountType.PERSONAL and inside


async def _standing(line: Line, viewer: Viewer, clock: Clock) -> Viewer:
    today = clock.today().isoformat()
    rows = await line.fetch(viewer.tenant_id, _STANDING, [viewer.tenant_id, today], Row)
    wide = viewer.everywhere(Action.ENTER_EVERY_WORKSPACE)
    return replace(
        viewer,
        standing={
            row["id"]: personal_accounts(row["premier"], row["unified"], row["allow"])
            for row in rows
            if wide or row["id"] in viewer.workspace_roles
        },
    )
