"""Row-level security, derived from the tables: the second of the two locks (H-2, T-11).

Every table gets the same fence. The permissive policy lets the runtime at its tenant's rows; the restrictive
twin keeps that floor when somebody later adds a permissive policy, which PostgreSQL would OR to the first.
`FORCE` holds the owner to it as well. A class that mixes in `Owned` is fenced without a line here.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from tenancy import tables
from tenancy.rights import RUNTIME, SYSTEM
from tenancy.tables import Table

CURRENT_TENANT = "(select app.app_tenant())"
ME = "(select app.app_me())"
_MY_KEY = "tid = (select app.app_tid()) and oid = (select app.app_oid())"


@dataclass(frozen=True)
class Fence:
    """The rows that the runtime may see, and those that it may leave behind after a write (SQL)."""

    reads: str
    writes: str


@dataclass(frozen=True)
class Policy:
    """One policy as it is made, and as the self-check wants to find it again."""

    name: str
    role: str
    permissive: bool
    command: str
    reads: str
    writes: str | None


_NOBODY = Fence(reads="false", writes="false")
_OWN = Fence(f"tenant_id = {CURRENT_TENANT}", f"tenant_id = {CURRENT_TENANT}")

# Written the way PostgreSQL prints them (columns qualified inside subqueries, no IN), so that the self-check can
# compare the two.
_EXCEPTIONS: Mapping[type[Table], Fence] = {
    # The current one, those I hold a role in, and the other ends of the partner relationships I can see.
    tables.Tenant: Fence(
        reads=f"id = {CURRENT_TENANT} or exists (select from app.role_grant g"
        f" where g.tenant_id = tenant.id and g.user_id = {ME})"
        " or exists (select from app.partner_relationship r"
        " where tenant.id = r.tenant_id or tenant.id = r.partner_tenant_id)",
        writes="false",
    ),
    # Myself (by key: my row must be visible to the very statement that inserts it), and who has a role here.
    tables.User: Fence(
        reads=f"({_MY_KEY}) or exists (select from app.role_grant g"
        f" where g.tenant_id = {CURRENT_TENANT} and g.user_id = app_user.id)",
        writes=_MY_KEY,
    ),
    # My own grants cross tenants: they decide which tenants I may enter.
    tables.RoleGrant: Fence(
        reads=f"tenant_id = {CURRENT_TENANT} or user_id = {ME}",
        writes=f"tenant_id = {CURRENT_TENANT}",
    ),
    # Either end, and all customers of a partner that I work for.
    tables.PartnerRelationship: Fence(
        reads=f"{CURRENT_TENANT} = tenant_id or {CURRENT_TENANT} = partner_tenant_id"
        " or exists (select from app.role_grant g"
        f" where g.tenant_id = partner_relationship.partner_tenant_id and g.user_id = {ME})",
        writes=f"{CURRENT_TENANT} = tenant_id or {CURRENT_TENANT} = partner_tenant_id",
    ),
    # Of the cross-tenant jobs alone: how busy somebody is, or whether somebody is signed in, would be news to others.
    tables.RateBucket: _NOBODY,
    tables.BrowserRecord: _NOBODY,
}


def fence_of(table: type[Table]) -> Fence:
    """Which rows of a table the runtime sees and writes."""
    return _EXCEPTIONS.get(table, _OWN)


def policies_of(table: type[Table]) -> tuple[Policy, ...]:
    """The policies of a table: no more and no fewer may exist."""
    reads, writes = (fence := fence_of(table)).reads, fence.writes
    policies = (
        Policy("tenant", RUNTIME, permissive=True, command="all", reads=reads, writes=writes),
        Policy("tenant_floor", RUNTIME, permissive=False, command="all", reads=reads, writes=writes),
        Policy("system", SYSTEM, permissive=True, command="all", reads="true", writes="true"),
    )
    if reads == writes:
        return policies
    # What is merely visible is neither changed nor removed; USING of a policy for all would allow it.
    return (
        *policies,
        Policy("tenant_floor_update", RUNTIME, permissive=False, command="update", reads=writes, writes=None),
        Policy("tenant_floor_delete", RUNTIME, permissive=False, command="delete", reads=writes, writes=None),
    )


def fences(table: type[Table]) -> Iterator[str]:
    """The statements that put one table behind its policies."""
    name = f"{tables.SCHEMA}.{table.__tablename__}"
    yield f"alter table {name} enable row level security"
    yield f"alter table {name} force row level security"
    for policy in policies_of(table):
        yield _create(policy, name)


def _create(policy: Policy, table: str) -> str:
    kind = "permissive" if policy.permissive else "restrictive"
    check = f" with check ({policy.writes})" if policy.writes else ""
    return (
        f"create policy {policy.name} on {table} as {kind} for {policy.command} to {policy.role}\n"
        f"  using ({policy.reads}){check}"
    )
