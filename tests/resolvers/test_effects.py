"""What effects mean: terms charged and returned, clocks started and stopped, sight gained and lost, to who may know."""

from typing import Any

from tests.resolvers.desk import case, customer, entitlement
from tests.talk import identified
from tests.world import World

TOLD = """planned userErrors { code } effects {
  type change count terms { entitlement origin quantity } clocks { kpi status } sight { name what gains }
}"""


async def told(world: World, viewer: str, mutation: str, given: dict[str, Any], kind: str | None = None) -> Any:
    """The effects of a plan by type and change."""
    input_type = kind or f"{mutation[0].upper()}{mutation[1:]}Input"
    document = f"mutation ($i: {input_type}!) {{ {mutation}(input: $i, plan: true) {{ {TOLD} }} }}"
    payload = (await world.data(viewer, document, {"i": given}))[mutation]
    assert payload["userErrors"] == []
    return {(each["type"], each["change"]): each for each in payload["effects"]}


async def test_a_new_case_charges_and_starts_its_clocks(world: World) -> None:
    given = {"idempotencyKey": "k", "title": "Cold", "supportKind": "PROBLEM_RESOLUTION", "origin": "PHONE"}
    line = {"customerId": customer("tostado"), "entitlementId": entitlement("terms-gold")}
    found = await told(world, "rae", "createCase", {**given, **line})
    assert found["Consumption", "CREATED"]["terms"] == [
        {"entitlement": entitlement("terms-gold"), "origin": "PHONE", "quantity": "1.00"}
    ]
    assert [each["kpi"] for each in found["SlaClock", "CREATED"]["clocks"]] == ["FIRST_RESPONSE", "RESOLVE"]


async def test_another_entitlement_gives_back_here_and_takes_there(world: World) -> None:
    """D-16: one movement each, by entitlement"""
    given = {"idempotencyKey": "k", "caseId": case("K70"), "entitlementId": entitlement("terms-second")}
    moved = (await told(world, "mo", "applyEntitlement", given))["Consumption", "CREATED"]["terms"]
    assert sorted(float(each["quantity"]) for each in moved) == [-1.0, 1.0]
    assert {each["entitlement"] for each in moved} >= {entitlement("terms-second")}


async def test_a_cancelled_case_stops_its_clocks_and_gives_its_terms_back(world: World) -> None:
    found = await told(world, "mo", "cancelCase", {"idempotencyKey": "k", "caseId": case("K70")}, "CaseInput")
    assert {each["status"] for each in found["SlaClock", "CHANGED"]["clocks"]} <= {"CANCELED", "NONCOMPLIANT"}
    assert [float(each["quantity"]) for each in found["Consumption", "CREATED"]["terms"]] == [-1.0]


async def test_terms_are_told_to_who_may_see_terms_only(world: World) -> None:
    """The count of charges and the charges themselves have the same readers"""
    given = {"idempotencyKey": "k", "title": "Help", "supportKind": "OTHER"}
    found = await told(world, "sam", "createCase", {**given, "workspaceId": identified("Workspace", "contoso/W1")})
    assert ("Consumption", "CREATED") not in found
