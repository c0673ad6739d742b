"""How the generated client speaks HTTP: over httpx2, signed in once, refused with the gateway's own codes."""

import time
from typing import Any

import httpx2

from .base_model import UNSET

TRIES = 5
COME_BACK = (httpx2.codes.TOO_MANY_REQUESTS, httpx2.codes.SERVICE_UNAVAILABLE)


class Refused(Exception):
    """The gateway said no; the text is one of its codes."""


class BaseClient:
    def __init__(self, http: httpx2.Client) -> None:
        self.http = http

    def execute(self, query: str, operation_name: str, variables: dict[str, Any]) -> httpx2.Response:
        """The answer. Where the gateway says when to come back, the same is sent again, with the same idempotency key."""
        given = {name: value for name, value in variables.items() if value is not UNSET}
        asked = {"query": query, "operationName": operation_name, "variables": given}
        answer = self.http.post("/graphql", json=asked)
        for _ in range(1, TRIES):
            if answer.status_code not in COME_BACK:
                break
            time.sleep(float(answer.headers["retry-after"]))
            answer = self.http.post("/graphql", json=asked)
        return answer

    def get_data(self, response: httpx2.Response) -> dict[str, Any]:
        body: dict[str, Any] = response.json()
        if errors := body.get("errors"):
            raise Refused(errors[0]["extensions"]["code"])
        data: dict[str, Any] = body["data"]
        return data
