"""The SQL of portfolios: sums over the rollups of one partner (decision 0006).

Every statement begins at the licences of customers whose link is open at this moment (D-27), narrowed by the filter
(`portfolio_filters`).
"""

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import (
    BigInteger,
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
    null,
    or_,
    select,
    union_all,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import Text

from resolvers import portfolio_months as months
from resolvers.portfolio_filters import LICENCES, USED, USERS, among, hints, key_of, named
from resolvers.portfolio_words import BY_USE, PortfolioGrouping, PortfolioOrder
from resolvers.rules.licence_usage import WORKLOADS
from tenancy import tables as t
from tenancy.remembered import remembered
from tenancy.statements import Statement

_L, _U = t.PortfolioLicence, t.PortfolioUse

_sold = func.coalesce(func.sum(_L.licenses_sold).filter(_L.counts), 0)
_assigned = func.coalesce(func.sum(_L.licenses_assigned).filter(_L.counts), 0)


@remembered
def sales(by: PortfolioGrouping | None) -> Statement:
    """Sold and assigned of the groups in `keys`, by group and service; of everything when `by` is None."""
    key = key_of(by, _L)
    found = select(key.label("key"), _L.service_code, _sold.label("sold"), _assigned.label("assigned"))
    return Statement(found.where(*LICENCES, *among(by, _L)).group_by(key, _L.service_code))


@remembered
def uses(by: PortfolioGrouping | None, products: bool = False) -> Statement:
    """Users, and what inflates them, of the groups in `keys`, by group, service and workload."""
    if by is PortfolioGrouping.MONTH:
        return months.uses(products)
    key = key_of(by, _U)
    found = select(key.label("key"), _U.service_code, _U.workload_code, *_inflated())
    return Statement(found.where(*USED, *among(by, _U)).group_by(key, _U.service_code, _U.workload_code))


def _inflated() -> Iterator[ColumnElement[Any]]:
    """The users of a group, and for each hint whether it holds."""
    yield func.sum(USERS).label("active")
    beyond, not_active = and_(_U.counts, _U.licenses_sold < USERS), and_(~_U.counts, ~_U.is_trial)
    yield from hints(_U.workload_code, beyond, not_active, _U.is_trial)


def _sums() -> Iterator[ColumnElement[Any]]:
    yield from (_sold.label("sold"), _assigned.label("assigned"))


def of_customers() -> tuple[Any, ...]:
    """Licences of a customer's product, for the file of a whole portfolio."""
    named = (_L.customer_tenant_id, _L.service_code, _L.product_id, func.min(_L.product_name).label("product_name"))
    return (*named, _L.channel, _sold.label("sold"), _assigned.label("assigned"))


def used() -> Select[Any]:
    """Use of a customer's product by workload, for the file of a whole portfolio."""
    group = (_U.customer_tenant_id, _U.service_code, _U.product_id, _U.channel, _U.workload_code)
    return select(*group, *_inflated()).where(*USED, named(_U)).group_by(*group).order_by(*group)


@remembered
def groups(
    by: PortfolioGrouping, order: PortfolioOrder, ascending: bool, after: bool, products: bool = False
) -> Statement:
    """One page of groups, ranked by a figure (null ones as if below 0), then by key."""
    group = _grouped(by, order in BY_USE, products).subquery()
    figures = {
        PortfolioOrder.LICENSES_SOLD: group.c.sold,
        PortfolioOrder.LICENSES_ASSIGNED: group.c.assigned,
        PortfolioOrder.DEPLOYMENT_PERCENT: _ratio(group.c.assigned, group.c.sold),
        PortfolioOrder.LICENSES_ACTIVE: group.c.active,
        PortfolioOrder.USAGE_PERCENT: _ratio(group.c.active, group.c.get("qualified", group.c.sold)),
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
def count(by: PortfolioGrouping, products: bool = False) -> Statement:
    """How many groups there are."""
    if by is PortfolioGrouping.MONTH:
        return months.count(products)
    row, rows = (_U, USED) if by is PortfolioGrouping.WORKLOAD else (_L, LICENCES)
    return Statement(select(func.count(distinct(key_of(by, row)))).where(*rows))


def _grouped(by: PortfolioGrouping, with_use: bool, products: bool) -> Select[Any]:
    if by is PortfolioGrouping.WORKLOAD:
        return _by_workload()
    if by is PortfolioGrouping.MONTH:
        return months.grouped(products, select(*_sums()).where(*LICENCES))
    key = key_of(by, _L)
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
    """Use is laid under the licences and added up with them: a join by key would be guessed badly.

    Added up by service first: a workload is measured against the licences of its service, whatever else a group has.
    """
    key, service = key_of(by, _U), cast(_U.service_code, Text)
    absent = ("product_id", "product_name", "channel", "customer_id")
    none = literal(0, BigInteger)
    there: list[Any] = [service.label("service"), *(null().label(name) for name in absent)]
    use = select(key.label("key"), none.label("sold"), none.label("assigned"), *there, func.sum(USERS).label("active"))
    both = union_all(sales.group_by(_L.service_code), use.where(*USED).group_by(key, service)).subquery()
    each = _added(both, (both.c.key, both.c.service), absent).subquery()
    qualified = func.coalesce(func.sum(each.c.sold).filter(_listed(each)), 0).label("qualified")
    return _added(each, (each.c.key,), ("service", *absent)).add_columns(qualified)


def _added(rows: Any, group: tuple[Any, ...], names: Sequence[str]) -> Select[Any]:
    """The figures of these rows, added up by group; `names` are the same in all rows of one."""
    # A sum of bigint is numeric in PostgreSQL, and comes as text.
    sums = [cast(func.sum(rows.c[name]), BigInteger).label(name) for name in ("sold", "assigned", "active")]
    return select(*group, *sums, *(func.min(rows.c[name]).label(name) for name in names)).group_by(*group)


def _listed(each: Any) -> ColumnElement[bool]:
    """Services that have a figure for the one workload that was asked for: it was used, or might have been."""
    asked = bindparam("workloads", type_=ARRAY(Text))
    might = (and_(each.c.service == service, asked.overlap(list(there))) for service, there in WORKLOADS.items())
    return or_(each.c.active > 0, *might)


def _by_workload() -> Select[Any]:
    """Workloads that were used, each against the licences of its service."""
    by = PortfolioGrouping.WORKLOAD
    key, service, workload = key_of(by, _U), cast(_U.service_code, Text), cast(_U.workload_code, Text)
    used = select(
        key.label("key"), service.label("service"), workload.label("workload"), func.sum(USERS).label("active")
    )
    use = used.where(*USED).group_by(key, service, workload).subquery()
    seller = cast(_L.service_code, Text)
    sold = select(seller.label("service"), _sold.label("sold"), _assigned.label("assigned"))
    sales = sold.where(*LICENCES).group_by(seller).subquery()
    return select(use, sales.c.sold, sales.c.assigned).join_from(use, sales, use.c.service == sales.c.service)


def _ratio(part: Any, whole: Any) -> ColumnElement[Any]:
    return func.coalesce(cast(part, Numeric) / func.nullif(whole, 0), -1)
