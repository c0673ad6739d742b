"""Where the time of an operation goes, told to whoever traces it; by default nobody does, and it costs a comparison.

    rows = await within("sql", text, connection.fetch(text))

A span has a name, what it is about (a statement, a field of the plan) and how much came of it. There are no spans of
single fields or rows, and no values: parameters of statements are never told.
"""

from collections.abc import Awaitable, Callable, Sized
from contextlib import AbstractContextManager
from typing import Protocol, TypeVar

Result = TypeVar("Result", bound=Sized)


class Tracer(Protocol):
    """Somebody who listens."""

    def span(self, kind: str, about: str) -> AbstractContextManager[Callable[[int], None]]:
        """A part of what runs now; what is given is told how much came of it."""


class _Listener:
    tracer: Tracer | None = None


def traced_by(tracer: Tracer | None) -> None:
    """From now on this one listens, to everything in this process."""
    _Listener.tracer = tracer


async def within(kind: str, about: str, work: Awaitable[Result]) -> Result:
    """Do the work, inside a span when somebody listens."""
    tracer = _Listener.tracer
    if tracer is None:
        return await work
    with tracer.span(kind, about) as told:
        result = await work
        told(len(result))
        return result
