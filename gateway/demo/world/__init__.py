"""The demo world: organisations that show everything the product knows, told relative to today.

`ids.of("contoso/W1")` is the id of Contoso's default workspace; every name of the stories works the same way.
"""

from collections.abc import Iterator
from datetime import date, datetime

from gateway.demo import ids
from gateway.demo.world import contoso, contoso_cases, contoso_terms
from gateway.demo.world.book import Book, Record
from gateway.demo.world.catalogue import catalogue, customers
from gateway.demo.world.days import Days
from gateway.demo.world.desk import queues, routing, slas
from gateway.demo.world.identities import grants, organisations, users
from gateway.demo.world.stories import told
from tenancy.importing import FileReport, import_records

__all__ = ["ids", "load", "records"]


def records(today: date) -> Iterator[Record]:
    days = Days(today)
    yield from organisations()
    yield from users(days)
    book = Book("contoso", days)
    yield from contoso.workspaces(book)
    yield from grants_of_contoso(days)
    yield from slas(book)
    yield from catalogue(book)
    yield from customers(
        book,
        (("self", "Contoso"), ("tostado", "Tostado Ltd"), ("northwind", "Northwind")),
        (
            ("c-ann", "Ann Archer", "self"),
            ("c-ben", "Ben Boyd", "self"),
            ("c-tom", "Tom Tostado", "tostado"),
            ("c-nora", "Nora North", "northwind"),
        ),
    )
    yield from contoso.agreements(book)
    yield from contoso.packages(book)
    yield from contoso_terms.terms(book)
    yield from contoso.used(book)
    yield from queues(book, "mo", "rae")
    yield from routing(book, "mo", "rob")
    yield from told(book, contoso_cases.stories(), 1001)


def grants_of_contoso(days):
    return (g for g in grants(days) if g["tenant_id"] == ids.of("contoso") or not g["workspace_id"])


async def load(url: str, today: date) -> FileReport:
    return await import_records(url, "demo world", records(today))
