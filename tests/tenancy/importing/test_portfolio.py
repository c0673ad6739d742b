"""Rollups equal a count of the base rows, whatever files come in whatever order (decision 0006)."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any
from uuid import NAMESPACE_OID, uuid5

import asyncpg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from resolvers.rules.licence_usage import active_users
from tenancy.importing import import_records
from tenancy.words import Workload
from tests.ground import Address

START = date(2025, 1, 20)
SPAN = 75
SUBSCRIPTIONS = ("s1", "s2")

uses = st.tuples(
    st.sampled_from(SUBSCRIPTIONS),
    st.sampled_from(("u1", "u2", "u3")),
    st.sampled_from((Workload.EXCHANGE, Workload.SHAREPOINT, Workload.ONEDRIVE)),
    st.integers(0, SPAN).map(lambda days: START + timedelta(days=days)),
)
files = st.lists(st.lists(uses, min_size=1, max_size=12), min_size=1, max_size=4)
Use = tuple[str, str, Workload, date]


def _id(name: str) -> str:
    return str(uuid5(NAMESPACE_OID, f"portfolio/{name}"))


def _ground() -> list[dict[str, Any]]:
    tenants = [("partner", "PARTNER"), ("other", "PARTNER"), ("customer", "CUSTOMER")]
    named = [{"table": "tenant", "id": _id(name), "kind": kind, "name": name} for name, kind in tenants]
    return [*named, _link("partner"), *(_subscription(name) for name in SUBSCRIPTIONS)]


def _link(partner: str) -> dict[str, Any]:
    return {
        "table": "partner_relationship",
        "tenant_id": _id("customer"),
        "id": _id(f"link/{partner}"),
        "partner_tenant_id": _id(partner),
        "kind": "RESELLER",
        "status": "ACTIVE",
        "roles": [],
        "activated_at": "2024-01-01T00:00:00Z",
    }


def _subscription(name: str, **more: Any) -> dict[str, Any]:
    given: dict[str, Any] = {
        "table": "subscription",
        "tenant_id": _id("customer"),
        "id": _id(name),
        "partner_tenant_id": _id("partner"),
        "service_code": "O365",
        "product_id": "E3",
        "product_name": "Office E3",
        "channel": "RESELLER",
        "is_trial": False,
        "state": "ACTIVE",
        "licenses_sold": 3,
        "licenses_assigned": 2,
        "starts_on": "2024-01-01",
    }
    return given | more


def _activity(rows: Iterable[Use]) -> list[dict[str, Any]]:
    return [
        {
            "table": "license_activity",
            "tenant_id": _id("customer"),
            "subscription_id": _id(subscription),
            "user_key": user,
            "workload_code": workload,
            "active_on": day.isoformat(),
        }
        for subscription, user, workload, day in dict.fromkeys(rows)
    ]


async def _counts(connection: "asyncpg.Connection[Any]", table: str, owner: str) -> dict[tuple[str, str, date], int]:
    """Users by subscription, workload and day, zeros left out."""
    rows = await connection.fetch(
        f"select subscription_id::text, workload_code, month + place::int - 1, number"  # noqa: S608 (names of this file)
        f" from app.{table}, unnest(users) with ordinality as u (number, place) where tenant_id = $1 and number <> 0",
        owner,
    )
    return {(row[0], row[1], row[2]): row[3] for row in rows}


def _naive(rows: Iterable[Use]) -> dict[tuple[str, str, date], int]:
    told, found = set(rows), {}
    for place in range(SPAN + 40):
        day = START + timedelta(days=place)
        for each in active_users(told, day):
            found[_id(each.subscription_id), str(each.workload), day] = each.users
    return found


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(loads=files)
async def test_counts_of_use_equal_the_base_rows_in_whatever_order_files_come(
    database: Address, loads: list[list[Use]]
) -> None:
    """PC-17, D-25, D-29: late files, repeated rows and a new seller included"""
    connection = await asyncpg.connect(database.owner)
    transaction = connection.transaction()
    await transaction.start()
    try:
        await _load(connection, _ground())
        for load in loads:
            await _load(connection, _activity(load))
        await _load(connection, [_link("other")])
        expected = _naive(use for load in loads for use in load)
        assert await _counts(connection, "licence_use", _id("customer")) == expected
        for partner in ("partner", "other"):
            assert await _counts(connection, "portfolio_use", _id(partner)) == expected
    finally:
        await transaction.rollback()
        await connection.close()


async def _load(connection: "asyncpg.Connection[Any]", records: list[dict[str, Any]]) -> None:
    report = await import_records(connection, "told.ndjson", records)
    assert report.ok, report.problems


@pytest.mark.parametrize(
    ("changed", "counts"), [({}, True), ({"state": "SUSPENDED"}, False), ({"is_trial": True}, False)]
)
async def test_a_changed_subscription_changes_its_copy(
    fresh_database: Address, changed: dict[str, Any], counts: bool
) -> None:
    """PC-16, PC-23"""
    connection = await asyncpg.connect(fresh_database.system)
    try:
        await _load(connection, _ground())
        await _load(connection, [_subscription("s1", **changed)])
        row = await connection.fetchrow(
            "select counts, licenses_sold from app.portfolio_licence where tenant_id = $1 and subscription_id = $2",
            _id("partner"),
            _id("s1"),
        )
        assert row is not None
        assert tuple(row) == (counts, 3)
    finally:
        await connection.close()
