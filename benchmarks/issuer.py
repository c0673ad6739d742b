"""An identity provider for the measurement: real tokens, signed with RS256, and the key document to check them by."""

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

from joserfc import jwt
from joserfc.jwk import RSAKey

from benchmarks.rows import key

AUDIENCE = "5e1f0000-0a91-4000-8000-0000000be4c4"
CLIENT = "5e1f0000-0a91-4000-8000-00000c11e474"
_HOURS = 12


class Issuer:
    """Signs tokens for the generated people; `settings` is what the gateway must know about it."""

    def __init__(self, port: int) -> None:
        self._template = f"http://127.0.0.1:{port}/{{tenantid}}/v2.0"
        self._address = f"http://127.0.0.1:{port}/keys"
        self._key = RSAKey.generate_key(2048, {"kid": "benchmark"})
        self.token = cache(self._token)

    @property
    def settings(self) -> str:
        """`GATEWAY_ISSUERS`."""
        known = {"issuer": self._template, "audience": AUDIENCE, "clients": [CLIENT], "jwks_url": self._address}
        return json.dumps([known])

    @property
    def document(self) -> bytes:
        public = {**self._key.as_dict(private=False), "use": "sig", "issuer": self._template}
        return json.dumps({"keys": [public]}).encode()

    def _token(self, noun: str, number: int, tenants: int) -> str:
        """An access token of user `number`, of a partner's agent, or of the
        head of a large customer."""
        tid, oid = {
            "user": (key("entra", number % tenants), key("oid", number)),
            "agent": (key("entra", tenants + number), key("agent oid", number)),
            "large": (key("large entra", number), key("large oid", number)),
        }[noun]
        now = int(time.time())
        claims = {
            "aud": AUDIENCE,
            "iss": self._template.replace("{tenantid}", tid),
            "iat": now,
            "nbf": now,
            "exp": now + _HOURS * 3600,
            "oid": oid,
            "sub": oid,
            "tid": tid,
            "ver": "2.0",
            "azp": CLIENT,
            "scp": "access_as_user",
            "name": f"{noun} {number}",
        }
        return jwt.encode({"alg": "RS256", "kid": "benchmark"}, claims, self._key, algorithms=["RS256"])


@contextmanager
def issuer() -> Iterator[Issuer]:
    """The provider, serving its keys on a free port of this machine."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Keys)
    provider = Issuer(server.server_address[1])
    server.document = provider.document  # type: ignore[attr-defined]  # where the handler looks for it
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield provider
    finally:
        server.shutdown()
        server.server_close()


class _Keys(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        body = self.server.document  # type: ignore[attr-defined]  # set by `issuer`
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        """Silence."""
