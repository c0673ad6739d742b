"""Answers on the wire: what of an error a client may read, and which HTTP status says the same (security 2.0).

Refusals and GraphQL's own errors are for clients. Everything else is a surprise: the client gets an id,
the log the rest.
"""

import logging
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from random import randint
from typing import Any
from uuid import uuid4

import orjson
from graphql import GraphQLError
from starlette.responses import Response

from tenancy.errors import CODES, RateLimited, Refusal
from tenancy.failures import refusal as refusal_by

GRAPHQL = "application/graphql-response+json"
JSON = "application/json"

MOST_ERRORS = 20

LONGEST_PAUSE = 3
"""Seconds after which a client may come again that found us out of service, at most: some sooner, some later, so that
not all of them come in the same moment (security 3.5)."""

STATUS: Mapping[str, int] = {
    "UNAUTHENTICATED": 401,
    "FORBIDDEN": 403,
    "NOT_FOUND": 404,
    "RATE_LIMITED": 429,
    "UNAVAILABLE": 503,
    "DEADLINE_EXCEEDED": 504,
    "INTERNAL": 500,
}
"""Status of a request that was not executed; every other code is 400."""

_COME_BACK = frozenset({"UNAVAILABLE", "DEADLINE_EXCEEDED"})

_PRIVATE = {
    "cache-control": "private, no-store",
    "vary": "Authorization, Cookie, Accept, Origin",
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
}

log = logging.getLogger("gateway.answers")


@lru_cache(256)
def negotiated(accept: str | None) -> str | None:
    """The media type to answer with; None when the client takes neither (406). Of two that are as good the one that is
    named, and the newer one where both are; JSON for those who take anything."""
    wanted = dict(_ranges(accept or "*/*"))
    best: tuple[float, bool, bool] | None = None
    chosen = None
    for kind in (JSON, GRAPHQL):
        named = kind in wanted
        quality = wanted.get(kind, wanted.get("application/*", wanted.get("*/*", 0.0)))
        rank = quality, named, named == (kind == GRAPHQL)
        if quality > 0 and (best is None or rank > best):
            best, chosen = rank, kind
    return chosen


def _ranges(accept: str) -> Iterator[tuple[str, float]]:
    for part in accept.split(","):
        kind, *parameters = (piece.strip().lower() for piece in part.split(";"))
        quality = next((each[2:] for each in parameters if each.startswith("q=")), "1")
        try:
            yield kind, float(quality)
        except ValueError:
            yield kind, 0.0


def private(response: Response) -> Response:
    """The same, with what every answer of the API carries: it is for this caller alone, and nothing but data (H-17)."""
    if not isinstance(response, _Data):
        for name, value in _PRIVATE.items():
            response.headers.setdefault(name, value)
    return response


def executed(
    data: Any, errors: Sequence[GraphQLError], media_type: str, extensions: Mapping[str, Any] | None = None
) -> Response:
    """The answer of an operation that ran: 200, with whatever errors its fields had. Where the database took all of it,
    the answer is the one to a request that could not be run, 503 or 504: then whoever looks at nothing but the status,
    a client that retries or a proxy, does not take it for done (F-01, F-05). It has no `data`, since an answer that has
    some is 200 in GraphQL over HTTP."""
    listed = shown(errors)
    if _all_lost(data, listed):
        return refused(listed, media_type, extensions=extensions)
    body: dict[str, Any] = {"errors": listed, "data": data} if listed else {"data": data}
    return _response(_with(body, extensions), 200, media_type)


def _all_lost(data: Mapping[str, Any] | None, errors: Sequence[Mapping[str, Any]]) -> bool:
    """Whether each root field failed for want of a database or of time. An error of another code is an answer."""
    if not errors or any(error["extensions"]["code"] not in _COME_BACK for error in errors):
        return False
    failed = {error["path"][0] for error in errors if error.get("path")}
    return data is None or all(value is None and key in failed for key, value in data.items())


def refused(
    errors: Iterable[Mapping[str, Any]],
    media_type: str,
    headers: Mapping[str, str] | None = None,
    extensions: Mapping[str, Any] | None = None,
) -> Response:
    """The answer to a request that was not executed: no data. Under `application/json` GraphQL wants 200 unless the
    transport itself refuses."""
    listed = list(errors)[:MOST_ERRORS]
    status = STATUS.get(listed[0]["extensions"]["code"], 400)
    if media_type == JSON and status == 400 and listed[0]["extensions"]["code"] != "BAD_REQUEST":
        status = 200
    found = {"Retry-After": str(randint(1, LONGEST_PAUSE))} if status == 503 else {}
    return _response(_with({"errors": listed}, extensions), status, media_type, {**found, **(headers or {})})


def refusal(refusal: Refusal, media_type: str, headers: Mapping[str, str] | None = None) -> Response:
    """The answer to a request that a refusal ended before it ran."""
    found = {"WWW-Authenticate": "Bearer"} if refusal.code == "UNAUTHENTICATED" else {}
    if isinstance(refusal, RateLimited):
        found["Retry-After"] = str(refusal.seconds)
    return refused([described(refusal)], media_type, {**found, **(headers or {})})


def described(refusal: Refusal) -> dict[str, Any]:
    return {"message": refusal.message, "extensions": refusal.extensions}


def shown(errors: Sequence[GraphQLError]) -> list[dict[str, Any]]:
    """Errors as clients see them."""
    return [_shown(error) for error in errors]


def code_of(error: GraphQLError) -> str:
    """The code under which a client sees this error."""
    cause = _cause(error)
    if isinstance(cause, Refusal):
        return cause.code
    if cause is None or isinstance(cause, GraphQLError):
        return str((error.extensions or {}).get("code", "INTERNAL"))
    return "INTERNAL"


def _cause(error: GraphQLError) -> Exception | None:
    """What a resolver raised; a failure of the database is the refusal that it means to a client (F-01 to F-16)."""
    cause = error.original_error
    return cause and (refusal_by(cause) or cause)


def _shown(error: GraphQLError) -> dict[str, Any]:
    cause = _cause(error)
    if isinstance(cause, Refusal):
        return {**_located(error), **described(cause)}
    if cause is None or isinstance(cause, GraphQLError):
        code = (error.extensions or {}).get("code", "INTERNAL")
        return {**_located(error), "message": error.message, "extensions": {**(error.extensions or {}), "code": code}}
    return {**_located(error), **surprise(cause)}


def surprise(cause: BaseException) -> dict[str, Any]:
    """A surprise, masked: the id in the answer is the one in the log."""
    error_id = uuid4().hex
    log.error("surprise %s", error_id, exc_info=cause)
    return {"message": CODES["INTERNAL"].message, "extensions": {"code": "INTERNAL", "errorId": error_id}}


def _located(error: GraphQLError) -> dict[str, Any]:
    formatted = error.formatted
    return {key: formatted[key] for key in ("path", "locations") if key in formatted}


def _with(body: dict[str, Any], extensions: Mapping[str, Any] | None) -> dict[str, Any]:
    return {**body, "extensions": extensions} if extensions else body


def _response(
    body: Mapping[str, Any], status: int, media_type: str, headers: Mapping[str, str] | None = None
) -> Response:
    answer = _Data(orjson.dumps(body, default=str), status, media_type=media_type)
    for name, value in (headers or {}).items():
        answer.headers[name] = value
    return answer


class _Data(Response):
    """An answer of the API: its headers are known beforehand, all but one."""

    def init_headers(self, headers: Mapping[str, str] | None = None) -> None:  # noqa: ARG002  Starlette's signature
        length = b"content-length", b"%d" % len(self.body)
        self.raw_headers = [*_RAW, (b"content-type", _TYPES[str(self.media_type)]), length]


_RAW = tuple((name.encode(), value.encode()) for name, value in _PRIVATE.items())
_TYPES = {kind: f"{kind}; charset=utf-8".encode() for kind in (GRAPHQL, JSON)}
