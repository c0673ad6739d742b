"""Many clients that open cases at once, through crashes: each keeps its key until it has an answer."""

import asyncio
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx2

from tests.crash.grounds import Server
from tests.resolvers.desk import customer, entitlement

HANDS = 32
OPEN = """mutation ($input: CreateCaseInput!) {
  createCase(input: $input) { case { id } userErrors { code } }
}"""
AGAIN = {"UNAVAILABLE", "DEADLINE_EXCEEDED", "IDEMPOTENCY_IN_PROGRESS", "RATE_LIMITED"}
"""Codes after which the same call is repeated with the same key."""


@dataclass
class Crowd:
    """`sent` are keys on the wire, `acked` the answers: the case's id, or the code of a refusal."""

    server: Server
    token: str
    sent: set[str] = field(default_factory=set)
    acked: dict[str, str] = field(default_factory=dict)
    repeats: int = 0
    surprises: list[str] = field(default_factory=list)

    async def open(self, keys: Iterable[str], until: Callable[[], bool]) -> None:
        """Open a case for every key that has no answer yet; leave off when `until` says so."""
        left = [key for key in keys if key not in self.acked]
        async with httpx2.AsyncClient(base_url=self.server.url, timeout=15.0) as client:
            await asyncio.gather(*(self._hand(client, left, until) for _ in range(HANDS)))

    async def _hand(self, client: httpx2.AsyncClient, left: list[str], until: Callable[[], bool]) -> None:
        while left and not until():
            key = left.pop()
            while not until():
                answer = await self._said(client, key)
                if answer is not None:
                    assert self.acked.setdefault(key, answer) == answer
                    break
                self.repeats += 1
                await asyncio.sleep(0.05)

    async def _said(self, client: httpx2.AsyncClient, key: str) -> str | None:
        """The answer; None when there was none, or one that asks to come again."""
        self.sent.add(key)
        try:
            answer = await client.post(
                "/graphql",
                json=call(key),
                headers={"authorization": f"Bearer {self.token}", "accept": "application/graphql-response+json"},
            )
            body = answer.json()
        except (httpx2.HTTPError, OSError, ValueError):
            return None
        if "errors" in body:
            code = body["errors"][0]["extensions"]["code"]
            if code not in AGAIN:
                self.surprises.append(code)
            return None
        return verdict(body)


def call(key: str) -> dict[str, Any]:
    """The request that opens the case of this key."""
    given = {
        "idempotencyKey": key,
        "title": f"Crash {key}",
        "supportKind": "PROBLEM_RESOLUTION",
        "customerId": customer("tostado"),
        "entitlementId": entitlement("terms-gold"),
    }
    return {"query": OPEN, "variables": {"input": given}}


def verdict(body: Mapping[str, Any]) -> str:
    """What an answer without errors says: the case's id, or the code of a refusal."""
    payload = body["data"]["createCase"]
    return str(payload["case"]["id"]) if payload["case"] else str(payload["userErrors"][0]["code"])
