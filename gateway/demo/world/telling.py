"""The whole world, organisation by organisation, and how it gets into a database."""

from collections.abc import Iterable
from datetime import date
from typing import Final

from gateway.demo.world import contoso, contoso_cases, contoso_terms, contoso_together, fabrikam, portfolio
from gateway.demo.world.book import Book, Records
from gateway.demo.world.catalogue import catalogue, customers
from gateway.demo.world.days import Days
from gateway.demo.world.desk import queues, routing, slas
from gateway.demo.world.exports import exports
from gateway.demo.world.identities import grants, organisations, users
from gateway.demo.world.licences import licences
from gateway.demo.world.partners import relationships
from gateway.demo.world.stories import told
from gateway.demo.world.traces import Act, answered, audit, event
from gateway.demo.world.webhooks import webhooks
from tenancy.importing import FileReport, import_into_empty


async def load(url: str, today: date) -> FileReport | None:
    """Fill an empty database as gw_system; None when there is any organisation in it already, which is left alone.

    RuntimeError when the importer finds the world at fault: then this package and the tables disagree.
    """
    report = await import_into_empty(url, "demo world", lambda: records(today), at=Days(today).now)
    if report is not None and not report.ok:
        raise RuntimeError("\n".join(map(str, report.problems)))
    return report


def records(today: date) -> Records:
    """Every record of the world, as the importer reads them; the same for the same day."""
    days = Days(today)
    yield from organisations()
    yield from users(days)
    yield from grants(days)
    yield from relationships(days)
    yield from _contoso(Book("contoso", days))
    yield from _fabrikam(Book("fabrikam", days))
    yield from _tailspin(Book("tailspin", days))
    yield from _wingtip(Book("wingtip", days))
    yield from webhooks(Book("partner-p", days))


def _contoso(book: Book) -> Records:
    yield from contoso.workspaces(book)
    yield from _desk(book, "mo", "rae", "rob")
    yield from customers(
        book,
        (("self", "Contoso"), ("tostado", "Tostado Ltd"), ("northwind", "Northwind")),
        (
            ("c-ann", "Ann Archer", "self"),
            ("c-ben", "Ben Boyd", "self"),
            ("c-tom", "Tom Tostado", "tostado"),
            ("c-nora", "Nora Nyberg", "northwind"),
        ),
    )
    yield from contoso.agreements(book)
    yield from contoso.packages(book)
    yield from contoso_terms.terms(book)
    yield from contoso.used(book)
    yield from told(book, contoso_cases.stories())
    yield from contoso_together.together(book)
    yield from licences(book)
    yield from audit(book, _ACTS_OF_CONTOSO)
    yield event(book, "case", "K20", "W1", "2025-06-12 14:20", change="CREATED")
    yield event(book, "case", "K2", "W1", "2025-06-10 08:10", change="CREATED")
    yield from exports(book)
    yield answered(book, "cy", "createCase", "demo-key", "K20", "2025-06-12 14:20")


def _fabrikam(book: Book) -> Records:
    yield from fabrikam.workspaces(book)
    yield from _desk(book, "fran", "floyd", "floyd")
    accounts = (("self", "Fabrikam"), ("adventure", "Adventure Works"))
    yield from customers(book, accounts, (("c-ada", "Ada Adams", "adventure"),))
    yield from fabrikam.bought(book)
    yield from told(book, fabrikam.stories())
    yield from fabrikam.together(book)
    yield from licences(book)
    yield from audit(book, (("2025-02-03 09:00", "abe", "ACTIVATE_AGREEMENT", "Agreement", "A1", {}),))
    yield event(book, "case", "K1", "W1", "2025-06-12 09:00", change="CREATED")


def _tailspin(book: Book) -> Records:
    yield from slas(book)
    yield from customers(book, (("self", "Tailspin Toys"),), ())
    yield from portfolio.tailspin(book)
    yield from told(book, portfolio.tailspin_stories())
    yield from licences(book)


def _wingtip(book: Book) -> Records:
    yield from slas(book)
    yield from customers(book, (("self", "Wingtip Toys"),), ())
    yield from portfolio.wingtip(book)
    yield from licences(book)


def _desk(book: Book, manager: str, representative: str, assignee: str) -> Records:
    yield from slas(book)
    yield from catalogue(book)
    yield from queues(book, manager, representative)
    yield from routing(book, manager, assignee)


_ACTS_OF_CONTOSO: Final[Iterable[Act]] = (
    ("2025-01-02 09:00", "cora", "ACTIVATE_AGREEMENT", "Agreement", "A1", {}),
    ("2025-01-02 09:30", "cora", "ACTIVATE_AGREEMENT", "Agreement", "A2", {}),
    ("2025-01-20 10:00", "cora", "CREATE_WORKSPACE", "Workspace", "W2", {"name": "Contoso Retail"}),
    ("2025-06-12 14:20", "cy", "CREATE_CASE", "Case", "K20", {}),
    ("2025-06-13 08:00", "maya", "SHARE_CASE", "Case", "K20", {"group": "G1"}),
)
