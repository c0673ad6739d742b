"""Routing as an organisation changes it: no set in force, a queue that is closed, sets of other managers (AE-85)."""

from typing import Any

import asyncpg

from gateway.demo import ids as names
from resolvers.routing_conditions import CaseField, said_path
from resolvers.rules.conditions import FIELDS
from tests.resolvers.desk import case, do, owned, said
from tests.world import World

CONTOSO = names.of("contoso")
ROUTED = "routed { rule case { title } }"
SET = "ruleSet { name state }"


async def _put(world: World, sql: str, *values: Any) -> None:
    connection = await asyncpg.connect(world.address.system)
    try:
        await connection.execute(sql, *values)
    finally:
        await connection.close()


async def _route(world: World, key: str, name: str) -> Any:
    return await do(world, "rae", "saveAndRoute", {"idempotencyKey": key, "caseId": case(name)}, answer=ROUTED)


def test_a_condition_can_ask_about_every_field_of_the_rules() -> None:
    assert {field.lower() for field in CaseField} == set(FIELDS)


def test_what_is_wrong_is_told_in_the_words_of_the_contract() -> None:
    assert said_path("rules[0].condition.and[1].or[2].value") == "rules[0].condition.all[1].any[2].values"


async def test_without_a_set_in_force_nothing_is_routed(fresh_world: World) -> None:
    """AE-85: NO_ACTIVE_RULE_SET; a case that is kept away from routing needs none."""
    await _put(fresh_world, "update app.routing_rule_set set state = 'DRAFT' where tenant_id = $1", CONTOSO)
    refused = await _route(fresh_world, "1", "K70")
    assert [error["code"] for error in refused["userErrors"]] == ["NO_ACTIVE_RULE_SET"]
    kept = await _route(fresh_world, "2", "K79")
    assert (kept["userErrors"], kept["routed"][0]["rule"]) == ([], None)


async def test_a_rule_whose_queue_was_closed_takes_nothing(fresh_world: World) -> None:
    """K70 is urgent: without Tier 2 no rule is left that takes it."""
    assert (await _route(fresh_world, "1", "K70"))["routed"][0]["rule"] == "Urgent to Tier 2"
    await _put(fresh_world, "update app.queue set state = 'INACTIVE' where id = $1", names.of("contoso/Q-tier2"))
    assert (await _route(fresh_world, "2", "K70"))["routed"][0]["rule"] is None


async def test_a_set_is_put_in_force_by_its_owner_alone(fresh_world: World) -> None:
    """2.5: another manager may read and change the draft, and not switch it."""
    grant = "update app.role_grant set role = 'SERVICE_MANAGER' where user_id = $1 and tenant_id = $2"
    await _put(fresh_world, grant, names.user("rob"), CONTOSO)
    given = {"ruleSetId": owned("RoutingRuleSet", "R2")}
    refused = await said(fresh_world, "rob", "activateRoutingRuleSet", given, answer=SET)
    assert refused["errors"][0]["extensions"]["code"] == "FORBIDDEN"
    done = await do(fresh_world, "mo", "activateRoutingRuleSet", given, answer=SET)
    assert done["ruleSet"] == {"name": "Holidays", "state": "ACTIVE"}
