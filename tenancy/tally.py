"""What one operation asked of the database, counted where its statements run: for logs and metrics, never for a rule.

with counting() as tally: ...                            whatever runs meanwhile is counted, in tasks of its own too
"""

from contextvars import ContextVar
from dataclasses import dataclass


@dataclass(slots=True)
class Tally:
    """Statements inside the operation's transactions, without those that recognise the viewer; rows that they gave."""

    statements: int = 0
    rows: int = 0


_current: ContextVar[Tally | None] = ContextVar("tally", default=None)


class counting:  # noqa: N801  used like a function
    """While it lasts, statements are counted in the tally that it gives."""

    __slots__ = ("_token",)

    def __enter__(self) -> Tally:
        tally = Tally()
        self._token = _current.set(tally)
        return tally

    def __exit__(self, *_: object) -> None:
        _current.reset(self._token)


def count(rows: int) -> None:
    """A statement gave so many rows."""
    tally = _current.get()
    if tally is not None:
        tally.statements += 1
        tally.rows += rows
