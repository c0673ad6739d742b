"""What every test can ask for.

cluster           the embedded PostgreSQL of this run, shared by all workers
template          the name of a migrated, empty database to copy from
database          the addresses of a copy of it, one per module
fresh_database    the same, one per test
world             the demo world behind the application of production, for readers (tests/world.py)
fresh_world       the same, one per test, for writers

`--without-lock` takes one of the two locks on rows away, or both; `@pytest.mark.lock("policies")` marks a test that is
about a lock itself, and leaves with it.
"""

from collections.abc import AsyncIterator, Iterator
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import true

from tenancy.boundaries import floor
from tenancy.embedded import Cluster
from tests.ground import Address, TestCluster, copy, migrate, remove_policies
from tests.ground import template as made_once

pytest_plugins = ("tests.world", "tests.live")

LOCKS = ("boundaries", "policies")
_ours = pytest.StashKey[TestCluster]()
_numbers = count(1)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--without-lock", choices=(*LOCKS, "both"), help="run with a lock on rows removed (T-11, T-12)")
    parser.addoption("--steps", default="400", help="how many steps desks take that work at once (C-03 wants 10000)")
    parser.addoption("--bless", action="store_true", help="write what was answered as the expected answer")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "lock(name): proves the lock `name` itself, so it cannot run without it")
    config.addinivalue_line("markers", "isolation: holds with either lock on rows removed, fails without both")
    if "boundaries" in removed(config):
        floor.current = lambda column: true()


def removed(config: pytest.Config) -> tuple[str, ...]:
    """The locks that this run does without."""
    choice = config.getoption("--without-lock")
    return LOCKS if choice == "both" else (choice,) if choice else ()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    gone = [item for item in items if (mark := item.get_closest_marker("lock")) and mark.args[0] in removed(config)]
    if gone:
        config.hook.pytest_deselected(items=gone)
        items[:] = [item for item in items if item not in gone]


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """pytest-xdist: the process that starts the workers owns the cluster, because it outlives them."""
    stash = node.config.stash
    if _ours not in stash:
        stash[_ours] = TestCluster.start()
    node.workerinput["cluster"] = str(stash[_ours].folder)


def pytest_unconfigure(config: pytest.Config) -> None:
    if _ours in config.stash:
        config.stash[_ours].stop()
        del config.stash[_ours]


@pytest.fixture(scope="session")
def cluster(request: pytest.FixtureRequest) -> Iterator[Cluster]:
    given = getattr(request.config, "workerinput", None)
    if given:
        yield Cluster.start(Path(given["cluster"]), attach=True)
        return
    request.config.stash[_ours] = TestCluster.start()
    yield request.config.stash[_ours].cluster


@pytest.fixture(scope="session")
async def template(cluster: Cluster, request: pytest.FixtureRequest) -> str:
    async def build(address: Address) -> None:
        await migrate(address)
        if "policies" in removed(request.config):
            await remove_policies(address)

    return await made_once(cluster, "template_empty", build)


@pytest.fixture(scope="module")
async def database(cluster: Cluster, template: str, worker_id: str) -> AsyncIterator[Address]:
    async with copy(cluster, template, f"test_{worker_id}_{next(_numbers)}") as address:
        yield address


@pytest.fixture
async def fresh_database(cluster: Cluster, template: str, worker_id: str) -> AsyncIterator[Address]:
    async with copy(cluster, template, f"test_{worker_id}_{next(_numbers)}") as address:
        yield address
