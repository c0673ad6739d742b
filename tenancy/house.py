"""The house itself as a viewer: for jobs that time drives and nobody asks for (security 3.1).

It stands in exactly one tenant, has no role in it and sees no row as a viewer; its statements reach over the tenant
(`Reach.TENANT`), inside the same two locks as everybody's.
"""

from typing import Final
from uuid import UUID

from tenancy.identity import Identity
from tenancy.viewer import Home, Viewer
from tenancy.words import AccountType, TenantKind

NOBODY: Final = Identity(
    tid="",
    oid="",
    account_type=AccountType.APPLICATION,
    is_guest=False,
    display_name="",
    email=None,
    client="",
    scopes=frozenset(),
    app_roles=frozenset(),
    expires_at=0.0,
    token_hash="",
)
"""No principal: row-level security finds nobody by this key."""


def house_in(tenant_id: str | None) -> Viewer:
    """The house at work in one tenant. Without a tenant it is a fault of the job, told before any query (T-25)."""
    if not tenant_id:
        raise ValueError("A job of the house works in one tenant at a time, and must say in which.")
    # A malformed id must not reach the database either.
    return Viewer(identity=NOBODY, tenant=Home(str(UUID(tenant_id)), "", TenantKind.CUSTOMER, None))
