"""The numbers of one process."""

from types import SimpleNamespace
from typing import Any

from starlette.applications import Starlette
from starlette.testclient import TestClient

from gateway.telemetry import Telemetry


def test_metrics_tell_answers_durations_fallbacks_and_lent_connections() -> None:
    telemetry = Telemetry()
    engine: Any = SimpleNamespace(fallbacks=SimpleNamespace(total=lambda: 3))
    telemetry.watch(engine, SimpleNamespace(lent=2))  # type: ignore[arg-type]  # only `lent` is asked
    telemetry.answered(200, 0.004)
    with TestClient(Starlette(routes=telemetry.routes())) as client:
        text = client.get("/metrics").text
    for line in (
        'gateway_requests_total{status="200"} 1.0',
        'gateway_request_seconds_bucket{le="0.0025"} 0.0',
        'gateway_request_seconds_bucket{le="0.005"} 1.0',
        "gateway_request_seconds_count 1.0",
        "gateway_fallbacks 3.0",
        "gateway_connections_lent 2.0",
    ):
        assert line in text


def test_two_processes_worth_of_telemetry_do_not_meet() -> None:
    one, other = Telemetry(), Telemetry()
    one.answered(200, 0.004)
    with TestClient(Starlette(routes=other.routes())) as client:
        assert 'status="200"' not in client.get("/metrics").text
