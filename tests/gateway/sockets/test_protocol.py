"""Group W of security.md, frame by frame: what is said on a socket, and how it ends when it is said wrongly."""

import asyncio
from typing import Any

import pytest
from websockets.exceptions import InvalidStatus
from websockets.typing import Origin, Subprotocol

from tests.gateway.sockets.watching import CHANGES, SOON
from tests.live import Live
from tests.resolvers.desk import case
from tests.talk import identified

VIEWER = "{ viewer { name } }"


@pytest.mark.parametrize("offered", [[Subprotocol("graphql-ws")], [Subprotocol("foo")], None])
async def test_w_01_other_protocols_are_not_spoken(live: Live, offered: Any) -> None:
    async with live.knocking(subprotocols=offered) as client:
        assert client.connection.subprotocol is None
        assert (await client.closed())[0] == 4406


async def test_w_02_nothing_is_subscribed_to_before_the_ack(live: Live) -> None:
    async with live.knocking() as client:
        await client.subscribe("1", VIEWER)
        assert (await client.closed())[0] == 4401


async def test_w_03_whoever_never_says_who_it_is_is_let_go(live: Live) -> None:
    """After five seconds."""
    async with live.knocking() as client:
        started = asyncio.get_running_loop().time()
        assert (await client.closed(30))[0] == 4408
        assert asyncio.get_running_loop().time() - started > 4


async def test_w_04_one_says_once_who_one_is(live: Live) -> None:
    async with live.talking("mo") as client:
        await client.say("connection_init", payload={"Authorization": f"Bearer {live.token('cy')}"})
        assert (await client.closed())[0] == 4429


async def test_w_04_an_operation_has_a_name_of_its_own(live: Live) -> None:
    async with live.talking("mo") as client:
        await client.subscribe("1", CHANGES, {"id": case("K1")})
        await client.subscribe("1", VIEWER)
        assert await client.closed() == (4409, "Subscriber for 1 already exists")


async def test_w_04_a_long_name_is_told_as_far_as_a_farewell_has_room(live: Live) -> None:
    name = "\N{GRINNING FACE}" * 200
    async with live.talking("mo") as client:
        await client.subscribe(name, CHANGES, {"id": case("K1")})
        await client.subscribe(name, VIEWER)
        assert await client.closed() == (4409, f"Subscriber for {name[:15]} already exists")


async def test_w_04_a_name_is_free_again_when_its_operation_has_ended(live: Live) -> None:
    async with live.talking("mo") as client:
        for _ in range(2):
            await client.subscribe("1", VIEWER)
            assert await client.data() == {"viewer": {"name": "Mo Marsh"}}
            assert await client.hear() == {"type": "complete", "id": "1"}
        for _ in range(2):
            await client.subscribe("1", CHANGES, {"id": case("K1")})
            await client.say("complete", id="1")
        await client.subscribe("1", VIEWER)
        assert await client.data() == {"viewer": {"name": "Mo Marsh"}}


@pytest.mark.parametrize(
    "said",
    [
        "{",
        b'{"type": "ping"}',
        '{"type": "start"}',
        '{"type": 1}',
        "[]",
        "null",
        '{"type": "connection_init", "payload": []}',
        '{"type": "complete"}',
        "[" * 100_000,
    ],
)
async def test_w_05_what_is_no_message_ends_the_talk(live: Live, said: str | bytes) -> None:
    async with live.knocking() as client:
        await client.connection.send(said)
        assert (await client.closed())[0] == 4400


@pytest.mark.parametrize(
    "payload", [None, [], {}, {"query": 1}, {"query": "{ a }", "variables": []}, {"query": "{ a }", "operationName": 1}]
)
async def test_w_05_what_is_no_request_ends_the_talk(live: Live, payload: Any) -> None:
    async with live.talking("mo") as client:
        await client.say("subscribe", id="1", payload=payload)
        assert (await client.closed())[0] == 4400


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "https://evil.example", "Host": "evil.example"},
        {"Origin": "https://evil.example", "Sec-Fetch-Site": "same-origin"},
        {"Host": "evil.example"},
    ],
)
async def test_w_06_pages_of_others_are_not_let_in(live: Live, headers: dict[str, str]) -> None:
    given = dict(headers)
    origin = given.pop("Origin", None)
    with pytest.raises(InvalidStatus) as refused:
        async with live.knocking(origin=origin and Origin(origin), additional_headers=given):
            pass
    assert refused.value.response.status_code == 403


async def test_w_06_our_own_page_is(live: Live) -> None:
    async with live.talking("mo", origin=Origin(live.gateway.settings.public_url)) as client:
        await client.subscribe("1", VIEWER)
        assert await client.data() == {"viewer": {"name": "Mo Marsh"}}


@pytest.mark.parametrize(
    "payload",
    [
        {},
        {"Authorization": "Bearer nonsense"},
        {"Authorization": "nonsense"},
        {"Authorization": 1},
        {"Authorization": "TOKEN", "X-Tenant": "nonsense"},
        {"Authorization": "TOKEN", "X-Workspace": identified("Tenant", "contoso")},
    ],
)
async def test_w_07_without_a_good_token_nobody_is_let_in(live: Live, payload: dict[str, Any]) -> None:
    told = {name: f"Bearer {live.token('mo')}" if value == "TOKEN" else value for name, value in payload.items()}
    async with live.knocking() as client:
        await client.say("connection_init", payload=told)
        assert (await client.closed())[0] == 4403


async def test_w_07_a_socket_does_not_outlive_its_token(live: Live) -> None:
    async with live.knocking() as client:
        token = live.short_token("mo", 3)
        await client.init(token)
        await client.subscribe("1", CHANGES, {"id": case("K1")})
        assert await client.closed(3 + SOON) == (4403, "Token expired")


async def test_w_08_one_operation_too_many_is_refused_and_the_others_go_on(live: Live) -> None:
    async with live.talking("rae") as client:
        for number in range(21):
            await client.subscribe(str(number), CHANGES, {"id": case("K1")})
        refused = await client.hear()
        assert (refused["id"], refused["payload"][0]["extensions"]["code"]) == ("20", "RATE_LIMITED")
        await client.say("complete", id="0")
        await client.subscribe("again", VIEWER)
        assert await client.data() == {"viewer": {"name": "Rae Reed"}}


async def test_w_08_one_socket_too_many_is_refused_and_the_others_go_on(live: Live) -> None:
    async with live.talking("rob") as first:
        others = [live.talking("rob") for _ in range(4)]
        for each in others:
            await each.__aenter__()
        async with live.knocking() as client:
            await client.say("connection_init", payload={"Authorization": f"Bearer {live.token('rob')}"})
            assert (await client.closed())[0] == 4429
        for each in others:
            await each.__aexit__(None, None, None)
        await first.say("ping")
        assert await first.hear() == {"type": "pong"}


async def test_w_09_a_frame_of_a_megabyte_is_too_big(live: Live) -> None:
    async with live.talking("mo") as client:
        await client.connection.send(f'{{"type": "ping", "payload": {{"x": "{"x" * 1_048_576}"}}}}')
        assert (await client.closed())[0] == 1009


async def test_w_09_who_talks_too_fast_is_let_go(live: Live) -> None:
    async with live.talking("mo") as client:
        for _ in range(1_000):
            await client.connection.send('{"type": "pong"}')
        assert (await client.closed())[0] == 4429


async def test_pings_are_answered_with_what_they_said(live: Live) -> None:
    async with live.talking("mo") as client:
        await client.say("ping", payload={"a": 1})
        assert await client.hear() == {"type": "pong", "payload": {"a": 1}}


async def test_queries_mutations_and_mistakes_are_answered_as_over_http(live: Live) -> None:
    async with live.talking("mo") as client:
        plan = 'mutation { createSubject(input: {idempotencyKey: "1", title: "T"}, plan: true) { planned } }'
        await client.subscribe("1", plan)
        assert await client.data() == {"createSubject": {"planned": True}}
        assert (await client.hear())["type"] == "complete"
        for query, code in (
            ("{", "GRAPHQL_PARSE_FAILED"),
            ("{ nothing }", "GRAPHQL_VALIDATION_FAILED"),
            ("query ($a: Int!) { viewer { name } }", "GRAPHQL_VALIDATION_FAILED"),
            ("query ($n: Int!) { cases(first: $n) { totalCount } }", "BAD_USER_INPUT"),
        ):
            await client.subscribe("1", query)
            assert await client.code() == code


async def test_where_a_socket_stands_is_said_once_and_grants_nothing(live: Live) -> None:
    """3.3: X-Tenant and X-Workspace are members of connection_init."""
    async with live.knocking() as client:
        await client.init(live.token("max"), **{"X-Tenant": identified("Tenant", "fabrikam")})
        await client.subscribe("1", "{ viewer { tenant { name } } }")
        assert await client.data() == {"viewer": {"tenant": {"name": "Fabrikam"}}}
    async with live.knocking() as client:
        await client.init(live.token("mo"), **{"x-tenant": identified("Tenant", "fabrikam")})
        await client.subscribe("1", CHANGES, {"id": case("K1")})
        assert await client.code() == "NOT_FOUND"


async def test_applications_watch_nothing(live: Live) -> None:
    """D-30"""
    async with live.talking("reader") as client:
        await client.subscribe("1", CHANGES, {"id": case("K1")})
        assert await client.code() == "FORBIDDEN"
