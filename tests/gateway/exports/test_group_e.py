"""Links in other hands, and rights that end (E-03, E-09, A-03, T-16)."""

import asyncio
from datetime import timedelta
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from gateway.demo import ids as names
from gateway.exports.sending import RightLost
from resolvers import ids
from tests.gateway.exports.events import failure, has_state, link_ends, served, without_grants
from tests.gateway.exports.jobs import ended, exported, fetch, job, start, until, use
from tests.world import NOON, World

ABSENT = f"/exports/{ids.encode('ExportJob', names.of('no such job'))}"


def told(answer: Any) -> tuple[int, bytes, dict[str, str]]:
    """All of an answer."""
    return answer.status_code, answer.content, dict(answer.headers)


@pytest.mark.parametrize("viewer", ["gil", "rae", "cy", "fred", "petra", "nils", "zoe", "robot", "reader"])
async def test_e_03_a_link_in_other_hands_is_the_same_as_one_that_leads_nowhere(
    fresh_world: World, viewer: str
) -> None:
    done = await exported(fresh_world, "maya", "CASES")
    path = done["url"].partition("?")[0]
    found = told(await fetch(fresh_world, viewer, path))
    assert found == told(await fetch(fresh_world, viewer, ABSENT))
    assert found[0] == 404
    assert told(await fetch(fresh_world, viewer, done["url"]))[:2] == found[:2]


async def test_e_03_so_is_an_expired_one_and_its_file_goes(fresh_world: World, tmp_path: Path) -> None:
    done = await exported(fresh_world, "maya", "CASES")
    folder = fresh_world.gateway.folder.path
    assert len(list(folder.iterdir())) == 1
    fresh_world.stand_at(NOON + timedelta(hours=73))
    late = await fresh_world.client.get(done["url"], headers={"authorization": f"Bearer {fresh_world.token('maya')}"})
    await fresh_world.gateway.exports.swept()
    assert told(late) == told(await fetch(fresh_world, "maya", ABSENT))
    assert (await job(fresh_world, "maya", done["id"]))["state"] == "EXPIRED"
    assert list(folder.iterdir()) == []


async def test_t_16_so_is_one_whose_reader_is_no_member_any_more(fresh_world: World) -> None:
    """E-03, E-09"""
    done = await exported(fresh_world, "cy", "CASES")
    assert (await fetch(fresh_world, "cy", done["url"])).status_code == 200
    await without_grants(fresh_world, "cy")
    path = done["url"].partition("?")[0]
    assert told(await fetch(fresh_world, "cy", path)) == told(await fetch(fresh_world, "cy", ABSENT))


@pytest.mark.parametrize(
    ("viewer", "kind", "role"),
    [
        ("lea", "EDUCATION", "LEARNING_MANAGER"),
        ("cam", "CONSUMPTION", "CUSTOMER_ACTIVITY"),
        ("di", "CASES", "VIEW_ALL_SUPPORT_REQUESTS"),
        ("petra", "PORTFOLIO_USAGE", "PARTNER_ADMIN_AGENT"),
    ],
)
async def test_e_09_a_right_that_was_lost_closes_the_link(
    fresh_world: World, viewer: str, kind: str, role: str
) -> None:
    done = await exported(fresh_world, viewer, kind)
    await without_grants(fresh_world, viewer, role)
    assert (await fetch(fresh_world, viewer, done["url"])).status_code == 404


async def test_e_09_so_does_a_link_to_a_customer_that_is_over(fresh_world: World) -> None:
    """D-27: the file holds figures of a customer that its reader may not read any more; one without it stays."""
    tailspin = {"customerTenantIds": [ids.encode("Tenant", names.of("tailspin"))]}
    whole = await exported(fresh_world, "petra", "PORTFOLIO_USAGE")
    of_tailspin = await exported(fresh_world, "reader", "PORTFOLIO_DEPLOYMENT", portfolio=tailspin)
    for days_ago, status in ((27, 200), (28, 404)):
        await link_ends(fresh_world, "contoso", days_ago)
        assert (await fetch(fresh_world, "petra", whole["url"])).status_code == status
    assert (await fetch(fresh_world, "reader", of_tailspin["url"])).status_code == 200
    anew = await fetch(fresh_world, "petra", (await exported(fresh_world, "petra", "PORTFOLIO_USAGE"))["url"])
    assert "Contoso" not in anew.text


@pytest.mark.parametrize("how", ["job", "at once"])
@pytest.mark.parametrize("loss", ["role", "link"])
async def test_t_16_a_right_lost_while_the_file_is_sent_breaks_it_off(
    fresh_world: World, monkeypatch: pytest.MonkeyPatch, how: str, loss: str
) -> None:
    """E-09: what is left of the file stays here."""
    monkeypatch.setattr("gateway.exports.sending.AGAIN_SECONDS", 0.0)
    job_url = (await exported(fresh_world, "petra", "PORTFOLIO_USAGE"))["url"]
    url = job_url if how == "job" else "/exports/portfolio/usage.csv"

    async def loses(message: Any) -> None:
        if message["type"] == "http.response.start":
            assert message["status"] == 200
            if loss == "role":
                await without_grants(fresh_world, "petra")
            else:
                await link_ends(fresh_world, "contoso", 28)

    with pytest.raises(RightLost):
        await served(fresh_world, url, asyncio.Event(), heard=loses)


async def test_e_09_so_does_a_share_that_was_taken_back(fresh_world: World) -> None:
    """The file holds a case that its reader cannot see any more."""
    owner = await asyncpg.connect(fresh_world.address.owner)
    shared = await owner.fetchrow(
        "select s.id, u.oid from app.incident_share s join app.app_user u on u.id = s.user_id"
    )
    assert shared is not None
    viewer = next(key for key in ("bo", "ann", "ed", "hal", "kim") if names.of(f"oid/{key}") == str(shared["oid"]))
    done = await exported(fresh_world, viewer, "CASES")
    assert (await fetch(fresh_world, viewer, done["url"])).status_code == 200
    await owner.execute("delete from app.incident_share where id = $1", shared["id"])
    await owner.close()
    assert (await fetch(fresh_world, viewer, done["url"])).status_code == 404


async def test_e_09_a_right_lost_while_the_file_is_written_stops_the_job(fresh_world: World) -> None:
    await use(fresh_world, 20_000)
    id = await start(fresh_world, "cam", "CONSUMPTION", "XLSX")
    await until(lambda: has_state(fresh_world, "cam", id, "RUNNING"), 60)
    await without_grants(fresh_world, "cam", "CUSTOMER_ACTIVITY")
    assert (await ended(fresh_world, "cam", id, 3))["failure"]["code"] == "FORBIDDEN"
    assert list(fresh_world.gateway.folder.path.iterdir()) == []


async def test_a_03_a_barred_personal_account_has_no_file_and_no_job(idle_world: World) -> None:
    world = idle_world
    done = await start(world, "pablo", "CASES")
    await world.gateway.exports.once()
    url = (await job(world, "pablo", done))["url"]
    assert (await fetch(world, "pablo", url)).status_code == 200
    waiting = await start(world, "pablo", "CASES")
    switch = "mutation ($i: SetPersonalAccountsInput!) { setPersonalAccounts(input: $i) { userErrors { code } } }"
    given = {"workspaceId": ids.encode("Workspace", names.of("fabrikam/W1")), "allowed": False}
    assert (await world.data("fred", switch, {"i": given}))["setPersonalAccounts"]["userErrors"] == []
    refused = (await world.ask("pablo", "{ cases { totalCount } }")).json()["errors"][0]["extensions"]["code"]
    link = (await fetch(world, "pablo", url)).json()["errors"][0]["extensions"]["code"]
    assert link == refused == "ACCOUNT_TYPE_NOT_ALLOWED"
    await world.gateway.exports.once()
    assert await failure(world, waiting) == "ACCOUNT_TYPE_NOT_ALLOWED"
