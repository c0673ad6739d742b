"""Questions about many cases at once, and about what cases choose among (CS-6, CS-8, CS-19, CS-31, CS-44)."""

from typing import Annotated

import strawberry

from resolvers import case_lookup, ids, knowledge
from resolvers.arguments import After, First, described
from resolvers.batch import Level
from resolvers.case_charts import Bar, ChartGroup, chart, dashboard
from resolvers.case_charts import Dashboard as Figures
from resolvers.cases import CaseView
from resolvers.fields import question
from resolvers.pages import FIRST, Page, Request, Source
from schema.dashboard import CaseBar, Dashboard
from schema.entitlement import Entitlement
from schema.knowledge import KnowledgeArticle
from schema.page import Connection


async def _chart(
    info: Level,
    group_by: Annotated[ChartGroup, described("What the bars stand for.")],
    view: Annotated[CaseView, described("Which cases.")] = CaseView.MY_ACTIVE,
    workspace_id: Annotated[strawberry.ID | None, described("Only cases of this workspace.")] = None,
) -> list[Bar]:
    return await chart(info.context, view, group_by, workspace_id)


async def _dashboard(info: Level) -> Figures:
    return await dashboard(info.context)


async def _articles(
    info: Level,
    search: Annotated[str | None, described("Letters that the title contains, in any case.")] = None,
    subject_id: Annotated[strawberry.ID | None, described("Only articles on this topic.")] = None,
    first: First = FIRST,
    after: After = None,
) -> Page:
    subject = None if subject_id is None else ids.of("Subject", subject_id, field="subject_id")
    values = await knowledge.article_filters(info.context, search, subject)
    return await Source(info.context, knowledge.ARTICLES, Request(first, after, values)).page(info.selection)


async def _entitlements(
    info: Level,
    customer_id: Annotated[strawberry.ID | None, described("Only those of this customer.")] = None,
    active_only: Annotated[bool, described("Only those that can be put on a case today.")] = True,
    first: First = FIRST,
    after: After = None,
) -> Page:
    customer = None if customer_id is None else ids.of("Customer", customer_id, field="customer_id")
    values = await case_lookup.filters(info.context, customer, active_only)
    return await Source(info.context, case_lookup.ENTITLEMENTS, Request(first, after, values)).page(info.selection)


@strawberry.type
class CaseFigures:
    case_chart: list[CaseBar] | None = question(
        _chart, description="How the cases of a view are spread, the largest group first."
    )
    dashboard: Dashboard | None = question(_dashboard, description="The desk at a glance; for the desk.")
    knowledge_articles: Connection[KnowledgeArticle] | None = question(
        _articles, description="Published articles, by number; for the desk."
    )
    entitlements: Connection[Entitlement] | None = question(
        _entitlements, description="Entitlements to choose from for a case, by name."
    )
