"""Bytes of requests: how much may stand beside a body (K-24), in what pieces it may come (H-05), what else is read."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from tests.gateway.listening import Listening, listening
from tests.gateway.test_street import HEAD
from tests.world import World


@pytest.fixture(scope="module")
async def server(world: World) -> AsyncIterator[Listening]:
    async with listening(world) as found:
        yield found


@pytest.mark.parametrize(
    "pieces",
    [
        (b"GET /livez HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Big: " + b"x" * 60_000, b"x" * 70_000),
        (b"GET /" + b"x" * 60_000, b"x" * 70_000),
        (HEAD, *[b"X-More: %s\r\n" % (b"x" * 20_000)] * 4),
        (
            HEAD + b"Authorization: Bearer TOKEN\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n{\r\n0\r\n",
            *[b"x" * 40_000] * 3,
        ),
    ],
    ids=["a header", "a path", "many headers", "trailers"],
)
async def test_k24_what_is_beside_the_body_has_a_size(
    world: World, server: Listening, pieces: tuple[bytes, ...]
) -> None:
    """Whoever is without a token could fill the memory with it"""
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    for piece in pieces:
        writer.write(piece.replace(b"TOKEN", world.token("rae").encode()))
        await asyncio.sleep(0.05)
    async with asyncio.timeout(10):
        said = await reader.read()
    writer.close()
    assert said.startswith((b"HTTP/1.1 431 ", b"HTTP/1.1 400 ")), said


async def test_h05_a_body_in_the_smallest_pieces_is_a_body(world: World, server: Listening) -> None:
    token = f"Authorization: Bearer {world.token('rae')}\r\nConnection: close\r\n".encode()
    text = b'{"query": "{ viewer { name } }", "extensions": {"x": "' + b"x" * 30_000 + b'"}}'
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    writer.write(HEAD + token + b"Transfer-Encoding: chunked\r\n\r\n")
    for start in range(0, len(text), 3_000):
        writer.write(b"".join(b"1\r\n%c\r\n" % each for each in text[start : start + 3_000]))
        await writer.drain()
    writer.write(b"0\r\n\r\n")
    async with asyncio.timeout(10):
        said = await reader.read()
    writer.close()
    assert said.startswith(b"HTTP/1.1 200 "), said


async def test_what_a_client_takes_may_be_said_in_two_headers(world: World, server: Listening) -> None:
    token = f"Authorization: Bearer {world.token('rae')}\r\nConnection: close\r\n".encode()
    text = b'{"query": "{ viewer { name } }"}'
    accept = b"Accept: text/html\r\nAccept: application/json\r\nContent-Length: %d\r\n\r\n" % len(text)
    assert (await server.said(HEAD + token + accept + text)).startswith(b"HTTP/1.1 200 ")


@pytest.mark.parametrize(("host", "status"), [(b"[::1]:8000", b"200"), (b"[::1]", b"200"), (b"[::2]:8000", b"400")])
async def test_h08_this_machine_has_an_address_of_ipv6_too(server: Listening, host: bytes, status: bytes) -> None:
    said = await server.said(b"GET /livez HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n\r\n" % host)
    assert said.startswith(b"HTTP/1.1 %s " % status)


PROPOSAL = b"Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQCAAAAAAIAAAAA\r\n"
QUESTION = b'{"query": "{ viewer { name } }"}'


@pytest.mark.parametrize("chunked", [False, True])
@pytest.mark.parametrize("piece", [1, 7, 100_000])
async def test_a_proposal_of_another_protocol_is_ignored(
    world: World, server: Listening, piece: int, *, chunked: bool
) -> None:
    """RFC 9110 7.8: the request is answered, and so are those that follow it on the connection"""
    token = f"Authorization: Bearer {world.token('rae')}\r\n".encode()
    plain = b"Content-Length: %d\r\n\r\n%s" % (len(QUESTION), QUESTION)
    packed = b"Transfer-Encoding: chunked\r\n\r\n%x\r\n%s\r\n0\r\n\r\n" % (len(QUESTION), QUESTION)
    one = HEAD + token + PROPOSAL + (packed if chunked else plain)
    last = HEAD + token + b"Connection: close\r\n" + plain
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    sent = one * 2 + last
    for start in range(0, len(sent), piece):
        writer.write(sent[start : start + piece])
        await writer.drain()
        if piece < 100_000:
            await asyncio.sleep(0)
    async with asyncio.timeout(20):
        said = await reader.read()
    writer.close()
    assert (said.count(b"HTTP/1.1 200 "), said.count(b'"name":"Rae')) == (3, 3), said


async def test_a_thousand_proposals_at_once_are_a_thousand_requests(server: Listening) -> None:
    asked = b"GET /livez HTTP/1.1\r\nHost: 127.0.0.1\r\n" + PROPOSAL + b"\r\n"
    said = await server.said(asked * 1_000 + b"GET /livez HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")
    assert said.count(b"HTTP/1.1 200 ") == 1_001


@pytest.mark.parametrize(
    "sent",
    [
        HEAD + PROPOSAL + b"Transfer-Encoding: gzip\r\n\r\n",
        HEAD + PROPOSAL + b"Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n{}\r\n",
        b"CONNECT x:1 HTTP/1.1\r\nHost: 127.0.0.1\r\n" + PROPOSAL + b"\r\n",
    ],
    ids=["a coding nobody knows", "two lengths", "a tunnel"],
)
async def test_what_is_wrong_without_a_proposal_is_wrong_with_one(server: Listening, sent: bytes) -> None:
    assert (await server.said(sent)).startswith(b"HTTP/1.1 4")
