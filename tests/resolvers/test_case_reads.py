"""Reading cases costs statements by what is asked, not by how many cases there are."""

from typing import Any

from tests.resolvers.desk import customer
from tests.world import World

FORM = """query ($first: Int!) { cases(view: ALL, first: $first) { nodes {
  title process { current } customerCard { activeCases customer { name } contact { name } }
  slaInstances { kpi status secondsToFailure } knowledge { usage article { title subject { title } } }
  timeline(first: 5) { totalCount nodes { recordType author { displayName } } }
  recentCases(first: 2) { title owner { displayName } } similarCases { title }
  mergedCases(first: 2) { nodes { title } } activeEntitlements(first: 2) { nodes { name remaining } }
} } }"""


async def _statements(world: World, query: str, variables: dict[str, Any]) -> int:
    async with world.listening() as heard:
        await world.data("rae", query, variables)
    return len(heard)


async def test_the_form_costs_the_same_for_two_cases_as_for_forty(world: World) -> None:
    few = await _statements(world, FORM, {"first": 2})
    many = await _statements(world, FORM, {"first": 40})
    # Two cases may have no author, article or contact to look up at all; forty have some of each.
    assert few <= many <= 24
    assert many == await _statements(world, FORM, {"first": 60})


async def test_the_dashboard_is_read_in_one_snapshot_and_few_statements(world: World) -> None:
    query = "{ dashboard { active mine myWork { nodes { title } } dueClocks { kpi secondsToFailure } } }"
    assert await _statements(world, query, {}) <= 7


async def test_closing_a_family_locks_it_in_one_statement(fresh_world: World) -> None:
    """C-04: cases, then entitlements, then clocks, then places in queues, each kind in the order of its ids."""
    document = """mutation ($input: ResolveCaseInput!) { resolveCase(input: $input) { case { state } } }"""
    opened = """mutation ($input: CreateCaseInput!) { createCase(input: $input) { case { id } } }"""
    given = {"idempotencyKey": "1", "title": "New", "supportKind": "OTHER", "customerId": customer("tostado")}
    case = (await fresh_world.data("rae", opened, {"input": given}))["createCase"]["case"]["id"]
    async with fresh_world.listening() as heard:
        given = {"idempotencyKey": "2", "caseId": case, "type": "PROBLEM_SOLVED", "text": "Done."}
        await fresh_world.data("rae", document, {"input": given})
    locks = [statement for statement in heard if "FOR UPDATE" in statement]
    assert [
        next(name for name in ("incident", "sla_kpi", "queue_item") if f"FROM app.{name}" in lock) for lock in locks
    ] == [
        "incident",
        "sla_kpi",
        "queue_item",
    ]
    assert all("ORDER BY" in lock for lock in locks)
