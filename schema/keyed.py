"""Commands with an idempotency key: what they answer is kept as an id, and told again (C-05)."""

from collections.abc import Awaitable, Callable
from dataclasses import asdict
from typing import Any

from resolvers.once import once
from tenancy.changes import Change

KEY = "Chosen by the client, 1 to 255 characters: the same key with the same input has one effect."
VERSION = "The version that the client has read; when given, a stale one is a CONFLICT."


async def once_id(change: Change, mutation: str, input: Any, effect: Callable[[], Awaitable[str]]) -> str:
    """The id that the effect answers, run once for the input's key; bound to everything else in the input."""

    async def answered() -> dict[str, Any]:
        return {"id": await effect()}

    answer = await once(change, mutation, input.idempotency_key, asked(input), answered)
    return str(answer["id"])


def asked(input: Any) -> dict[str, Any]:
    """What the key is bound to: the input without it."""
    return {name: value for name, value in asdict(input).items() if name != "idempotency_key"}
