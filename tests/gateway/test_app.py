"""The factory: the same parts in tests and in production, and what there is without a demo."""

from pathlib import Path
from typing import Any

import httpx2
import pytest
from starlette.requests import Request

from gateway.app import Gateway, Ground, create_app
from gateway.demo.people import person
from tenancy.errors import Forbidden, Unauthenticated
from tenancy.identity import Identity
from tests.gateway.browser import OURS
from tests.ground import Address
from tests.world import World, settings_for

ISSUER = {
    "issuer": "https://login.example.org/{tenantid}/v2.0",
    "audience": "api",
    "clients": ["console"],
    "jwks_url": "https://login.example.org/keys",
}


def paths(gateway: Gateway) -> set[str]:
    return {getattr(route, "path", "") for route in gateway.app().routes}


async def identity_of(world: World, key: str) -> Identity:
    return await world.gateway.verifier.verify([f"Bearer {world.token(key)}".encode()])


def request(world: World, **headers: str) -> Request:
    given = [(name.encode(), value.encode()) for name, value in headers.items()]
    return Request({"type": "http", "method": "POST", "path": "/graphql", "headers": given, "app": world.app})


def test_the_demo_brings_its_provider_and_a_console(world: World) -> None:
    assert {"/graphql", "/livez", "/readyz", "/metrics", "/sign-in", "/session", "/console", "/demo-idp"} <= paths(
        world.gateway
    )


def test_without_the_demo_there_is_no_provider(world_database: Address, tmp_path: Path) -> None:
    settings = settings_for(world_database, tmp_path, demo=False, issuers=[ISSUER])
    gateway = Gateway(settings, Ground(world_database.app, world_database.system))
    assert gateway.provider is None
    assert {"/graphql", "/livez", "/readyz", "/metrics"} <= paths(gateway)
    assert paths(gateway).isdisjoint({"/sign-in", "/session", "/console", "/demo-idp"})


def test_a_provider_of_the_settings_signs_browsers_in(world_database: Address, tmp_path: Path) -> None:
    discovery = "https://login.example.org/common/v2.0/.well-known/openid-configuration"
    settings = settings_for(
        world_database,
        tmp_path,
        demo=False,
        issuers=[ISSUER],
        sign_in_discovery=discovery,
        sign_in_client="console",
    )
    gateway = Gateway(settings, Ground(world_database.app, world_database.system))
    assert gateway.login is not None
    assert gateway.login.discovery_url == discovery
    assert {"/sign-in", "/session", "/console"} <= paths(gateway)


async def test_the_factory_makes_the_whole_application(world_database: Address, tmp_path: Path) -> None:
    """Style 26: what is tested is what runs"""
    app = create_app(settings_for(world_database, tmp_path), Ground(world_database.app, world_database.system))
    transport = httpx2.ASGITransport(app=app)
    async with app.router.lifespan_context(app), httpx2.AsyncClient(transport=transport) as client:
        assert (await client.get("http://127.0.0.1:8000/livez")).status_code == 200


@pytest.mark.parametrize(
    ("key", "expected"), [("gil", True), ("maya", True), ("cora", True), ("pam", True), ("ed", False), ("zoe", False)]
)
async def test_the_console_is_open_to_administrators(world: World, key: str, expected: bool) -> None:
    """5.1"""
    assert await world.gateway.is_administrator(await identity_of(world, key)) is expected


async def test_the_console_is_closed_to_an_application(world: World) -> None:
    """D-30: it is refused before its roles are asked"""
    assert await world.gateway.is_administrator(await identity_of(world, "robot")) is False


async def test_a_token_tells_who_sends_a_request(world: World) -> None:
    identity = await world.gateway.authenticate(request(world, authorization=f"Bearer {world.token('maya')}"))
    assert (identity.tid, identity.oid) == (person("maya").tid, person("maya").oid)


async def test_a_cookie_without_a_session_is_nobody(world: World) -> None:
    assert world.gateway.sessions is not None
    cookie = f"{world.gateway.sessions.cookie}=unknown"
    with pytest.raises(Unauthenticated):
        await world.gateway.authenticate(request(world, cookie=cookie, **OURS))
    assert await world.gateway.viewer_of(request(world, cookie=cookie, **OURS)) is None


async def test_a_cookie_from_another_page_is_refused(world: World) -> None:
    """H-09"""
    assert world.gateway.sessions is not None
    with pytest.raises(Forbidden):
        await world.gateway.authenticate(request(world, cookie=f"{world.gateway.sessions.cookie}=unknown"))


async def test_a_session_tells_who_sends_a_request(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who signed in is an administrator only while the tables say so (H-8)"""

    gil = await identity_of(world, "gil")

    async def identity(*_: Any) -> Identity:
        return gil

    assert world.gateway.sessions is not None
    monkeypatch.setattr(world.gateway.sessions, "identity", identity)
    asked = request(world, cookie=f"{world.gateway.sessions.cookie}=known")
    assert (await world.gateway.authenticate(asked)).display_name == "Gil Grant"
    viewer = await world.gateway.viewer_of(asked)
    assert viewer is not None
    assert (viewer.name, viewer.account_type, viewer.is_administrator) == ("Gil Grant", "WORK_SCHOOL", True)
