"""Who sees how the desk works, and what the house writes about its own work."""

from typing import Any

from sqlalchemy import and_, false

from tenancy.boundaries import floor
from tenancy.boundaries.floor import Condition


def for_desk(row: Any) -> Condition:
    return and_(floor.in_tenant(row), floor.flag("desk"))


def own_key(row: Any) -> Condition:
    return and_(floor.in_tenant(row), row.principal == floor.one("me"))


def for_customer_admins(row: Any) -> Condition:
    return and_(floor.in_tenant(row), floor.flag("agreements"))


def nobody(row: Any) -> Condition:  # noqa: ARG001  every boundary takes the row
    return false()
