"""A browser's sign-in is known to every process of every server, and so is its end (H-12, K-27)."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import httpx2
import pytest

from gateway.app import Gateway, Ground
from gateway.login_client import LoginClient
from tests.gateway.browser import OURS, choose
from tests.gateway.demo.idp import lay_keys
from tests.ground import Address
from tests.world import URL, settings_for


class Spread(httpx2.AsyncBaseTransport):
    """Each request goes to the other process, as it may with several behind one port."""

    def __init__(self) -> None:
        self.processes: list[httpx2.ASGITransport] = []

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        self.processes.reverse()
        return await self.processes[0].handle_async_request(request)

    def browser(self) -> httpx2.AsyncClient:
        return httpx2.AsyncClient(transport=self, base_url=URL)


@pytest.fixture
async def two(world_database: Address, tmp_path: Path) -> AsyncIterator[Spread]:
    """Two processes of one installation."""
    lay_keys(tmp_path)
    spread = Spread()
    async with AsyncExitStack() as stack:
        for _ in range(2):
            settings = settings_for(world_database, tmp_path)
            gateway = Gateway(settings, Ground(world_database.app, world_database.system))
            assert gateway.login is not None
            gateway.client = LoginClient(gateway.login, spread)
            app = gateway.app()
            await stack.enter_async_context(app.router.lifespan_context(app))
            spread.processes.append(httpx2.ASGITransport(app=app, client=("127.0.0.1", 50000)))
        yield spread


async def test_signing_in_at_two_processes_in_turn_works_and_ends_at_both(two: Spread) -> None:
    async with two.browser() as visitor:
        done = await visitor.get(await choose(visitor, "gil"))
        assert (done.status_code, done.headers["location"]) == (303, "/console")
        for _ in two.processes:
            assert (await visitor.get("/session")).json()["person"] == "gil"
        kept = dict(visitor.cookies)
        assert (await visitor.post("/sign-out", headers=OURS)).status_code == 204
        visitor.cookies.update(kept)
        for _ in two.processes:
            assert (await visitor.get("/session")).status_code == 401


async def test_signing_out_everywhere_ends_the_other_browsers_of_this_person_only(two: Spread) -> None:
    async with two.browser() as desk, two.browser() as phone, two.browser() as other:
        for visitor, person in ((desk, "gil"), (phone, "gil"), (other, "maya")):
            await visitor.get(await choose(visitor, person))
        assert (await desk.post("/sign-out?everywhere", headers=OURS)).status_code == 204
        for _ in two.processes:
            assert (await phone.get("/session")).status_code == 401
            assert (await other.get("/session")).status_code == 200


async def test_an_attempt_is_good_once_whichever_process_hears_of_it(two: Spread) -> None:
    async with two.browser() as visitor:
        address = await choose(visitor, "gil")
        attempt = dict(visitor.cookies)
        assert (await visitor.get(address)).status_code == 303
        for _ in two.processes:
            visitor.cookies.update(attempt)
            assert (await visitor.get(address)).status_code == 400
