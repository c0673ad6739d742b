"""The log of operations: JSON lines, made and written behind the requests, so that no reader of it can hold them up.

A request only puts its entry into a row. Ten times a second a thread makes lines of what is there and writes them in
one go. Who reads slower than that, or not at all, loses the oldest entries; their number is in the metrics.
"""

import contextlib
import os
import threading
import time
from collections import deque
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import lru_cache
from hashlib import blake2b
from typing import Any, Final, Literal

import orjson

from tenancy.identity import Identity

Extent = Literal["all", "slow", "off"]
MOST_WAITING: Final = 10_000
_EVERY_SECONDS: Final = 0.1
_FAREWELL_SECONDS: Final = 2.0


class Logbook:
    """Writes to the file descriptor `target`. `key` makes hashes of principals that nobody outside can guess."""

    def __init__(self, extent: Extent, key: bytes, target: int = 1) -> None:
        self._extent, self._target = extent, target
        self._hash = lru_cache(4096)(lambda who: blake2b(who.encode(), key=key[:64], digest_size=8).hexdigest())
        self._waiting: deque[tuple[float, dict[str, Any], Identity | None, list[str] | None]] = deque()
        self._stopping = threading.Event()
        self.dropped = 0

    def write(self, line: dict[str, Any], identity: Identity | None, plan: list[str] | None) -> None:
        """One operation; with a plan it was slow."""
        if self._extent == "off" or (self._extent == "slow" and plan is None):
            return
        self._put(line, identity, plan)

    def remark(self, event: str, **told: Any) -> None:
        """Something that is no operation; it belongs to nobody."""
        if self._extent != "off":
            self._put({"event": event, **told}, None, None)

    @contextlib.contextmanager
    def running(self) -> Iterator[None]:
        """Write meanwhile, and what is left at the end, as far as somebody reads it."""
        if self._extent == "off":
            yield
            return
        self._stopping.clear()
        # A thread that hangs in a pipe which nobody reads must not keep the process.
        writer = threading.Thread(target=self._run, name="logbook", daemon=True)
        writer.start()
        try:
            yield
        finally:
            self._stopping.set()
            writer.join(_FAREWELL_SECONDS)

    def principal(self, identity: Identity) -> str:
        """The hash under which the log knows a principal."""
        return self._hash(identity.key)

    def _put(self, line: dict[str, Any], identity: Identity | None, plan: list[str] | None) -> None:
        if len(self._waiting) >= MOST_WAITING:
            self._waiting.popleft()
            self.dropped += 1
        self._waiting.append((time.time(), line, identity, plan))

    def _run(self) -> None:
        last = False
        while not last:
            last = self._stopping.wait(_EVERY_SECONDS)
            lines = b"".join(self._lines())
            while lines:
                try:
                    lines = lines[os.write(self._target, lines) :]
                except OSError:
                    return  # nobody will ever read it

    def _lines(self) -> Iterator[bytes]:
        for _ in range(len(self._waiting)):  # and not what comes meanwhile, which could go on for ever
            at, line, identity, plan = self._waiting.popleft()
            told = {
                "time": datetime.fromtimestamp(at, UTC),
                "event": "operation" if plan is None else "slow operation",
                **line,
            }
            if "event" not in line:
                told["principal"] = None if identity is None else self.principal(identity)
            if plan is not None:
                told["plan"] = plan
            yield orjson.dumps(told, option=orjson.OPT_APPEND_NEWLINE)
