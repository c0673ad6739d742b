"""Loaders of the ordinary server: one batch per relation and request, entities by the ORM."""

from collections import defaultdict
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from aiodataloader import DataLoader
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import async_sessionmaker, create_async_engine

from tenancy import tables as t

engine = create_async_engine("postgresql+asyncpg://", pool_size=12, max_overflow=0)
Session = async_sessionmaker(engine, expire_on_commit=False)

Rows = dict[str, list[Any]]


def one(table: Any, tenant: str) -> "DataLoader[str, Any]":
    async def batch(keys: list[str]) -> list[Any]:
        wanted = select(table).where(table.id.in_(keys))
        if table is not t.User:
            wanted = wanted.where(table.tenant_id == tenant)
        async with Session() as session:
            found = {row.id: row for row in await session.scalars(wanted)}
        return [found.get(key) for key in keys]

    return DataLoader(batch)


def many(table: Any, above: Any, order: Sequence[Any], tenant: str) -> "DataLoader[str, list[Any]]":
    async def batch(keys: list[str]) -> list[list[Any]]:
        found: Rows = defaultdict(list)
        wanted = select(table).where(table.tenant_id == tenant, above.in_(keys)).order_by(*order)
        async with Session() as session:
            for row in await session.scalars(wanted):
                found[getattr(row, above.key)].append(row)
        return [found[key] for key in keys]

    return DataLoader(batch)


def agreements(tenant: str) -> "DataLoader[str, list[Any]]":
    async def batch(keys: list[str]) -> list[list[Any]]:
        found: Rows = defaultdict(list)
        wanted = (
            select(t.WorkspacePackage.workspace_id, t.Agreement)
            .join(t.Package, (t.Package.tenant_id == tenant) & (t.Package.id == t.WorkspacePackage.package_id))
            .join(t.Agreement, (t.Agreement.tenant_id == tenant) & (t.Agreement.id == t.Package.agreement_id))
            .where(t.WorkspacePackage.tenant_id == tenant, t.WorkspacePackage.workspace_id.in_(keys))
            .distinct()
            .order_by(t.Agreement.starts_on, t.Agreement.id)
        )
        async with Session() as session:
            for workspace_id, row in await session.execute(wanted):
                found[workspace_id].append(row)
        return [found[key] for key in keys]

    return DataLoader(batch)


def used(tenant: str) -> "DataLoader[str, Decimal]":
    async def batch(keys: list[str]) -> list[Decimal]:
        sums = select(t.ConsumptionTotal.entitlement_id, func.sum(t.ConsumptionTotal.used))
        mine = sums.where(t.ConsumptionTotal.tenant_id == tenant, t.ConsumptionTotal.entitlement_id.in_(keys))
        async with Session() as session:
            rows = await session.execute(mine.group_by(t.ConsumptionTotal.entitlement_id))
            found = {row[0]: row[1] for row in rows}
        return [found.get(key, Decimal("0.00")) for key in keys]

    return DataLoader(batch)


def loaders(tenant: str) -> dict[str, Any]:
    """The context of one request."""
    return {
        "tenant": tenant,
        "users": one(t.User, tenant),
        "customers": one(t.Customer, tenant),
        "entitlements": one(t.Entitlement, tenant),
        "agreements": agreements(tenant),
        "packages": many(t.Package, t.Package.agreement_id, (t.Package.starts_on, t.Package.id), tenant),
        "lines": many(t.Entitlement, t.Entitlement.package_id, (t.Entitlement.name, t.Entitlement.id), tenant),
        "used": used(tenant),
    }
