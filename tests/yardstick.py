"""CPU time that means the same on every machine: told beside a fixed piece of work, measured at the same moment.

A busy, slow or instrumented machine slows both; the best of interleaved tries is compared with the best.
"""

import time
from collections.abc import Callable
from typing import Final

from graphql import get_introspection_query, parse

REFERENCE: Final = 0.0025
"""Seconds of CPU that the fixed piece of work takes on the machine on which the goals were set, when it is quiet."""

_TEXT: Final = get_introspection_query()


def cpu_seconds(work: Callable[[], object], *, tries: int = 5, enough: float = 0.0) -> float:
    """What `work` costs on the reference machine. No further tries when it is below `enough`."""
    best, fixed = float("inf"), float("inf")
    for _ in range(tries):
        fixed = min(fixed, _spent(_fixed))
        best = min(best, _spent(work))
        fixed = min(fixed, _spent(_fixed))
        if best / fixed * REFERENCE < enough:
            break
    return best / fixed * REFERENCE


def _fixed() -> None:
    for _ in range(4):
        parse(_TEXT)


def _spent(work: Callable[[], object]) -> float:
    before = time.process_time()
    work()
    return time.process_time() - before
