"""How a service desk is set up: its promises, its queues, its routing."""

from typing import Any, Final

from gateway.demo import ids
from gateway.demo.world.book import Book, Record, Records

_OFFICE_HOURS: Final = {
    "zone": "UTC",
    "weekly": {day: [["09:00", "17:00"]] for day in ("MON", "TUE", "WED", "THU", "FRI")},
    "holidays": [],
}

_HOLDS: Final = ["ON_HOLD", "WAITING_FOR_DETAILS"]

_SLAS: Final[tuple[tuple[str, dict[str, Any], tuple[int | None, int], tuple[int | None, int]], ...]] = (
    # name, columns, (warn, fail) of the first response, (warn, fail) of the solution, in minutes
    ("SD", {"name": "Standard", "state": "ACTIVE", "is_default": True}, (180, 240), (7200, 10080)),
    ("S1", {"name": "Office hours", "state": "ACTIVE", "business_hours": _OFFICE_HOURS}, (None, 60), (360, 480)),
    ("S2", {"name": "Around the clock", "state": "ACTIVE"}, (45, 60), (1080, 1440)),
    ("S3", {"name": "Next year", "state": "DRAFT"}, (None, 30), (None, 240)),
)


def slas(book: Book) -> Records:
    """SD is the default one, S1 knows office hours (AE-70), S2 is put on by hand, S3 is a draft."""
    for name, columns, response, solution in _SLAS:
        yield book.row("sla", name, **columns)
        yield _item(book, name, "FIRST_RESPONSE", response)
        yield _item(book, name, "RESOLVE", solution)


def _item(book: Book, sla: str, kpi: str, minutes: tuple[int | None, int]) -> Record:
    warn, fail = minutes
    pauses = kpi == "RESOLVE"
    return book.row(
        "sla_item",
        f"{sla}-{kpi.lower().replace('_', '-')}",
        sla_id=book.id(sla),
        kpi=kpi,
        applicable_when=None,
        warn_minutes=warn,
        fail_minutes=fail,
        allow_pause=pauses,
        pause_statuses=_HOLDS if pauses else [],
    )


def queues(book: Book, manager: str, representative: str) -> Records:
    """Tier 2 and Mail are open to the desk, Escalations to its members, Archive takes nothing any more."""
    for name, title, type_, state in (
        ("Q-tier2", "Tier 2", "PUBLIC", "ACTIVE"),
        ("Q-mail", "Mail", "PUBLIC", "ACTIVE"),
        ("Q-escalations", "Escalations", "PRIVATE", "ACTIVE"),
        ("Q-archive", "Archive", "PUBLIC", "INACTIVE"),
    ):
        yield book.row("queue", name, name=title, type=type_, state=state, owner_id=ids.user(manager))
    for queue, member in (
        ("Q-tier2", manager),
        ("Q-tier2", representative),
        ("Q-mail", representative),
        ("Q-escalations", manager),
    ):
        yield book.link("queue_member", queue_id=book.id(queue), user_id=ids.user(member))


def queued(book: Book, queue: str, case: str, entered: str, worker: str | None = None, *, left: bool = False) -> Record:
    """A case in a queue, or one that `left` it."""
    return book.row(
        "queue_item",
        f"{queue}/{case}",
        queue_id=book.id(queue),
        incident_id=book.id(case),
        worked_by=worker and ids.user(worker),
        entered_on=book.days.moment(entered),
        state="INACTIVE" if left else "ACTIVE",
    )


def routing(book: Book, manager: str, assignee: str) -> Records:
    """The set of AE-85 with a third rule that names a person, and a draft."""
    owner = ids.user(manager)
    yield book.row("routing_rule_set", "R1", name="Every day", state="ACTIVE", owner_id=owner)
    yield book.row("routing_rule_set", "R2", name="Holidays", state="DRAFT", owner_id=owner)
    tier2, mail = {"queue_id": book.id("Q-tier2")}, {"queue_id": book.id("Q-mail")}
    for position, (rule_set, name, condition, target) in enumerate(
        (
            ("R1", "Urgent to Tier 2", _when("priority", "HIGH"), tier2),
            ("R1", "Mail to the mail queue", _when("origin", "EMAIL"), mail),
            ("R1", "Questions to one person", _when("case_type", "QUESTION"), {"assignee_id": ids.user(assignee)}),
            ("R2", "Everything waits", _when("priority", "NORMAL"), mail),
        ),
        start=1,
    ):
        yield book.row(
            "routing_rule",
            f"{rule_set}-{position}",
            rule_set_id=book.id(rule_set),
            position=position,
            name=name,
            condition=condition,
            **target,
        )


def _when(field: str, value: str) -> dict[str, str]:
    return {"field": field, "operator": "EQ", "value": value}
