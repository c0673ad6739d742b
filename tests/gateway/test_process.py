"""The process: what is ready before it serves, and that it does not serve where isolation is not proved."""

import asyncio
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import urlopen

import asyncpg
import pytest

from gateway import process
from gateway.ground import DATABASE, REFUSED, Addresses, Unsafe
from gateway.ground import addresses as addresses_of
from gateway.settings import Settings
from gateway.working import prepare
from tenancy.embedded import Cluster
from tests.gateway.demo.idp import lay_keys
from tests.ground import Address, copy
from tests.world import settings_for

PATIENCE = 110.0


def addresses(address: Address) -> Addresses:
    return Addresses(address.app, address.system, address.owner)


@pytest.fixture(scope="module")
async def careless(cluster: Cluster, world_template: str, worker_id: str) -> AsyncIterator[Address]:
    """A database in which one table lost its fence."""
    async with copy(cluster, world_template, f"careless_{worker_id}") as address:
        connection = await asyncpg.connect(address.owner)
        await connection.execute("alter table app.incident no force row level security")
        await connection.close()
        yield address


async def test_an_empty_database_gets_the_schema_and_the_demo_world(
    cluster: Cluster, worker_id: str, tmp_path: Path
) -> None:
    """House 6: `make serve` needs nothing but itself"""
    name = f"bare_{worker_id}"
    await cluster.create_database(name)
    address = Address(cluster, name)
    try:
        settings = settings_for(address, tmp_path)
        first = await prepare(settings, addresses(address))
        again = await prepare(settings, addresses(address))
        assert (first, again) == (False, False)  # the tests' cluster forgets, and says so
        assert await _count(address, "app.incident") > 50
    finally:
        await cluster.drop_database(name)


async def _count(address: Address, table: str) -> int:
    connection = await asyncpg.connect(address.system)
    try:
        return int(await connection.fetchval(f"select count(*) from {table}"))  # noqa: S608  a name of this test
    finally:
        await connection.close()


async def test_without_an_owner_and_a_demo_nothing_is_written(fresh_database: Address, tmp_path: Path) -> None:
    settings = settings_for(fresh_database, tmp_path, demo=False)
    await prepare(settings, Addresses(fresh_database.app, fresh_database.system, ""))
    assert await _count(fresh_database, "app.tenant") == 0


@pytest.mark.lock("policies")
async def test_a_table_without_its_fence_is_named(careless: Address, tmp_path: Path) -> None:
    """T-13"""
    with pytest.raises(Unsafe, match="incident"):
        await prepare(settings_for(careless, tmp_path), addresses(careless))


@pytest.mark.lock("policies")
def test_such_a_process_serves_nobody_and_ends_with_code_three(
    careless: Address, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """T-13, F-20"""
    assert process.serve(settings_for(careless, tmp_path)) == REFUSED == 3
    told = capsys.readouterr().err
    assert "does not start" in told
    assert "incident" in told


def test_the_database_of_the_settings_is_taken(world_database: Address, tmp_path: Path) -> None:
    with addresses_of(settings_for(world_database, tmp_path)) as to:
        assert (to.app, to.system, to.owner) == (world_database.app, world_database.system, "")


def test_the_embedded_server_is_used_where_it_runs(cluster: Cluster) -> None:
    """A command beside a running server attaches to it, and finds or makes its database."""
    settings = Settings(data=cluster.home.parent)
    try:
        for _ in range(2):
            with addresses_of(settings, attach=True) as to:
                assert "gw_app@" in to.app
                assert f"/{DATABASE}?" in to.owner
    finally:
        asyncio.run(cluster.drop_database(DATABASE))


# --- in a process of its own


def test_a_parent_of_several_imports_nothing_of_what_serves() -> None:
    """Security 4.2: the first good answer after a kill comes from the second interpreter, so the first one is light"""
    told = subprocess.run(
        [sys.executable, "-c", "import gateway.cli, gateway.process, sys; print(*sys.modules)"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    loaded = set(told.stdout.split())
    assert "gateway.crew" in loaded
    assert not loaded & {"strawberry", "graphql", "starlette", "tenancy.tables", "alembic", "gateway.working"}


@pytest.mark.parametrize("farewell", [signal.SIGTERM, signal.SIGINT])
def test_a_server_serves_until_it_is_told_to_stop(world_database: Address, tmp_path: Path, farewell: int) -> None:
    """F-11: it ends with code 0"""
    with serving(world_database, tmp_path) as (url, child):
        assert urlopen(f"{url}/livez").status == 200
        assert urlopen(f"{url}/readyz").status == 200
        child.send_signal(farewell)
        greeting, trouble = child.communicate(timeout=PATIENCE)
    assert child.returncode == 0, trouble
    assert f"GraphQL   {url}/graphql" in greeting
    port = url.rpartition(":")[2]
    assert re.search(rf"^  .*GATEWAY_PORT={port} .*gateway token maya ", greeting, re.MULTILINE), "as it can be typed"
    assert "WARNING: this database may lose" in greeting
    assert trouble == ""


def test_a_taken_port_is_an_error(world_database: Address, tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        child = _started(world_database, tmp_path, taken.getsockname()[1])
        _, trouble = child.communicate(timeout=PATIENCE)
    assert child.returncode != 0
    assert "address already in use" in trouble


@pytest.mark.lock("policies")
def test_the_exit_code_reaches_whoever_started_it(careless: Address, tmp_path: Path) -> None:
    """T-13"""
    child = _started(careless, tmp_path, free_port())
    _, trouble = child.communicate(timeout=PATIENCE)
    assert (child.returncode, "incident" in trouble) == (3, True)


@contextmanager
def serving(address: Address, folder: Path, **more: str) -> "Iterator[tuple[str, subprocess.Popen[str]]]":
    port = free_port()
    child = _started(address, folder, port, **more)
    url = f"http://127.0.0.1:{port}"
    try:
        _await(url, child)
        yield url, child
    finally:
        if child.poll() is None:
            child.kill()
            child.communicate()


def _started(address: Address, folder: Path, port: int, **more: str) -> "subprocess.Popen[str]":
    lay_keys(folder)
    settings: dict[str, Any] = {
        "GATEWAY_DATABASE_URL": address.app,
        "GATEWAY_SYSTEM_URL": address.system,
        "GATEWAY_DEMO": "true",
        "GATEWAY_DATA": str(folder),
        "GATEWAY_PORT": str(port),
        "GATEWAY_CLOCKS": "false",  # the readers' world stands still
        **more,
    }
    clean = {name: value for name, value in os.environ.items() if not name.startswith("GATEWAY_")}
    command = [sys.executable, "-m", "gateway", "serve"]
    return subprocess.Popen(
        command, env={**clean, **settings}, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )


def _await(url: str, child: "subprocess.Popen[str]") -> None:
    deadline = time.monotonic() + PATIENCE
    while child.poll() is None and time.monotonic() < deadline:
        try:
            urlopen(f"{url}/livez").close()
        except URLError:
            time.sleep(0.1)
        else:
            return
    child.kill()
    raise AssertionError(child.communicate()[1])


def free_port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def free_ports(many: int) -> int:
    """The first of so many that are free in a row."""
    while True:
        first = free_port()
        with ExitStack() as stack:
            try:
                for port in range(first, first + many):
                    stack.enter_context(closing(socket.socket())).bind(("127.0.0.1", port))
            except OSError:
                continue
        return first
