"""Which rows a question about a portfolio is answered from, and what names their groups (decision 0006).

A filter that was not given is a null parameter, so there is one text per grouping and order, whatever is filtered.
"""

from typing import Any

from sqlalchemy import Boolean, ColumnElement, Integer, and_, bindparam, cast, func, literal_column, or_, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import Date, DateTime, Text

from resolvers.portfolio_words import PortfolioGrouping
from resolvers.rules.licence_usage import OPEN_WORKLOADS, UsageHint
from tenancy import tables as t
from tenancy.words import RelationshipKind, RelationshipStatus

_L, _U, _R = t.PortfolioLicence, t.PortfolioUse, t.PartnerRelationship
_ID = t.Tenant.id.type

_SLASH: ColumnElement[str] = literal_column("'/'", Text)


def key_of(by: PortfolioGrouping | None, row: Any) -> ColumnElement[Any]:
    """What names a group, read from a row of licences or of use."""
    service = cast(row.service_code, Text)
    match by:
        case None:
            return cast(literal_column("''"), Text)
        case PortfolioGrouping.CUSTOMER:
            return cast(row.customer_tenant_id, Text)
        case PortfolioGrouping.PRODUCT:
            return service.concat(_SLASH).concat(row.product_id)
        case PortfolioGrouping.SERVICE:
            return service
        case PortfolioGrouping.CHANNEL:
            return cast(row.channel, Text)
        case PortfolioGrouping.WORKLOAD:
            return service.concat(_SLASH).concat(cast(row.workload_code, Text))
        case PortfolioGrouping.MONTH:
            return month_of(row)


def month_of(row: Any) -> ColumnElement[Any]:
    """The month of a row, as it names its group: 2025-06."""
    return cast(func.left(cast(row.month, Text), literal_column("7")), Text)


MONTH = bindparam("month", type_=Date)
USERS: ColumnElement[int] = _U.users[bindparam("place", type_=Integer)]
"""Users of a row up to the day that was asked for."""


def given(name: str, column: Any, type_: Any = Text) -> ColumnElement[bool]:
    """The column is among the values of this parameter, if there are any."""
    values = bindparam(name, type_=ARRAY(type_))
    return or_(values.is_(None), column == func.any(values))


LINKED = select(_R.tenant_id).where(
    _R.kind == RelationshipKind.RESELLER,
    _R.partner_tenant_id == bindparam("partner", type_=_ID),
    _R.activated_at <= bindparam("now", type_=DateTime(timezone=True)),
    or_(
        and_(
            _R.ends_at.is_(None), or_(_R.status == RelationshipStatus.ACTIVE, _R.status == RelationshipStatus.EXPIRING)
        ),
        _R.ends_at > bindparam("linked_since", type_=DateTime(timezone=True)),
    ),
)


def chosen(row: Any) -> tuple[ColumnElement[bool], ...]:
    """Rows of linked customers that the filter leaves; products are asked of rows that know them."""
    return (
        row.customer_tenant_id.in_(LINKED),
        row.service_code == func.any(bindparam("services", type_=ARRAY(Text))),
        given("customers", row.customer_tenant_id, _ID),
        *([given("products", row.product_id)] if hasattr(row, "product_id") else []),
        given("channels", row.channel),
    )


def of_the_year(row: Any) -> ColumnElement[bool]:
    """Rows of the twelve months that end with the month of the day."""
    return and_(row.month <= MONTH, row.month > MONTH - literal_column("interval '1 year'"))


LICENCES = chosen(_L)

USED = (*chosen(_U), _U.month == MONTH, given("workloads", _U.workload_code), USERS > 0)
"""Rows of use in question, of the month of the day."""


def among(by: PortfolioGrouping | None, row: Any) -> tuple[ColumnElement[bool], ...]:
    """The groups in `keys`; customers are found by index, and not by going through all of the portfolio."""
    return (named(row),) if by is PortfolioGrouping.CUSTOMER else (given("keys", key_of(by, row)),)


def hints(workload: Any, beyond: Any, not_active: Any, trial: Any) -> list[ColumnElement[bool]]:
    """For each hint whether it holds in a group, told by conditions on its rows: users beyond the licences of a counted
    subscription, use of one that is not active, use of a trial (5.7)."""
    is_open = or_(*(workload == each for each in sorted(OPEN_WORKLOADS)))
    flags = {
        UsageHint.REASSIGNED: and_(beyond, ~is_open),
        UsageHint.NON_ACTIVE_SUBSCRIPTION: not_active,
        UsageHint.TRIAL: trial,
        UsageHint.UNLICENSED_USE: and_(beyond, is_open),
    }
    return [func.bool_or(flag, type_=Boolean).label(hint) for hint, flag in flags.items()]


def named(row: Any) -> ColumnElement[bool]:
    """Rows of the customers in `customers`, which must be given."""
    found: ColumnElement[bool] = row.customer_tenant_id == func.any(bindparam("customers", type_=ARRAY(_ID)))
    return found
