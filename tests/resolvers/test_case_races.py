"""Many hands on one case or one entitlement: one of them wins, and nothing is sold or done twice (C-05..C-13)."""

import asyncio

from gateway.demo import ids as names
from tests.resolvers.crowd import AGAIN, HANDS, at_once, outcome, value
from tests.resolvers.desk import case, customer, do, entitlement, owned, said
from tests.world import World

NEW = {"title": "Wanting", "supportKind": "PROBLEM_RESOLUTION", "customerId": customer("tostado")}


async def test_the_last_term_is_sold_once(fresh_world: World) -> None:
    """D-12 under load: sixteen cases want the one term of a restricted entitlement."""
    last = entitlement("terms-single")
    opened = []
    for number in range(HANDS):
        given = {"idempotencyKey": f"open {number}", **NEW}
        opened.append((await do(fresh_world, "mo", "createCase", given, answer="case { id }"))["case"]["id"])
    inputs = [{"idempotencyKey": id, "caseId": id, "entitlementId": last} for id in opened]
    outcomes = await at_once(fresh_world, "applyEntitlement", inputs)
    assert outcomes == {"DONE": 1, "ENTITLEMENT_EXHAUSTED": HANDS - 1}
    asked = "query ($id: ID!) { node(id: $id) { ... on Entitlement { remaining } } }"
    found = await fresh_world.data("mo", asked, {"id": last})
    assert found["node"]["remaining"] == "0.00"


async def test_a_case_is_resolved_once(crowded: World) -> None:
    inputs = [
        {"idempotencyKey": str(number), "caseId": case("K73"), "type": "PROBLEM_SOLVED", "text": "Done."}
        for number in range(HANDS)
    ]
    done = await at_once(crowded, "resolveCase", inputs, patient=True)
    assert done == {"DONE": 1, "CASE_NOT_ACTIVE": HANDS - 1}


async def test_one_key_has_one_effect(fresh_world: World) -> None:
    """C-05: retries that overtake each other get the first answer, or are told that it is still on its way."""
    inputs = [{"idempotencyKey": "same", "caseId": case("K70"), "direction": "NEXT"}] * HANDS
    outcomes = await at_once(fresh_world, "moveStage", inputs)
    assert set(outcomes) <= {"DONE", "IDEMPOTENCY_IN_PROGRESS"}
    found = await fresh_world.data("mo", "query ($id: ID!) { case(id: $id) { stage } }", {"id": case("K70")})
    assert found["case"]["stage"] == "RESEARCH"


async def test_of_edits_of_one_version_one_is_kept(crowded: World) -> None:
    """C-08: whoever comes second has read what is no longer there."""
    found = await crowded.data("mo", "query ($id: ID!) { case(id: $id) { version } }", {"id": case("K70")})
    version = found["case"]["version"]
    inputs = [{"caseId": case("K70"), "version": version, "patch": {"title": f"By {hand}"}} for hand in range(20)]
    assert await at_once(crowded, "updateCase", inputs, patient=True) == {"DONE": 1, "CONFLICT": 19}


async def test_c_08_of_edits_of_one_version_of_an_entitlement_one_is_kept(crowded: World) -> None:
    draft = {"entitlementId": entitlement("terms-draft"), "version": 1}
    inputs = [{**draft, "patch": {"name": f"By {hand}"}} for hand in range(20)]
    outcomes = await at_once(crowded, "updateEntitlement", inputs, answer="entitlement { id }", patient=True)
    assert outcomes == {"DONE": 1, "CONFLICT": 19}


async def test_c_05_one_key_fifty_times_opens_one_case(crowded: World) -> None:
    """Everybody gets the same case, at once or when they come back."""
    given = {"idempotencyKey": "same", **NEW}

    async def asked() -> tuple[str, str | None]:
        for _ in range(20):
            body = await said(crowded, "mo", "createCase", given, answer="case { id }")
            if outcome(body, "createCase") not in AGAIN:
                return outcome(body, "createCase"), body["data"]["createCase"]["case"]["id"]
        return AGAIN[0], None

    answers = await asyncio.gather(*(asked() for _ in range(50)))
    assert {code for code, _ in answers} == {"DONE"}
    assert len({id for _, id in answers}) == 1
    assert await value(crowded, "select count(*) from app.incident where title = 'Wanting'") == 1


async def test_c_06_one_key_for_different_inputs_serves_one_of_them(crowded: World) -> None:
    inputs = [{"idempotencyKey": "same", **NEW, "title": f"Wanting {number}"} for number in range(20)]
    outcomes = await at_once(crowded, "createCase", inputs, patient=True)
    assert outcomes == {"DONE": 1, "IDEMPOTENCY_KEY_REUSED": 19}
    assert await value(crowded, "select count(*) from app.incident where title like 'Wanting%'") == 1


async def test_c_12_a_parent_has_a_hundred_children_whoever_adds_them_at_once(crowded: World) -> None:
    """I-12, AE-82: K40 has two; 120 more are wanted."""
    inputs = [{"idempotencyKey": str(number), "parentId": case("K40")} for number in range(120)]
    assert await at_once(crowded, "createChildCase", inputs, patient=True) == {"DONE": 98, "CHILD_LIMIT": 22}


async def test_c_13_a_customer_has_one_default_whoever_sets_it_at_once(crowded: World) -> None:
    """I-7: all of them succeed one after the other, and the last one stands."""
    active = ("creation", "second", "resolution", "hours", "single", "open", "gold", "channel")
    inputs = [
        {"idempotencyKey": str(number), "entitlementId": entitlement(f"terms-{active[number % len(active)]}")}
        for number in range(40)
    ]
    outcomes = await at_once(
        crowded, "setDefaultEntitlement", inputs, answer="entitlement { isDefault }", hands=40, patient=True
    )
    assert outcomes == {"DONE": 40}
    assert (
        await value(crowded, "select count(*) from app.entitlement where is_default and name not like '% cases'") == 1
    )


async def test_c_13_a_queue_item_is_picked_by_one_of_forty(crowded: World) -> None:
    inputs = [{"itemId": owned("QueueItem", "Q-tier2/K70"), "removeFromQueue": True}] * 40
    outcomes = await at_once(
        crowded, "pickQueueItem", inputs, viewers=("rae", "rob", "mo"), answer="item { id }", hands=40, patient=True
    )
    assert outcomes == {"DONE": 1, "QUEUE_ITEM_TAKEN": 39}


async def test_d_17_a_case_is_in_one_queue_whoever_adds_it_at_once(crowded: World) -> None:
    places = (owned("Queue", "Q-tier2"), owned("Queue", "Q-mail"))
    inputs = [{"caseId": case("K2"), "queueId": places[number % 2]} for number in range(20)]
    assert await at_once(crowded, "addToQueue", inputs, answer="item { id }", patient=True) == {"DONE": 20}
    active = "select count(*) from app.queue_item where incident_id = $1 and state = 'ACTIVE'"
    assert await value(crowded, active, names.of("contoso/K2")) == 1


async def test_i_15_one_rule_set_is_in_force_whoever_switches_at_once(crowded: World) -> None:
    inputs = [{"ruleSetId": owned("RoutingRuleSet", name)} for name in ("R1", "R2") * 10]
    outcomes = await at_once(crowded, "activateRoutingRuleSet", inputs, answer="ruleSet { id }", patient=True)
    assert outcomes == {"DONE": 20}
    active = "select count(*) from app.routing_rule_set where state = 'ACTIVE' and tenant_id = $1"
    assert await value(crowded, active, names.of("contoso")) == 1
