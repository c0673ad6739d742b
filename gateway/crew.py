"""Several processes on one port: started, watched, replaced one by one, and ended together.

    SIGHUP    each place gets a new process; when that one serves, the old one finishes what it has and leaves
    SIGTERM   all finish and leave (SIGINT: at once)

The first process comes up alone: it does what is done once, tells what keeps it from serving, and has the machine for
itself until somebody answers. The port belongs to the parent, which never accepts: a connection that comes while one
process leaves, dies or begins waits for whoever accepts next. uvicorn's own supervisor does not wait between two starts
of a process that keeps dying, and hears nothing while one leaves (docs/decisions/0016-own-supervisor.md).
"""

import logging
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Protocol

from gateway.farewell import STOP

START_SECONDS: Final = 120.0
"""How long a process may take until it serves."""

SILENT_SECONDS: Final = 30.0
"""A process whose event loop has not turned for so long is taken for lost."""

FAREWELL_SECONDS: Final = STOP + 1
"""Longer than a process may take to finish; then it is killed: all has ended after 25 s (security 3.5)."""

_PAUSES: Final = (0.5, 30.0)
"""Seconds before a process that died is started again: the first time, and at most; they double."""

_SETTLED: Final = 60.0
"""A process that has lived so long has no failures behind it."""

log = logging.getLogger("gateway.crew")


class Worker(Protocol):
    """One process, as its parent sees it."""

    @property
    def name(self) -> str: ...
    @property
    def serving(self) -> bool:
        """Whether it has said that it serves."""

    @property
    def heard(self) -> float:
        """When it was heard of last, by the crew's clock."""

    @property
    def exit_code(self) -> int | None:
        """None while it lives; looking is what takes note of the end."""

    def tell(self, signal: int) -> None: ...
    def kill(self) -> None:
        """End it whatever it does, and wait for that."""


@dataclass
class _Place:
    """Where one process works at a time; `newcomer` is about to take it over."""

    number: int
    worker: Worker | None = None
    newcomer: Worker | None = None
    born: float = 0.0
    failures: int = 0
    again_at: float = 0.0
    wanted: bool = False
    """A newcomer is."""


class Crew:
    """`start` makes the process of a place; places are numbered from 1, and it is told which process is the first of
    all. `close` gives up the parent's own hold on the ports, so that nobody can come any more when the last process has
    stopped to accept."""

    def __init__(
        self,
        size: int,
        start: Callable[[int, bool], Worker],
        close: Callable[[], None] = lambda: None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._start, self._close, self._clock = start, close, clock
        self._places = [_Place(number) for number in range(1, size + 1)]
        self._leaving: list[tuple[Worker, float]] = []
        self._has_served = False
        self._renew = False
        self._farewell: int | None = None
        self._said = 0.0
        """When the farewell was."""

    def run(self) -> int:
        """Until somebody says farewell; the exit code: 0, or that of a first process which could not even start."""
        for each in (signal.SIGINT, signal.SIGTERM):
            signal.signal(each, self.leave)
        signal.signal(signal.SIGHUP, self.renew)
        code = None
        while self._farewell is None and code is None:
            code = self.turn()
            time.sleep(0.1)
        self._end()
        return code or 0

    def renew(self, *_: object) -> None:
        """Replace every process by a new one."""
        self._renew = True

    def leave(self, number: int, *_: object) -> None:
        """End them all, the way this signal says."""
        if self._farewell is None:
            self._farewell, self._said = number, self._clock()

    def turn(self) -> int | None:
        """Look once after everything; a code when there is no point in going on."""
        if self._renew:
            self._renew = False
            for place in self._places:
                place.wanted = True
        self._see_off()
        for place in self._places:
            if (code := self._look_after(place)) is not None:
                return code
        self._replace()
        return None

    def _look_after(self, place: _Place) -> int | None:
        now, worker = self._clock(), place.worker
        if worker is None:
            if now >= place.again_at and (self._has_served or place is self._places[0]):
                place.worker, place.born = self._start(place.number, not self._has_served), now
            return None
        self._has_served = self._has_served or worker.serving
        if worker.exit_code is None and not self._lost(worker, place.born):
            return None
        if worker.exit_code is None:
            log.error("%s is lost and is killed", worker.name)
            worker.kill()
        if not self._has_served:
            return worker.exit_code or 1
        self._note_death(place, worker)
        return None

    def _lost(self, worker: Worker, born: float) -> bool:
        now = self._clock()
        if worker.serving:
            return now - worker.heard > SILENT_SECONDS
        return self._has_served and now - born > START_SECONDS  # the first one may have a database to migrate

    def _note_death(self, place: _Place, worker: Worker) -> None:
        """It is started again, after a pause that grows while it keeps dying."""
        now = self._clock()
        place.failures = 0 if now - place.born > _SETTLED else place.failures + 1
        first, most = _PAUSES
        pause = min(first * 2 ** max(place.failures - 1, 0), most)
        place.worker, place.again_at = None, now + pause
        log.error("%s ended with code %s; another one starts in %.1f s", worker.name, worker.exit_code, pause)

    def _replace(self) -> None:
        """One place at a time, so that there is never more than one process too many at work."""
        place = next((each for each in self._places if each.wanted), None)
        if place is None or not self._has_served:
            return
        if place.newcomer is None:
            place.newcomer, place.born = self._start(place.number, False), self._clock()
        elif place.newcomer.serving:
            if place.worker is not None:
                place.worker.tell(signal.SIGUSR1)
                self._leaving.append((place.worker, self._clock()))
            place.worker, place.newcomer, place.wanted, place.failures = place.newcomer, None, False, 0
        elif place.newcomer.exit_code is not None or self._clock() - place.born > START_SECONDS:
            log.error("%s does not come to serve; the restart is given up, the others go on", place.newcomer.name)
            place.newcomer.kill()
            place.newcomer = None
            for each in self._places:
                each.wanted = False

    def _see_off(self) -> None:
        """Those that are told to leave, until they have."""
        staying = []
        for worker, since in self._leaving:
            if worker.exit_code is not None:
                continue
            if self._clock() - since > FAREWELL_SECONDS:
                log.error("%s does not finish and is killed", worker.name)
                worker.kill()
                continue
            staying.append((worker, since))
        self._leaving = staying

    def _end(self) -> None:
        """All at once, by one clock since the farewell: who was told to leave before has less of it left."""
        self.leave(signal.SIGTERM)
        self._close()
        present = [each for place in self._places for each in (place.worker, place.newcomer) if each is not None]
        for worker in present:
            if worker.serving:
                worker.tell(self._farewell or signal.SIGTERM)
                self._leaving.append((worker, self._said))
            else:  # it has nothing to finish, and would hear only after it has started
                worker.kill()
        while self._leaving:
            self._see_off()
            time.sleep(0.05)
