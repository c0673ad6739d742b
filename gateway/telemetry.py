"""What the process does, in numbers: `/metrics` for Prometheus, with few labels and no values of anybody's data."""

from collections.abc import Callable, Sequence, Sized
from dataclasses import dataclass, field
from typing import Any

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from schema.execution import Engine
from tenancy.database import Database
from tenancy.errors import CODES

_LATE = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5)
_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)


@dataclass
class Telemetry:
    """One per process; `registry` is its own, so that two gateways in one process do not meet."""

    registry: CollectorRegistry = field(default_factory=CollectorRegistry)

    def __post_init__(self) -> None:
        self._requests = Counter(
            "gateway_requests", "Requests to /graphql, by HTTP status.", ["status"], registry=self.registry
        )
        self._answers: dict[int, Counter] = {}
        self._duration = Histogram(
            "gateway_request_seconds", "Time from request to answer.", buckets=_SECONDS, registry=self.registry
        )

        self._closed = Counter(
            "gateway_sockets_closed", "Sockets that ended, by close code.", ["code"], registry=self.registry
        )
        self._refused = Counter(
            "gateway_handshakes_refused",
            "Sockets that were not let in, by what was wrong.",
            ["reason"],
            registry=self.registry,
        )
        self._operations = Counter(
            "gateway_operations", "Operations, by kind and outcome.", ["kind", "outcome"], registry=self.registry
        )
        self._seconds = Histogram(
            "gateway_operation_seconds", "Time of one operation.", ["kind"], buckets=_SECONDS, registry=self.registry
        )
        self._codes = Counter(
            "gateway_errors", "Operations that had an error, by code.", ["code"], registry=self.registry
        )
        self._late = Histogram(
            "gateway_loop_late_seconds", "How late the event loop came.", buckets=_LATE, registry=self.registry
        )
        self._rates = Counter("gateway_rate_refusals", "Refusals, by rate.", ["policy"], registry=self.registry)
        self._statements = Counter("gateway_statements", "Statements of operations.", registry=self.registry)
        self._rows = Counter("gateway_rows", "Rows that these gave.", registry=self.registry)
        self._told = Counter(
            "gateway_webhook_attempts", "Messages of webhooks, by what came of it.", ["outcome"], registry=self.registry
        )
        self._receivers = Histogram(
            "gateway_webhook_seconds",
            "Time until a receiver had answered, or was given up.",
            buckets=(*_SECONDS, 15),
            registry=self.registry,
        )
        self._series: dict[tuple[Any, ...], Any] = {}

    def gauge(self, name: str, meaning: str, value: Callable[[], float]) -> None:
        """Also tell this number, asked for when somebody reads the metrics."""
        Gauge(name, meaning, registry=self.registry).set_function(value)

    def operated(self, kind: str, outcome: str, codes: Sequence[str], policy: str | None, seconds: float) -> None:
        """One operation; kinds, outcomes and policies are few, and of the codes only those of the closed list count."""
        self._of(self._operations, kind, outcome).inc()
        self._of(self._seconds, kind).observe(seconds)
        for code in codes:
            self._of(self._codes, code if code in CODES else "OTHER").inc()
        if policy is not None:
            self._of(self._rates, policy).inc()

    def asked(self, statements: int, rows: int) -> None:
        """What an operation asked of the database."""
        self._statements.inc(statements)
        self._rows.inc(rows)

    def _of(self, metric: Any, *labels: str) -> Any:
        """The series of these labels; finding it anew each time would cost more than counting."""
        key = (metric, *labels)
        found = self._series.get(key)
        if found is None:
            found = self._series[key] = metric.labels(*labels)
        return found

    def watch(self, engine: Engine, database: Database) -> None:
        """Also tell how often graphql-core had to help, and how many connections are lent."""
        fallbacks = Gauge("gateway_fallbacks", "Operations that graphql-core executed.", registry=self.registry)
        fallbacks.set_function(lambda: engine.fallbacks.total())
        lent = Gauge("gateway_connections_lent", "Connections of gw_app in use.", registry=self.registry)
        lent.set_function(lambda: database.lent)

    def watch_listeners(self, sockets: Sized, subscriptions: Sized) -> None:
        """Also tell how many sockets are open, and how many subscriptions run on sockets and streams."""
        Gauge("gateway_sockets", "Open sockets.", registry=self.registry).set_function(lambda: len(sockets))
        running = Gauge("gateway_subscriptions", "Subscriptions that run.", registry=self.registry)
        running.set_function(lambda: len(subscriptions))

    def answered(self, status: int, seconds: float) -> None:
        """One request, and how long its answer took."""
        if status not in self._answers:
            self._answers[status] = self._requests.labels(str(status))
        self._answers[status].inc()
        self._duration.observe(seconds)

    def told_receiver(self, outcome: str) -> None:
        """One attempt to tell a receiver; outcomes are DELIVERED and the closed list of faults."""
        self._of(self._told, outcome).inc()

    def answered_by_receiver(self, seconds: float) -> None:
        """How long a receiver took for its answer."""
        self._receivers.observe(seconds)

    def closed(self, code: int | None) -> None:
        """A socket has ended, for this reason, or because the client left."""
        self._closed.labels(str(int(code)) if code else "left").inc()

    def late(self, seconds: float) -> None:
        """One look at the event loop."""
        self._late.observe(seconds)

    def turned_away(self, why: str) -> None:
        """A socket was not let in."""
        self._of(self._refused, why).inc()

    def routes(self) -> list[Route]:
        return [Route("/metrics", self._metrics, methods=["GET"])]

    async def _metrics(self, _: Request) -> Response:
        return Response(generate_latest(self.registry), media_type=CONTENT_TYPE_LATEST)
