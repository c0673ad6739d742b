"""Questions about what cases refer to."""

from typing import Annotated

import strawberry

from resolvers import catalogue
from resolvers.arguments import After, First, described
from resolvers.batch import Level
from resolvers.fields import question
from resolvers.pages import FIRST, Page, Request, Source
from resolvers.workspaces import admit
from schema.catalogue import Customer, Product, Sla, Subject
from schema.page import Connection
from schema.people import User
from schema.words import CustomerKind


async def _customers(
    info: Level,
    search: Annotated[str | None, described("Letters that the name contains, in any case.")] = None,
    kind: Annotated[CustomerKind | None, described("Only accounts, or only contacts.")] = None,
    first: First = FIRST,
    after: After = None,
) -> Page:
    values = catalogue.customer_filters(info.context, search, kind)
    return await Source(info.context, catalogue.CUSTOMERS, Request(first, after, values)).page(info.selection)


async def _people(
    info: Level,
    search: Annotated[str | None, described("Letters that the name or the address contains, in any case.")] = None,
    first: First = FIRST,
    after: After = None,
) -> Page:
    values = catalogue.people_filters(info.context, search)
    return await Source(info.context, catalogue.PEOPLE, Request(first, after, values)).page(info.selection)


async def _products(
    info: Level,
    selectable_only: Annotated[bool, described("Leave out families and drafts, which cases cannot choose.")] = False,
    first: First = FIRST,
    after: After = None,
) -> Page:
    admit(info.context)
    values = {"selectable": None} if selectable_only else {}
    return await Source(info.context, catalogue.PRODUCTS, Request(first, after, values)).page(info.selection)


async def _subjects(
    info: Level,
    visible_only: Annotated[bool, described("Leave out those that are not offered for new cases.")] = True,
    first: First = FIRST,
    after: After = None,
) -> Page:
    admit(info.context)
    values = {"visible": None} if visible_only else {}
    return await Source(info.context, catalogue.SUBJECTS, Request(first, after, values)).page(info.selection)


async def _slas(info: Level, first: First = FIRST, after: After = None) -> Page:
    values = catalogue.sla_filters(info.context)
    return await Source(info.context, catalogue.SLAS, Request(first, after, values)).page(info.selection)


@strawberry.type
class CatalogueQueries:
    customers: Connection[Customer] | None = question(
        _customers, description="Accounts and contacts whose name contains the text, by name; for the desk."
    )
    people: Connection[User] | None = question(
        _people, description="People whom a case can be handed to, in the order in which they came; for the desk."
    )
    products: Connection[Product] | None = question(_products, description="Products, by name.")
    subjects: Connection[Subject] | None = question(_subjects, description="Topics of cases and articles, by title.")
    slas: Connection[Sla] | None = question(
        _slas, description="SLAs that can be set by hand, those in force, by name; for the desk."
    )
