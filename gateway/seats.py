"""How many may listen at the same time: sockets of a principal, subscriptions of a tenant (W-08).

Seats are counted in this process. With several processes each has its own, so an installation allows as many times
more as it has processes.
"""

from collections import Counter
from collections.abc import Hashable, Iterator
from contextlib import contextmanager

from tenancy.errors import Refusal


class Seats:
    """At most `most` at once for each key."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._taken: Counter[Hashable] = Counter()

    def __len__(self) -> int:
        """How many are taken, by whomever."""
        return self._taken.total()

    @contextmanager
    def one(self, key: Hashable) -> Iterator[None]:
        """Sit down meanwhile. Raises RATE_LIMITED when all seats of this key are taken."""
        if self._taken[key] >= self._most:
            raise Refusal("RATE_LIMITED")
        self._taken[key] += 1
        try:
            yield
        finally:
            self._taken[key] -= 1
            if not self._taken[key]:
                del self._taken[key]
