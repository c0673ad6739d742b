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

PERMISSIVE, FLOOR, SYSTEM_POLICY = "tenant", "tenant_floor", "system"
FLOOR_UPDATE, FLOOR_DELETE = "tenant_floor_update", "tenant_floor_delete"

CURRENT_TENANT = "(select app.app_tenant())"
ME = "(select app.app_me())"
_MY_KEY = "tid = (select app.app_tid()) and oid = (select app.app_oid())"


@dataclass(frozen=True)
class Fence:
    """The rows that the runtime may see, and those that it may leave behind after a write (SQL)."""

    reads: str
    writes: str


_OWN = Fence(f"tenant_id = {CURRENT_TENANT}", f"tenant_id = {CURRENT_TENANT}")

_EXCEPTIONS: Mapping[type[Table], Fence] = {
    # The current one, those I hold a role in, and the other ends of the partner relationships I can see.
    tables.Tenant: Fence(
        reads=f"""id = {CURRENT_TENANT}
            or exists (select from app.role_grant g where g.tenant_id = tenant.id and g.user_id = {ME})
            or exists (select from app.partner_relationship r
                       where tenant.id in (r.tenant_id, r.partner_tenant_id))""",  # noqa: S608 (constants only)
        writes="false",
    ),
    # Myself (by key: my row must be visible to the very statement that inserts it), and who has a role here.
    tables.User: Fence(
        reads=f"""({_MY_KEY})
            or exists (select from app.role_grant g
                       where g.tenant_id = {CURRENT_TENANT} and g.user_id = app_user.id)""",
        writes=_MY_KEY,
    ),
    # My own grants cross tenants: they decide which tenants I may enter.
    tables.RoleGrant: Fence(
        reads=f"tenant_id = {CURRENT_TENANT} or user_id = {ME}",
        writes=f"tenant_id = {CURRENT_TENANT}",
    ),
    # Either end, and all customers of a partner that I work for.
    tables.PartnerRelationship: Fence(
        reads=f"""{CURRENT_TENANT} in (tenant_id, partner_tenant_id)
            or exists (select from app.role_grant g
                       where g.tenant_id = partner_tenant_id and g.user_id = {ME})""",
        writes=f"{CURRENT_TENANT} in (tenant_id, partner_tenant_id)",
    ),
}


def fence_of(table: type[Table]) -> Fence:
    """Which rows of a table the runtime sees and writes."""
    return _EXCEPTIONS.get(table, _OWN)


def fences(table: type[Table]) -> Iterator[str]:
    """The statements that put one table behind its policies."""
    name, fence = f"{tables.SCHEMA}.{table.__tablename__}", fence_of(table)
    clause = f"to {RUNTIME} using ({fence.reads}) with check ({fence.writes})"
    yield f"alter table {name} enable row level security"
    yield f"alter table {name} force row level security"
    yield f"create policy {PERMISSIVE} on {name} as permissive for all {clause}"
    yield f"create policy {FLOOR} on {name} as restrictive for all {clause}"
    if fence.reads != fence.writes:
        # What is merely visible is not changed or removed: USING of `for all` would allow it.
        mine = f"to {RUNTIME} using ({fence.writes})"
        yield f"create policy {FLOOR_UPDATE} on {name} as restrictive for update {mine}"
        yield f"create policy {FLOOR_DELETE} on {name} as restrictive for delete {mine}"
    everything = f"to {SYSTEM} using (true) with check (true)"
    yield f"create policy {SYSTEM_POLICY} on {name} as permissive for all {everything}"


def policies_of(table: type[Table]) -> frozenset[str]:
    """The names of a table's policies: no more and no fewer may exist."""
    fence = fence_of(table)
    names = {PERMISSIVE, FLOOR, SYSTEM_POLICY}
    return frozenset(names if fence.reads == fence.writes else names | {FLOOR_UPDATE, FLOOR_DELETE})
