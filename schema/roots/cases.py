"""Questions about cases, and what can be done with them."""

from typing import Annotated

import strawberry

from resolvers import cases as work
from resolvers.arguments import After, First, described
from resolvers.batch import Level
from resolvers.commands import command
from resolvers.fields import found_by_id, question
from resolvers.pages import FIRST, Page, Request, Source
from schema.case import Case
from schema.case_input import CaseFilter, CreateCasePayload, create_case
from schema.page import Connection
from schema.roots.case_figures import CaseFigures
from schema.roots.case_work import CaseWork
from schema.words import CaseOrder, CaseView
from tenancy import tables as t


async def _cases(
    info: Level,
    view: Annotated[CaseView, described("Which cases.")] = CaseView.MY_ACTIVE,
    filter: Annotated[CaseFilter | None, described("Only cases for which all of this holds.")] = None,
    workspace_id: Annotated[strawberry.ID | None, described("Only cases of this workspace.")] = None,
    order: Annotated[CaseOrder, described("In which order.")] = CaseOrder.NEWEST,
    first: First = FIRST,
    after: After = None,
) -> Page:
    values = await work.filters(info.context, view, workspace_id, filter.given() if filter else {})
    request = Request(first, after, values, work.ORDERS[order])
    return await Source(info.context, work.CASES, request).page(info.selection)


@strawberry.type
class CaseQueries(CaseFigures):
    cases: Connection[Case] | None = question(_cases, description="Cases that the viewer may see.")
    case: Case | None = found_by_id("Case", t.Case, description="One case: the form.")


@strawberry.type
class CaseMutations(CaseWork):
    create_case: CreateCasePayload | None = command(
        create_case,
        description="Open a case, charge its entitlement, start its process and its clocks: all or nothing.",
    )
