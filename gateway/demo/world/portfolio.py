"""Two smaller customers: Tailspin, at the very beginning, and Wingtip, whose agreement waits to be activated."""

from collections.abc import Iterator

from gateway.demo import ids
from gateway.demo.world.book import Book, Records
from gateway.demo.world.bought import Line, agreement, named, package
from gateway.demo.world.story import Said, Story

_YEAR = ("2025-01-01", "2025-12-31")


def tailspin(book: Book) -> Records:
    created = book.days.moment("2025-01-10 09:00")
    yield book.row("workspace", "W1", name="Tailspin", is_default=True, created_by=ids.user("cora"), created_at=created)
    yield agreement(book, "A1", "U-2025-0900", "UNIFIED", _YEAR, "2025-01-10 09:00")
    yield from named(book, "A1", "tia@tailspin.com", ())
    yield from package(book, "B1", "Unified Base", "A1", _small(), workspaces=("W1",))


def tailspin_stories() -> Iterator[Story]:
    for name, title, opened in (
        ("K1", "Drone shop is slow", "2025-06-10 09:00"),
        ("K2", "Parcel labels are empty", "2025-06-13 09:00"),
    ):
        said: Said = {"workspace": "W1", "by": "tia", "owner": "tia", "bought": "A1 B1 B1-reactive"}
        yield Story(name=name, title=title, opened=opened, **said)


def wingtip(book: Book) -> Records:
    """As AE-27 begins: one administrator, three contacts, three packages, no workspace yet."""
    yield agreement(book, "A1", "U-2025-0950", "UNIFIED", _YEAR, None)
    contacts = ("contact1@wingtip.com", "contact2@wingtip.com", "contact3@wingtip.com")
    yield from named(book, "A1", "will@wingtip.com", contacts)
    yield from package(book, "B1", "Unified Base", "A1", _small())
    credits = Line("credits", "Proactive credits", "PROACTIVE_CREDITS", "CREDITS", "20.00")
    for name in ("X1", "X2"):
        yield from package(book, name, f"Proactive Plus {name[1]}", "A1", (credits,), add_on=True)


def _small() -> tuple[Line, ...]:
    return (
        Line("reactive", "Problem resolution", "REACTIVE_SUPPORT", "CASES", "12.00", "CASE_CREATION"),
        Line("contacts", "Support contacts", "SUPPORT_CONTACTS", "UNITS", "6.00"),
    )
