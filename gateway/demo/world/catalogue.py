"""What cases are about: customers and their contacts, products, subjects, articles."""

from collections.abc import Iterable
from typing import Final

from gateway.demo.world.book import Book, Records

_PRODUCTS: Final = (
    # name, number, title, structure, state, parent
    ("P0", "PRD-100", "Productivity", "FAMILY", "ACTIVE", None),
    ("P1", "PRD-101", "Mail and Calendar", "PRODUCT", "ACTIVE", "P0"),
    ("P2", "PRD-102", "Team Chat", "PRODUCT", "ACTIVE", "P0"),
    ("P3", "PRD-103", "Document Library", "PRODUCT", "UNDER_REVISION", "P0"),
    ("P4", "PRD-104", "Fax Server", "PRODUCT", "RETIRED", None),
    ("P5", "PRD-105", "Whiteboard", "PRODUCT", "DRAFT", None),
    ("P6", "PRD-201", "Office Suite", "BUNDLE", "ACTIVE", None),
    ("P7", "PRD-202", "Frontline Suite", "BUNDLE", "DRAFT", None),
)

_SUBJECTS: Final = (
    # name, title, parent, is visible
    ("S-mail", "Mail", None, True),
    ("S-delivery", "Mail delivery", "S-mail", True),
    ("S-calendar", "Calendars", "S-mail", True),
    ("S-identity", "Sign-in and identity", None, True),
    ("S-devices", "Devices", None, True),
    ("S-legacy", "Legacy systems", None, False),
)

_ARTICLES: Final = (
    # name, number, title, subject, state
    ("KA1", "KA-0001", "Mail stays in the outbox", "S-delivery", "PUBLISHED"),
    ("KA2", "KA-0002", "Reset a forgotten second factor", "S-identity", "PUBLISHED"),
    ("KA3", "KA-0003", "Share a calendar with a supplier", "S-calendar", "PUBLISHED"),
    ("KA4", "KA-0004", "Enrol a shared tablet", "S-devices", "APPROVED"),
    ("KA5", "KA-0005", "Delegate a mailbox", "S-mail", "DRAFT"),
    ("KA6", "KA-0006", "Dial-up settings", "S-legacy", "EXPIRED"),
)


def catalogue(book: Book) -> Records:
    """Products, subjects and articles: every state and structure once (CS-18, CS-28..30, CS-44)."""
    for name, number, title, structure, state, parent in _PRODUCTS:
        origin = book.reference(parent)
        yield book.row("product", name, number=number, name=title, structure=structure, state=state, parent_id=origin)
    for name, title, parent, visible in _SUBJECTS:
        above = book.reference(parent)
        yield book.row("subject", name, title=title, parent_id=above, description=None, is_visible=visible)
    for name, number, title, subject, state in _ARTICLES:
        body = f"{title}: check the settings, try again, and tell us what you see."
        topic = book.id(subject)
        yield book.row("knowledge_article", name, number=number, title=title, body=body, subject_id=topic, state=state)


def customers(book: Book, accounts: Iterable[tuple[str, str]], contacts: Iterable[tuple[str, str, str]]) -> Records:
    """Accounts as (name in the book, title), contacts with their account; `self` is the tenant's own account (D-39)."""
    for name, title in accounts:
        yield book.row("customer", name, kind="ACCOUNT", name=title, is_self=name == "self", phone="+1 555 0100")
    for name, title, account in contacts:
        mail = f"{name.removeprefix('c-')}@{account}.example"
        yield book.row("customer", name, kind="CONTACT", name=title, email=mail, account_id=book.id(account))
