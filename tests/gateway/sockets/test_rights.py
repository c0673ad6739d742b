"""A right that ends, ends what it opened: with the event that would have come, and without any event (5.5, W-11)."""

from datetime import UTC, datetime, timedelta
from typing import Any

import asyncpg
import pytest

from resolvers import ids
from tests.gateway.sockets.watching import CHANGES, FIGURES, SOON, did, retitle
from tests.live import Client, Live
from tests.resolvers.desk import case, owned
from tests.talk import identified
from tests.world import NOON

W1 = identified("Workspace", "contoso/W1")


async def _watching(live: Live, client: Client, name: str) -> None:
    await client.subscribe("1", CHANGES, {"id": case(name)})
    await live.following()


async def test_w_11_no_event_is_told_after_a_share_was_taken_back(live_world: Live) -> None:
    """CA-12b: bo sees K20 by a share of its own, and by nothing else."""
    async with live_world.talking("bo") as client:
        await _watching(live_world, client, "K20")
        await retitle(live_world, "K20", "Before")
        assert (await client.data())["caseChanged"]["case"] == {"title": "Before"}
        await did(live_world, "mo", "unshareCase", {"caseId": case("K20"), "userId": identified("User", "bo")})
        await retitle(live_world, "K20", "After")
        assert await client.code(SOON) == "FORBIDDEN"
        assert await client.silent()


async def test_w_11_the_right_ends_the_subscription_also_when_nothing_happens(live_world: Live) -> None:
    """CA-12a: ann sees K20 through a group."""
    async with live_world.talking("ann") as client:
        await _watching(live_world, client, "K20")
        group = owned("SupportGroup", "G1")
        await did(live_world, "maya", "setGroupMembers", {"groupId": group, "memberIds": []})
        assert await client.code(SOON) == "FORBIDDEN"
        await client.say("ping")
        assert await client.hear() == {"type": "pong"}


async def test_t_16_whoever_leaves_the_last_workspace_leaves_the_socket(live_world: Live) -> None:
    """K-23: with a token that holds for an hour."""
    async with live_world.talking("cy") as watching, live_world.talking("cy") as idle:
        await _watching(live_world, watching, "K20")
        await did(live_world, "maya", "removeMember", {"workspaceId": W1, "userId": identified("User", "cy")})
        assert await watching.closed(SOON) == (4403, "NOT_FOUND")
        assert await idle.closed(SOON) == (4403, "NOT_FOUND")


async def test_a_03_personal_accounts_are_out_when_their_workspace_shuts_them_out(live_world: Live) -> None:
    """AE-37: pablo is a personal member of a workspace whose override admits it."""
    w1 = identified("Workspace", "fabrikam/W1")
    share = {"idempotencyKey": "1", "caseId": identified("Case", "fabrikam/K1"), "userId": identified("User", "pablo")}
    await did(live_world, "fran", "shareCase", share)
    async with live_world.talking("pablo") as client:
        await client.subscribe("1", CHANGES, {"id": share["caseId"]})
        await live_world.following()
        await did(live_world, "fred", "setPersonalAccounts", {"workspaceId": w1, "allowed": False})
        assert await _codes(client) <= {"ACCOUNT_TYPE_NOT_ALLOWED"}
        assert await client.closed(SOON) == (4403, "ACCOUNT_TYPE_NOT_ALLOWED")


async def _codes(client: Client) -> set[str]:
    """Codes of what is told before the socket ends: it may end first."""
    try:
        return {await client.code(SOON)}
    except Exception:
        return set()


async def test_ca_10_who_may_no_more_see_the_page_hears_no_more_of_it(live_world: Live) -> None:
    async with live_world.talking("cam") as client:
        await client.subscribe("1", FIGURES, {"w": [W1]})
        await live_world.following()
        role = {"userId": identified("User", "cam"), "role": "CUSTOMER_ACTIVITY", "workspaceId": W1}
        await did(live_world, "maya", "revokeRole", role)
        assert await client.code(SOON) == "FORBIDDEN"


async def test_a_04_a_right_that_ends_with_the_day_ends_then(live_world: Live) -> None:
    """Premier's last day: nobody does anything, and nobody restarts."""
    async with live_world.talking("pia") as client:
        await client.subscribe("1", CHANGES, await _of_pia(live_world))
        await live_world.following()
        last = await _last_day_of_premier(live_world)
        live_world.stand_at(last + timedelta(days=1))
        assert await _codes(client) <= {"ACCOUNT_TYPE_NOT_ALLOWED"}
        assert await client.closed(SOON) == (4403, "ACCOUNT_TYPE_NOT_ALLOWED")


async def _of_pia(live: Live) -> dict[str, Any]:
    found = await live.data("pia", "{ cases(view: ALL) { nodes { id } } }")
    return {"id": found["cases"]["nodes"][0]["id"]}


async def _last_day_of_premier(live: Live) -> datetime:
    connection = await asyncpg.connect(live.address.system)
    try:
        last = await connection.fetchval(
            "select max(a.ends_on) from app.agreement a join app.package p on p.agreement_id = a.id"
            " join app.workspace_package m on m.package_id = p.id join app.workspace w on w.id = m.workspace_id"
            " join app.role_grant g on g.workspace_id = w.id join app.app_user u on u.id = g.user_id"
            " where a.program = 'PREMIER' and u.display_name = 'Pia Palm'"
        )
    finally:
        await connection.close()
    return NOON.replace(year=last.year, month=last.month, day=last.day)


@pytest.mark.parametrize(("who_ends_it", "where"), [("pam", "partner-p"), ("fred", "fabrikam")])
async def test_t_17_what_was_lent_ends_for_those_who_listen(live_world: Live, who_ends_it: str, where: str) -> None:
    """3.5: whichever end terminates the relationship, the partner's people hear nothing more."""
    async with live_world.knocking() as client:
        await _acting(live_world, client)
        given = {"id": await _relationship(live_world)}
        await did(
            live_world, who_ends_it, "terminateDelegation", given, headers={"x-tenant": identified("Tenant", where)}
        )
        await _over(client)


async def test_t_17_what_was_lent_until_a_moment_ends_at_that_moment(live_world: Live) -> None:
    """AE-54: at the very end it is over, and nobody had to do anything."""
    async with live_world.knocking() as client:
        await _acting(live_world, client)
        live_world.stand_at(datetime(2026, 2, 28, 23, 59, 59, tzinfo=UTC))
        await client.say("ping")
        assert await client.hear() == {"type": "pong"}
        live_world.stand_at(datetime(2026, 3, 1, tzinfo=UTC))
        await _over(client)


async def _acting(live: Live, client: Client) -> None:
    """Petra, whose organisation acts for Fabrikam, watches a case of it."""
    await client.init(live.token("petra"), **{"X-Tenant": identified("Tenant", "fabrikam")})
    await client.subscribe("1", CHANGES, {"id": identified("Case", "fabrikam/K1")})
    await live.following()


async def _over(client: Client) -> None:
    assert await _codes(client) <= {"FORBIDDEN"}
    assert (await client.closed(SOON))[0] == 4403


async def _relationship(live: Live) -> str:
    connection = await asyncpg.connect(live.address.system)
    try:
        id = await connection.fetchval(
            "select r.id::text from app.partner_relationship r join app.tenant t on t.id = r.tenant_id"
            " where r.kind = 'DELEGATED' and r.status = 'ACTIVE' and t.name = 'Fabrikam'"
        )
    finally:
        await connection.close()
    return ids.encode("PartnerRelationship", id)
