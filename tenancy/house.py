"""The house itself as a viewer: for jobs that time drives and nobody asks for (security 3.1).

It stands in exactly one tenant, has no role in it and sees no row as a viewer; its statements reach over the tenant
(`Reach.TENANT`), inside the same two locks as everybody's.
"""

from uuid import UUID

from tenancy.identity import NOBODY
from tenancy.viewer import Home, Viewer
from tenancy.words import TenantKind


def house_in(tenant_id: str | None) -> Viewer:
    """The house at work in one tenant. Without a tenant it is a fault of the job, told before any query (T-25)."""
    if not tenant_id:
        raise ValueError("A job of the house works in one tenant at a time, and must say in which.")
    # A malformed id must not reach the database either.
    return Viewer(identity=NOBODY, tenant=Home(str(UUID(tenant_id)), "", TenantKind.CUSTOMER, None))
