"""When somebody is reminded of an end: whole days before it, each once; of what was slept through, only the latest.

Invitations (2.1) plan their next reminder ahead, because it is a letter that may have to be tried again. Delegated
relationships (3.5) ask what was reached, because their end may be moved by anybody who writes the row.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

INVITATION_DAYS: Final = (23, 7, 1)
"""Days before an invitation ends on which it is called to mind; with the usual life of thirty days the seventh, the
twenty-third and the last but one. Configurable."""

DELEGATION_DAYS: Final = (30, 7, 1)
"""Days before a delegated relationship ends for good on which both ends are told (3.5)."""

APART: Final = timedelta(hours=12)
"""The least time between two letters about one invitation: whoever was written to today is not reminded today."""

PAUSES: Final = tuple(timedelta(minutes=each) for each in (1, 5, 30, 120, 360))
"""How long a reminder waits after each attempt that failed. The last attempt is less than nine hours after the first,
so a reminder of the last day still comes before the end."""

MOST_TRIES: Final = len(PAUSES) + 1


def planned(end: datetime, days: Iterable[int], written_at: datetime) -> datetime | None:
    """When the next reminder is due, after a letter or a reminder at `written_at`; None when there is none left."""
    moments = (end - timedelta(days=each) for each in days)
    return min((moment for moment in moments if moment >= written_at + APART), default=None)


def pause(tries: int) -> timedelta | None:
    """How long to wait after so many attempts that failed; None when it is given up."""
    return PAUSES[tries - 1] if tries < MOST_TRIES else None


def reached(begun: datetime, end: datetime, now: datetime, days: Iterable[int] = DELEGATION_DAYS) -> int | None:
    """The latest of the days before the end that has come; None before the first, and when the end has come.

    Days before the beginning do not count: whoever agrees to a week needs no word that a month is left.
    """
    if now >= end:
        return None
    return min((each for each in days if begun < end - timedelta(days=each) <= now), default=None)
