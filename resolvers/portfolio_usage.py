"""Use of the groups of a portfolio, by service and workload (PC-19..24)."""

from collections.abc import Mapping, Sequence
from typing import Any

from resolvers import portfolio_statements as sql
from resolvers.insights import UsageRow
from resolvers.portfolio import Figures
from resolvers.portfolio_words import OF_USE, PortfolioGrouping, hints
from resolvers.rules.licence_usage import WORKLOADS
from resolvers.rules.quantities import percent
from tenancy.words import ServiceCode, Workload


async def usage_of(groups: Sequence[Figures]) -> list[list[UsageRow]]:
    """Use per service and workload of each group; two statements a question, however many groups it has."""
    found: dict[int, list[UsageRow]] = {}
    for question in {id(each.portfolio): each.portfolio for each in groups}.values():
        mine = [each for each in groups if each.portfolio is question]
        found |= {id(each): usage for each, usage in zip(mine, await _usage_of(mine), strict=True)}
    return [found[id(each)] for each in groups]


async def _usage_of(groups: Sequence[Figures]) -> list[list[UsageRow]]:
    found: dict[str, list[UsageRow]] = {each.key: [] for each in groups}
    question, by = groups[0].portfolio, groups[0].by
    keys = None if by is None else list(found)
    # The page's own customers are found by key, and not by going through all of the portfolio.
    narrowed = {"customers": keys} if by is PortfolioGrouping.CUSTOMER else {}
    values = question.values | {"keys": keys} | narrowed
    scope = question.context.scope
    if by in OF_USE:
        services = await scope.rows(sql.sales(PortfolioGrouping.SERVICE), **(values | {"keys": None}))
        sold = {(key, row["service_code"]): row["sold"] for row in services for key in found}
    else:
        sold = {(row["key"], row["service_code"]): row["sold"] for row in await scope.rows(sql.sales(by), **values)}
    for row in await scope.rows(sql.uses(by, question.products and by is not None), **values):
        found[row["key"]].append(_usage(row, sold.get((row["key"], row["service_code"]), 0)))
    if by is not PortfolioGrouping.WORKLOAD:  # those groups are workloads that are used
        _list_unused(found, sold, values["workloads"])
    return [sorted(found[each.key], key=_place) for each in groups]


def _list_unused(
    found: Mapping[str, list[UsageRow]], sold: Mapping[tuple[str, str], int], wanted: Sequence[Workload] | None
) -> None:
    """Adds what nobody used of the services whose licences count, as far as it is asked for (PC-19)."""
    for (key, code), licences in sold.items():
        service = ServiceCode(code)
        known = {row.workload for row in found[key] if row.service is service}
        for workload in WORKLOADS[service] if licences else ():
            if workload not in known and (wanted is None or workload in wanted):
                found[key].append(UsageRow(service, workload, 0, licences, percent(0, licences), ()))


def _place(row: UsageRow) -> tuple[int, int]:
    return (_SERVICES.index(row.service), _WORKLOADS.index(row.workload))


_SERVICES, _WORKLOADS = list(ServiceCode), list(Workload)


def _usage(row: Any, sold: int) -> UsageRow:
    active: int = row["active"]
    service, workload = ServiceCode(row["service_code"]), Workload(row["workload_code"])
    return UsageRow(service, workload, active, sold, percent(active, sold), hints(row))
