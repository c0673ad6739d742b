"""What a client sent: from an HTTP request to a GraphQL request, or BAD_REQUEST (GraphQL over HTTP, H-04).

JSON is read strictly: UTF-8, no NaN, nothing nested deeper than `DEPTH`, and no name twice in one object. Two readers
may take two different values for a name that is there twice, and then one of them checked what the other one runs.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import parse_qsl

import orjson
from starlette.requests import Request

from tenancy.errors import Refusal

TYPE: Final = "application/json"
DEPTH: Final = 64
VARIABLES: Final = 64 * 1024
"""Bytes of all variables together, as JSON."""

_NAMES: Final = re.compile(rb'"[ \t\r\n]*:')
_SHA256: Final = re.compile(r"(sha256:)?[0-9a-fA-F]{64}")
_PARAMETERS: Final = frozenset({"query", "documentId", "variables", "operationName", "extensions"})


@dataclass(frozen=True)
class Asked:
    """A well-formed GraphQL request: a document, or the `hash` of one, or both; `reading` when its method promises to
    change nothing."""

    query: str | None
    variables: dict[str, Any] | None
    operation_name: str | None
    extensions: Mapping[str, Any]
    hash: str | None
    reading: bool


def is_json(request: Request) -> bool:
    """Whether the body says that it is JSON, plain and in UTF-8. Packed bodies are not unpacked (H-06)."""
    kinds = request.headers.getlist("content-type")
    kind, *parameters = (piece.strip().lower() for piece in (kinds[0] if len(kinds) == 1 else "").split(";"))
    charsets = {each[8:].strip('"') for each in parameters if each.startswith("charset=")}
    encoded = set(request.headers.getlist("content-encoding")) - {"identity"}
    return kind == TYPE and charsets <= {"utf-8"} and not encoded


async def asked(request: Request) -> Asked:
    """The request of a POST or a GET. A token in a URL is in every log on the way: such a request is none (K-20)."""
    query_string = request.scope["query_string"]
    if request.method == "GET":
        return of(_in_url(query_string), reading=True)
    if b"token=" in query_string:
        raise Refusal("BAD_REQUEST")
    return of(strict(await request.body()))


def _in_url(query_string: bytes) -> dict[str, Any]:
    """Each parameter once, variables and extensions as JSON, and nothing else."""
    try:
        pairs = parse_qsl(query_string.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=16)
    except ValueError:
        raise Refusal("BAD_REQUEST") from None
    given: dict[str, Any] = {name: value or None for name, value in pairs}
    if len(given) != len(pairs) or not _PARAMETERS.issuperset(given):
        raise Refusal("BAD_REQUEST")
    return given | {name: strict(given[name].encode()) for name in ("variables", "extensions") if given.get(name)}


def strict(text: bytes) -> Any:
    """A JSON value; raises BAD_REQUEST for what two readers could read in two ways."""
    try:
        value = orjson.loads(text)
        if text.count(b"{") + text.count(b"[") > DEPTH:
            _check_depth(value)
        # A name in the text is a string before a colon; more of these than names in the value may mean one twice.
        if len(_NAMES.findall(text)) != _names(value):
            json.loads(text, object_pairs_hook=_once, parse_int=str)
    except (ValueError, RecursionError):
        raise Refusal("BAD_REQUEST") from None
    return value


def of(given: Any, *, reading: bool = False) -> Asked:
    """The request in a decoded value, whatever way it came."""
    if not isinstance(given, dict):
        raise Refusal("BAD_REQUEST")
    query, variables, name = given.get("query"), given.get("variables"), given.get("operationName")
    extensions = given.get("extensions")
    if not isinstance(variables, dict | None) or not isinstance(name, str | None):
        raise Refusal("BAD_REQUEST")
    if not isinstance(query, str | None) or not isinstance(extensions, dict | None):
        raise Refusal("BAD_REQUEST")
    if variables and len(orjson.dumps(variables)) > VARIABLES:
        raise Refusal("BAD_REQUEST")
    hash = _hash(given.get("documentId"), extensions or {})
    if query is None and hash is None:
        raise Refusal("BAD_REQUEST")
    return Asked(query, variables, name, extensions or {}, hash, reading)


def _hash(document_id: Any, extensions: Mapping[str, Any]) -> str | None:
    """The SHA-256 that stands for the document: `documentId` of GraphQL over HTTP, or Apollo's `persistedQuery`."""
    persisted = extensions.get("persistedQuery")
    if document_id is None and persisted is None:
        return None
    told = document_id if persisted is None else persisted.get("sha256Hash") if isinstance(persisted, dict) else None
    if not isinstance(told, str) or not _SHA256.fullmatch(told):
        raise Refusal("BAD_REQUEST")
    return told.removeprefix("sha256:").lower()


def _check_depth(value: Any) -> None:
    level = [value]
    for _ in range(DEPTH + 1):
        level = [below for each in level for below in _inside(each)]
        if not level:
            return
    raise ValueError


def _names(value: Any) -> int:
    found, waiting = 0, [value]
    while waiting:
        each = waiting.pop()
        if isinstance(each, dict):
            found += len(each)
        waiting += _inside(each)
    return found


def _inside(value: Any) -> Any:
    """What is in a list or an object, and holds something itself."""
    items = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return [each for each in items if isinstance(each, dict | list)]


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    names = dict(pairs)
    if len(names) != len(pairs):
        raise ValueError
    return names
