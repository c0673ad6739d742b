"""Advice to a partner from the customer's own figures (PC-25..33, D-40, AE-55)."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from gateway.demo import ids
from resolvers import ids as wire
from tenancy.importing import import_records
from tests.ground import Address
from tests.world import World, opened

ASKED = """query ($customer: ID!) { adoptionAdvice(customerTenantId: $customer, services: [DYNAMICS365]) {
  services { deploymentPercent usagePercent } cases questions advice { scenario }
} }"""

LIMITS = """query ($customer: ID!) { adoptionAdvice(customerTenantId: $customer) {
  services { usagePercent } cases questions thresholds { usagePercent cases } advice { scenario }
} }"""


@pytest.mark.parametrize(("questions", "scenarios"), [(8, ["A"]), (40, ["A", "B"])])
async def test_the_worked_example(fresh_world: World, questions: int, scenarios: list[str]) -> None:
    """AE-55: deployment 90.0, usage 22.0; 8 or 40 of 50 cases are questions"""
    customer = await _prepared(fresh_world)
    kinds = ["QUESTION"] * questions + ["PROBLEM"] * (50 - questions)
    cases = [row for number, kind in enumerate(kinds) for row in _case(number, kind, customer)]
    report = await import_records(fresh_world.address.system, "cases.ndjson", [_link(), *cases])
    assert report.ok, report.problems
    answer = await fresh_world.data("petra", ASKED, {"customer": wire.encode("Tenant", ids.of("fabrikam"))})
    advice = answer["adoptionAdvice"]
    assert advice["services"] == [{"deploymentPercent": "90.0", "usagePercent": "22.0"}]
    assert advice["cases"] == 50
    assert [each["scenario"] for each in advice["advice"]] == scenarios


async def test_d_40_thresholds_can_be_set_and_are_told(world_database: Address, tmp_path: Path) -> None:
    """A customer whom nobody needs to help, by the usual thresholds."""
    found = []
    for name, more in (("usual", {}), ("strict", {"advice_usage": "101", "advice_cases": 1, "advice_questions": 0})):
        async with opened(world_database, tmp_path / name, **more) as world:
            answer = await world.data("petra", LIMITS, {"customer": wire.encode("Tenant", ids.of("tailspin"))})
            found.append(answer["adoptionAdvice"])
    usual, strict = found
    assert [each.pop("thresholds") for each in found] == [
        {"usagePercent": "40.0", "cases": 10},
        {"usagePercent": "101", "cases": 1},
    ]
    assert usual["cases"] == strict["cases"] == 2
    assert usual.pop("advice") == []
    assert strict.pop("advice") == [{"scenario": "A"}, {"scenario": "B"}]
    assert usual == strict


async def _prepared(world: World) -> str:
    """The customer's own record; the cases that it has are older than what counts."""
    async with world.gateway.database.system() as connection:
        await connection.execute(
            "update app.incident set created_at = created_at - interval '1 year' where tenant_id = $1",
            ids.of("fabrikam"),
        )
        found: str = await connection.fetchval(
            "select id from app.customer where tenant_id = $1 and is_self", ids.of("fabrikam")
        )
    return found


def _link() -> dict[str, Any]:
    return {
        "table": "partner_relationship",
        "tenant_id": ids.of("fabrikam"),
        "id": ids.of("fabrikam/again"),
        "partner_tenant_id": ids.of("partner-p"),
        "kind": "RESELLER",
        "status": "ACTIVE",
        "roles": [],
        "activated_at": "2025-05-01T00:00:00Z",
    }


def _case(number: int, case_type: str, customer: str) -> Iterator[dict[str, Any]]:
    yield {
        "table": "incident",
        "tenant_id": ids.of("fabrikam"),
        "id": ids.of(f"fabrikam/advice/{number}"),
        "title": f"Advice {number}",
        "ticket_number": f"CAS-900000-{number:08X}",
        "case_type": case_type,
        "customer_id": customer,
        "support_kind": "OTHER",
        "state": "ACTIVE",
        "status": "IN_PROGRESS",
        "owner_id": ids.user("fran"),
        "created_by": ids.user("fran"),
        "created_at": "2025-06-01T09:00:00Z",
        "modified_at": "2025-06-01T09:00:00Z",
    }
    yield {
        "table": "timeline_entry",
        "tenant_id": ids.of("fabrikam"),
        "id": ids.of(f"fabrikam/advice/{number}/created"),
        "incident_id": ids.of(f"fabrikam/advice/{number}"),
        "record_type": "AUTO_POST",
        "subject": "Case created",
        "author_id": ids.user("fran"),
        "created_at": "2025-06-01T09:00:00Z",
    }
