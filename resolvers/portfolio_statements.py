"""The SQL of portfolios: sums over the rollups of one partner (decision 0006).

Every statement begins at the licences of customers whose link is open at this moment (D-27), narrowed by the filter.
A filter that was not given is a null parameter, so there is one text per grouping and order, whatever is filtered.
"""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    ColumnElement,
    Integer,
    Numeric,
    Select,
    and_,
    bindparam,
    case,
    cast,
    distinct,
    func,
    literal,
    literal_column,
    null,
    or_,
    select,
    true,
    union_all,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import Date, DateTime, Text

from resolvers.portfolio_words import BY_USE, OF_USE, PortfolioGrouping, PortfolioOrder
from resolvers.rules.licence_usage import OPEN_WORKLOADS, UsageHint
from tenancy import tables as t
from tenancy.remembered import remembered
from tenancy.statements import Statement
from tenancy.words import RelationshipKind, RelationshipStatus

_L, _U, _R = t.PortfolioLicence, t.PortfolioUse, t.PartnerRelationship
_ID = t.Tenant.id.type

_SLASH: ColumnElement[str] = literal_column("'/'", Text)


def _key(by: PortfolioGrouping | None, row: Any) -> ColumnElement[Any]:
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
            return cast(func.left(cast(row.month, Text), literal_column("7")), Text)


_sold = func.coalesce(func.sum(_L.licenses_sold).filter(_L.counts), 0)
_assigned = func.coalesce(func.sum(_L.licenses_assigned).filter(_L.counts), 0)
_open = or_(*(_U.workload_code == workload for workload in sorted(OPEN_WORKLOADS)))
_month, _place = bindparam("month", type_=Date), bindparam("place", type_=Integer)
_last_day = cast(func.extract("day", _U.month + literal_column("interval '1 month - 1 day'")), Integer)


def _users(by: PortfolioGrouping | None) -> ColumnElement[int]:
    """Users of a row up to the day that was asked for; by month, up to the last day of each month that is over."""
    day = case((_U.month == _month, _place), else_=_last_day) if by is PortfolioGrouping.MONTH else _place
    users: ColumnElement[int] = _U.users[day]
    return users


def given(name: str, column: Any, type_: Any = Text) -> ColumnElement[bool]:
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


def _chosen(row: Any) -> tuple[ColumnElement[bool], ...]:
    return (
        row.customer_tenant_id.in_(LINKED),
        row.service_code == func.any(bindparam("services", type_=ARRAY(Text))),
        given("customers", row.customer_tenant_id, _ID),
        given("products", row.product_id),
        given("channels", row.channel),
    )


LICENCES = _chosen(_L)


def _used(by: PortfolioGrouping | None) -> tuple[ColumnElement[bool], ...]:
    """Rows of use in question: of the month of the day; by month, of the twelve months up to it."""
    year = and_(_U.month <= _month, _U.month > _month - literal_column("interval '1 year'"))
    months = year if by is PortfolioGrouping.MONTH else _U.month == _month
    return (*_chosen(_U), months, given("workloads", _U.workload_code), _users(by) > 0)


@remembered
def sales(by: PortfolioGrouping | None) -> Statement:
    """Sold and assigned of the groups in `keys`, by group and service; of everything when `by` is None."""
    key = _key(by, _L)
    found = select(key.label("key"), _L.service_code, _sold.label("sold"), _assigned.label("assigned"))
    return Statement(found.where(*LICENCES, *_among(by, _L)).group_by(key, _L.service_code))


@remembered
def uses(by: PortfolioGrouping | None) -> Statement:
    """Users, and what inflates them, of the groups in `keys`, by group, service and workload."""
    key = _key(by, _U)
    found = select(key.label("key"), _U.service_code, _U.workload_code, *_inflated(by))
    return Statement(found.where(*_used(by), *_among(by, _U)).group_by(key, _U.service_code, _U.workload_code))


def _inflated(by: PortfolioGrouping | None) -> Iterator[ColumnElement[Any]]:
    """The users of a group, and for each hint whether it holds."""
    users = _users(by)
    beyond = and_(_U.counts, users > _U.licenses_sold)
    yield func.sum(users).label("active")
    flags = {
        UsageHint.REASSIGNED: and_(beyond, ~_open),
        UsageHint.NON_ACTIVE_SUBSCRIPTION: and_(~_U.counts, ~_U.is_trial),
        UsageHint.TRIAL: _U.is_trial,
        UsageHint.UNLICENSED_USE: and_(beyond, _open),
    }
    yield from (func.bool_or(flag, type_=Boolean).label(hint) for hint, flag in flags.items())


def of_customers() -> tuple[Any, ...]:
    """Licences of a customer's product, for the file of a whole portfolio."""
    named = (_L.customer_tenant_id, _L.service_code, _L.product_id, func.min(_L.product_name).label("product_name"))
    return (*named, _L.channel, _sold.label("sold"), _assigned.label("assigned"))


def used() -> Select[Any]:
    """Use of a customer's product by workload, for the file of a whole portfolio."""
    group = (_U.customer_tenant_id, _U.service_code, _U.product_id, _U.channel, _U.workload_code)
    return select(*group, *_inflated(None)).where(*_used(None), named(_U)).group_by(*group).order_by(*group)


def _among(by: PortfolioGrouping | None, row: Any) -> tuple[ColumnElement[bool], ...]:
    """The groups in `keys`; customers are found by index, and not by going through all of the portfolio."""
    return (named(row),) if by is PortfolioGrouping.CUSTOMER else (given("keys", _key(by, row)),)


def named(row: Any) -> ColumnElement[bool]:
    """Rows of the customers in `customers`, which must be given."""
    found: ColumnElement[bool] = row.customer_tenant_id == func.any(bindparam("customers", type_=ARRAY(_ID)))
    return found


@remembered
def groups(by: PortfolioGrouping, order: PortfolioOrder, ascending: bool, after: bool) -> Statement:
    """One page of groups, ranked by a figure (null ones as if below 0), then by key."""
    group = _grouped(by, order in BY_USE).subquery()
    figures = {
        PortfolioOrder.LICENSES_SOLD: group.c.sold,
        PortfolioOrder.LICENSES_ASSIGNED: group.c.assigned,
        PortfolioOrder.DEPLOYMENT_PERCENT: _ratio(group.c.assigned, group.c.sold),
        PortfolioOrder.LICENSES_ACTIVE: group.c.active,
        PortfolioOrder.USAGE_PERCENT: _ratio(group.c.active, group.c.sold),
    }
    value = cast(figures[order], Numeric(30, 12))
    found: Select[Any] = select(group, value.label("value"))
    if after:
        place, key = bindparam("after_value", type_=Numeric(30, 12)), bindparam("after_key", type_=Text)
        beyond = value > place if ascending else value < place
        found = found.where(or_(beyond, and_(value == place, group.c.key > key)))
    ranked = found.order_by(value if ascending else value.desc(), group.c.key)
    return Statement(ranked.limit(bindparam("limit", type_=Integer)))


@remembered
def count(by: PortfolioGrouping) -> Statement:
    """How many groups there are."""
    used = by in OF_USE
    return Statement(select(func.count(distinct(_key(by, _U if used else _L)))).where(*(_used(by) if used else LICENCES)))


def _grouped(by: PortfolioGrouping, with_use: bool) -> Select[Any]:
    if by is PortfolioGrouping.WORKLOAD:
        return _by_workload()
    if by is PortfolioGrouping.MONTH:
        return _by_month()
    key = _key(by, _L)
    facts = {
        "service": func.min(cast(_L.service_code, Text)),
        "product_id": func.min(_L.product_id),
        "product_name": func.min(_L.product_name),
        "channel": func.min(cast(_L.channel, Text)),
        "customer_id": func.min(cast(_L.customer_tenant_id, Text)),
    }
    named = [fact.label(name) for name, fact in facts.items()]
    plain = select(key.label("key"), _sold.label("sold"), _assigned.label("assigned"), *named)
    sales = plain.add_columns(literal(0, BigInteger).label("active")).where(*LICENCES).group_by(key)
    return _with_use(by, sales) if with_use else sales


def _with_use(by: PortfolioGrouping, sales: Select[Any]) -> Select[Any]:
    """Use is laid under the licences and added up with them: a join by key would be guessed badly."""
    key = _key(by, _U)
    absent = [null().label(name) for name in ("service", "product_id", "product_name", "channel", "customer_id")]
    none = literal(0, BigInteger)
    use = select(
        key.label("key"), none.label("sold"), none.label("assigned"), *absent, func.sum(_users(by)).label("active")
    )
    both = union_all(sales, use.where(*_used(by)).group_by(key)).subquery()
    sums = [func.sum(both.c[name]).label(name) for name in ("sold", "assigned", "active")]
    names = [func.min(both.c[column.name]).label(column.name) for column in absent]
    return select(both.c.key, *sums, *names).group_by(both.c.key)


def _by_workload() -> Select[Any]:
    """Workloads that were used, each against the licences of its service."""
    by = PortfolioGrouping.WORKLOAD
    key, service, workload = _key(by, _U), cast(_U.service_code, Text), cast(_U.workload_code, Text)
    used = select(
        key.label("key"), service.label("service"), workload.label("workload"), func.sum(_users(by)).label("active")
    )
    use = used.where(*_used(by)).group_by(key, service, workload).subquery()
    seller = cast(_L.service_code, Text)
    sold = select(seller.label("service"), _sold.label("sold"), _assigned.label("assigned"))
    sales = sold.where(*LICENCES).group_by(seller).subquery()
    return select(use, sales.c.sold, sales.c.assigned).join_from(use, sales, use.c.service == sales.c.service)


def _by_month() -> Select[Any]:
    """Months with use, each against all licences as of the last load: those have no history (decision 0006)."""
    by = PortfolioGrouping.MONTH
    used = select(_key(by, _U).label("key"), _U.month, func.sum(_users(by)).label("active"))
    use = used.where(*_used(by)).group_by(_U.month).subquery()
    sales = select(_sold.label("sold"), _assigned.label("assigned")).where(*LICENCES).subquery()
    return select(use, sales.c.sold, sales.c.assigned).join_from(use, sales, true())


def _ratio(part: Any, whole: Any) -> ColumnElement[Any]:
    return func.coalesce(cast(part, Numeric) / func.nullif(whole, 0), -1)
