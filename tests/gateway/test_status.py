"""The administrators' page about the process."""

import re
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.testclient import TestClient

from gateway.app import ConsoleViewer, Gateway
from gateway.state import told_by
from gateway.status import Status
from tests.world import World

BROWSER = {"accept": "text/html"}


def page(gateway: Gateway, viewer: ConsoleViewer | None) -> TestClient:
    async def viewer_of(_: Request) -> ConsoleViewer | None:
        return viewer

    status = Status(viewer_of, gateway.operations, told_by(gateway.parts), gateway.ground.checked_at)
    return TestClient(Starlette(routes=status.routes()), follow_redirects=False)


async def test_an_administrator_sees_the_state_of_everything_without_scripts(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """H-16"""
    # The page names the slowest ten; what other tests asked of this process was often slower than the one below.
    monkeypatch.setattr(world.gateway.operations, "times", {})
    await world.ask("rae", "query Seen { viewer { name } }")
    with page(world.gateway, ConsoleViewer("Ada", "WORK_SCHOOL", True)) as client:
        answer = client.get("/status", headers=BROWSER)
    assert answer.status_code == 200
    assert "<script" not in answer.text
    for word in (
        "Seen",
        "up for",
        "graphql-core",
        "isolation proved at",
        "connections in use",
        "shares held",
        "open sockets",
        "SLA clocks",
        "messages yet to be sent",
    ):
        assert word in answer.text
    assert re.search(r"Rae|@", answer.text) is None


async def test_everybody_else_is_turned_away_as_at_the_console(world: World) -> None:
    """H-16"""
    with page(world.gateway, ConsoleViewer("Pia", "PERSONAL", False)) as client:
        assert client.get("/status", headers=BROWSER).status_code == 403
    with page(world.gateway, None) as client:
        welcome = client.get("/status", headers=BROWSER)
        assert (welcome.status_code, welcome.headers["location"]) == (303, "/sign-in?next=/status")
        assert client.get("/status", headers={"accept": "image/png"}).status_code == 406
    assert (await world.client.get("/status", headers=BROWSER)).status_code == 303


async def test_metrics_tell_the_state_of_what_runs(world: World) -> None:
    text = (await world.client.get("/metrics")).text
    for name in (
        "gateway_connections ",
        "gateway_rate_leases ",
        "gateway_clocks_changed ",
        "gateway_sockets ",
        "gateway_webhook_waiting ",
    ):
        assert name in text


async def test_the_dashboard_asks_only_for_metrics_that_there_are(world: World) -> None:
    await world.ask("rae", "{ viewer { name } }")
    told = (await world.client.get("/metrics")).text
    dashboard = (Path(__file__).parents[2] / "docs" / "grafana.json").read_text()
    asked = {name.removesuffix("_bucket") for name in re.findall(r"gateway_\w+", dashboard)}
    assert len(asked) > 8
    assert {name for name in asked if f"# TYPE {name} " not in told} == set()
