"""What is said on a socket: `graphql-transport-ws`, its messages and the codes with which it ends (security 2.6)."""

from dataclasses import dataclass
from enum import IntEnum
from typing import Any, Final

import orjson

from gateway.requests import strict
from tenancy.errors import Refusal

PROTOCOL: Final = "graphql-transport-ws"
LONGEST_ID: Final = 255


class Code(IntEnum):
    """Why a socket is closed."""

    GOING_AWAY = 1001
    TOO_BIG = 1009
    INTERNAL = 1011
    TRY_LATER = 1013
    BAD_REQUEST = 4400
    UNAUTHORIZED = 4401
    FORBIDDEN = 4403
    WRONG_PROTOCOL = 4406
    INIT_TIMEOUT = 4408
    DUPLICATE = 4409
    TOO_MANY = 4429


@dataclass(eq=False)
class Closed(Exception):
    """The socket ends, with a code and a word for people; without a code the client has left."""

    code: Code | None
    reason: str = ""


def heard(message: dict[str, Any], longest: int) -> tuple[str, dict[str, Any]]:
    """Type and content of an ASGI message. Raises Closed for what is no message of the protocol (W-05, W-09)."""
    if message["type"] == "websocket.disconnect":
        raise Closed(None)
    text = message.get("text")
    if text is None:
        raise Closed(Code.BAD_REQUEST, "Only text frames are understood")
    if len(text) > longest or len(text.encode()) > longest:
        raise Closed(Code.TOO_BIG, "Message too big")
    try:
        said = strict(text.encode())
    except Refusal:
        raise Closed(Code.BAD_REQUEST, "Invalid message") from None
    if not isinstance(said, dict) or not isinstance(said.get("type"), str):
        raise Closed(Code.BAD_REQUEST, "Invalid message")
    return said["type"], said


def id_of(said: dict[str, Any]) -> str:
    """The operation that a message is about."""
    id = said.get("id")
    if not isinstance(id, str) or not 0 < len(id) <= LONGEST_ID:
        raise Closed(Code.BAD_REQUEST, "Invalid message")
    return id


def payload_of(said: dict[str, Any]) -> dict[str, Any]:
    """The payload of a message that may have one."""
    payload = said.get("payload")
    if not isinstance(payload, dict | None):
        raise Closed(Code.BAD_REQUEST, "Invalid message")
    return payload or {}


def written(kind: str, **parts: Any) -> str:
    return orjson.dumps({"type": kind, **parts}).decode()


def next_result(id: str, result: bytes) -> str:
    """A result that is JSON already."""
    return f'{{"id":{orjson.dumps(id).decode()},"type":"next","payload":{result.decode()}}}'
