"""A receiver of the gateway's webhooks: SECRET=whsec_... python examples/python/webhook.py PORT

It verifies each message by the Standard Webhooks specification, drops what it has seen, and prints the rest.
"""

import hmac
import json
import os
import sys
import time
from base64 import b64decode, b64encode
from collections.abc import Mapping
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, HTTPServer

TOLERANCE = 300
"""Seconds that a message may be old."""

LONGEST = 1_000_000


def is_genuine(secret: str, headers: Mapping[str, str], body: bytes, now: float) -> bool:
    """Whether the message was signed with this secret, and lately. `body` must be the bytes as they came."""
    id, timestamp = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
    if not timestamp.isdigit() or abs(now - int(timestamp)) > TOLERANCE:
        return False
    key = b64decode(secret.removeprefix("whsec_"))
    expected = "v1," + b64encode(hmac.digest(key, f"{id}.{timestamp}.".encode() + body, sha256)).decode()
    # While a secret is replaced there are two signatures.
    return any(hmac.compare_digest(expected, each) for each in headers.get("webhook-signature", "").split(" "))


class Receiver(BaseHTTPRequestHandler):
    """One request. What was seen would be kept in a database; here it lasts as long as the program."""

    seen: set[str] = set()

    def do_POST(self) -> None:
        """Answer at once; work on it later."""
        length = int(self.headers.get("content-length", "0"))
        body = self.rfile.read(min(length, LONGEST))
        headers = {name.lower(): value for name, value in self.headers.items()}
        genuine = is_genuine(os.environ["SECRET"], headers, body, time.time())
        self.send_response(204 if genuine else 401)
        self.end_headers()
        if genuine and headers["webhook-id"] not in self.seen:
            self.seen.add(headers["webhook-id"])
            message = json.loads(body)
            print(message["sequence"], message["type"], json.dumps(message["data"]), flush=True)  # noqa: T201  its output

    def log_message(self, *_: object) -> None:
        """Say nothing of each request."""


if __name__ == "__main__":
    HTTPServer(("127.0.0.1", int(sys.argv[1])), Receiver).serve_forever()
