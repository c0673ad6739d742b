"""Traces by OpenTelemetry: a span for each operation, below it one for each batch and each statement (`[otel]` extra).

The trace of a caller (`traceparent`) is continued. A span holds what the log holds, kinds, names, hashes, counts, and
the text of statements, whose values are parameters and are not told.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

from gateway.settings import BadSettings, Settings
from tenancy.spans import traced_by

if TYPE_CHECKING:
    from gateway.operations import Entry

_LONGEST: Final = 2_000
"""Characters of a statement that a span keeps."""

Headers = Sequence[tuple[bytes, bytes]]


class Tracing:
    """Spans of one process, given to `provider` (an OpenTelemetry TracerProvider)."""

    def __init__(self, provider: Any) -> None:
        self._provider = provider
        self._tracer = provider.get_tracer("gateway")
        self._api = import_module("opentelemetry.trace")
        self._continued = import_module("opentelemetry.trace.propagation.tracecontext").TraceContextTextMapPropagator()

    @contextmanager
    def operation(self, headers: Headers, entry: "Entry") -> Iterator[None]:
        """One operation; what the entry knows in the end is told, and nothing else."""
        carrier = {name.decode(): value.decode("latin-1") for name, value in headers if name.startswith(b"trace")}
        with self._tracer.start_as_current_span(
            "graphql", self._continued.extract(carrier), self._api.SpanKind.SERVER, record_exception=False
        ) as span:
            try:
                yield
            finally:
                span.update_name(f"{entry.kind} {entry.name or ''}".strip())
                span.set_attributes({f"graphql.{name}": value for name, value in _told(entry).items()})
                if entry.outcome == "failed":
                    span.set_status(self._api.StatusCode.ERROR)

    @contextmanager
    def span(self, kind: str, about: str) -> Iterator[Callable[[int], None]]:
        """A statement (`sql`) or a batch of the plan (`batch`)."""
        name = "db.query.text" if kind == "sql" else "graphql.batch"
        given = {name: about[:_LONGEST]} | ({"db.system.name": "postgresql"} if kind == "sql" else {})
        span_kind = self._api.SpanKind.CLIENT if kind == "sql" else self._api.SpanKind.INTERNAL
        with self._tracer.start_as_current_span(kind, kind=span_kind, attributes=given, record_exception=False) as span:
            yield lambda count: span.set_attribute("rows", count)

    @contextmanager
    def running(self) -> Iterator[None]:
        """Listen meanwhile to batches and statements, too; in the end send what is left."""
        traced_by(self)
        try:
            yield
        finally:
            traced_by(None)
            self._provider.shutdown()


def tracing_of(settings: Settings) -> Tracing | None:
    """Traces to the collector of the settings; None without one. Raises BadSettings without the library."""
    if not settings.traces_url:
        return None
    try:
        sdk = import_module("opentelemetry.sdk.trace")
        sampling = import_module("opentelemetry.sdk.trace.sampling")
        export = import_module("opentelemetry.sdk.trace.export")
        resources = import_module("opentelemetry.sdk.resources")
        otlp = import_module("opentelemetry.exporter.otlp.proto.http.trace_exporter")
    except ModuleNotFoundError as missing:
        raise BadSettings(
            f"GATEWAY_TRACES_URL needs {missing.name}: pip install 'support-gateway[otel]', or leave it empty"
        ) from None
    resource = resources.Resource.create({"service.name": "support-gateway"})
    sampler = sampling.ParentBased(sampling.TraceIdRatioBased(settings.traces_ratio))
    provider = sdk.TracerProvider(resource=resource, sampler=sampler)
    provider.add_span_processor(export.BatchSpanProcessor(otlp.OTLPSpanExporter(endpoint=settings.traces_url)))
    return Tracing(provider)


def _told(entry: "Entry") -> dict[str, Any]:
    line = entry.line()
    kept = ("kind", "document", "price", "cost", "statements", "rows", "outcome", "codes")
    return {name: line[name] for name in kept if line[name] is not None}
