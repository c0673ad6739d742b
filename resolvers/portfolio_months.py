"""The months of a portfolio: use as of the last day of each, of the twelve up to the day that was asked for.

Months that are over are read from their own rollup, which does not know products; a question about named products is
answered by what an index holds of the daily rows, at the last day of each month (decision 0006).
"""

from typing import Any

from sqlalchemy import ColumnElement, Select, Subquery, and_, distinct, func, select, true, union_all

from resolvers.portfolio_filters import MONTH, USED, USERS, chosen, given, hints, month_of, of_the_year
from tenancy import tables as t
from tenancy.remembered import remembered
from tenancy.statements import Statement

_U, _M = t.PortfolioUse, t.PortfolioMonth
_GROUP = ("month", "service_code", "workload_code")


@remembered
def uses(products: bool) -> Statement:
    """Users, and what inflates them, of the months in `keys`, by month, service and workload."""
    row = _rows(products).c
    key, group = month_of(row), [row[name] for name in _GROUP]
    inflated = hints(row.workload_code, row.beyond, row.not_active, row.trial)
    found = select(key.label("key"), *group[1:], func.sum(row.users).label("active"), *inflated)
    return Statement(found.where(given("keys", key)).group_by(*group))


@remembered
def count(products: bool) -> Statement:
    """How many months there are with use."""
    return Statement(select(func.count(distinct(_rows(products).c.month))))


def grouped(products: bool, sales: Select[Any]) -> Select[Any]:
    """Months with use, each against all licences as of the last load: those have no history."""
    row, all_sales = _rows(products).c, sales.subquery()
    used = select(month_of(row).label("key"), row.month, func.sum(row.users).label("active"))
    use = used.group_by(row.month).subquery()
    return select(use, all_sales.c.sold, all_sales.c.assigned).join_from(use, all_sales, true())


def _rows(products: bool) -> Subquery:
    """Use by month, in rows as they are stored; the month of the day itself always comes from the daily rows."""
    over = [_daily(_U.month_end, *_over(_U), _U.month_end > 0)] if products else [_rolled_up()]
    return union_all(_daily(USERS, *USED), *over).subquery()


def _daily(users: Any, *where: ColumnElement[bool]) -> Select[Any]:
    flags = {"beyond": and_(_U.counts, users > _U.licenses_sold), "not_active": and_(~_U.counts, ~_U.is_trial)}
    named = [flag.label(name) for name, flag in flags.items()]
    group = [getattr(_U, name) for name in _GROUP]
    return select(*group, users.label("users"), *named, _U.is_trial.label("trial")).where(*where)


def _rolled_up() -> Select[Any]:
    columns = (*_GROUP, "users", "beyond", "not_active", "trial")
    return select(*(getattr(_M, name) for name in columns)).where(*_over(_M))


def _over(row: Any) -> tuple[ColumnElement[bool], ...]:
    """Rows in question of the months that are over."""
    return (*chosen(row), of_the_year(row), row.month < MONTH, given("workloads", row.workload_code))
