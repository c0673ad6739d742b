"""The clients of npm at the real server: graphql-ws over sockets, graphql-sse over streams (5.5, W-01..W-07)."""

import shutil
from typing import Any, Final

import pytest

from tests.gateway.sockets.clients.node import HERE, KINDS, NodeClient, client_of
from tests.gateway.sockets.watching import CHANGES, ENTRIES, FIGURES, did, retitle
from tests.live import Live
from tests.resolvers.desk import case
from tests.talk import identified

K1: Final = {"id": case("K1")}
PLACE: Final = ("caseChanged", "eventId")
W1: Final = [identified("Workspace", "contoso/W1")]

pytestmark = pytest.mark.skipif(
    not shutil.which("node") or not (HERE / "node_modules" / "graphql-ws").is_dir(),
    reason="no Node.js, or its packages are not installed: `make test` does that where there is npm",
)
both = pytest.mark.parametrize("kind", KINDS)


async def _titles(client: NodeClient, name: str, count: int) -> list[str]:
    return [(await client.data(name))["caseChanged"]["case"]["title"] for _ in range(count)]


def _url(live: Live) -> str:
    return f"{live.gateway.settings.public_url}/graphql"


@both
async def test_a_client_hears_what_it_subscribed_to_and_can_stop(live_world: Live, kind: str) -> None:
    """Two at once: on one socket, or as two streams."""
    async with client_of(kind, _url(live_world), live_world.token("mo")) as client:
        client.subscribe("case", CHANGES, K1)
        client.subscribe("other", CHANGES, {"id": case("K20")})
        await live_world.following(many=2)
        await retitle(live_world, "K1", "One")
        await retitle(live_world, "K20", "Two")
        assert await _titles(client, "case", 1) == ["One"]
        assert await _titles(client, "other", 1) == ["Two"]
        assert len(client.told("connected")) == (1 if kind == "ws" else 2)
        client.do("complete", name="other")
        await client.hear("complete", "other")
        await live_world.following(many=1)
        await retitle(live_world, "K1", "Three")
        assert await _titles(client, "case", 1) == ["Three"]


@both
async def test_an_administrator_hears_of_figures(live_world: Live, kind: str) -> None:
    async with client_of(kind, _url(live_world), live_world.token("maya")) as client:
        client.subscribe("figures", FIGURES, {"w": W1})
        await live_world.following(many=1)
        role = {"userId": identified("User", "ed"), "role": "SUPPORT_CONTACT", "workspaceId": W1[0]}
        await did(live_world, "maya", "grantRole", {"idempotencyKey": "1", **role})
        told = (await client.data("figures"))["customerActivityChanged"]
        assert told["category"] == "SUPPORT_CONTACTS"


@both
async def test_d_04_a_client_that_lost_its_line_goes_on_without_gap_or_repeat(live_world: Live, kind: str) -> None:
    """Its own retry sends the variables as they are by then: whoever keeps `after` in them misses nothing"""
    async with client_of(kind, _url(live_world), live_world.token("mo")) as client:
        client.subscribe("case", ENTRIES, K1, keep=("timelineAdded", "eventId"))
        await live_world.following(many=1)
        heard: list[str] = []
        for number in range(12):
            note = {"idempotencyKey": str(number), "caseId": case("K1"), "recordType": "NOTE", "subject": str(number)}
            if number % 4 == 2:
                client.do("drop")
            await did(live_world, "mo", "addTimelineEntry", note)
            if number % 4 != 2:
                while len(heard) <= number:
                    heard.append((await client.data("case"))["timelineAdded"]["entry"]["subject"])
        assert heard == [str(number) for number in range(12)]
        assert len(client.told("connected")) == 4
        assert client.told("next") == []


@both
async def test_what_is_refused_is_told_with_its_code(live: Live, kind: str) -> None:
    """An error frame on a socket; on a stream, which has none, a last result of errors alone"""
    async with client_of(kind, _url(live), live.token("ann")) as client:
        for name, query, variables, code in (
            ("unseen", CHANGES, K1, "NOT_FOUND"),
            ("forbidden", FIGURES, {"w": W1}, "FORBIDDEN"),
            ("wrong", "subscription { nothing }", {}, "GRAPHQL_VALIDATION_FAILED"),
            ("place", CHANGES, {"id": case("K20"), "after": "nonsense"}, "BAD_USER_INPUT"),
        ):
            client.subscribe(name, query, variables)
            assert await _refused(client, kind, name) == code


async def _refused(client: NodeClient, kind: str, name: str) -> Any:
    if kind == "ws":
        return (await client.hear("error", name))["told"][0]["extensions"]["code"]
    payload = (await client.hear("next", name))["payload"]
    assert "data" not in payload
    await client.hear("complete", name)
    return payload["errors"][0]["extensions"]["code"]


async def test_w_07_a_socket_with_an_expired_token_is_closed_and_comes_back_with_a_new_one(live_world: Live) -> None:
    async with client_of("ws", _url(live_world), live_world.short_token("mo", 3)) as client:
        client.subscribe("case", CHANGES, K1, keep=PLACE)
        await client.hear("connected")
        client.do("token", token=live_world.token("mo"))
        closed = await client.hear("closed")
        assert (closed["code"], closed["reason"]) == (4403, "Token expired")
        await client.hear("connected")
        await live_world.following(many=1)
        await retitle(live_world, "K1", "Later")
        assert await _titles(client, "case", 1) == ["Later"]


async def test_w_07_a_stream_ends_when_its_token_expires(live_world: Live) -> None:
    async with client_of("sse", _url(live_world), live_world.short_token("mo", 3)) as client:
        client.subscribe("case", CHANGES, K1)
        assert await _refused(client, "sse", "case") == "UNAUTHENTICATED"


@both
async def test_w_07_a_bad_token_opens_nothing(live: Live, kind: str) -> None:
    async with client_of(kind, _url(live), "nonsense") as client:
        client.subscribe("case", CHANGES, K1)
        if kind == "ws":
            closed = await client.hear("closed")
            assert (closed["code"], closed["reason"]) == (4403, "UNAUTHENTICATED")
        else:
            assert "401" in (await client.hear("error", "case"))["told"]


@pytest.mark.parametrize(("offered", "code"), [("none", 4406), ("graphql-ws", 1006)])
async def test_w_01_a_client_that_speaks_another_protocol_is_sent_away(live: Live, offered: str, code: int) -> None:
    """The older protocol has the name of the package, the likeliest mistake: without an answer to what they offered
    browsers and this client do not even open the line, and read no 4406 from it"""
    async with client_of("ws", _url(live), live.token("mo"), offered) as client:
        client.subscribe("case", CHANGES, K1)
        assert (await client.hear("closed"))["code"] == code
        await client.hear("error", "case")
        assert client.told("connected") == []


async def test_a_client_that_pings_is_answered_for_as_long_as_it_listens(live: Live) -> None:
    async with client_of("ws", _url(live), live.token("mo")) as client:
        client.subscribe("case", CHANGES, K1)
        for _ in range(3):
            await client.hear("pong")
        assert client.told("closed") == []
