"""From a verified identity to a viewer, by what the tables say in the operation's own transaction (H-8).

One statement finds the principal's own grants. Those who act for a partner cost one more: what delegated relationships
lend to them (3.5); so does a personal account: how each of its workspaces stands to personal accounts (3.4).
"""

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any, Protocol

from tenancy.account_types import personal_accounts
from tenancy.clock import Clock
from tenancy.database import Row
from tenancy.errors import Forbidden
from tenancy.functions import grants_of
from tenancy.identity import Identity
from tenancy.permissions import GRANTS, Action
from tenancy.viewer import Grant, Home, Viewer, choose
from tenancy.words import AccountType, Role, TenantKind

_OWN = f"select own.*, own::text as mark from ({grants_of('select app.app_me() as id offset 0')}) own"

MARK = "app.app_mark()"
"""The principal's grants as one text, in the order and spelling of `Viewer.mark`."""

_LONGEST_MARK = 4_000
"""Of those who hold more grants, none is foreseen: their text would cost more than asking."""

_LENT = """
select r.tenant_id, t.name, t.kind, t.entra_tenant_id, lent.role
from app.partner_relationship r
join app.tenant t on t.id = r.tenant_id
cross join lateral unnest(r.roles) as lent(role)
where r.partner_tenant_id = any ($1::uuid[])
  and r.kind = 'DELEGATED' and r.status in ('ACTIVE', 'EXPIRING') and r.activated_at <= $2
  and ($2 < r.ends_at or (r.ends_at is not null and r.auto_extend_days > 0))
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
    own = await line.fetch(line.tenant, _OWN, [], Row)
    lent = await _lent(line, own, clock)
    viewer = _chosen(identity, tuple(map(tuple, own)), tuple(map(tuple, lent)), wanted)
    if identity.account_type is AccountType.APPLICATION and not viewer.tenant_roles:
        raise Forbidden(rule="D-30")
    return await completed(line, viewer, clock)


async def completed(line: Line, viewer: Viewer, clock: Clock) -> Viewer:
    """The viewer with what follows from its grants: the first workspace, and where its account type is admitted."""
    viewer = await _first_workspace(line, viewer)
    return await _standing(line, viewer, clock) if _asks_for_standing(viewer) else viewer


async def _lent(line: Line, own: Sequence[Row], clock: Clock) -> list[Row]:
    """What delegated relationships lend to those who may act on behalf of a partner's customers."""
    partners = {row["tenant_id"] for row in own if row["workspace_id"] is None and row["role"] in _ACTING}
    return await line.fetch(line.tenant, _LENT, [sorted(partners), clock.now()], Row) if partners else []


_ACTING = GRANTS[Action.ACT_ON_BEHALF]


@lru_cache(4096)
def _chosen(
    identity: Identity, own: tuple[tuple[Any, ...], ...], lent: tuple[tuple[Any, ...], ...], wanted: str | None
) -> Viewer:
    """The viewer that these rows make, all of them read in this operation: the same rows make the same viewer."""
    grants = [
        Grant(Home(id, name, TenantKind(kind), entra), workspace, Role(role))
        for _, id, name, kind, entra, workspace, role, _ in own
        if id is not None
    ]
    grants += [
        Grant(Home(id, name, TenantKind(kind), entra, delegated=True), None, Role(role))
        for id, name, kind, entra, role in lent
    ]
    viewer = choose(identity, own[0][0] if own else None, grants, wanted)
    return replace(viewer, mark=_mark(viewer, grants, [row[-1] for row in own]))


def _mark(viewer: Viewer, grants: Sequence[Grant], texts: list[str]) -> str | None:
    """The principal's own grants as one text, if nothing else makes the viewer: no relationship, no first workspace,
    no account rule. What those say hangs on other tables and on the day."""
    partner = any(grant.workspace_id is None and grant.role in _ACTING for grant in grants)
    if viewer.tenant is None or partner or Role.SERVICES_ADMIN in viewer.tenant_roles or _asks_for_standing(viewer):
        return None
    mark = ",".join(sorted(texts))
    return mark if len(mark) <= _LONGEST_MARK else None


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
