"""The outside of a token: its size, its spelling, its header. Nothing here is trusted yet."""

import json
import re
from base64 import urlsafe_b64decode
from collections.abc import Sequence
from dataclasses import dataclass
from json import JSONDecoder
from math import isfinite
from typing import Any, Final, NoReturn

LARGEST: Final = 16 * 1024
"""Bytes of the Authorization header; more is refused before anything is split (K-24)."""

ALGORITHM: Final = "RS256"

_FORBIDDEN_HEADERS: Final = frozenset({"jwk", "jku", "x5u", "x5c", "crit", "b64"})
_TYPES: Final = frozenset({"jwt", "at+jwt", "application/at+jwt"})
_THREE_SEGMENTS: Final = re.compile(rb"([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]+)")
_CANONICAL_ENDINGS: Final = {2: b"AQgw", 3: b"AEIMQUYcgkosw048"}


class TokenError(ValueError):
    """One check failed. The reason is for our log at debug level; a client never learns it."""


@dataclass(frozen=True, slots=True)
class Unverified:
    """What a token says about itself: enough to choose a key by, and good for nothing else."""

    kid: str
    iss: object
    claims: dict[str, Any]


def bearer(authorization: Sequence[bytes]) -> bytes:
    """The token of exactly one `Authorization: Bearer` header; raises TokenError (K-01, K-20, K-24)."""
    if len(authorization) != 1:
        raise TokenError("no Authorization header, or several")
    header = authorization[0]
    if len(header) > LARGEST:
        raise TokenError("too large")
    if header[:7].lower() != b"bearer ":
        raise TokenError("not a bearer token")
    return header[7:]


def read(token: bytes) -> Unverified:
    """Split and decode without trusting anything; raises TokenError (K-02, K-04, K-05, K-21, K-22, K-25)."""
    if len(token) > LARGEST:
        raise TokenError("too large")
    match = _THREE_SEGMENTS.fullmatch(token)
    if match is None:
        raise TokenError("not three base64url segments")
    header, claims = (_json_object(segment) for segment in match.group(1, 2))
    _canonical(match[3])
    return Unverified(_trusted_header(header), claims.get("iss"), claims)


def _json_object(segment: bytes) -> dict[str, Any]:
    _canonical(segment)
    try:
        value = json.loads(urlsafe_b64decode(segment + b"=" * (-len(segment) % 4)), cls=StrictDecoder)
    except (ValueError, RecursionError):
        raise TokenError("not JSON") from None
    if not isinstance(value, dict):
        raise TokenError("not a JSON object")
    return value


def _canonical(segment: bytes) -> None:
    """One token has one spelling: the unused bits of the last character must be zero (K-21)."""
    rest = len(segment) % 4
    if rest == 1 or (rest and segment[-1] not in _CANONICAL_ENDINGS[rest]):
        raise TokenError("base64url is not canonical")


def _trusted_header(header: dict[str, Any]) -> str:
    if header.get("alg") != ALGORITHM:
        raise TokenError("algorithm")
    if not _FORBIDDEN_HEADERS.isdisjoint(header):
        raise TokenError("header names a key or an extension")
    # Microsoft's access and ID tokens both say "JWT": this only keeps logout and event tokens out (RFC 8725).
    if str(header.get("typ", "JWT")).lower() not in _TYPES:
        raise TokenError("typ")
    kid = header.get("kid")
    if not isinstance(kid, str) or not kid:
        raise TokenError("no kid")
    return kid


class StrictDecoder(JSONDecoder):
    """JSON without second meanings: no member twice (K-22), no NaN and no infinity (K-18)."""

    def __init__(self) -> None:
        super().__init__(object_pairs_hook=_once_each, parse_constant=_no_constant, parse_float=_finite)


def _once_each(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise ValueError("a member occurs twice")
    return members


def _no_constant(text: str) -> NoReturn:
    raise ValueError(f"{text} is not JSON")


def _finite(text: str) -> float:
    number = float(text)
    if not isfinite(number):
        raise ValueError("number out of range")
    return number
