"""Each operation as one entry: a line in the log, points in the metrics, a place among the slowest.

    with operations.watched() as entry:          entry is filled in on the way; what is not known stays empty
        ...

An entry says what was done and how it went, and nothing of what was in it: documents and principals are hashes, no
variable and no answer is looked at.
"""

import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any, Final

from gateway.answers import STATUS, code_of
from gateway.logbook import Logbook
from gateway.telemetry import Telemetry
from gateway.tracing import Headers, Tracing
from schema.execution import Document, Outcome, Refused
from tenancy.errors import RateLimited, Refusal
from tenancy.identity import Identity
from tenancy.tally import Tally, counting

SLOWEST_KEPT: Final = 200
"""Documents whose times are remembered for /status; the quickest of them leaves for a slower one."""

_LONGEST_NAME: Final = 64
_FAILURES: Final = frozenset(code for code, status in STATUS.items() if status >= 500)


@dataclass(slots=True)
class Entry:
    """What is known of one operation. `codes` are those of its errors, `outcome` one of five words."""

    tally: Tally
    kind: str = "unread"
    document: str = ""
    name: str | None = None
    identity: Identity | None = None
    tenant: str | None = None
    price: int | None = None
    cost: int | None = None
    codes: tuple[str, ...] = ()
    policy: str | None = None
    outcome: str = "ok"
    seconds: float = 0.0
    plan: Callable[[], list[str]] = list
    """Tells the plan of the document, if anybody asks: only slow operations are."""

    def read(self, document: Document) -> None:
        """The document is understood."""
        self.kind = document.operation_type.value
        self.document, self.plan = document.mark, document.outline
        if document.operation_name is not None:
            self.name = document.operation_name[:_LONGEST_NAME]

    def line(self) -> dict[str, Any]:
        """What the log says of it, but for whose it was."""
        return {
            "kind": self.kind,
            "document": self.document,
            "name": self.name,
            "tenant": self.tenant,
            "price": self.price,
            "cost": self.cost,
            "statements": self.tally.statements,
            "rows": self.tally.rows,
            "milliseconds": round(self.seconds * 1000, 2),
            "outcome": self.outcome,
            "codes": self.codes,
        }

    def ran(self, outcome: Outcome, tenant: str | None) -> None:
        """It was executed in this tenant, with whatever errors its fields had."""
        self.cost, self.tenant = outcome.cost, tenant
        if outcome.errors:
            self.codes = tuple(sorted({code_of(error) for error in outcome.errors}))
            self.outcome = "failed" if _FAILURES.intersection(self.codes) else "partial"

    def ended(self, error: Exception) -> None:
        """It was not executed, or not to its end."""
        code = _code(error)
        self.codes = (code,) if code else ()
        self.outcome = "gone" if code is None else "failed" if code in _FAILURES else "refused"
        if isinstance(error, RateLimited):
            self.policy = error.policy


def _code(error: Exception) -> str | None:
    """The code that the client hears; None when nobody listens any more, or the transport itself refused."""
    if isinstance(error, Refusal):
        return error.code
    if isinstance(error, Refused):
        return code_of(error.errors[0])
    if isinstance(error, TimeoutError):
        return "DEADLINE_EXCEEDED"
    return None if type(error).__module__.startswith("starlette") else "INTERNAL"


@dataclass(slots=True)
class Times:
    """How long the runs of one document took, in seconds."""

    name: str | None
    count: int = 0
    total: float = 0.0
    longest: float = 0.0


class Operations:
    """Those of one process. `slow` seconds and more are a matter for the log in every case, with the plan."""

    def __init__(self, telemetry: Telemetry, logbook: Logbook, *, slow: float, tracing: Tracing | None = None) -> None:
        self.telemetry, self.logbook, self.tracing, self._slow = telemetry, logbook, tracing, slow
        self.times: dict[str, Times] = {}
        self.running: dict[int, Entry] = {}
        """Those that are being worked on, by a number that says nothing."""

    def watched(self, headers: Headers = ()) -> "Watch":
        """One operation, from its request to its answer; `headers` may name the caller's trace."""
        return Watch(self, headers)

    def slowest(self, count: int = 10) -> list[tuple[str, Times]]:
        """Documents by their longest run."""
        return sorted(self.times.items(), key=lambda item: -item[1].longest)[:count]

    def note(self, entry: Entry) -> None:
        """It has ended."""
        self.telemetry.operated(entry.kind, entry.outcome, entry.codes, entry.policy, entry.seconds)
        self.telemetry.asked(entry.tally.statements, entry.tally.rows)
        if entry.document:
            self._time(entry)
        slow = entry.seconds >= self._slow
        self.logbook.write(entry.line(), entry.identity, entry.plan() if slow else None)

    def turned_away(self, why: str) -> None:
        """A socket was not let in: its host or its origin is not on our list."""
        self.telemetry.turned_away(why)
        self.logbook.remark("handshake refused", reason=why)

    def _time(self, entry: Entry) -> None:
        known = self.times.get(entry.document)
        if known is None:
            if len(self.times) >= SLOWEST_KEPT:
                quickest = min(self.times, key=lambda mark: self.times[mark].longest)
                del self.times[quickest]
            known = self.times[entry.document] = Times(entry.name)
        known.count += 1
        known.total += entry.seconds
        known.longest = max(known.longest, entry.seconds)


class Watch:
    """`with` gives the entry of one operation, which is noted in the end; see `Operations.watched`."""

    __slots__ = ("_counting", "_entry", "_headers", "_operations", "_span", "_started")

    def __init__(self, operations: Operations, headers: Headers) -> None:
        self._operations, self._headers, self._counting = operations, headers, counting()
        self._span: AbstractContextManager[None] | None = None

    def __enter__(self) -> Entry:
        self._started = time.perf_counter()
        self._entry = Entry(self._counting.__enter__())
        self._operations.running[id(self)] = self._entry
        if self._operations.tracing is not None:
            self._span = self._operations.tracing.operation(self._headers, self._entry)
            self._span.__enter__()
        return self._entry

    def __exit__(self, _: object, error: BaseException | None, __: object) -> None:
        self._counting.__exit__()
        del self._operations.running[id(self)]
        entry = self._entry
        if isinstance(error, Exception):
            entry.ended(error)
        entry.seconds = time.perf_counter() - self._started
        if self._span is not None:
            self._span.__exit__(None, None, None)
        self._operations.note(entry)
