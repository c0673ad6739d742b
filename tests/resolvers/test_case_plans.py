"""A planned mutation changes nothing, and says exactly what applying it then does: for everything done to cases."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pytest

from tests.resolvers.desk import case, customer, do, entitlement, everything, owned
from tests.talk import identified
from tests.world import World


@dataclass(frozen=True)
class Trial:
    """One mutation by a manager, after others."""

    mutation: str
    given: Mapping[str, Any]
    refused: str | None = None

    def __str__(self) -> str:
        return f"{self.mutation}-{self.refused}" if self.refused else self.mutation


def _keyed(**given: Any) -> dict[str, Any]:
    return {"idempotencyKey": "k", **given}


_ALL = {"field": "PRIORITY", "operator": "IS_SET", "values": ["true"]}
RESOLUTION = {"type": "PROBLEM_SOLVED", "text": "It works again."}

TRIALS = [
    Trial("updateCase", {"caseId": case("K70"), "patch": {"title": "Oven is mute", "priority": "LOW"}}),
    Trial("updateCase", {"caseId": case("K70"), "patch": {"customerId": customer("northwind")}}),
    Trial("updateCase", {"caseId": case("K70"), "patch": {"status": "ON_HOLD"}}),
    Trial("updateCase", {"caseId": case("K70"), "version": 7, "patch": {"title": "Late"}}, refused="CONFLICT"),
    Trial("applyEntitlement", _keyed(caseId=case("K70"), entitlementId=entitlement("terms-second"))),
    Trial("applyEntitlement", _keyed(caseId=case("K70"), entitlementId=None)),
    Trial("setDecrement", {"caseId": case("K70"), "decrement": False}),
    Trial("assignCase", {"caseId": case("K70"), "ownerId": identified("User", "rob")}),
    Trial("resolveCase", _keyed(caseId=case("K73"), **RESOLUTION)),
    Trial("resolveCase", _keyed(caseId=case("K23"), cancelOpenActivities=True, **RESOLUTION)),
    Trial("resolveCase", _keyed(caseId=case("K23"), **RESOLUTION), refused="OPEN_ACTIVITIES"),
    Trial("cancelCase", _keyed(caseId=case("K70"))),
    Trial("reactivateCase", _keyed(caseId=case("K74"))),
    Trial("reactivateCase", _keyed(caseId=case("K72"))),
    Trial("moveStage", _keyed(caseId=case("K70"), direction="NEXT")),
    Trial("abandonProcess", _keyed(caseId=case("K70"))),
    Trial("createChildCase", _keyed(parentId=case("K40"), description="Move the lamps")),
    Trial("addChildCases", {"parentId": case("K40"), "childIds": [case("K15"), case("K5")]}),
    Trial("removeChildCase", {"parentId": case("K40"), "childId": case("K41")}),
    Trial("mergeCases", _keyed(targetId=case("K2"), caseIds=[case("K20"), case("K43")])),
    Trial("linkArticle", {"caseId": case("K70"), "articleId": owned("KnowledgeArticle", "KA1"), "usage": "SOLUTION"}),
    Trial("unlinkArticle", {"caseId": case("K2"), "articleId": owned("KnowledgeArticle", "KA1")}),
    Trial("addTimelineEntry", _keyed(caseId=case("K70"), recordType="NOTE", body="It is warm.")),
    Trial("completeActivity", {"activityId": owned("TimelineEntry", "K23/task-1"), "durationMinutes": 5}),
    Trial("createSubject", _keyed(title="Ovens")),
    Trial("createProduct", _keyed(number="PRD-900", name="Oven", state="ACTIVE")),
    Trial("createCustomer", _keyed(kind="CONTACT", name="Tim", accountId=customer("tostado"))),
    Trial(
        "createEntitlement",
        _keyed(
            customerId=customer("tostado"),
            name="Silver",
            startsOn="2025-06-01",
            endsOn="2026-05-31",
            channels=[{"origin": "WEB", "totalTerms": "0"}],
            productIds=[owned("Product", "P1")],
            contactIds=[customer("c-tom")],
        ),
    ),
    Trial(
        "updateEntitlement",
        {"entitlementId": entitlement("terms-draft"), "version": 1, "patch": {"name": "Drawn", "totalTerms": "3"}},
    ),
    Trial("activateEntitlement", _keyed(entitlementId=entitlement("terms-draft"))),
    Trial("deactivateEntitlement", _keyed(entitlementId=entitlement("northwind-default"))),
    Trial("cancelEntitlement", _keyed(entitlementId=entitlement("terms-waiting"))),
    Trial("cancelEntitlement", _keyed(entitlementId=entitlement("terms-draft")), refused="ENTITLEMENT_STATE"),
    Trial("renewEntitlement", _keyed(entitlementId=entitlement("terms-expired"))),
    Trial("setDefaultEntitlement", _keyed(entitlementId=entitlement("northwind-gold"))),
    Trial("addToQueue", {"caseId": case("K70"), "queueId": owned("Queue", "Q-mail")}),
    Trial("pickQueueItem", {"itemId": owned("QueueItem", "Q-tier2/K70"), "removeFromQueue": True}),
    Trial("releaseQueueItem", {"itemId": owned("QueueItem", "Q-tier2/K20")}),
    Trial("routeQueueItem", {"itemId": owned("QueueItem", "Q-tier2/K20"), "queueId": owned("Queue", "Q-mail")}),
    Trial("removeFromQueue", {"itemId": owned("QueueItem", "Q-mail/K76")}),
    Trial("saveAndRoute", _keyed(caseId=case("K76"), version=2, patch={"priority": "HIGH"})),
    Trial("saveAndRoute", _keyed(caseId=case("K71")), refused="CASE_NOT_ACTIVE"),
    Trial("applyRoutingRule", _keyed(caseIds=[case("K22"), case("K23")])),
    Trial(
        "saveRoutingRuleSet",
        _keyed(
            ruleSetId=owned("RoutingRuleSet", "R2"),
            name="Holidays",
            rules=[{"name": "All", "condition": _ALL, "queueId": owned("Queue", "Q-mail")}],
        ),
    ),
    Trial("activateRoutingRuleSet", {"ruleSetId": owned("RoutingRuleSet", "R2")}),
]


@pytest.mark.parametrize("trial", TRIALS, ids=str)
async def test_a_plan_changes_nothing_and_tells_what_applying_does(trial: Trial, fresh_world: World) -> None:
    given = await _with_version(fresh_world, trial)
    before = await everything(fresh_world)
    planned = await do(fresh_world, "mo", trial.mutation, given, plan=True)
    assert await everything(fresh_world) == before
    applied = await do(fresh_world, "mo", trial.mutation, given)
    assert planned == {**applied, "planned": True}
    assert [error["code"] for error in applied["userErrors"]] == ([trial.refused] if trial.refused else [])
    assert bool(applied["effects"]) is not bool(trial.refused)
    changed = await everything(fresh_world) != before
    assert changed is not bool(trial.refused)


async def _with_version(world: World, trial: Trial) -> Mapping[str, Any]:
    """What is given, with the version of today where none is said."""
    if trial.mutation != "updateCase" or "version" in trial.given:
        return trial.given
    data = await world.data("mo", "query ($id: ID!) { case(id: $id) { version } }", {"id": trial.given["caseId"]})
    return {**trial.given, "version": data["case"]["version"]}
