"""The entitlements that a case can choose among: those of its customer, the active ones first of all (CS-31, CS-32)."""

from typing import Any

from sqlalchemy import Date, Uuid, and_, bindparam, or_, select

from resolvers.context import Context
from resolvers.entitlements import BY_NAME
from resolvers.loaders import KEYS
from resolvers.pages import Listing
from resolvers.workspaces import admit
from tenancy import tables as t
from tenancy.errors import Forbidden, NotFound
from tenancy.permissions import Action
from tenancy.statements import Statement, same
from tenancy.words import EntitlementState

_today = bindparam("active_on", type_=Date)
_E = t.Entitlement

# As the rules see it: what waits becomes active on its first day, what is active ends after its last (AE-68).
_ACTIVE = and_(
    _E.ends_on >= _today,
    or_(
        _E.state == EntitlementState.ACTIVE,
        and_(_E.state == EntitlementState.WAITING, _E.starts_on <= _today),
    ),
)

ENTITLEMENTS = Listing(
    "entitlements",
    _E,
    {"active_on": _ACTIVE, "customer_id": _E.customer_id == bindparam("customer_id", type_=Uuid(as_uuid=False))},
    BY_NAME,
)

OF_CASE = Listing(
    "case.activeEntitlements",
    _E,
    {"active_on": _ACTIVE},
    BY_NAME,
    parent="case_id",
    pairs=select(t.Case.id.label("case_id"), _E.id).join(_E, same(_E.customer_id, t.Case.customer_id)),
)

_CUSTOMER = Statement(select(t.Customer.id).where(t.Customer.id == KEYS))


async def filters(context: Context, customer_id: str | None, active_only: bool) -> dict[str, Any]:
    """The filters of the lookup; for those who may see terms somewhere."""
    admit(context)
    if not context.viewer.somewhere(Action.SEE_TERMS):
        raise Forbidden(rule="CS-31")
    values: dict[str, Any] = {"active_on": context.scope.today} if active_only else {}
    if customer_id is not None:
        if await context.scope.row(_CUSTOMER, keys=[customer_id]) is None:
            raise NotFound(field="customer_id")
        values["customer_id"] = customer_id
    return values
