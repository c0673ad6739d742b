"""Cases, told in a line each, and everything that the product would have written for them.

A story says what a person would say about a case; its case row, creation post, ledger rows, clocks and
resolution follow from the same rules as in the product (I-10, I-14, I-19).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any, Final

from gateway.demo import ids
from gateway.demo.world.book import Book, Record, Records
from gateway.demo.world.clocks import Course, clocks
from gateway.demo.world.days import text
from tenancy.words import STATUSES, CaseState, CaseStatus, CaseType, Origin, Priority, SupportKind

FIRST_ANSWER: Final = timedelta(minutes=35)
"""How long the desk of the stories takes to answer, when it does."""

Said = dict[str, Any]
"""Part of what a story says, by field."""

_STATES = {status: state for state, statuses in STATUSES.items() for status in statuses}


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """One case. Names are those of the book; `by`, `owner` and `primary` are keys of people.

    `bought` is agreement, package and entitlement in one breath, as far as known: `"A1 B1 B1-reactive"`.
    `minutes` is what was billed at resolution; `held` is when it was put on hold.
    """

    name: str
    title: str
    opened: str
    by: str
    workspace: str | None = None
    kind: SupportKind = SupportKind.PROBLEM_RESOLUTION
    bought: str = ""
    status: CaseStatus = CaseStatus.IN_PROGRESS
    closed: str | None = None
    held: str | None = None
    minutes: int | None = None
    answered: bool = True
    exempt: bool = False
    classification: str | None = None
    customer: str = "self"
    contact: str | None = None
    primary: str | None = None
    owner: str = "rae"
    origin: Origin = Origin.WEB
    case_type: CaseType = CaseType.PROBLEM
    priority: Priority = Priority.NORMAL
    subject: str | None = None
    product: str | None = None
    description: str | None = None
    parent: str | None = None
    master: str | None = None
    entitlement: str | None = None
    sla: str | None = None
    route: bool = True
    stage: str = "IDENTIFY"

    @property
    def state(self) -> CaseState:
        return _STATES[self.status]

    @property
    def line(self) -> str | None:
        """The entitlement, whether it came with a package or belongs to the customer."""
        return self.entitlement or self._part(2)

    def _part(self, place: int) -> str | None:
        parts = self.bought.split()
        return parts[place] if len(parts) > place else None

    @property
    def agreement(self) -> str | None:
        return self._part(0)

    @property
    def package(self) -> str | None:
        return self._part(1)


def told(book: Book, stories: Iterable[Story]) -> Records:
    """The records of all stories: cases first, then what hangs on them."""
    known = list(stories)
    for story in known:
        yield _case(book, story)
    for story in known:
        yield _creation(book, story)
        yield from _resolution(book, story)
        yield from _ledger(book, story)
        yield from clocks(book, story.name, _sla(book, story), _course(book, story))


def _case(book: Book, story: Story) -> Record:
    closed = story.closed and book.days.moment(story.closed)
    sla = _sla(book, story)
    answered = book.days.at(story.opened) + FIRST_ANSWER
    return book.row(
        "incident",
        story.name,
        workspace_id=book.reference(story.workspace),
        ticket_number=f"CAS-{book.days.at(story.opened):%y%m%d}-{book.id(story.name)[:8].upper()}",
        title=story.title,
        description=story.description,
        customer_id=book.id(story.customer),
        contact_id=book.reference(story.contact),
        primary_contact_user_id=_primary(story),
        subject_id=book.reference(story.subject),
        product_id=book.reference(story.product),
        entitlement_id=book.reference(story.line),
        agreement_id=book.reference(story.agreement),
        package_id=book.reference(story.package),
        decrement_terms=not story.exempt,
        sla_id=book.id(sla),
        sla_source=_sla_source(book, story),
        origin=story.origin,
        case_type=story.case_type,
        priority=story.priority,
        support_kind=story.kind,
        classification=story.classification,
        state=story.state,
        status=story.status,
        owner_id=ids.user(story.owner),
        created_by=ids.user(story.by),
        parent_id=book.reference(story.parent),
        master_id=book.reference(story.master),
        route_case=story.route,
        first_response_sent=story.answered,
        created_at=book.days.moment(story.opened),
        modified_at=closed or (text(answered) if story.answered else book.days.moment(story.opened)),
        closed_at=closed,
        version=1 + story.answered + bool(closed),
        **_process(story),
    )


def _primary(story: Story) -> str | None:
    """Who was named, else whoever asked; the desk asks for others (CA-12c)."""
    named = story.primary or (None if story.by == story.owner else story.by)
    return named and ids.user(named)


def _process(story: Story) -> dict[str, str]:
    if story.state is CaseState.RESOLVED:
        return {"stage": "RESOLVE", "process_status": "FINISHED"}
    if story.state is CaseState.CANCELLED:
        return {"stage": story.stage, "process_status": "ABORTED"}
    return {"stage": story.stage, "process_status": "ACTIVE"}


def _sla(book: Book, story: Story) -> str:
    """The SLA set by hand, else the entitlement's, else the default one."""
    of_line = book.sla_of(story.line) if story.line else None
    return story.sla or of_line or "SD"


def _sla_source(book: Book, story: Story) -> str:
    if story.sla:
        return "MANUAL"
    return "ENTITLEMENT" if story.line and book.sla_of(story.line) else "DEFAULT"


def _course(book: Book, story: Story) -> Course:
    days, opened = book.days, book.days.at(story.opened)
    return Course(
        opened=opened,
        answered=opened + FIRST_ANSWER if story.answered else None,
        held=days.at(story.held) if story.held else None,
        closed=days.at(story.closed) if story.closed else None,
        cancelled=story.state is CaseState.CANCELLED,
    )


def _creation(book: Book, story: Story) -> Record:
    """The post that the system writes for every new case (CS-51, I-19)."""
    return book.row(
        "timeline_entry",
        f"{story.name}/created",
        incident_id=book.id(story.name),
        record_type="AUTO_POST",
        subject="Case created",
        author_id=ids.user(story.by),
        created_at=book.days.moment(story.opened),
    )


def _resolution(book: Book, story: Story) -> Records:
    if story.state is CaseState.RESOLVED and story.closed:
        minutes = story.minutes or 60
        yield book.row(
            "timeline_entry",
            f"{story.name}/resolved",
            incident_id=book.id(story.name),
            record_type="ACTIVITY",
            activity_type="CASE_RESOLUTION",
            subject=story.status.replace("_", " ").capitalize(),
            body="Confirmed with the customer.",
            state="COMPLETED",
            duration_minutes=minutes,
            billable_minutes=minutes,
            resolution_type=story.status,
            author_id=ids.user(story.owner),
            created_at=book.days.moment(story.closed),
        )


def _ledger(book: Book, story: Story) -> Records:
    """The charge of the case, and its reversal when a case that was charged at creation was given up."""
    if not story.line or story.exempt or story.classification:
        return
    line = book[story.line]
    if line["decrease_on"] == "CASE_CREATION":
        charge = _charge(book, story, Decimal(1), story.opened)
        yield charge
        if story.state is CaseState.CANCELLED and story.closed:
            yield _reversal(book, story, charge)
    elif line["decrease_on"] == "CASE_RESOLUTION" and story.state is CaseState.RESOLVED and story.closed:
        hours = Decimal(story.minutes or 60) / 60
        yield _charge(book, story, hours if line["allocation_type"] == "HOURS" else Decimal(1), story.closed)


def _charge(book: Book, story: Story, quantity: Decimal, when: str) -> Record:
    return book.row(
        "consumption",
        f"{story.name}/charge",
        entitlement_id=book.reference(story.line),
        workspace_id=book.reference(story.workspace),
        incident_id=book.id(story.name),
        origin=story.origin,
        quantity=f"{quantity:.2f}",
        occurred_on=book.days.at(when).date().isoformat(),
        recorded_at=book.days.moment(when),
        label=story.title,
    )


def _reversal(book: Book, story: Story, charge: Record) -> Record:
    when = story.closed or story.opened
    return {
        **charge,
        "id": book.id(f"{story.name}/reversal"),
        "quantity": f"-{charge['quantity']}",
        "occurred_on": book.days.at(when).date().isoformat(),
        "recorded_at": book.days.moment(when),
        "reverses_id": charge["id"],
    }
