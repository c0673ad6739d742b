"""What customers bought: agreements, packages, the lines in them, and where they are mapped."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from gateway.demo import ids
from gateway.demo.world.book import Book, Record, Records


@dataclass(frozen=True, slots=True)
class Line:
    """One entitlement. `total` is in the units of `allocation`, None is unlimited; `benefit` has no ledger."""

    name: str
    title: str
    category: str
    allocation: str
    total: str | None = None
    decrease_on: str | None = None
    benefit: bool = False
    restricted: bool = False
    url: str | None = None
    sla: str | None = None


def agreement(
    book: Book, name: str, number: str, program: str, dates: tuple[str, str], activated: str | None
) -> Record:
    starts, ends = map(book.days.day, dates)
    at = activated and book.days.moment(activated)
    return book.row("agreement", name, number=number, program=program, starts_on=starts, ends_on=ends, activated_at=at)


def named(book: Book, agreement: str, administrator: str, contacts: Iterable[str]) -> Records:
    """The people whom an agreement names by mail (WS-11, WS-12)."""
    key = book.id(agreement)
    yield book.link("agreement_contact", agreement_id=key, email=administrator, kind="SERVICES_ADMIN")
    for email in contacts:
        yield book.link("agreement_contact", agreement_id=key, email=email, kind="SUPPORT_CONTACT")


def package(
    book: Book,
    name: str,
    title: str,
    of: str,
    lines: Iterable[Line],
    *,
    dates: tuple[str, str] | None = None,
    add_on: bool = False,
    workspaces: Iterable[str] = (),
) -> Records:
    """A package with its lines, mapped to workspaces; without dates of its own it lasts as long as the agreement."""
    starts, ends = map(book.days.day, dates) if dates else (book[of]["starts_on"], book[of]["ends_on"])
    span = {"starts_on": starts, "ends_on": ends}
    external = f"PKG-{ids.of(f'{book.tenant}/{name}')[:8].upper()}"
    section = "ADD_ON" if add_on else "ENTERPRISE_WIDE"
    yield book.row("package", name, agreement_id=book.id(of), external_id=external, name=title, section=section, **span)
    for line in lines:
        yield entitlement(book, f"{name}-{line.name}", line, package_id=book.id(name), state=_state(book, span), **span)
    for workspace in workspaces:
        yield book.link("workspace_package", workspace_id=book.id(workspace), package_id=book.id(name))


def entitlement(book: Book, name: str, line: Line, /, **columns: Any) -> Record:
    return book.row(
        "entitlement",
        name,
        name=line.title,
        description=_DESCRIPTIONS[line.category],
        category=line.category,
        is_consumable=not line.benefit,
        allocation_type=line.allocation,
        total_terms=line.total,
        decrease_on="CASE_RESOLUTION" if line.allocation == "HOURS" else line.decrease_on,
        restrict_case_creation=line.restricted,
        action_url=line.url,
        sla_id=book.reference(line.sla),
        **columns,
    )


def _state(book: Book, span: dict[str, str]) -> str:
    today = book.days.today.isoformat()
    if span["ends_on"] < today:
        return "EXPIRED"
    return "ACTIVE" if span["starts_on"] <= today else "WAITING"


def use(book: Book, line: str, name: str, workspace: str, quantity: str, day: str, **columns: Any) -> Record:
    """A ledger row that no case caused: delivered hours, started courses (CA-5)."""
    return book.row(
        "consumption",
        f"{line}/{name}",
        entitlement_id=book.id(line),
        workspace_id=book.id(workspace),
        quantity=quantity,
        occurred_on=book.days.day(day),
        recorded_at=book.days.moment(f"{day} 18:00"),
        **columns,
    )


_DESCRIPTIONS: Final = {
    "REACTIVE_SUPPORT": "Help when something is broken, around the clock.",
    "ADVISORY_SUPPORT": "Time-boxed guidance for a question about design, migration or operation.",
    "BUILT_IN_PROACTIVE": "Workshops and reviews, counted in delivered hours.",
    "PROACTIVE_CREDITS": "Credits that can be turned into proactive services of your choice.",
    "DSE": "Hours of an engineer who knows your environment.",
    "ON_DEMAND_EDUCATION": "Courses and labs that anyone in the workspace may start.",
    "ON_DEMAND_ASSESSMENTS": "Health checks of a technology, run when you want them.",
    "SUPPORT_CONTACTS": "People who may open support requests.",
    "OTHER": "Part of the agreement, to be used as often as you like.",
}
