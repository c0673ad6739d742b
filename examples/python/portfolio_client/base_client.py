"""How the generated client speaks HTTP: over httpx2, signed in once, refused with the gateway's own codes."""

from typing import Any

import httpx2

from .base_model import UNSET


class Refused(Exception):
    """The gateway said no; the text is one of its codes."""


class BaseClient:
    def __init__(self, http: httpx2.Client) -> None:
        self.http = http

    def execute(self, query: str, operation_name: str, variables: dict[str, Any]) -> httpx2.Response:
        given = {name: value for name, value in variables.items() if value is not UNSET}
        return self.http.post("/graphql", json={"query": query, "operationName": operation_name, "variables": given})

    def get_data(self, response: httpx2.Response) -> dict[str, Any]:
        body: dict[str, Any] = response.json()
        if errors := body.get("errors"):
            raise Refused(errors[0]["extensions"]["code"])
        data: dict[str, Any] = body["data"]
        return data
