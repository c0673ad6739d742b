"""The clocks of a case at the first moment of today, run through what happened to it by the product's own rules."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from gateway.demo.world.book import Book, Record, Records
from gateway.demo.world.days import text
from resolvers.rules.business_hours import Calendar
from resolvers.rules.calendars import parse_calendar
from resolvers.rules.refused import Refused
from resolvers.rules.sla_clock import Clock, Situation, follow, start
from tenancy.words import Kpi


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """When what happened to a case that its clocks listen to; None: not yet."""

    opened: datetime
    answered: datetime | None
    held: datetime | None
    closed: datetime | None
    cancelled: bool


def clocks(book: Book, case: str, sla: str, course: Course) -> Records:
    """One clock for every item of the SLA (I-14)."""
    hours = parse_calendar(book[sla].get("business_hours"))
    assert not isinstance(hours, Refused), f"{sla}: {hours}"
    for name in book.items_of(sla):
        yield _record(book, case, name, _run(book[name], course, hours, book.days.now))


def _run(item: Mapping[str, Any], course: Course, hours: Calendar | None, now: datetime) -> Clock:
    clock = start(course.opened, item["warn_minutes"], item["fail_minutes"], hours)
    situation = Situation(applies=True, is_met=False, pauses=False)
    for when, situation in sorted(_turns(item, course), key=lambda turn: turn[0]):
        clock = follow(clock, situation, when, hours)
    return follow(clock, situation, now, hours)


def _turns(item: Mapping[str, Any], course: Course) -> Iterator[tuple[datetime, Situation]]:
    response = item["kpi"] == Kpi.FIRST_RESPONSE
    if response and course.answered:
        yield course.answered, Situation(applies=True, is_met=True, pauses=False)
    if course.held and not course.closed:
        yield course.held, Situation(applies=True, is_met=False, pauses=item["allow_pause"])
    if course.closed:
        yield course.closed, Situation(applies=not course.cancelled, is_met=not response, pauses=False)


def _record(book: Book, case: str, item: str, clock: Clock) -> Record:
    return book.row(
        "sla_kpi_instance",
        f"{case}/{item}",
        incident_id=book.id(case),
        sla_item_id=book.id(item),
        status=clock.status,
        applicable_from=text(clock.applicable_from),
        failure_time=text(clock.failure_time),
        warning_time=_text(clock.warning_time),
        paused_on=_text(clock.paused_on),
        paused_minutes=clock.paused_minutes,
        active_minutes=clock.active_minutes,
        succeeded_on=_text(clock.succeeded_on),
        terminal_at=_text(clock.terminal_at),
    )


def _text(moment: datetime | None) -> str | None:
    return None if moment is None else text(moment)
