"""Good traffic at fixed moments, whatever the server does: one that stands still cannot hide how long others waited."""

import asyncio
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import count
from statistics import quantiles
from typing import Any, Final

import httpx2

from tests.crash.crowd import Crowd, call, verdict
from tests.crash.grounds import Server

QUESTIONS: Final = (
    ("rae", "{ viewer { name } }"),
    ("mo", "{ cases(view: ALL, first: 20) { nodes { ticketNumber title owner { displayName } } } }"),
    ("maya", "{ workspaces { nodes { name agreements { nodes { number inForce } } } } }"),
    ("cy", "{ cases(first: 10) { totalCount nodes { title state } } }"),
)
"""Who asks what, in turns; all of one tenant, so that noise can be another one's."""

OPENING: Final = 10
"""One of so many requests opens a case."""
PATIENCE: Final = 20.0
ACCEPT: Final = "application/graphql-response+json"


@dataclass(frozen=True)
class Sample:
    """One request: when it was due, how long its answer took from then, its status (0: none), and what it was told."""

    at: float
    seconds: float
    status: int
    waits: bool
    """Whether the answer says when to come back."""

    @property
    def good(self) -> bool:
        return 200 <= self.status < 500

    @property
    def agreed(self) -> bool:
        """An answer that clients are told to expect."""
        return self.good or (self.status == 503 and self.waits) or self.status == 504


@dataclass
class Traffic:
    """So many requests a second, and their samples. Cases are opened with keys that the books know."""

    server: Server
    rate: float = 20.0
    samples: list[Sample] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.crowd = Crowd(self.server, self.server.token("rae"))
        self._tokens = {who: self.server.token(who) for who, _ in QUESTIONS}
        self._numbers = count()
        self._over = asyncio.Event()
        self._flowing: asyncio.Task[None] | None = None
        self.begun = time.monotonic()

    def begin(self) -> None:
        self._flowing = asyncio.create_task(self._flow())

    async def end(self) -> None:
        """Nothing more is asked; every answer that is due is awaited."""
        self._over.set()
        if self._flowing is not None:
            await self._flowing

    async def _flow(self) -> None:
        running: set[asyncio.Task[None]] = set()
        limits = httpx2.Limits(max_connections=200, max_keepalive_connections=20)
        async with httpx2.AsyncClient(base_url=self.server.url, timeout=PATIENCE, limits=limits) as client:
            due = time.monotonic()
            while not self._over.is_set():
                task = asyncio.create_task(self._one(client, next(self._numbers), due))
                running.add(task)
                task.add_done_callback(running.discard)
                due += 1 / self.rate
                await asyncio.sleep(max(0.0, due - time.monotonic()))
            await asyncio.gather(*running)

    async def _one(self, client: httpx2.AsyncClient, number: int, due: float) -> None:
        key = None if number % OPENING else f"chaos-{number}"
        who, query = QUESTIONS[number % len(QUESTIONS)]
        token = self.crowd.token if key else self._tokens[who]
        sent = call(key) if key else {"query": query}
        status, waits = 0, False
        try:
            headers = {"authorization": f"Bearer {token}", "accept": ACCEPT}
            answer = await client.post("/graphql", json=sent, headers=headers)
            status, waits = answer.status_code, "retry-after" in answer.headers
            if key:
                self._note(key, answer.json())
        except (httpx2.HTTPError, OSError):
            if key:
                self.crowd.sent.add(key)
        self.samples.append(Sample(due - self.begun, time.monotonic() - due, status, waits))

    def _note(self, key: str, body: dict[str, Any]) -> None:
        self.crowd.sent.add(key)
        if "errors" not in body:
            self.crowd.acked[key] = verdict(body)

    async def settle(self) -> None:
        """Whoever has no answer yet comes again with the same key."""
        async with asyncio.timeout(120):
            await self.crowd.open(sorted(self.crowd.sent), lambda: False)


def percentile(samples: Iterable[Sample], share: int) -> float:
    """Milliseconds, of answers that came; 0 where there are too few to tell."""
    took = [each.seconds * 1000 for each in samples if each.status]
    return quantiles(took, n=100)[share - 1] if len(took) > 1 else 0.0


def statuses(samples: Sequence[Sample]) -> dict[int, int]:
    return dict(sorted(Counter(each.status for each in samples).items()))
