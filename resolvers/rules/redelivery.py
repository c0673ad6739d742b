"""When a message that was not taken is sent again, and when no more."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

_JITTER: Final = 0.2
LONGEST: Final = timedelta(hours=12)
LONGEST_ASKED: Final = timedelta(hours=24)
"""What a receiver may ask for by Retry-After."""


@dataclass(frozen=True)
class Patience:
    """`attempts` in all, the second one `first` after the first, then three times as long each time, up to 12 hours.
    After `failing` without a single success nothing is sent any more."""

    attempts: int = 12
    first: timedelta = timedelta(seconds=5)
    failing: timedelta = timedelta(days=5)

    def pause(self, attempt: int, chance: float, asked: timedelta | None = None) -> timedelta | None:
        """How long to wait after this attempt, the first being 1; None after the last. `chance` is in 0..1, and moves
        the pause by a fifth, so that many do not come back at once. Never sooner than the receiver `asked`."""
        if attempt >= self.attempts:
            return None
        longest: timedelta = min(LONGEST, self.first * 3 ** min(attempt - 1, 30))
        own = longest * (1 - _JITTER + 2 * _JITTER * chance)
        return own if asked is None else max(own, min(asked, LONGEST_ASKED))

    def exhausted(self, since: datetime | None, now: datetime) -> bool:
        """Whether a receiver that has taken nothing `since` then is given up."""
        return since is not None and now - since >= self.failing
