"""The street before the door: hosts, origins, methods, slow clients, packing (group H)."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx2
import pytest
from starlette.responses import PlainTextResponse

from gateway.street import OneHost
from tests.gateway.listening import Listening, listening
from tests.ground import Address
from tests.world import GRAPHQL, World, opened

NAME = "{ viewer { name } }"
PAGE = "https://front.example"


def headers(world: World, viewer: str = "rae", **more: str) -> dict[str, str]:
    given = {name.replace("_", "-"): value for name, value in more.items()}
    return {"authorization": f"Bearer {world.token(viewer)}", "accept": GRAPHQL, **given}


async def got(world: World, **parameters: str) -> httpx2.Response:
    return await world.client.get("/graphql", params=parameters, headers=headers(world))


@pytest.fixture(scope="module")
async def server(world: World) -> AsyncIterator[Listening]:
    """With little patience, so that tests need little as well."""
    async with listening(world, head=0.6, body=1.2) as found:
        yield found


@pytest.fixture
async def front(world_database: Address, tmp_path: Path) -> AsyncIterator[World]:
    """A gateway that one page of another origin may call."""
    more: dict[str, Any] = {"allowed_origins": [PAGE]}
    async with opened(world_database, tmp_path, **more) as found:
        yield found


# --- GET


async def test_h02_a_query_may_come_by_get(world: World) -> None:
    answer = await got(world, query="query ($id: ID!) { node(id: $id) { id } }", variables='{"id": "x"}')
    assert answer.json()["errors"][0]["extensions"]["code"] == "NOT_FOUND"
    assert (await got(world, query=NAME, extensions='{"cost": true}')).json()["extensions"]["cost"]["actual"] == 2


@pytest.mark.parametrize("name", [None, "B"])
async def test_h02_a_mutation_by_get_is_not_run(world: World, name: str | None) -> None:
    """Also where a query stands first, and `operationName` names the mutation"""
    mutation = 'mutation B { createCase(input: {idempotencyKey: "k", title: "t", supportKind: OTHER}) { case { id } } }'
    both = f"query A {NAME} {mutation}"
    async with world.listening() as heard:
        answer = await got(world, query=both, operationName=name) if name else await got(world, query=mutation)
    assert (answer.status_code, answer.headers["allow"], answer.content, heard) == (405, "POST", b"", [])


@pytest.mark.parametrize(
    "query_string",
    ["", "query=", "query=%7Ba%7D&query=%7Bb%7D", "query=%7Ba%7D&access_token=x", "query=%ff", "query={a}&variables=1",
     "query={a}&variables=%7B", "query={a}&extensions=[]", "documentId=sha256:12"],
)  # fmt: skip
async def test_h04_a_url_that_is_no_request_is_refused(world: World, query_string: str) -> None:
    """K-20: nor is one with a token in it"""
    answer = await world.client.get(f"/graphql?{query_string}", headers=headers(world))
    assert (answer.status_code, answer.json()["errors"][0]["extensions"]["code"]) == (400, "BAD_REQUEST")


async def test_k20_a_token_in_the_url_of_a_post_is_refused(world: World) -> None:
    answer = await world.client.post("/graphql?access_token=x", json={"query": NAME}, headers=headers(world))
    assert answer.status_code == 400


@pytest.mark.parametrize(
    "kind",
    ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "", "text/plain; x=json"],
)
async def test_h03_what_a_form_could_send_is_not_run(world: World, kind: str) -> None:
    answer = await world.client.post("/graphql", content=b"{}", headers=headers(world, content_type=kind))
    assert (answer.status_code, answer.headers["accept-post"]) == (415, "application/json")


async def test_h04_variables_have_a_size(world: World) -> None:
    big = {"query": NAME, "variables": {"x": "x" * 70_000}}
    assert (await world.client.post("/graphql", json=big, headers=headers(world))).status_code == 400


# --- the server's own patience


HEAD = b"POST /graphql HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"


async def test_h05_a_body_shorter_than_promised_is_not_waited_for(world: World, server: Listening) -> None:
    token = f"Authorization: Bearer {world.token('rae')}\r\n".encode()
    started = time.monotonic()
    said = await server.said(HEAD + token + b"Content-Length: 100\r\n\r\n{")
    assert said.startswith(b"HTTP/1.1 408 ")
    assert time.monotonic() - started < 10


async def test_h05_a_body_without_end_is_cut_off_early(world: World, server: Listening) -> None:
    token = f"Authorization: Bearer {world.token('rae')}\r\n".encode()
    chunk = b"10000\r\n" + b"x" * 0x10000 + b"\r\n"
    said = await server.said(HEAD + token + b"Transfer-Encoding: chunked\r\n\r\n" + chunk * 4)
    assert said.startswith(b"HTTP/1.1 413 ")
    length = await server.said(HEAD + token + b"Content-Length: 60000000\r\n\r\n" + b"x" * 1000)
    assert length.startswith(b"HTTP/1.1 413 ")


@pytest.mark.parametrize(
    "start", [b"", b"POST /gra", HEAD, HEAD + b"Content-Length: 9\r\n\r\n"], ids=["nothing", "line", "head", "body"]
)
async def test_h07_whoever_drips_is_hung_up_on(server: Listening, start: bytes) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    started = time.monotonic()

    async def drip() -> None:
        with contextlib.suppress(ConnectionError):
            writer.write(start)
            while True:
                await asyncio.sleep(0.2)
                writer.write(b"x" if start else b"")
                await writer.drain()

    dripping = asyncio.create_task(drip())
    async with asyncio.timeout(20):
        said = await reader.read()
    dripping.cancel()
    writer.close()
    assert said.startswith((b"HTTP/1.1 408 ", b"HTTP/1.1 401 ", b"HTTP/1.1 400 "))
    assert time.monotonic() - started < 10


async def test_h07_two_hundred_dripping_sockets_leave_good_traffic_alone(world: World, server: Listening) -> None:
    waiting = [await asyncio.open_connection("127.0.0.1", server.port) for _ in range(200)]
    async with httpx2.AsyncClient() as client:
        for _ in range(5):
            asked = {"query": NAME}
            assert (await client.post(server.url, json=asked, headers=headers(world))).status_code == 200
    async with asyncio.timeout(20):
        assert {(await reader.read())[:13] for reader, _ in waiting} == {b"HTTP/1.1 408 "}
    for _, writer in waiting:
        writer.close()


async def test_a_connection_that_was_answered_may_be_used_again(world: World, server: Listening) -> None:
    """Patience is counted for each request anew"""
    async with httpx2.AsyncClient() as client:
        for _ in range(4):
            assert (await client.post(server.url, json={"query": NAME}, headers=headers(world))).status_code == 200
            await asyncio.sleep(0.4)


# --- hosts and origins


@pytest.mark.parametrize(
    "head",
    [
        b"GET /livez HTTP/1.1\r\nHost: evil.example\r\n",
        b"GET /livez HTTP/1.1\r\n",
        b"GET /livez HTTP/1.1\r\nHost: 127.0.0.1\r\nHost: evil.example\r\n",
        b"GET /livez HTTP/1.1\r\nHost: evil.example\r\nHost: 127.0.0.1\r\n",
        b"GET @google.com HTTP/1.1\r\nHost: 127.0.0.1\r\n",
        b"GET http://evil.example/livez HTTP/1.1\r\nHost: evil.example\r\n",
    ],
)
async def test_h08_a_host_that_is_not_ours_is_refused(server: Listening, head: bytes) -> None:
    said = await server.said(head + b"Connection: close\r\n\r\n")
    assert said.startswith((b"HTTP/1.1 400 ", b"HTTP/1.1 404 "))
    assert b"alive" not in said


async def test_h10_only_listed_origins_hear_that_they_may_call(front: World) -> None:
    asks = {"access-control-request-method": "POST", "access-control-request-headers": "authorization,content-type"}
    for origin, allowed in ((PAGE, PAGE), ("https://evil.example", None), ("null", None), (f"{PAGE}.evil", None)):
        preflight = await front.client.options("/graphql", headers={"origin": origin, **asks})
        assert preflight.headers.get("access-control-allow-origin") == allowed
        assert "access-control-allow-credentials" not in preflight.headers
        assert "origin" in preflight.headers["vary"].lower()
        answer = await front.client.post("/graphql", json={"query": NAME}, headers=headers(front, origin=origin))
        assert answer.headers.get("access-control-allow-origin") == allowed
    assert "ratelimit" in (await _called(front)).headers["access-control-expose-headers"]


async def test_h10_without_a_list_no_page_is_answered(world: World) -> None:
    answer = await world.client.post("/graphql", json={"query": NAME}, headers=headers(world, origin=PAGE))
    assert "access-control-allow-origin" not in answer.headers


async def test_h09_a_session_without_its_own_header_and_origin_is_refused(world: World) -> None:
    assert world.gateway.sessions is not None
    for origin in ("https://evil.example", "null", None):
        given = {"cookie": f"{world.gateway.sessions.cookie}=x", "accept": GRAPHQL} | (
            {"origin": origin} if origin else {}
        )
        assert (await world.client.post("/graphql", json={"query": NAME}, headers=given)).status_code == 403
        # By GET a session counts for nothing at all: browsers send its cookie for anybody.
        assert (await world.client.get("/graphql", params={"query": NAME}, headers=given)).status_code == 401


async def test_h17_no_answer_is_kept_by_anybody(world: World) -> None:
    """Whatever came of the request, it is for this caller alone"""
    answers = [
        await world.ask("rae", NAME),
        await world.ask("rae", "{"),
        await world.ask(None, NAME),
        await world.client.put("/graphql", headers=headers(world)),
        await world.client.post("/graphql", content=b"x", headers=headers(world)),
        await world.client.post("/graphql", json={}, headers=headers(world, accept="image/png")),
        await got(world, query="mutation { __typename }"),
    ]
    assert [each.status_code for each in answers] == [200, 400, 401, 405, 415, 406, 405]
    for each in answers:
        assert each.headers["cache-control"] == "private, no-store"
        assert {"Authorization", "Cookie", "Accept"} <= set(each.headers["vary"].split(", "))
        assert each.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(("secure", "told"), [(True, "max-age=31536000"), (False, None)])
async def test_browsers_are_told_to_come_by_https_where_that_is_the_way(secure: bool, told: str | None) -> None:
    transport = httpx2.ASGITransport(app=OneHost(PlainTextResponse("well"), secure=secure))
    async with httpx2.AsyncClient(transport=transport, base_url="https://gateway.example") as client:
        assert (await client.get("/")).headers.get("strict-transport-security") == told


async def _called(world: World) -> httpx2.Response:
    return await world.client.post("/graphql", json={"query": NAME}, headers=headers(world, origin=PAGE))
