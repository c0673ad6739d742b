"""What a case charged to its entitlement, and what it gave back (I-8, I-10)."""

from decimal import Decimal

from gateway.demo.world.book import Book, Record, Records
from gateway.demo.world.story import Story
from resolvers.rules.quantities import two_places
from tenancy.words import CaseState


def charges(book: Book, story: Story) -> Records:
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
        hours = two_places(Decimal(story.minutes or 60) / 60)
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
