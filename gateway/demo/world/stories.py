"""Cases told as stories, and everything that the product would have written for them.

The case row, the post of its creation, ledger rows, clocks and the resolution follow from the same rules as in the
product (I-10, I-14, I-19).
"""

from collections.abc import Iterable
from datetime import timedelta
from typing import Final

from gateway.demo import ids
from gateway.demo.world.book import Book, Record, Records
from gateway.demo.world.charges import charges
from gateway.demo.world.clocks import Course, clocks
from gateway.demo.world.days import text
from gateway.demo.world.story import Story
from tenancy.words import CaseState

FIRST_ANSWER: Final = timedelta(minutes=35)
"""How long the desk of the stories takes to answer, when it does."""


def told(book: Book, stories: Iterable[Story]) -> Records:
    """The records of all stories: cases first, then what hangs on them."""
    known = list(stories)
    for story in known:
        yield _case(book, story)
    for story in known:
        yield _creation(book, story)
        yield from _resolution(book, story)
        yield from charges(book, story)
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
