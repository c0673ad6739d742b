"""Working on cases through the API, and looking at all rows behind its back."""

from collections.abc import Mapping
from typing import Any

import asyncpg

from tenancy.tables import LiveSubscription, RateBucket, Table
from tests.talk import identified
from tests.world import World

CASE = """
case {
  title state status version decrementTerms slaSource closedAt
  entitlement { name consumed remaining } owner { displayName } parent { title } master { title }
  children { totalCount } mergedCases { totalCount } timeline { totalCount nodes { recordType activityType state } }
  slaInstances { kpi status failureTime secondsToFailure }
  process { current status } knowledge { usage sentToCustomer article { number } }
}
"""

LIFE = (
    "activateEntitlement",
    "deactivateEntitlement",
    "cancelEntitlement",
    "renewEntitlement",
    "setDefaultEntitlement",
)
"""What is done to an entitlement as a whole."""

QUEUEING = ("addToQueue", "pickQueueItem", "releaseQueueItem", "routeQueueItem", "removeFromQueue")

INPUTS = {
    **dict.fromkeys(("cancelCase", "reactivateCase", "abandonProcess"), "CaseInput"),
    **dict.fromkeys(LIFE, "EntitlementInput"),
    **dict.fromkeys(("releaseQueueItem", "removeFromQueue"), "QueueItemInput"),
    "activateRoutingRuleSet": "RoutingRuleSetInput",
    "unmapPackage": "MapPackageInput",
    **dict.fromkeys(("approveDelegation", "terminateDelegation"), "DelegationInput"),
}
"""Mutations whose input is named otherwise than themselves."""

ENTITLEMENT = """
entitlement {
  name state totalTerms remaining decreaseOn isDefault version startsOn endsOn customer { name }
  channels { origin totalTerms } products { name } contacts { name }
}
"""

ANSWERS = {
    "createSubject": "subject { title description parent { title } }",
    "createProduct": "product { number name structure state }",
    "createCustomer": "customer { kind name email phone account { name } }",
    **dict.fromkeys(("createEntitlement", "updateEntitlement", *LIFE), ENTITLEMENT),
    **dict.fromkeys(QUEUEING, "item { state enteredOn queue { name } workedBy { displayName } case { version } }"),
    **dict.fromkeys(
        ("saveAndRoute", "applyRoutingRule"), "routed { rule case { title version owner { displayName } } }"
    ),
    **dict.fromkeys(("saveRoutingRuleSet", "activateRoutingRuleSet"), "ruleSet { name state rules { position name } }"),
    "addTimelineEntry": "entry { recordType activityType subject body state durationMinutes } " + CASE,
    "completeActivity": "entry { id state durationMinutes } " + CASE,
}


def document(mutation: str, answer: str | None = None) -> str:
    """A document that does one thing, or plans it, and tells all about it."""
    input_type = INPUTS.get(mutation, f"{mutation[0].upper()}{mutation[1:]}Input")
    told = answer or ANSWERS.get(mutation, CASE)
    return (
        f"mutation ($input: {input_type}!, $plan: Boolean!) {{ {mutation}(input: $input, plan: $plan) {{ "
        f"planned userErrors {{ code field rule }} effects {{ type change count }} {told} }} }}"
    )


async def do(world: World, viewer: str, mutation: str, given: Mapping[str, Any], **more: Any) -> Any:
    """What a mutation answers; it must not fail, but it may be refused by a rule."""
    body = await said(world, viewer, mutation, given, **more)
    assert "errors" not in body, body
    return body["data"][mutation]


async def said(
    world: World, viewer: str, mutation: str, given: Mapping[str, Any], *, plan: bool = False, **more: Any
) -> Any:
    """The whole body that a mutation answers."""
    answer = more.pop("answer", None)
    variables = {"input": given, "plan": plan}
    return (await world.ask(viewer, document(mutation, answer), variables, **more)).json()


def case(name: str) -> str:
    return identified("Case", f"contoso/{name}")


def entitlement(name: str) -> str:
    return identified("Entitlement", f"contoso/{name}")


def customer(name: str) -> str:
    return identified("Customer", f"contoso/{name}")


def owned(type_name: str, name: str) -> str:
    return identified(type_name, f"contoso/{name}")


async def everything(world: World) -> dict[str, str]:
    """A digest of every table: two moments with equal digests are the same; what is written by the way is no part."""
    connection = await asyncpg.connect(world.address.system)
    try:
        return {row[0]: row[1] for row in await connection.fetch(_DIGESTS)}
    finally:
        await connection.close()


def _digest(table: str) -> str:
    """How many rows, and the sum of what each of them hashes to: their order does not matter."""
    content = "count(*) || ':' || coalesce(sum(hashtextextended(t::text, 0)), 0)"
    return f"select '{table}', {content} from {table} t"  # noqa: S608  names of our own tables


_BESIDE = (RateBucket.__table__, LiveSubscription.__table__)
"""What is written by the way, whoever asks what: the rates, and the roll of those who listen at the moment."""

_DIGESTS = " union all ".join(_digest(table.fullname) for table in Table.metadata.sorted_tables if table not in _BESIDE)
