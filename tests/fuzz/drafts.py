"""Random requests: mostly what a careless or hostile client would send, sometimes what a good one does."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any, Final
from urllib.parse import quote, urlencode

from tests.fuzz.search import SEEDS
from tests.fuzz.twisting import Twister, tokens, written
from tests.twins.documents import Writer
from tests.twins.values import Pool, Values

CANARY: Final = "cAnArY7"
"""In values that a client sends: no line of the log and no masked error may hold it."""

METHODS: Final = ("GET", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS", "TRACE", "QUERY", "POST POST", "get")
PATHS: Final = (
    "/", "/graphql/", "/graphql/x", "/GraphQL", "/livez", "/readyz", "/metrics", "/status", "/console", "/sign-in",
    "/sign-out", "/exports/x", "/exports/../etc/passwd", "/console/assets/x", "/console/..%2f..%2fetc%2fpasswd",
    "/reports/customer-activity", "/graphql%00", "/%ff", "/favicon.ico", "/.well-known/openid-configuration",
)  # fmt: skip
TYPES: Final = (
    "application/json", "application/json; charset=utf-8", "application/json; charset=utf-16", "text/plain", "",
    "multipart/form-data; boundary=x", "application/x-www-form-urlencoded", "application/graphql", "APPLICATION/JSON",
    "application/json;;;", "\xff/\xfe",
)  # fmt: skip
ACCEPTS: Final = (
    "application/graphql-response+json", "application/json", "*/*", "text/html", "image/png", "text/event-stream",
    "application/json;q=x", ", ,;", "application/*;q=0.1, text/*", "*/*;q=0",
)  # fmt: skip
STRANGE: Final[tuple[Any, ...]] = (
    None, True, 0, -1, 2**31, 2**63, 2**70, 1e308, 0.1, "", "x" * 3_000, "\u0000", "\u202e", [], {}, [[]], {"a": {}},
    "9" * 400, "1E+999999", "0000-00-00", "2025-13-45T99:99:99Z", "%", "_", "\\", "';--", ["x"] * 300,
)  # fmt: skip


@dataclass
class Sent:
    """One HTTP request, in bytes as a client may choose them."""

    method: str = "POST"
    path: str = "/graphql"
    query: bytes = b""
    headers: list[tuple[bytes, bytes]] = field(default_factory=list)
    body: bytes = b""

    def __str__(self) -> str:
        return f"{self.method} {self.path}?{self.query!r} {self.headers} {self.body[:2_000]!r}"


class Drafter:
    """Writes requests. `tokens_of` are access tokens of people; ids that answers told are asked for later."""

    def __init__(self, random: Random, people: Sequence[str]) -> None:
        self.random, self.people = random, people
        self.pool = Pool(words=["a", CANARY, "Contoso"])
        self.writer = Writer(random, Values(random, self.pool))
        self.twister = Twister(random)
        self._kinds: tuple[Callable[[], Sent], ...] = (
            *[self._operation] * 8,
            *[self._twisted] * 3,
            *[self._garbage] * 3,
            *[self._bent] * 4,
            *[self._in_url] * 2,
            self._elsewhere,
        )

    def draft(self) -> Sent:
        sent = self.random.choice(self._kinds)()
        if self._by(0.08):
            sent.method = self.random.choice(METHODS)
        if self._by(0.04):
            sent.body = self._damaged(sent.body)
        if self._by(0.12):
            sent.headers = self._other_headers(sent.headers)
        return sent

    # --- bodies

    def _operation(self) -> Sent:
        """A document that fits the contract, with values that mostly fit, too."""
        document = self.writer.document("mutation" if self._by(0.35) else "query")
        variables = document.variables
        if self._by(0.4):
            variables = self._strange(variables)
        return self._posted({"query": document.text, "variables": variables})

    def _twisted(self) -> Sent:
        first, other = (self.writer.document("query").text for _ in range(2))
        if self._by(0.1):
            other = self.random.choice(SEEDS)
        text = written(self.twister.twisted(tokens(first), tokens(other)))
        return self._posted({"query": text, "variables": {"v0": self.random.choice(STRANGE)}})

    def _bent(self) -> Sent:
        """A request whose members are something else than they should be."""
        document = self.writer.document("query")
        body: dict[str, Any] = {"query": document.text, "variables": document.variables, "extensions": {"cost": True}}
        for name in self.random.sample(
            (*body, "operationName", "documentId", "more", CANARY), self.random.randint(1, 2)
        ):
            body[name] = self.random.choice(STRANGE)
        if self._by(0.2):
            body["extensions"] = {"persistedQuery": self.random.choice(({"sha256Hash": "0" * 64}, {}, [], None, "x"))}
        return self._posted(self.random.choice((body, body, [body], [body] * 3, body["query"])))

    def _garbage(self) -> Sent:
        depth = self.random.choice((10, 100, 5_000, 40_000))
        text = self.random.choice(
            (b"", b"null", b"12", b'"x"', b"NaN", b"{", b"\xff\xfe{", b'{"query": "\xff"}',
             b'{"query":"{a}","query":1}', b"[" * depth, b'{"a":' * depth,
             b'{"variables":' + b"[" * depth + b"]" * depth + b',"query":"{a}"}',
             b'{"query":"{ viewer { name } }","variables":{"a":' + b"9" * depth + b"}}",
             b'{"query":"' + b"[" * depth + b'"}', b'{"query":"{ a' + b"\\u0000\\ud800" + b'"}', b" " * depth,
             bytes(self.random.randrange(256) for _ in range(self.random.randrange(200)))),
        )  # fmt: skip
        return Sent(headers=self._headers(), body=text)

    def _in_url(self) -> Sent:
        document = self.writer.document("mutation" if self._by(0.1) else "query")
        given = {"query": document.text, "variables": json.dumps(document.variables), "extensions": '{"cost":true}'}
        if self._by(0.4):
            name = self.random.choice((*given, "operationName", "access_token", "x"))
            given[name] = self.random.choice(("", "null", "[", "x", "%ff", "{", "\u20ac", CANARY))
        query = urlencode(given).encode()
        if self._by(0.15):
            query = self.random.choice((query + b"&" + query, query + b"%ff%fe", b"query=%7B", b"=&=&;", b"\xff=1"))
        return Sent("GET", query=query, headers=self._headers())

    def _elsewhere(self) -> Sent:
        path = self.random.choice(PATHS)
        if self._by(0.3):
            path = "/" + quote("".join(self.random.choice("ax/.%\x00\u20ac?#") for _ in range(12)))
        query = self.random.choice((b"", b"a=b", b"code=x&state=y", b"token=" + CANARY.encode(), b"format=csv&id=%ff"))
        return Sent(self.random.choice(("GET", "GET", "POST")), path, query, self._headers())

    def _posted(self, body: Any) -> Sent:
        return Sent(headers=self._headers(), body=json.dumps(body, ensure_ascii=self._by(0.9)).encode(errors="replace"))

    def _damaged(self, body: bytes) -> bytes:
        """The same with a few bytes changed, or cut."""
        found = bytearray(body or b"{}")
        for _ in range(self.random.randint(1, 4)):
            found[self.random.randrange(len(found))] = self.random.randrange(256)
        return bytes(found[: self.random.randrange(1, len(found) + 1)] if self._by(0.3) else found)

    # --- values

    def _strange(self, value: Any) -> Any:
        """The same with something strange somewhere in it."""
        if isinstance(value, dict) and value and self._by(0.85):
            name = self.random.choice(list(value))
            return {**value, name: self._strange(value[name])}
        if isinstance(value, list) and value and self._by(0.7):
            return [self._strange(value[0]), *value[1:]]
        return CANARY if self._by(0.2) else self.random.choice(STRANGE)

    # --- headers

    def _headers(self) -> list[tuple[bytes, bytes]]:
        who = self.random.choice(self.people)
        accept = self.random.choice(ACCEPTS) if self._by(0.2) else ACCEPTS[0]
        kind = self.random.choice(TYPES) if self._by(0.1) else TYPES[0]
        found = [("host", "127.0.0.1"), ("accept", accept), ("content-type", kind)]
        if self._by(0.93):
            found.append(("authorization", f"Bearer {who}"))
        return [(name.encode(), value.encode("latin-1")) for name, value in found]

    def _other_headers(self, headers: list[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
        word = self.random.choice((b"", b"x", b"\xff\xfe", b"0", b"-1", b"a" * 9_000, b"\x00", CANARY.encode()))
        name = self.random.choice(
            (b"x-tenant", b"x-workspace", b"cookie", b"origin", b"authorization", b"content-encoding",
             b"accept-encoding", b"content-type", b"accept", b"host", b"x-cost", b"x-gw-csrf", b"range",
             b"expect", b"last-event-id")
        )  # fmt: skip
        if name == b"cookie":
            word = self.random.choice((b"__Host-gw=x", b"gw=" + word, b"=;=;", b"\xff=\xff", b"a=b; " * 300))
        if name == b"authorization":
            word = self.random.choice((b"Bearer", b"Bearer a.b.c", b"Basic x", b"Bearer " + b"x" * 20_000, word))
        kept = headers if self._by(0.3) else [each for each in headers if each[0] != name]
        return kept if self._by(0.1) else [*kept, (name, word)]

    def _by(self, chance: float) -> bool:
        return self.random.random() < chance
