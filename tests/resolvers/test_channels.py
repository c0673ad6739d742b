"""What is left of a channel is told to whom, and for when, what is left of its entitlement is told."""

import asyncpg

from resolvers import ids
from tests.resolvers.desk import do, entitlement, owned
from tests.world import World

LINE = entitlement("B1-reactive")
_CHANNEL = """
insert into app.entitlement_channel (tenant_id, entitlement_id, origin, total_terms)
select tenant_id, id, 'PHONE', 5 from app.entitlement where id = $1
"""
ASKED = "query ($id: ID!) { entitlement(id: $id) { name channels { origin totalTerms remaining } } }"
PAGE = """query ($of: [ID!], $asOf: Date) { customerActivity(agreementIds: $of, asOf: $asOf) {
  enterpriseWide { lines { entitlements { id channels { remaining } } } }
} }"""


async def _with_channel(world: World) -> None:
    """A line of a package, as an import may bring it: five cases by telephone."""
    connection = await asyncpg.connect(world.address.system)
    try:
        await connection.execute(_CHANNEL, ids.of("Entitlement", LINE))
    finally:
        await connection.close()


async def test_whoever_may_not_see_terms_sees_no_channels_remainder(fresh_world: World) -> None:
    """CA-11: a plain member reads how much there is, an administrator of the workspace also what is left."""
    await _with_channel(fresh_world)
    told = (await fresh_world.data("maya", ASKED, {"id": LINE}))["entitlement"]["channels"]
    # One of the line's nine charges came by telephone: the case that was opened yesterday (K23).
    assert told == [{"origin": "PHONE", "totalTerms": "5.00", "remaining": "4.00"}]
    refused = (await fresh_world.ask("ann", ASKED, {"id": LINE})).json()
    assert refused["data"]["entitlement"]["channels"] == [{"origin": "PHONE", "totalTerms": "5.00", "remaining": None}]
    assert [error["extensions"]["code"] for error in refused["errors"]] == ["FORBIDDEN"]


async def test_a_past_day_tells_what_was_left_of_a_channel_then(fresh_world: World) -> None:
    """I-9: a page of a past day counts what was used until then."""
    await _with_channel(fresh_world)
    given = {"title": "Printer", "supportKind": "PROBLEM_RESOLUTION", "origin": "PHONE", "entitlementId": LINE}
    await do(fresh_world, "cy", "createCase", {"idempotencyKey": "1", "workspaceId": owned("Workspace", "W1"), **given})
    assert await _left(fresh_world, None) == "3.00"
    assert await _left(fresh_world, "2025-06-14") == "4.00"
    assert await _left(fresh_world, "2025-06-13") == "5.00"


async def _left(world: World, as_of: str | None) -> str:
    page = await world.data("maya", PAGE, {"of": [owned("Agreement", "A1")], "asOf": as_of})
    lines = page["customerActivity"]["enterpriseWide"]
    told = {each["id"]: each["channels"] for group in lines for line in group["lines"] for each in line["entitlements"]}
    left: str = told[LINE][0]["remaining"]
    return left
