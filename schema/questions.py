"""The root fields' answers: arguments as the contract names them, handed to the work below."""

from collections.abc import Sequence
from datetime import date
from typing import Annotated, Any

import strawberry

from resolvers import activity, agreements, catalogue, ids, insights
from resolvers import cases as work
from resolvers import workspaces as places
from resolvers.arguments import After, First, GlobalId, WorkspaceIds
from resolvers.batch import Level
from resolvers.lookup import find
from resolvers.pages import FIRST, Page, Request, Source
from schema.case_input import CaseFilter
from schema.node import record
from schema.words import CaseOrder, CaseView, CustomerKind, ServiceCode
from tenancy import tables as t
from tenancy.database import Row
from tenancy.errors import NotFound
from tenancy.viewer import Viewer

NODES: dict[str, type[t.Table]] = {
    "Agreement": t.Agreement,
    "Case": t.Case,
    "Customer": t.Customer,
    "Entitlement": t.Entitlement,
    "Package": t.Package,
    "Product": t.Product,
    "Sla": t.Sla,
    "Subject": t.Subject,
    "Tenant": t.Tenant,
    "User": t.User,
    "Workspace": t.Workspace,
}
"""Types that `node` finds, and where their rows are."""


def described(text: str) -> Any:
    return strawberry.argument(description=text)


def viewer(info: Level) -> Viewer:
    found: Viewer = info.context.viewer
    return found


async def node(info: Level, id: GlobalId) -> Row:
    type_name, _ = ids.decode(id)
    if type_name not in NODES:
        raise NotFound()
    return await find(info, type_name, NODES[type_name], id, record(type_name))


async def workspaces(info: Level, first: First = FIRST, after: After = None) -> Page:
    places.admit(info.context)
    request = Request(first, after, {"listed": None})
    return await Source(info.context, places.WORKSPACES, request).page(info.selection)


async def agreements_(
    info: Level,
    workspace_ids: Annotated[
        list[strawberry.ID] | None, described("Only agreements mapped to one of these workspaces.")
    ] = None,
    in_force: Annotated[bool | None, described("Only those in force today, or only those that are not.")] = None,
    first: First = FIRST,
    after: After = None,
) -> Page:
    values = agreements.filters(info.context, workspace_ids, in_force)
    return await Source(info.context, agreements.AGREEMENTS, Request(first, after, values)).page(info.selection)


async def customer_activity(
    info: Level,
    workspace_ids: WorkspaceIds = None,
    agreement_ids: Annotated[
        list[strawberry.ID] | None, described("Only these agreements; without it all that are mapped to the selection.")
    ] = None,
) -> activity.Activity:
    return await activity.open_activity(info.context, workspace_ids, agreement_ids)


async def cases(
    info: Level,
    view: Annotated[CaseView, described("Which cases.")] = CaseView.MY_ACTIVE,
    filter: Annotated[CaseFilter | None, described("Only cases for which all of this holds.")] = None,
    workspace_id: Annotated[strawberry.ID | None, described("Only cases of this workspace.")] = None,
    order: Annotated[CaseOrder, described("In which order.")] = CaseOrder.NEWEST,
    first: First = FIRST,
    after: After = None,
) -> Page:
    values = work.filters(info.context, view, workspace_id, filter.given() if filter else {})
    request = Request(first, after, values, work.ORDERS[order])
    return await Source(info.context, work.CASES, request).page(info.selection)


async def customers(
    info: Level,
    search: Annotated[str | None, described("Letters that the name contains, in any case.")] = None,
    kind: Annotated[CustomerKind | None, described("Only accounts, or only contacts.")] = None,
    first: First = FIRST,
    after: After = None,
) -> Page:
    values = catalogue.customer_filters(info.context, search, kind)
    return await Source(info.context, catalogue.CUSTOMERS, Request(first, after, values)).page(info.selection)


async def products(
    info: Level,
    selectable_only: Annotated[bool, described("Leave out families and drafts, which cases cannot choose.")] = False,
    first: First = FIRST,
    after: After = None,
) -> Page:
    values = {"selectable": None} if selectable_only else {}
    return await Source(info.context, catalogue.PRODUCTS, Request(first, after, values)).page(info.selection)


async def subjects(info: Level, first: First = FIRST, after: After = None) -> Page:
    return await Source(info.context, catalogue.SUBJECTS, Request(first, after)).page(info.selection)


async def customer_insights(
    info: Level,
    customer_tenant_id: Annotated[strawberry.ID, described("The customer: an id of `viewer { customers }`.")],
    services: Annotated[
        list[ServiceCode] | None, described("Only these services; without it all that insights cover.")
    ] = None,
    as_of: Annotated[date | None, described("Last day of the window of use; today without it.")] = None,
) -> insights.Insights:
    asked: Sequence[Any] | None = services
    return await insights.customer_insights(info.context, customer_tenant_id, asked, as_of)
