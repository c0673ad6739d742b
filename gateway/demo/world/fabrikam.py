"""Fabrikam: a second customer with the same nouns and other numbers, even the number of an agreement (T-04)."""

from collections.abc import Iterator

from gateway.demo import ids
from gateway.demo.world.book import Book, Records
from gateway.demo.world.bought import Line, agreement, entitlement, named, package, use
from gateway.demo.world.desk import queued
from gateway.demo.world.story import Said, Story
from gateway.demo.world.together import article, did, group, invitation, share
from tenancy.words import CaseStatus as Status
from tenancy.words import CaseType, Origin, Priority, SupportKind

_YEAR = ("2025-02-01", "2026-01-31")


def workspaces(book: Book) -> Records:
    """W1 lets personal accounts in by override, W2 because it is Premier, W3 does not."""
    for name, title, default, personal in (
        ("W1", "Fabrikam", True, True),
        ("W2", "Fabrikam Foundry", False, False),
        ("W3", "Fabrikam Design", False, False),
    ):
        yield book.row(
            "workspace",
            name,
            name=title,
            is_default=default,
            allow_personal_accounts=personal,
            created_by=ids.user("abe"),
            created_at=book.days.moment("2025-02-03 09:00"),
        )


def bought(book: Book) -> Records:
    yield agreement(book, "A1", "U-2025-0114", "UNIFIED", _YEAR, "2025-02-03 09:00")
    yield agreement(book, "A2", "P-2025-0777", "PREMIER", _YEAR, "2025-02-03 09:10")
    yield from named(book, "A1", "flo@fabrikam.com", ("finn@fabrikam.com",))
    yield from package(book, "B1", "Unified Base", "A1", _base(), workspaces=("W1", "W3"))
    yield from package(book, "B2", "Premier Base", "A2", _premier(), workspaces=("W2",))
    credits = Line("credits", "Proactive credits", "PROACTIVE_CREDITS", "CREDITS", "80.00")
    yield from package(book, "X1", "Proactive Plus", "A1", (credits,), add_on=True, workspaces=("W1",))
    yield from _terms(book)
    for name, workspace, hours, day in (("w1", "W1", "37.50", "2025-04-03"), ("w3", "W3", "11.00", "2025-05-07")):
        yield use(book, "B1-proactive", name, workspace, hours, day, label="Design review")
    for number in range(1, 6):
        day = f"2025-05-{number:02}"
        yield use(
            book, "B1-education", f"w1-{number}", "W1", "1.00", day, label="Cast in one piece", person="Finn Fell"
        )
    yield use(book, "X1-credits", "w1", "W1", "30.00", "2025-05-15", label="Furnace workshop")


def _base() -> tuple[Line, ...]:
    courses = "https://learn.example.com/fabrikam"
    return (
        Line("proactive", "Built-in proactive services", "BUILT_IN_PROACTIVE", "HOURS", "150.00"),
        Line("advisory", "Advisory support", "ADVISORY_SUPPORT", "HOURS", "25.00"),
        Line("reactive", "Problem resolution", "REACTIVE_SUPPORT", "CASES", "40.00", "CASE_CREATION"),
        Line("education", "On-demand education", "ON_DEMAND_EDUCATION", "UNITS", None, url=courses),
        Line("contacts", "Support contacts", "SUPPORT_CONTACTS", "UNITS", "3.00"),
        Line("newsletter", "Newsletter", "OTHER", "UNITS", benefit=True),
    )


def _premier() -> tuple[Line, ...]:
    return (
        Line("reactive", "Incidents", "REACTIVE_SUPPORT", "CASES", "6.00", "CASE_RESOLUTION", restricted=True),
        Line("contacts", "Named contacts", "SUPPORT_CONTACTS", "UNITS", "2.00"),
    )


def _terms(book: Book) -> Records:
    line = Line("default", "Adventure Works cases", "REACTIVE_SUPPORT", "CASES", "15.00", "CASE_CREATION")
    starts, ends = map(book.days.day, _YEAR)
    span = {"starts_on": starts, "ends_on": ends}
    customer = book.id("adventure")
    default = {"customer_id": customer, "state": "ACTIVE", "is_default": True}
    yield entitlement(book, "adventure-default", line, **default, **span)


def stories() -> Iterator[Story]:
    w1: Said = {"workspace": "W1", "by": "finn", "owner": "floyd", "bought": "A1 B1 B1-reactive"}
    yield Story(name="K1", title="Furnace display flickers", opened="2025-06-12 09:00", primary="finn", **w1)
    urgent: Said = {"priority": Priority.HIGH, "origin": Origin.PHONE, "answered": False}
    yield Story(name="K2", title="Casting line stands still", opened="2025-06-14 20:30", **w1, **urgent)
    done: Said = {"status": Status.PROBLEM_SOLVED, "closed": "2025-04-09 12:00"}
    yield Story(name="K3", title="Drawings do not open", opened="2025-04-08 09:00", **w1, **done)
    yield Story(name="K4", title="Plotter is offline", opened="2025-06-02 09:00", **{**w1, "bought": ""})
    personal: Said = {**w1, "by": "pablo", "primary": "pablo"}
    yield Story(name="K5", title="Cannot upload a model", opened="2025-06-11 09:00", **personal)
    advice: Said = {**w1, "kind": SupportKind.ADVISORY, "bought": "A1 B1 B1-advisory", "minutes": 210}
    told: Said = {"status": Status.INFORMATION_PROVIDED, "closed": "2025-05-06 12:00", "case_type": CaseType.QUESTION}
    yield Story(name="K6", title="How to version drawings", opened="2025-05-05 09:00", **advice, **told)
    family: Said = {**w1, "kind": SupportKind.OTHER, "bought": ""}
    yield Story(name="K7", title="Move the foundry", opened="2025-06-09 09:00", **family)
    yield Story(name="K8", title="Move the moulds", opened="2025-06-09 09:10", parent="K7", **family)
    w2: Said = {"workspace": "W2", "by": "fern", "owner": "floyd", "bought": "A2 B2 B2-reactive"}
    yield Story(name="K9", title="Ladle sensor fails", opened="2025-06-10 09:00", **w2)
    solved: Said = {"status": Status.PROBLEM_SOLVED, "closed": "2025-05-20 12:00"}
    yield Story(name="K10", title="Shift plan is empty", opened="2025-05-19 09:00", **w2, **solved)
    counter: Said = {"by": "floyd", "owner": "floyd", "customer": "adventure", "contact": "c-ada"}
    counter["entitlement"] = "adventure-default"
    mail: Said = {"kind": SupportKind.OTHER, "origin": Origin.EMAIL}
    yield Story(name="K11", title="Tent poles are too short", opened="2025-06-13 09:00", **counter, **mail)


def together(book: Book) -> Records:
    yield from group(book, "G1", "Line leads", "W1", ("flo", "fiona"))
    yield share(book, "K1", "flo", group="G1")
    yield share(book, "K2", "flo", person="max")
    yield invitation(book, "new-W2", "new@fabrikam.com", "W2", "fern")
    yield did(book, "K1", "call", "PHONE_CALL", "floyd", "2025-06-12 10:00", subject="Call", duration_minutes=10)
    yield article(book, "K3", "KA2", "SOLUTION")
    yield queued(book, "Q-tier2", "K2", "2025-06-14 20:31")
    yield queued(book, "Q-mail", "K11", "2025-06-13 09:01", "floyd")
