"""The question of partners about all of their customers at once."""

from datetime import date
from typing import Annotated

import strawberry

from resolvers import portfolio
from resolvers.arguments import After, First, described
from resolvers.batch import Level
from resolvers.fields import question
from resolvers.pages import FIRST, Request
from resolvers.portfolio_export import PortfolioExportKind, portfolio_file
from resolvers.portfolio_words import PortfolioGrouping, PortfolioOrder
from schema.export import PortfolioExport
from schema.portfolio import PortfolioFilter, PortfolioInsights, filter_of
from tenancy.words import ExportFormat

_OF_ALL = ("nodes", "edges", "page_info")


async def _portfolio_insights(
    info: Level,
    group_by: Annotated[PortfolioGrouping, described("What the rows stand for.")],
    filter: Annotated[PortfolioFilter | None, described("Which licences to look at; all of them without it.")] = None,
    as_of: Annotated[
        date | None, described("Last day of the window of use, not in the future; today without it.")
    ] = None,
    order_by: Annotated[
        PortfolioOrder, described("The figure that ranks the rows; a figure of use needs exactly one workload.")
    ] = PortfolioOrder.LICENSES_SOLD,
    ascending: Annotated[bool, described("Smallest first.")] = False,
    first: First = FIRST,
    after: After = None,
) -> portfolio.GroupPage:
    chosen = filter_of(filter)
    request = Request(first, after)
    asked = portfolio.portfolio(info.context, group_by, chosen, as_of, order_by, ascending, request)
    if not any(info.selection.has(name) for name in _OF_ALL):
        return portfolio.GroupPage(asked, [], has_next=False)
    return await asked.page()


def _portfolio_export(
    info: Level,
    kind: Annotated[PortfolioExportKind, described("What the file holds.")],
    format: Annotated[ExportFormat, described("How it is written.")] = ExportFormat.CSV,
    as_of: Annotated[date | None, described("Last day of the window of use; today without it.")] = None,
) -> PortfolioExport:
    file = portfolio_file(info.context.scope, kind, as_of)
    names = [column.name for column in file.columns]
    return PortfolioExport(kind=kind, format=format, as_of=file.as_of, url=file.url(format), columns=names)


@strawberry.type
class PortfolioQueries:
    portfolio_insights: PortfolioInsights | None = question(
        _portfolio_insights,
        description="For a partner: deployment and use of licences over all of its customers, in groups and in all.",
        applications=True,
    )
    portfolio_export: PortfolioExport | None = question(
        _portfolio_export,
        description="For a partner: where to fetch its whole portfolio as a file, never paged and never cut.",
        applications=True,
    )
