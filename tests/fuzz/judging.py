"""What every answer must be, whatever was asked: no failure of ours, in the agreed form, nothing told in passing."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from tenancy.errors import CODES
from tests.fuzz.drafts import CANARY, Sent

ALLOWED: Final = frozenset({503, 504})
FORMS: Final = ("application/json", "application/graphql-response+json")
TALK: Final = (
    b"Traceback", b'File "', b".py", b"asyncpg", b"sqlalchemy", b"postgresql://", b"psycopg", b"pg_catalog",
    b"gw_app", b"gw_system", b"app.tenant", b"relation \"", b"SELECT ", b"object at 0x", b"NoneType", b"KeyError",
)  # fmt: skip
"""What only our own insides say."""
_OURS: Final = frozenset({"UNAVAILABLE", "DEADLINE_EXCEEDED", "INTERNAL"})


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    headers: Mapping[bytes, bytes]
    body: bytes

    @property
    def kind(self) -> str:
        return self.headers.get(b"content-type", b"").decode("latin-1").partition(";")[0]


def faults(sent: Sent, answer: Answer) -> Iterator[str]:
    """What is wrong with this answer."""
    if answer.status >= 500 and answer.status not in ALLOWED:
        yield f"status {answer.status}"
    if answer.status == 503 and sent.path == "/graphql" and b"retry-after" not in answer.headers:
        yield "503 without Retry-After"
    if answer.kind in FORMS and sent.path == "/graphql":
        yield from _form(answer)
    elif sent.path != "/metrics":
        yield from (f"says {word!r}" for word in TALK if word in answer.body)


def _form(answer: Answer) -> Iterator[str]:
    try:
        body = json.loads(answer.body)
    except ValueError:
        yield "its body is no JSON"
        return
    if not isinstance(body, dict) or not body or body.keys() - {"data", "errors", "extensions"}:
        yield "its body is no answer of GraphQL"
        return
    if "data" not in body and "errors" not in body:
        yield "neither data nor errors"
    if "data" not in body and answer.kind == FORMS[1] and answer.status < 400:
        yield f"status {answer.status} without data"
    if not isinstance(errors := body.get("errors", []), list) or ("errors" in body and not errors):
        yield "its errors are no list of errors"
        return
    for error in errors:
        yield from _error(error)


def _error(error: Any) -> Iterator[str]:
    code = error.get("extensions", {}).get("code")
    if code not in CODES:
        yield f"the code {code!r} is not in the list"
    elif code == "INTERNAL":
        yield f"a surprise at {error.get('path')}"
    told = json.dumps(error).encode()
    yield from (f"an error says {word!r}" for word in TALK if word in told)
    if code in _OURS and CANARY in error["message"]:
        yield "a failure of ours quotes a value"
