"""Many hands on one case or one entitlement: one of them wins, and nothing is sold or done twice (C-01..C-06)."""

import asyncio
from collections import Counter
from typing import Any

from tests.resolvers.desk import case, customer, do, entitlement, said
from tests.world import World

HANDS = 16


def _outcome(body: Any, mutation: str) -> str:
    if "errors" in body:
        return str(body["errors"][0]["extensions"]["code"])
    errors = body["data"][mutation]["userErrors"]
    return str(errors[0]["code"]) if errors else "DONE"


async def _at_once(world: World, mutation: str, inputs: list[dict[str, Any]]) -> Counter[str]:
    answers = await asyncio.gather(*(said(world, "mo", mutation, each, answer="case { id }") for each in inputs))
    return Counter(_outcome(body, mutation) for body in answers)


async def test_the_last_term_is_sold_once(fresh_world: World) -> None:
    """D-12 under load: sixteen cases want the one term of a restricted entitlement."""
    last = entitlement("terms-single")
    opened = []
    for number in range(HANDS):
        given = {
            "idempotencyKey": f"open {number}",
            "title": "Wanting",
            "supportKind": "PROBLEM_RESOLUTION",
            "customerId": customer("tostado"),
        }
        opened.append((await do(fresh_world, "mo", "createCase", given, answer="case { id }"))["case"]["id"])
    inputs = [{"idempotencyKey": id, "caseId": id, "entitlementId": last} for id in opened]
    outcomes = await _at_once(fresh_world, "applyEntitlement", inputs)
    assert outcomes == {"DONE": 1, "ENTITLEMENT_EXHAUSTED": HANDS - 1}
    asked = "query ($id: ID!) { node(id: $id) { ... on Entitlement { remaining } } }"
    found = await fresh_world.data("mo", asked, {"id": last})
    assert found["node"]["remaining"] == "0.00"


async def test_a_case_is_resolved_once(fresh_world: World) -> None:
    inputs = [
        {"idempotencyKey": str(number), "caseId": case("K73"), "type": "PROBLEM_SOLVED", "text": "Done."}
        for number in range(HANDS)
    ]
    assert await _at_once(fresh_world, "resolveCase", inputs) == {"DONE": 1, "CASE_NOT_ACTIVE": HANDS - 1}


async def test_one_key_has_one_effect(fresh_world: World) -> None:
    """C-05: retries that overtake each other get the first answer, or are told that it is still on its way."""
    inputs = [{"idempotencyKey": "same", "caseId": case("K70"), "direction": "NEXT"}] * HANDS
    outcomes = await _at_once(fresh_world, "moveStage", inputs)
    assert set(outcomes) <= {"DONE", "IDEMPOTENCY_IN_PROGRESS"}
    found = await fresh_world.data("mo", "query ($id: ID!) { case(id: $id) { stage } }", {"id": case("K70")})
    assert found["case"]["stage"] == "RESEARCH"


async def test_of_edits_of_one_version_one_is_kept(fresh_world: World) -> None:
    """C-08: whoever comes second has read what is no longer there."""
    found = await fresh_world.data("mo", "query ($id: ID!) { case(id: $id) { version } }", {"id": case("K70")})
    version = found["case"]["version"]
    inputs = [{"caseId": case("K70"), "version": version, "patch": {"title": f"By {hand}"}} for hand in range(HANDS)]
    assert await _at_once(fresh_world, "updateCase", inputs) == {"DONE": 1, "CONFLICT": HANDS - 1}


async def test_families_made_from_both_ends_stay_families(fresh_world: World) -> None:
    """I-12: each of two cases wants to be the parent of the other; locks in one order leave no knot."""
    one, other = case("K15"), case("K20")
    inputs = [
        {"parentId": parent, "childIds": [child]} for parent, child in [(one, other), (other, one)] * (HANDS // 2)
    ]
    outcomes = await _at_once(fresh_world, "addChildCases", inputs)
    assert outcomes["DONE"] == HANDS // 2
    assert set(outcomes) <= {"DONE", "CHILD_OF_CHILD", "PARENT_AS_CHILD"}
