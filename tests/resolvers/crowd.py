"""Many hands at once: each does the next thing as soon as it has its answer."""

import asyncio
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any, Final

import asyncpg

from tests.resolvers.desk import said
from tests.world import World

HANDS: Final = 16
CONNECTIONS: Final = 20
_MUCH: Final = 1_000_000
ROOM: Final = {
    "pool_size": CONNECTIONS,
    "rate_principal": _MUCH,
    "rate_tenant": _MUCH,
    "rate_address": _MUCH,
}
"""Settings under which nothing but the rows themselves makes a crowd wait."""

AGAIN: Final = ("UNAVAILABLE", "IDEMPOTENCY_IN_PROGRESS")
"""Codes that tell a client to come back with the same key."""


def outcome(body: Mapping[str, Any], mutation: str) -> str:
    """DONE, or the code of the first refusal."""
    if "errors" in body:
        return str(body["errors"][0]["extensions"]["code"])
    errors = body["data"][mutation]["userErrors"]
    return str(errors[0]["code"]) if errors else "DONE"


async def at_once(
    world: World,
    mutation: str,
    inputs: Iterable[Mapping[str, Any]],
    *,
    viewers: tuple[str, ...] = ("mo",),
    answer: str = "case { id }",
    hands: int = HANDS,
    patient: bool = False,
) -> Counter[str]:
    """How often each outcome came; `viewers` take turns, and who is `patient` comes back when told to."""
    waiting = list(enumerate(inputs))
    counted: Counter[str] = Counter()

    async def hand() -> None:
        while waiting:
            number, given = waiting.pop(0)
            code = AGAIN[0]
            for _ in range(10 if patient else 1):
                body = await said(world, viewers[number % len(viewers)], mutation, given, answer=answer)
                code = outcome(body, mutation)
                if code not in AGAIN:
                    break
            counted[code] += 1

    await asyncio.gather(*(hand() for _ in range(hands)))
    return counted


async def value(world: World, sql: str, *arguments: Any) -> Any:
    """One value behind everybody's back."""
    connection = await asyncpg.connect(world.address.system)
    try:
        return await connection.fetchval(sql, *arguments)
    finally:
        await connection.close()
