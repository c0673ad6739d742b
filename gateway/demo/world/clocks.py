"""Where the clocks of a case stand at the first moment of today, for promises that run around the clock."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from gateway.demo.world.book import Book, Record, Records
from gateway.demo.world.days import text
from tenancy.words import Kpi

Course = Mapping[str, Any]
"""When the case was `opened`, `answered`, `held` and `closed` (None: not yet), and whether it was `cancelled`."""


def clocks(book: Book, case: str, sla: str, course: Course) -> Records:
    """One clock for every item of the SLA, in the state that the course of the case left it in (I-14)."""
    for name in book.items_of(sla):
        item = book[name]
        yield _clock(book, case, name, _Clock(item, course, book.days.now))


def _clock(book: Book, case: str, item: str, clock: "_Clock") -> Record:
    return book.row(
        "sla_kpi_instance",
        f"{case}/{item}",
        incident_id=book.id(case),
        sla_item_id=book.id(item),
        applicable_from=text(clock.start),
        warning_time=clock.warning and text(clock.warning),
        failure_time=text(clock.failure),
        **clock.standing(),
    )


class _Clock:
    """One promise: it ends at the first of kept, broken, or given up."""

    def __init__(self, item: Mapping[str, Any], course: Course, now: datetime) -> None:
        self.start: datetime = course["opened"]
        self.failure = self.start + timedelta(minutes=item["fail_minutes"])
        warn = item["warn_minutes"]
        self.warning = self.start + timedelta(minutes=warn) if warn else None
        response = item["kpi"] == Kpi.FIRST_RESPONSE
        self._kept = course["answered"] if response else None if course["cancelled"] else course["closed"]
        self._given_up = course["closed"] if course["cancelled"] else None
        self._held = course["held"] if item["allow_pause"] and not course["closed"] else None
        self._now = now

    def standing(self) -> dict[str, Any]:
        if self._kept and self._kept <= self.failure:
            return {**self._ended("SUCCEEDED", self._kept), "succeeded_on": text(self._kept)}
        if self._given_up and self._given_up < self.failure:
            return self._ended("CANCELED", self._given_up)
        if self._held and self._held < self.failure:
            return {"status": "PAUSED", "paused_on": text(self._held)}
        if self.failure <= self._now:
            return self._ended("NONCOMPLIANT", self.failure)
        near = self.warning is not None and self.warning <= self._now
        return {"status": "NEARING_NONCOMPLIANCE" if near else "IN_PROGRESS"}

    def _ended(self, status: str, when: datetime) -> dict[str, Any]:
        minutes = int((when - self.start).total_seconds() // 60)
        return {"status": status, "terminal_at": text(when), "active_minutes": minutes}
