"""What stands behind the figures of a portfolio: its customers, their subscriptions, and how fresh they are."""

from typing import Final

from sqlalchemy import func, select

from resolvers.portfolio_filters import LICENCES, LINKED, given
from tenancy import tables as t
from tenancy.statements import Statement

_L, _C = t.PortfolioLicence, t.PortfolioCustomer
_ID = t.Tenant.id.type

CUSTOMERS: Final = Statement(
    select(_C.customer_tenant_id.label("id")).where(_C.customer_tenant_id.in_(LINKED)).order_by(_C.customer_tenant_id)
)
"""Customers whose link is open, in the order of their ids."""

FRESHNESS: Final = Statement(
    select(
        func.count().label("customers"),
        func.count().filter(_C.as_of.is_(None)).label("customers_without_activity"),
        func.min(_C.as_of).label("oldest"),
        func.max(_C.as_of).label("newest"),
        func.min(_C.loaded_at).label("oldest_load"),
        func.max(_C.loaded_at).label("newest_load"),
    ).where(_C.customer_tenant_id.in_(LINKED), given("customers", _C.customer_tenant_id, _ID))
)
"""How far the activity of the customers in question has been loaded."""

ROWS: Final = Statement(
    select(func.count().label("subscriptions"), func.count().filter(_L.counts).label("counted")).where(*LICENCES)
)
"""The subscriptions behind the figures."""
