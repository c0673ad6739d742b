"""The page of a large customer, as the benchmark asks for it: as many statements as for a small one (house 4)."""

from collections.abc import AsyncIterator
from typing import Any

import asyncpg
import pytest

from benchmarks import rows, rows_large
from benchmarks.questions import DOCUMENTS
from resolvers import ids
from tenancy.embedded import Cluster
from tests.ground import copy
from tests.resolvers.random_activity import Customer, insert
from tests.world import World, opened

PAGE = DOCUMENTS["gateway"]["customer_page"]
LARGE, SMALL = rows.key("large", 0), Customer(0)


@pytest.fixture(scope="module")
async def sizes(
    cluster: Cluster, world_template: str, worker_id: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[World]:
    """A world with a small customer and large ones beside each other."""
    async with copy(cluster, world_template, f"sizes_{worker_id}") as address:
        await insert(address, SMALL)
        connection = await asyncpg.connect(address.owner)
        await connection.execute(rows.KEY)
        for step in rows_large.steps():
            await connection.execute(step.sql)
        await connection.close()
        async with opened(address, tmp_path_factory.mktemp("sizes")) as found:
            yield found


async def counted(world: World, tenant: str) -> tuple[int, Any]:
    headers = {"x-tenant": ids.encode("Tenant", tenant)}
    await world.data("gil", PAGE, headers=headers)  # so that the tenant is remembered
    async with world.listening() as heard:
        answer = await world.data("gil", PAGE, headers=headers)
    return len(heard), answer["customerActivity"]


async def test_a_large_customer_takes_no_more_statements_than_a_small_one(sizes: World) -> None:
    few, _ = await counted(sizes, SMALL.tenant)
    many, page = await counted(sizes, LARGE)
    packages = [package for each in page["activeAgreements"]["nodes"] for package in each["packages"]["nodes"]]
    lines = [line for package in packages for line in package["entitlements"]["nodes"]]
    bought = len(page["places"]), len(page["activeAgreements"]["nodes"]), len(packages), len(lines)
    assert bought == (rows_large.WORKSPACES, rows_large.AGREEMENTS, rows_large.PACKAGES, rows_large.ENTITLEMENTS)
    assert many == few <= 14
