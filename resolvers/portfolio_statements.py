"""The SQL of portfolios: sums over the rollups of one partner (decision 0006).

Every statement begins at the licences of customers whose link is open at this moment (D-27), narrowed by the filter.
A filter that was not given is a null parameter, so there is one text per grouping and order, whatever is filtered.
"""

from collections.abc import Mapping
from enum import auto
from typing import Any, Final

from sqlalchemy import (
    Boolean,
    ColumnElement,
    Integer,
    Numeric,
    Select,
    and_,
    bindparam,
    cast,
    distinct,
    func,
    literal,
    literal_column,
    or_,
    select,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import Date, DateTime, Text

from resolvers.rules.licence_usage import OPEN_WORKLOADS
from tenancy import tables as t
from tenancy.remembered import remembered
from tenancy.statements import Statement
from tenancy.words import RelationshipKind, RelationshipStatus
from tenancy.words.word import Word


class PortfolioGrouping(Word):
    """What the rows of a portfolio stand for."""

    CUSTOMER = auto()
    PRODUCT = auto()
    SERVICE = auto()
    CHANNEL = auto()
    WORKLOAD = auto()


class PortfolioOrder(Word):
    """The figure that ranks the rows."""

    LICENSES_SOLD = auto()
    LICENSES_ASSIGNED = auto()
    DEPLOYMENT_PERCENT = auto()
    LICENSES_ACTIVE = auto()
    USAGE_PERCENT = auto()


BY_USE: Final = frozenset({PortfolioOrder.LICENSES_ACTIVE, PortfolioOrder.USAGE_PERCENT})
"""Orders by a figure of one workload."""

_L, _U, _R, _C = t.PortfolioLicence, t.PortfolioUse, t.PartnerRelationship, t.PortfolioCustomer
_ID = t.Tenant.id.type

_SLASH: ColumnElement[str] = literal_column("'/'", Text)
_service, _workload = cast(_L.service_code, Text), cast(_U.workload_code, Text)
_KEYS: Final[Mapping[PortfolioGrouping | None, ColumnElement[Any]]] = {
    None: cast(literal_column("''"), Text),
    PortfolioGrouping.CUSTOMER: cast(_L.customer_tenant_id, Text),
    PortfolioGrouping.PRODUCT: _service.concat(_SLASH).concat(_L.product_id),
    PortfolioGrouping.SERVICE: _service,
    PortfolioGrouping.CHANNEL: cast(_L.channel, Text),
    PortfolioGrouping.WORKLOAD: _service.concat(_SLASH).concat(_workload),
}

_sold = func.coalesce(func.sum(_L.licenses_sold).filter(_L.counts), 0)
_assigned = func.coalesce(func.sum(_L.licenses_assigned).filter(_L.counts), 0)
_users: ColumnElement[int] = _U.users[bindparam("place", type_=Integer)]
_open = or_(*(_U.workload_code == workload for workload in sorted(OPEN_WORKLOADS)))
_beyond = and_(_L.counts, _users > _L.licenses_sold)


def _given(name: str, column: Any, type_: Any = Text) -> ColumnElement[bool]:
    values = bindparam(name, type_=ARRAY(type_))
    return or_(values.is_(None), column == func.any(values))


_LINKED = select(_R.tenant_id).where(
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
_LICENCES = (
    _L.customer_tenant_id.in_(_LINKED),
    _L.service_code == func.any(bindparam("services", type_=ARRAY(Text))),
    _given("customers", _L.customer_tenant_id, _ID),
    _given("products", _L.product_id),
    _given("channels", _L.channel),
)
_USED = (
    *_LICENCES,
    _U.month == bindparam("month", type_=Date),
    _given("customers", _U.customer_tenant_id, _ID),
    _given("workloads", _U.workload_code),
    _users > 0,
)
_JOINED = and_(
    _L.tenant_id == _U.tenant_id,
    _L.customer_tenant_id == _U.customer_tenant_id,
    _L.subscription_id == _U.subscription_id,
)


@remembered
def sales(by: PortfolioGrouping | None) -> Statement:
    """Sold and assigned of the groups in `keys`, by group and service; of everything when `by` is None."""
    key = _KEYS[by]
    found = select(key.label("key"), _L.service_code, _sold.label("sold"), _assigned.label("assigned"))
    return Statement(found.where(*_LICENCES, _among(key)).group_by(key, _L.service_code))


@remembered
def uses(by: PortfolioGrouping | None) -> Statement:
    """Users, and what inflates them, of the groups in `keys`, by group, service and workload."""
    key = _KEYS[by]
    flags = {
        "reassigned": and_(_beyond, ~_open),
        "non_active": and_(~_L.counts, ~_L.is_trial),
        "trial": _L.is_trial,
        "unlicensed": and_(_beyond, _open),
    }
    found = select(
        key.label("key"),
        _L.service_code,
        _U.workload_code,
        func.sum(_users).label("active"),
        *(func.bool_or(flag, type_=Boolean).label(name) for name, flag in flags.items()),
    ).join_from(_U, _L, _JOINED)
    return Statement(found.where(*_USED, _among(key)).group_by(key, _L.service_code, _U.workload_code))


def _among(key: ColumnElement[Any]) -> ColumnElement[bool]:
    return _given("keys", key)


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
    key = _KEYS[by]
    if by is PortfolioGrouping.WORKLOAD:
        return Statement(select(func.count(distinct(key))).join_from(_U, _L, _JOINED).where(*_USED))
    return Statement(select(func.count(distinct(key))).where(*_LICENCES))


def _grouped(by: PortfolioGrouping, with_use: bool) -> Select[Any]:
    if by is PortfolioGrouping.WORKLOAD:
        return _by_workload()
    key = _KEYS[by]
    facts = {
        "service": func.min(_service),
        "product_id": func.min(_L.product_id),
        "product_name": func.min(_L.product_name),
        "channel": func.min(cast(_L.channel, Text)),
        "customer_id": func.min(cast(_L.customer_tenant_id, Text)),
    }
    named = [fact.label(name) for name, fact in facts.items()]
    plain = select(key.label("key"), _sold.label("sold"), _assigned.label("assigned"), *named)
    plain = plain.where(*_LICENCES).group_by(key)
    if not with_use:
        return plain.add_columns(literal(0, Integer).label("active"))
    sold = plain.subquery()
    used = select(key.label("key"), func.sum(_users).label("active")).join_from(_U, _L, _JOINED)
    use = used.where(*_USED).group_by(key).subquery()
    return select(sold, func.coalesce(use.c.active, 0).label("active")).join_from(
        sold, use, sold.c.key == use.c.key, isouter=True
    )


def _by_workload() -> Select[Any]:
    """Workloads that were used, each against the licences of its service."""
    key = _KEYS[PortfolioGrouping.WORKLOAD]
    used = select(
        key.label("key"),
        _service.label("service"),
        _workload.label("workload"),
        func.sum(_users).label("active"),
    ).join_from(_U, _L, _JOINED)
    use = used.where(*_USED).group_by(key, _service, _workload).subquery()
    sold = select(_service.label("service"), _sold.label("sold"), _assigned.label("assigned"))
    service = sold.where(*_LICENCES).group_by(_service).subquery()
    return select(use, service.c.sold, service.c.assigned).join_from(use, service, use.c.service == service.c.service)


def _ratio(part: Any, whole: Any) -> ColumnElement[Any]:
    return func.coalesce(cast(part, Numeric) / func.nullif(whole, 0), -1)


FRESHNESS: Final = Statement(
    select(
        func.count().label("customers"),
        func.count().filter(_C.as_of.is_(None)).label("customers_without_activity"),
        func.min(_C.as_of).label("oldest"),
        func.max(_C.as_of).label("newest"),
        func.min(_C.loaded_at).label("oldest_load"),
        func.max(_C.loaded_at).label("newest_load"),
    ).where(_C.customer_tenant_id.in_(_LINKED), _given("customers", _C.customer_tenant_id, _ID))
)
"""How far the activity of the customers in question has been loaded."""

ROWS: Final = Statement(
    select(func.count().label("subscriptions"), func.count().filter(_L.counts).label("counted")).where(*_LICENCES)
)
"""The subscriptions behind the figures."""
