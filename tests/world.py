"""The demo world behind the application of production, told as of the day of the acceptance examples.

world              one copy for everybody who only reads
reference_world    the same copy, read by graphql-core's own executor
fresh_world        a copy for one test, which may write
"""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Mapping
from datetime import UTC, date, datetime
from itertools import count
from pathlib import Path
from typing import Any, Final

import httpx2
import pytest
from pydantic import SecretStr
from starlette.applications import Starlette

from gateway.app import Gateway, Ground
from gateway.demo.people import person
from gateway.demo.world import load
from gateway.settings import Settings
from tenancy.clock import Clock
from tenancy.embedded import Cluster
from tenancy.follower import nothing
from tests.gateway.demo.idp import lay_keys
from tests.ground import Address, copy
from tests.ground import template as made_once
from tests.streams import streamed

TODAY: Final = date(2025, 6, 15)
NOON: Final = datetime(2025, 6, 15, 12, tzinfo=UTC)
URL: Final = "http://127.0.0.1:8000"
GRAPHQL: Final = "application/graphql-response+json"
UNHURRIED: Final = {
    **dict.fromkeys(("rate_principal", "rate_application", "rate_tenant", "rate_address"), 1_000_000),
    **dict.fromkeys(("in_flight", "in_flight_tenant", "in_flight_principal", "running_tenant"), 500),
}
"""A suite asks more of one person than the limits allow; what is about them sets its own."""
_numbers = count(1)


class World:
    """One application over one database, with a client that speaks HTTP to it."""

    def __init__(self, gateway: Gateway, app: Starlette, client: httpx2.AsyncClient, address: Address) -> None:
        self.gateway, self.app, self.client, self.address = gateway, app, client, address
        self._tokens: dict[str, str] = {}

    def stand_at(self, moment: datetime) -> None:
        """What the rules take for now. Tokens keep to real time."""
        self.gateway.ground.clock.stand_at(moment)

    def token(self, key: str) -> str:
        """An access token of a person of the demo world."""
        if key not in self._tokens:
            assert self.gateway.provider is not None
            self._tokens[key] = self.gateway.provider.mint(person(key))
        return self._tokens[key]

    async def ask(
        self,
        viewer: str | None,
        query: str,
        variables: Mapping[str, Any] | None = None,
        *,
        at: datetime = NOON,
        headers: Mapping[str, str] | None = None,
    ) -> httpx2.Response:
        """The answer to one document; `viewer` is the key of a person, None sends no token."""
        self.stand_at(at)
        own = {"authorization": f"Bearer {self.token(viewer)}"} if viewer else {}
        return await self.client.post(
            "/graphql",
            json={"query": query, "variables": variables},
            headers={"accept": GRAPHQL, **own, **(headers or {})},
        )

    async def heard(
        self,
        viewer: str | None,
        query: str,
        variables: Mapping[str, Any] | None = None,
        *,
        at: datetime = NOON,
        headers: Mapping[str, str] | None = None,
    ) -> tuple[int, list[Any]]:
        """What a subscription tells, as an event stream: the status, and all results until it ends or has told all."""
        self.stand_at(at)
        own = {"authorization": f"Bearer {self.token(viewer)}"} if viewer else {}
        body = json.dumps({"query": query, "variables": variables}).encode()
        return await streamed(self.app, body, {**own, **(headers or {})}, self.all_is_told)

    def all_is_told(self, many: int | None = None) -> bool:
        """Whether somebody (or so many) follows for events, and nobody has anything left to read."""
        everybody = {each for found in self.gateway.relay._followers.values() for each in found}
        wanted = [each.wanted for each in everybody if each.wants is not nothing]
        return len(wanted) == (many or len(wanted) or 1) and not any(wanted)

    async def data(self, viewer: str, query: str, variables: Mapping[str, Any] | None = None, **more: Any) -> Any:
        """What a document that must succeed answers."""
        body = (await self.ask(viewer, query, variables, **more)).json()
        assert "errors" not in body, body
        return body["data"]

    @contextlib.asynccontextmanager
    async def listening(self) -> AsyncIterator[list[str]]:
        """Every statement that the application sends meanwhile, those of the transaction included."""
        heard: list[str] = []
        database: Any = self.gateway.database
        lend, read = database.driver, database.reader
        database.driver, database.reader = (lambda: _Overheard(lend(), heard)), (lambda: _Overheard(read(), heard))
        try:
            yield heard
        finally:
            await asyncio.sleep(0)  # the driver tells of a statement in the loop's next round
            del database.driver, database.reader


class _Overheard:
    """A loan of a connection whose statements are written down."""

    def __init__(self, loan: Any, heard: list[str]) -> None:
        self._loan, self._heard, self.copied = loan, heard, False

    def _hear(self, record: Any) -> None:
        # On a fresh connection the driver asks for types that it meets first; no document costs that.
        if not any(own in record.query for own in ("typeinfo_tree", "'jit'")):
            self._heard.append(record.query)

    async def __aenter__(self) -> Any:
        self._connection = await self._loan.__aenter__()
        self._connection.add_query_logger(self._hear)
        return self._connection

    async def __aexit__(self, *error: Any) -> None:
        self._connection.remove_query_logger(self._hear)
        await self._loan.__aexit__(*error)


def settings_for(address: Address, folder: Path, **more: Any) -> Settings:
    """The settings of a demo server on an existing database."""
    given: dict[str, Any] = {
        "database_url": SecretStr(address.app),
        "system_url": SecretStr(address.system),
        "secret": SecretStr("a secret of the tests, long enough"),
        "demo": True,
        "data": folder,
        "log_operations": "off",
        "webhook_workers": 0,  # tests of webhooks say when they are sent
        "clocks": False,  # time stands still in a test; those of the clock worker say otherwise
        **UNHURRIED,
    }
    return Settings(**(given | more))


@contextlib.asynccontextmanager
async def opened(address: Address, folder: Path, **more: Any) -> AsyncIterator[World]:
    """The application on this database, started and stopped as a server does it."""
    lay_keys(folder)
    gateway = Gateway(settings_for(address, folder, **more), Ground(address.app, address.system, clock=Clock()))
    app = gateway.app()
    transport = httpx2.ASGITransport(app=app, client=("127.0.0.1", 50000))
    async with (
        app.router.lifespan_context(app),
        httpx2.AsyncClient(transport=transport, base_url=URL) as client,
    ):
        yield World(gateway, app, client, address)


@pytest.fixture(scope="session")
async def world_template(cluster: Cluster, template: str) -> str:
    async def build(address: Address) -> None:
        await load(address.system, TODAY)

    return await made_once(cluster, "template_world", build, template)


@pytest.fixture(scope="session")
async def world_database(cluster: Cluster, world_template: str, worker_id: str) -> AsyncIterator[Address]:
    async with copy(cluster, world_template, f"world_{worker_id}") as address:
        yield address


@pytest.fixture(scope="session")
async def world(world_database: Address, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[World]:
    async with opened(world_database, tmp_path_factory.mktemp("world")) as found:
        yield found


@pytest.fixture(scope="session")
async def reference_world(world_database: Address, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[World]:
    """The readers' copy behind the slower executor that everybody else uses."""
    async with opened(world_database, tmp_path_factory.mktemp("reference"), engine="graphql-core") as found:
        yield found


@pytest.fixture
async def fresh_world(cluster: Cluster, world_template: str, worker_id: str, tmp_path: Path) -> AsyncIterator[World]:
    async with (
        copy(cluster, world_template, f"world_{worker_id}_{next(_numbers)}") as address,
        opened(address, tmp_path) as found,
    ):
        yield found
