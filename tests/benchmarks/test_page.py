"""The page of a large customer, as the benchmark asks for it: as many statements as for a small one (house 4)."""

from collections.abc import AsyncIterator
from typing import Any

import asyncpg
import pytest

from benchmarks import rows, rows_large
from benchmarks.questions import DOCUMENTS
from gateway.demo import ids as demo
from resolvers import ids
from tenancy.embedded import Cluster
from tests.ground import copy
from tests.world import World, opened

PAGE = DOCUMENTS["gateway"]["customer_page"]
LARGE, SMALL = rows.key("large", 0), rows.key("large", 1)
_GIL = "insert into app.role_grant (tenant_id, user_id, role, granted_at) values ($1, $2, 'GLOBAL_ADMIN', now())"

_KEPT = {
    "entitlement": "large line",
    "consumption.entitlement_id": "large line",
    "consumption_total.entitlement_id": "large line",
    "incident.entitlement_id": "large line",
    "workspace_package.package_id": "large package",
    "package": "large package",
    "agreement": "large agreement",
    "workspace": "large workspace",
}
"""What remains of the small customer: whatever belongs to its first row of that kind."""


@pytest.fixture(scope="module")
async def sizes(
    cluster: Cluster, world_template: str, worker_id: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[World]:
    """Large customers, of which one has lost all but one agreement with one package and one entitlement."""
    async with copy(cluster, world_template, f"sizes_{worker_id}") as address:
        connection = await asyncpg.connect(address.owner)
        await connection.execute(rows.KEY)
        for step in rows_large.steps():
            await connection.execute(step.sql)
        for tenant in (LARGE, SMALL):
            await connection.execute(_GIL, tenant, demo.user("gil"))
        await connection.execute("set session_replication_role = replica")
        for place, noun in _KEPT.items():
            table, _, column = place.partition(".")
            cut = f"delete from app.{table} where tenant_id = $1 and {column or 'id'} is distinct from $2"  # noqa: S608  names of our own
            await connection.execute(cut, SMALL, rows.key(noun, 1))
        await connection.close()
        async with opened(address, tmp_path_factory.mktemp("sizes")) as found:
            yield found


async def counted(world: World, tenant: str) -> tuple[int, tuple[int, ...]]:
    """How many statements the page took, and how many places, agreements, packages and lines it has."""
    headers = {"x-tenant": ids.encode("Tenant", tenant)}
    await world.data("gil", PAGE, headers=headers)  # so that the tenant is remembered
    async with world.listening() as heard:
        page = (await world.data("gil", PAGE, headers=headers))["customerActivity"]
    agreements: list[Any] = page["activeAgreements"]["nodes"]
    packages = [package for each in agreements for package in each["packages"]["nodes"]]
    lines = [line for package in packages for line in package["entitlements"]["nodes"]]
    return len(heard), (len(page["places"]), len(agreements), len(packages), len(lines))


async def test_a_large_customer_takes_as_many_statements_as_a_small_one(sizes: World) -> None:
    few, small = await counted(sizes, SMALL)
    many, large = await counted(sizes, LARGE)
    assert small == (1, 1, 1, 1)
    assert large == (rows_large.WORKSPACES, rows_large.AGREEMENTS, rows_large.PACKAGES, rows_large.ENTITLEMENTS)
    assert many == few
