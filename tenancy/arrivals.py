"""How a principal comes into a tenant where it holds nothing yet: by the link of an invitation, and by nothing else.

The bearer of a link cannot name the tenant, and row-level security shows nothing of a tenant that is not the current
one. So the database is asked for the tenant by the hash of the link's secret (`app_invited`), and from there on the
command stands in it: as somebody without a role, until the grants of the invitation are written (WS-20, I-4).
"""

from dataclasses import replace

from tenancy.changes import Change
from tenancy.database import Row
from tenancy.recognition import recognise
from tenancy.viewer import Home
from tenancy.words import AccountType, TenantKind

_INVITED = "select app.app_invited($1) as tenant"
_TENANT = "select id, name, kind, entra_tenant_id from app.tenant where id = $1"

# The policy on app_user lets nobody write a row of another key than the token's own (3.3).
_KNOWN = """
insert into app.app_user (tid, oid, account_type, is_guest, display_name, email, created_at)
values ($1, $2, $3, $4, $5, $6, $7)
on conflict (tid, oid) do update
  set is_guest = excluded.is_guest, display_name = excluded.display_name, email = excluded.email
returning id
"""


async def follow(change: Change, token_hash: bytes) -> bool:
    """Bring the command into the tenant of this invitation; whether there is one. Grants nothing."""
    (found,) = await change.run(_INVITED, token_hash)
    tenant = found["tenant"]
    if tenant is None:
        return False
    (row,) = await change.wire.fetch(tenant, _TENANT, [tenant], Row)
    home = Home(row["id"], row["name"], TenantKind(row["kind"]), row["entra_tenant_id"])
    nothing = replace(change.viewer, tenant=home, tenant_roles=frozenset(), workspace_roles={}, standing={})
    change.stand_as(nothing)
    return True


async def become_known(change: Change) -> str:
    """The id of the token's own app_user row, written now if this principal was never here before."""
    who = change.viewer.identity
    assert who.account_type is not AccountType.APPLICATION, "An application is never a member (D-30)."
    names = (who.display_name or None, who.email)
    (row,) = await change.run(_KNOWN, who.tid, who.oid, who.account_type, who.is_guest, *names, change.now)
    change.stand_as(replace(change.viewer, user_id=row["id"]))
    return str(row["id"])


async def settle(change: Change) -> None:
    """Read the rights again, after the grants were written: the rest of the command is the new member's."""
    viewer = change.viewer
    change.stand_as(await recognise(change.wire, viewer.identity, viewer.tenant_id, change.clock))
