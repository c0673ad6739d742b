"""The house's one clock: UTC, and settable, so that a test can stand on any day."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime


def _system() -> datetime:
    return datetime.now(UTC)


@dataclass
class Clock:
    """`now()` is aware and UTC; `today()` is the UTC date, which every dated rule means by "today" (D-24)."""

    source: Callable[[], datetime] = _system

    def now(self) -> datetime:
        return self.source()

    def today(self) -> date:
        return self.now().date()

    def stand_at(self, moment: datetime) -> None:
        """Stop at `moment`; for tests and for the demo world."""
        self.source = lambda: moment
