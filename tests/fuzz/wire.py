"""Bytes on real connections: requests that a server must first make sense of, handshakes, and frames after these."""

import asyncio
import contextlib
import json
import os
import struct
from collections.abc import Iterator
from random import Random
from typing import Final

from tests.fuzz.drafts import STRANGE, Drafter, Sent
from tests.fuzz.judging import ALLOWED, TALK
from tests.live import Live

SECONDS: Final = 30.0
"""A connection must be over by then: the server of a fuzz run waits a second for heads and bodies."""
LONGEST: Final = 1 << 20
_INTERNAL: Final = 1011
_KINDS: Final = ("connection_init", "subscribe", "complete", "ping", "pong", "next", "connection_ack", "x", None, 4)


async def over_the_wire(live: Live, drafter: Drafter) -> tuple[int, list[str]]:
    """One connection: the status of its first answer (0: none), and what is wrong with what was said."""
    random = drafter.random
    socket = random.random() < 0.4
    sent = _handshake(random) + _talk(random, drafter) if socket else _request(random, drafter.draft())
    said = await _said(live.gateway.settings.port, sent)
    status = int(said[9:12]) if said[:9] == b"HTTP/1.1 " and said[9:12].isdigit() else 0
    return status, [f"{what}\n    {sent[:2_000]!r}\n    {said[:600]!r}" for what in _faults(sent, said, status)]


async def _said(port: int, sent: bytes) -> bytes:
    """Everything that is answered until the server hangs up, or the client has waited for a second."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    heard = b""
    try:
        async with asyncio.timeout(SECONDS):
            with contextlib.suppress(ConnectionError, TimeoutError):
                writer.write(sent)
                while len(heard) < LONGEST:
                    part = await asyncio.wait_for(reader.read(65_536), 2.0)
                    if not part:
                        break
                    heard += part
    finally:
        writer.transport.abort()
    return heard


def _faults(sent: bytes, said: bytes, status: int) -> Iterator[str]:
    if status >= 500 and status not in ALLOWED:
        yield f"status {status}"
    yield from (f"says {word!r}" for word in TALK if word in said and b"/metrics" not in sent)
    if status == 101 and _code(said.partition(b"\r\n\r\n")[2]) == _INTERNAL:
        yield "the socket was closed with 1011"


def _request(random: Random, sent: Sent) -> bytes:
    """A request as text, now and then one that contradicts itself or ends too early."""
    target = sent.path.encode(errors="replace") + (b"?" + sent.query if sent.query else b"")
    if random.random() < 0.05:
        target = random.choice((b"*", b"http://evil.example/", b"//x", b"/a b", b"\xff", b"/" + b"a" * 70_000))
    lines = [b"%s %s HTTP/1.1" % (sent.method.encode(), target)]
    lines += [b"%s: %s" % (name, value) for name, value in sent.headers]
    length = b"content-length: %d" % len(sent.body)
    ways = (b"content-length: 999999", b"content-length: -1", b"content-length: x", b"transfer-encoding: chunked",
            b"transfer-encoding: gzip", length + b"\r\n" + length,
            b"transfer-encoding: chunked\r\n" + length)  # fmt: skip
    lines += [length if random.random() < 0.85 else random.choice(ways), b"connection: close", b"", b""]
    whole = b"\r\n".join(lines) + sent.body
    if random.random() < 0.1:
        whole = whole[: random.randrange(1, len(whole))]
    if random.random() < 0.1:
        place = random.randrange(len(whole))
        whole = whole[:place] + os.urandom(3) + whole[place:]
    return whole


# --- sockets


def _handshake(random: Random) -> bytes:
    lines = [b"GET /graphql HTTP/1.1", b"host: 127.0.0.1", b"upgrade: websocket", b"connection: Upgrade"]
    lines += [b"sec-websocket-version: 13", b"sec-websocket-key: AAAAAAAAAAAAAAAAAAAAAA=="]
    lines.append(
        b"sec-websocket-protocol: " + random.choice((*[b"graphql-transport-ws"] * 8, b"graphql-ws", b"x, y", b""))
    )
    if random.random() < 0.15:
        lines[random.randrange(len(lines))] = random.choice(
            (
                b"origin: http://evil.example",
                b"sec-websocket-version: 7",
                b"host: evil.example",
                b"a: \xff",
                b"cookie: x",
            )
        )
    return b"\r\n".join([*lines, b"", b""])


def _talk(random: Random, drafter: Drafter) -> bytes:
    """Frames: mostly a greeting with a token, then messages that are half right."""
    messages: list[bytes] = []
    if random.random() < 0.85:
        who = random.choice(drafter.people)
        messages.append(_message({"type": "connection_init", "payload": {"Authorization": f"Bearer {who}"}}))
    for number in range(random.randrange(5)):
        document = drafter.writer.document("mutation" if random.random() < 0.2 else "query")
        payload = {"query": document.text, "variables": document.variables}
        message = {"type": random.choice(_KINDS), "id": str(random.randrange(3)), "payload": payload}
        if random.random() < 0.5:
            message["type"] = "subscribe"
        if random.random() < 0.3:
            message[random.choice(("type", "id", "payload", "more"))] = random.choice(STRANGE)
        messages.append(_message(message) if number < 4 else _frame(2, b"\x00"))
    if random.random() < 0.2:
        broken = (b"[" * 50_000, b"\xff\xfe", b"null", b"{", b"", b'"x"', b"x" * 70_000)
        messages.append(_frame(random.choice((1, 1, 2, 0, 3, 11)), random.choice(broken)))
    messages.append(_frame(8, struct.pack(">H", random.choice((1000, 1001, 1005, 4400, 1)))))
    return b"".join(messages)


def _message(value: object) -> bytes:
    return _frame(1, json.dumps(value).encode())


def _frame(opcode: int, payload: bytes) -> bytes:
    """A frame of a client: masked, with a mask of zeros."""
    size = len(payload)
    head = bytes([0x80 | opcode])
    if size < 126:
        head += bytes([0x80 | size])
    elif size < 1 << 16:
        head += bytes([0x80 | 126]) + struct.pack(">H", size)
    else:
        head += bytes([0x80 | 127]) + struct.pack(">Q", size)
    return head + bytes(4) + payload


def _code(frames: bytes) -> int | None:
    """The code of the server's close frame, if it sent one."""
    while len(frames) >= 2:
        opcode, size, at = frames[0] & 15, frames[1] & 127, 2
        if size == 126:
            size, at = int.from_bytes(frames[2:4], "big"), 4
        elif size == 127:
            size, at = int.from_bytes(frames[2:10], "big"), 10
        if opcode == 8:
            return int.from_bytes(frames[at : at + 2], "big")
        frames = frames[at + size :]
    return None
