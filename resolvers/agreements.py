"""Agreements: which are shown, and what is in them (CA-17)."""

from collections.abc import Iterable
from typing import Any

from resolvers.activity import SHOWN
from resolvers.context import Context
from resolvers.pages import Listing, Order
from resolvers.workspaces import admit, entered
from tenancy import tables as t

PACKAGES_OF_AGREEMENT = Listing(
    "agreement.packages",
    t.Package,
    order=Order("starts_on", (("starts_on", False),)),
    parent="agreement_id",
)

AGREEMENTS = Listing("agreements", t.Agreement, SHOWN, Order("starts_on", (("starts_on", False),)))


async def filters(context: Context, workspace_ids: Iterable[str] | None, in_force: bool | None) -> dict[str, Any]:
    """Those mapped to the named workspaces, each one to enter; without names, all that the viewer may see."""
    admit(context)
    values: dict[str, Any] = {}
    if workspace_ids is not None:
        values["workspaces"] = await entered(context, workspace_ids, "workspace_ids")
    if in_force is not None:
        values["today" if in_force else "not_today"] = context.scope.today
    return values
