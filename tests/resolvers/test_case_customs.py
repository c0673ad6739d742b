"""What an organisation decided for its cases: closing families, their size, defaults, clocks judged again."""

from typing import Any

import asyncpg

from gateway.demo import ids as names
from tests.resolvers.desk import case, customer, do, entitlement
from tests.world import World

DONE = {"type": "PROBLEM_SOLVED", "text": "Done."}
FAMILY = """query ($id: ID!) { case(id: $id) { state children { nodes { state timeline(activityTypes: [CASE_RESOLUTION])
{ nodes { durationMinutes } } } } } }"""


async def _decide(world: World, **customs: Any) -> None:
    connection = await asyncpg.connect(world.address.system)
    try:
        for name, value in customs.items():
            sql = f"update app.tenant set {name} = $1 where id = $2"  # noqa: S608  a column named in this file
            await connection.execute(sql, value, names.of("contoso"))
    finally:
        await connection.close()


async def _family(world: World) -> Any:
    return (await world.data("rae", FAMILY, {"id": case("K40")}))["case"]


async def _codes(world: World, mutation: str, **given: Any) -> list[str]:
    answer = await do(world, "rae", mutation, given)
    return [error["code"] for error in answer["userErrors"]]


async def test_parents_and_children_close_independently_unless_told_otherwise(fresh_world: World) -> None:
    assert await _codes(fresh_world, "cancelCase", idempotencyKey="1", caseId=case("K40")) == []
    family = await _family(fresh_world)
    assert family["state"] == "CANCELLED"
    assert {child["state"] for child in family["children"]["nodes"]} == {"ACTIVE"}


async def test_restricted_a_parent_waits_for_its_children(fresh_world: World) -> None:
    """2.6: neither resolving nor cancelling leaves an active child behind."""
    await _decide(fresh_world, child_closing="RESTRICT")
    for mutation, more in (("cancelCase", {}), ("resolveCase", DONE)):
        codes = await _codes(fresh_world, mutation, idempotencyKey=mutation, caseId=case("K40"), **more)
        assert codes == ["ACTIVE_CHILDREN"]
    for name in ("K41", "K42"):
        assert await _codes(fresh_world, "cancelCase", idempotencyKey=name, caseId=case(name)) == []
    assert await _codes(fresh_world, "resolveCase", idempotencyKey="1", caseId=case("K40"), **DONE) == []


async def test_cascading_closes_children_each_by_its_own_activities(fresh_world: World) -> None:
    """D-33: one confirmation for all; each child settles its own entitlement by its own minutes."""
    await _decide(fresh_world, child_closing="CASCADE")
    task = {"recordType": "ACTIVITY", "activityType": "TASK", "subject": "Carry"}
    done = {**task, "state": "COMPLETED", "durationMinutes": 30}
    await do(fresh_world, "rae", "addTimelineEntry", {"idempotencyKey": "1", "caseId": case("K41"), **done})
    await do(fresh_world, "rae", "addTimelineEntry", {"idempotencyKey": "2", "caseId": case("K42"), **task})
    given = {"caseId": case("K40"), "billableMinutes": 5, "totalMinutes": 10, **DONE}
    assert await _codes(fresh_world, "resolveCase", idempotencyKey="3", **given) == ["OPEN_ACTIVITIES"]
    assert await _codes(fresh_world, "cancelCase", idempotencyKey="4", caseId=case("K40")) == ["OPEN_ACTIVITIES"]
    sure = {**given, "cancelOpenActivities": True}
    assert await _codes(fresh_world, "resolveCase", idempotencyKey="5", **sure) == []
    family = await _family(fresh_world)
    children = family["children"]["nodes"]
    assert {each["state"] for each in (family, *children)} == {"RESOLVED"}
    minutes = [child["timeline"]["nodes"][0]["durationMinutes"] for child in children]
    assert sorted(minutes) == [0, 30]


async def test_a_family_has_a_size(fresh_world: World) -> None:
    """AE-82: neither a new child, nor an adopted one, nor a merge gives more than the organisation allows."""
    await _decide(fresh_world, max_children=2)
    full = case("K40")
    assert await _codes(fresh_world, "createChildCase", idempotencyKey="1", parentId=full) == ["CHILD_LIMIT"]
    assert await _codes(fresh_world, "addChildCases", parentId=full, childIds=[case("K15")]) == ["CHILD_LIMIT"]
    merging = {"targetId": full, "caseIds": [case("K43")]}
    assert await _codes(fresh_world, "mergeCases", idempotencyKey="2", **merging) == ["CHILD_LIMIT"]
    assert await _codes(fresh_world, "removeChildCase", parentId=full, childId=case("K41")) == []
    assert await _codes(fresh_world, "mergeCases", idempotencyKey="3", **merging) == []


async def test_the_default_comes_with_another_contact_and_not_with_another_title(fresh_world: World) -> None:
    """AE-69: on update the default acts only where customer, contact or product changed and nothing is applied."""
    await _decide(fresh_world, auto_entitlement_on_update=True)
    answer = "case { version entitlement { name } }"
    given: dict[str, Any] = {"idempotencyKey": "1", "caseId": case("K77"), "entitlementId": None}
    held = await do(fresh_world, "rae", "applyEntitlement", given, answer=answer)
    assert held["case"]["entitlement"] is None
    for patch, expected in (({"title": "Other"}, None), ({"contactId": None}, {"name": "Northwind cases"})):
        given = {"caseId": case("K77"), "version": held["case"]["version"], "patch": patch}
        held = await do(fresh_world, "rae", "updateCase", given, answer=answer)
        assert held["case"]["entitlement"] == expected


async def test_a_new_customer_brings_its_own_default(fresh_world: World) -> None:
    """CS-37 with AE-69: the old entitlement goes, the new customer's default comes."""
    await _decide(fresh_world, auto_entitlement_on_update=True)
    before = await fresh_world.data("rae", "query ($id: ID!) { case(id: $id) { version } }", {"id": case("K70")})
    given = {
        "caseId": case("K70"),
        "version": before["case"]["version"],
        "patch": {"customerId": customer("northwind")},
    }
    held = await do(fresh_world, "rae", "updateCase", given, answer="case { entitlement { name } }")
    assert held["case"]["entitlement"] == {"name": "Northwind cases"}


async def test_an_edit_is_not_refused_for_a_default_that_is_used_up(fresh_world: World) -> None:
    """D-12 restricts the creation of cases; an edit that named no entitlement goes without the default."""
    await _decide(fresh_world, auto_entitlement_on_create=True, auto_entitlement_on_update=True)
    connection = await asyncpg.connect(fresh_world.address.system)
    try:
        used_up = "update app.entitlement set restrict_case_creation = true, total_terms = 0 where is_default"
        await connection.execute(used_up)
    finally:
        await connection.close()
    given: dict[str, Any] = {"title": "New", "supportKind": "OTHER", "customerId": customer("northwind")}
    assert await _codes(fresh_world, "createCase", idempotencyKey="1", **given) == ["ENTITLEMENT_EXHAUSTED"]
    before = await fresh_world.data("rae", "query ($id: ID!) { case(id: $id) { version } }", {"id": case("K70")})
    given = {
        "caseId": case("K70"),
        "version": before["case"]["version"],
        "patch": {"customerId": customer("northwind")},
    }
    answer = "case { customer { name } entitlement { name } sla { name } }"
    held = await do(fresh_world, "rae", "updateCase", given, answer=answer)
    assert held["userErrors"] == []
    assert held["case"] == {"customer": {"name": "Northwind"}, "entitlement": None, "sla": {"name": "Standard"}}


async def test_a_kept_promise_is_judged_again_where_the_organisation_wants_it(fresh_world: World) -> None:
    """2.4: terminal clocks stay, unless the organisation recalculates."""
    answer = "case { slaInstances { kpi status } }"
    for recalculates, expected in ((False, "SUCCEEDED"), (True, "IN_PROGRESS")):
        await _decide(fresh_world, recalculate_sla=recalculates)
        key = {"idempotencyKey": f"resolve {recalculates}", "caseId": case("K76")}
        await do(fresh_world, "rae", "resolveCase", {**key, **DONE})
        key = {"idempotencyKey": f"back {recalculates}", "caseId": case("K76")}
        held = await do(fresh_world, "rae", "reactivateCase", key, answer=answer)
        assert {"kpi": "RESOLVE", "status": expected} in held["case"]["slaInstances"]


async def test_an_entitlement_of_a_package_ties_the_case_to_its_agreement(fresh_world: World) -> None:
    """CA-38b: the case that had none is no longer an additional one for want of them."""
    given = {"idempotencyKey": "1", "caseId": case("K4"), "entitlementId": entitlement("B1-reactive")}
    answer = "case { package { name } agreement { number } entitlement { name } }"
    held = await do(fresh_world, "rae", "applyEntitlement", given, answer=answer)
    assert held["case"]["package"] == {"name": "Unified Base 2025"}
    assert held["case"]["agreement"] == {"number": "U-2025-0114"}
