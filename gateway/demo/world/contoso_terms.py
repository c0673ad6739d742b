"""The rights that Contoso's desk charges cases against: one for each rule of the entitlement arithmetic.

Those called `terms-...` are untouched, so that an example can start from their totals (AE-56..AE-69).
"""

from typing import Any

from gateway.demo.world.book import Book, Record, Records
from gateway.demo.world.bought import Line, entitlement

_YEAR = ("2025-01-01", "2025-12-31")
_LATER = ("2025-07-01", "2025-12-31")
_LAST = ("2024-01-01", "2024-12-31")


def terms(book: Book) -> Records:
    yield from _in_use(book)
    yield from _untouched(book)
    yield from _scoped(book)
    yield from _other_states(book)


def _in_use(book: Book) -> Records:
    yield _line(book, "tostado-cases", "Tostado cases", "CASES", "10.00", "CASE_CREATION")
    yield _line(book, "tostado-solved", "Tostado solved cases", "CASES", "10.00", "CASE_RESOLUTION")
    yield _line(book, "tostado-hours", "Tostado hours", "HOURS", "10.00")
    default: dict[str, Any] = {"customer": "northwind", "is_default": True}
    yield _line(book, "northwind-default", "Northwind cases", "CASES", "30.00", "CASE_CREATION", **default)
    gold = ("CASES", "12.00", "CASE_CREATION", "northwind")
    yield _line(book, "northwind-gold", "Northwind gold", *gold, sla="S1")


def _untouched(book: Book) -> Records:
    yield _line(book, "terms-creation", "Ten at creation", "CASES", "10.00", "CASE_CREATION")
    yield _line(book, "terms-second", "Four at creation", "CASES", "4.00", "CASE_CREATION")
    yield _line(book, "terms-resolution", "Ten at resolution", "CASES", "10.00", "CASE_RESOLUTION")
    yield _line(book, "terms-hours", "Ten hours", "HOURS", "10.00")
    yield _line(book, "terms-single", "One, and no more", "CASES", "1.00", "CASE_CREATION", restricted=True)
    yield _line(book, "terms-open", "One, and more if need be", "CASES", "1.00", "CASE_CREATION")
    yield _line(book, "terms-gold", "Twenty within office hours", "CASES", "20.00", "CASE_CREATION", sla="S1")


def _scoped(book: Book) -> Records:
    """By channel (AE-64), and by product and contact (AE-65)."""
    yield _line(book, "terms-channel", "Ten, by phone", "CASES", "10.00", "CASE_CREATION", restricted=True)
    for origin, total in (("WEB", "0.00"), ("PHONE", "5.00")):
        yield book.link(
            "entitlement_channel", entitlement_id=book.id("terms-channel"), origin=origin, total_terms=total
        )
    yield _line(book, "terms-scoped", "Mail, for Ann", "CASES", "10.00", "CASE_CREATION", "self")
    scoped = book.id("terms-scoped")
    yield book.link("entitlement_product", entitlement_id=scoped, product_id=book.id("P1"))
    yield book.link("entitlement_contact", entitlement_id=scoped, customer_id=book.id("c-ann"))


def _other_states(book: Book) -> Records:
    creation = ("CASES", "10.00", "CASE_CREATION")
    yield _line(book, "terms-draft", "Drafted", *creation, dates=_LATER, state="DRAFT")
    yield _line(book, "terms-waiting", "Waiting for July", *creation, dates=_LATER, state="WAITING")
    yield _line(book, "terms-expired", "Last year's", *creation, dates=_LAST, state="EXPIRED")
    yield _line(book, "terms-cancelled", "Cancelled", *creation, state="CANCELLED")
    again: dict[str, Any] = {"dates": ("2025-06-10", "2026-06-10"), "state": "DRAFT", "renewed": "terms-expired"}
    yield _line(book, "terms-renewed", "Last year's", *creation, **again)


def _line(
    book: Book,
    name: str,
    title: str,
    allocation: str,
    total: str,
    decrease_on: str | None = None,
    customer: str = "tostado",
    **more: Any,
) -> Record:
    starts, ends = map(book.days.day, more.pop("dates", _YEAR))
    state, renewed = more.pop("state", "ACTIVE"), more.pop("renewed", None)
    is_default = more.pop("is_default", False)
    return entitlement(
        book,
        name,
        Line(name, title, "REACTIVE_SUPPORT", allocation, total, decrease_on, **more),
        customer_id=book.id(customer),
        state=state,
        starts_on=starts,
        ends_on=ends,
        is_default=is_default,
        renewed_from_id=book.reference(renewed),
    )
