"""Contoso, where the acceptance examples happen: what it bought, how it divides it, what it used."""

from gateway.demo import ids
from gateway.demo.world.book import Book, Record, Records
from gateway.demo.world.bought import Line, agreement, named, package, use

_YEAR = ("2025-01-01", "2025-12-31")


def workspaces(book: Book) -> Records:
    """W1 by default, W2 for a branch, W3 without any package, W4 for Premier."""
    for name, title, purpose, default, created in (
        ("W1", "Contoso", None, True, "2024-01-02 09:00"),
        ("W2", "Contoso Retail", "Shops and tills", False, "2025-01-20 10:00"),
        ("W3", "Contoso Labs", "Trials that bought nothing yet", False, "2025-05-05 10:00"),
        ("W4", "Contoso Energy", "The Premier agreement of the energy branch", False, "2025-01-21 10:00"),
    ):
        yield book.row(
            "workspace",
            name,
            name=title,
            purpose=purpose,
            is_default=default,
            created_by=ids.user("cora"),
            created_at=book.days.moment(created),
        )


def agreements(book: Book) -> Records:
    """A0 has expired, A1 and A2 are in force, A3 waits for its activation."""
    yield agreement(book, "A0", "U-2024-0114", "UNIFIED", ("2024-01-01", "2024-12-31"), "2024-01-02 09:00")
    yield agreement(book, "A1", "U-2025-0114", "UNIFIED", _YEAR, "2025-01-02 09:00")
    yield agreement(book, "A2", "P-2025-0201", "PREMIER", _YEAR, "2025-01-02 09:30")
    yield agreement(book, "A3", "U-2025-0330", "UNIFIED", ("2025-06-01", "2026-05-31"), None)
    yield from named(book, "A1", "sam@contoso.com", ("cy@contoso.com", "sia@contoso.com", "tess@contoso.com"))
    yield from named(book, "A3", "maya@contoso.com", ("ann@contoso.com", "bo@contoso.com", "new@contoso.com"))


def packages(book: Book) -> Records:
    advisory = Line("advisory", "Advisory support", "ADVISORY_SUPPORT", "HOURS", "30.00")
    reactive = Line("reactive", "Problem resolution", "REACTIVE_SUPPORT", "CASES", None, "CASE_CREATION")
    yield from package(book, "B0", "Unified Base 2024", "A0", (advisory, reactive), workspaces=("W1",))
    yield from package(book, "B1", "Unified Base 2025", "A1", _base(), workspaces=("W1", "W2"))
    yield from package(book, "B2", "Premier Base 2025", "A2", _premier(), workspaces=("W4",))
    yield from package(
        book,
        "X1",
        "Proactive Plus",
        "A1",
        (
            Line("credits", "Proactive credits", "PROACTIVE_CREDITS", "CREDITS", "120.00"),
            Line("briefings", "Briefing series", "OTHER", "UNITS", benefit=True),
        ),
        dates=("2025-03-01", "2025-09-30"),
        add_on=True,
        workspaces=("W1",),
    )
    dse = Line("dse", "Designated support engineering", "DSE", "HOURS", "160.00")
    spring = ("2025-01-01", "2025-05-31")
    yield from package(book, "X2", "Engineer in Spring", "A1", (dse,), dates=spring, add_on=True, workspaces=("W1",))
    # X3 was bought and nobody asked yet to have it added to a workspace (WS-14).
    rapid = Line("rapid", "Rapid response", "REACTIVE_SUPPORT", "CASES", "25.00", "CASE_CREATION", restricted=True)
    yield from package(book, "X3", "Rapid Response", "A1", (rapid,), add_on=True)
    yield from package(book, "B3", "Unified Base 2026", "A3", _next_year())
    more = Line("credits", "Proactive credits", "PROACTIVE_CREDITS", "CREDITS", "60.00")
    yield from package(book, "X4", "Proactive Plus 2026", "A3", (more,), add_on=True)


def _base() -> tuple[Line, ...]:
    courses = "https://learn.example.com/contoso"
    return (
        Line("proactive", "Built-in proactive services", "BUILT_IN_PROACTIVE", "HOURS", "400.00"),
        Line("advisory", "Advisory support", "ADVISORY_SUPPORT", "HOURS", "50.00"),
        Line("reactive", "Problem resolution", "REACTIVE_SUPPORT", "CASES", None, "CASE_CREATION"),
        Line("education", "On-demand education", "ON_DEMAND_EDUCATION", "UNITS", None, url=courses),
        Line("assessments", "On-demand assessments", "ON_DEMAND_ASSESSMENTS", "UNITS", "12.00"),
        Line("contacts", "Support contacts", "SUPPORT_CONTACTS", "UNITS", "8.00"),
        Line("reviews", "Service reviews", "OTHER", "UNITS", benefit=True),
    )


def _premier() -> tuple[Line, ...]:
    return (
        Line("proactive", "Workshops", "BUILT_IN_PROACTIVE", "HOURS", "60.00"),
        Line("advisory", "Advisory hours", "ADVISORY_SUPPORT", "HOURS", "20.00"),
        Line("reactive", "Incidents", "REACTIVE_SUPPORT", "CASES", "10.00", "CASE_CREATION", restricted=True),
        Line("contacts", "Named contacts", "SUPPORT_CONTACTS", "UNITS", "5.00"),
    )


def _next_year() -> tuple[Line, ...]:
    return (
        Line("proactive", "Built-in proactive services", "BUILT_IN_PROACTIVE", "HOURS", "200.00"),
        Line("reactive", "Problem resolution", "REACTIVE_SUPPORT", "CASES", None, "CASE_CREATION"),
        Line("contacts", "Support contacts", "SUPPORT_CONTACTS", "UNITS", "5.00"),
    )


def used(book: Book) -> Records:
    """The ledger rows that no case caused: AE-9, AE-16, AE-17, AE-19."""
    for name, workspace, hours, day, label in (
        ("w1-1", "W1", "64.00", "2025-02-12", "Identity workshop"),
        ("w1-2", "W1", "40.00", "2025-03-26", "Mail migration review"),
        ("w1-3", "W1", "16.00", "2025-05-20", "Recovery rehearsal"),
        ("w2-1", "W2", "48.00", "2025-03-05", "Till roll-out review"),
        ("w2-2", "W2", "32.00", "2025-04-17", "Network workshop"),
    ):
        yield use(book, "B1-proactive", name, workspace, hours, day, label=label)
    yield use(book, "B2-proactive", "w4-1", "W4", "20.00", "2025-04-02", label="Plant network workshop")
    for number in range(1, 4):
        day = f"2025-0{number + 1}-10"
        yield use(book, "B1-assessments", f"a{number}", "W1", "1.00", day, label="Directory health check")
    yield from _courses(book)
    yield from _corrected(book)


def _courses(book: Book) -> Records:
    """Started courses: 23 in W1, 9 in W2."""
    titles = ("Protect a tenant", "Run a service desk", "Plan a migration", "Write a query")
    learners = {"W1": ("Ann Archer", "Bo Berg", "Hal Hunt", "Lea Lund"), "W2": ("Fay Frost", "Noa North")}
    for workspace, count in (("W1", 23), ("W2", 9)):
        names = learners[workspace]
        for number in range(count):
            yield use(
                book,
                "B1-education",
                f"{workspace.lower()}-{number + 1}",
                workspace,
                "1.00",
                f"2025-0{1 + number % 5}-{1 + number:02}",
                label=titles[number % len(titles)],
                person=names[number % len(names)],
                detail={"kind": "course", "finished": number % 3 == 0},
            )


def _corrected(book: Book) -> Records:
    """80 hours were booked instead of 8, and put right (AE-16)."""
    wrong = use(book, "X2-dse", "wrong", "W1", "80.00", "2025-04-08", label="On-site day")
    yield wrong
    yield _taken_back(book, wrong, "2025-04-09")
    yield use(book, "X2-dse", "right", "W1", "8.00", "2025-04-08", label="On-site day")


def _taken_back(book: Book, charge: Record, day: str) -> Record:
    return {
        **charge,
        "id": book.id("X2-dse/reversal"),
        "quantity": f"-{charge['quantity']}",
        "recorded_at": book.days.moment(day),
        "reverses_id": charge["id"],
    }
