"""The calendar of the demo world: its stories are told as of 2025-06-15 and move to whatever today is."""

from datetime import UTC, date, datetime, timedelta
from typing import Final

STORY_TODAY: Final = date(2025, 6, 15)
"""The day on which the stories stand; every date in them keeps its distance from today."""


class Days:
    """Dates of the stories, moved so that `STORY_TODAY` falls on `today`. Answers are ISO text, times in UTC."""

    def __init__(self, today: date) -> None:
        self.today = today
        self._shift = today - STORY_TODAY

    def day(self, told: str) -> str:
        """`2025-06-01` becomes the date a fortnight before today."""
        return (date.fromisoformat(told) + self._shift).isoformat()

    def at(self, told: str) -> datetime:
        """`2025-06-13 16:30` becomes that hour of the day before yesterday; without an hour, nine o'clock."""
        moment = datetime.fromisoformat(told if " " in told else f"{told} 09:00")
        return moment.replace(tzinfo=UTC) + self._shift

    def moment(self, told: str) -> str:
        """The same as text."""
        return text(self.at(told))

    @property
    def now(self) -> datetime:
        """The moment up to which clocks and states are told: the first of today, so nothing lies in the future."""
        return datetime(self.today.year, self.today.month, self.today.day, tzinfo=UTC)

    def ago(self, days: int) -> str:
        """The date so many days before today."""
        return (self.today - timedelta(days=days)).isoformat()


def text(moment: datetime) -> str:
    """A moment as an importer reads it."""
    return moment.isoformat().replace("+00:00", "Z")
