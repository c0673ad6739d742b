"""Idempotency: the same call again gives the first answer and no second effect (C-05, C-06).

The key is bound to the principal, the tenant, the mutation and the whole input, and is stored in the transaction of
the effect. A command that was refused stored nothing, so its retry is a new try.
"""

from collections.abc import Awaitable, Callable
from hashlib import sha256
from typing import Any

import orjson
from sqlalchemy import bindparam, select

from tenancy import tables as t
from tenancy.changes import Change
from tenancy.errors import BadInput, Refusal
from tenancy.failures import Locked
from tenancy.statements import Statement
from tenancy.words import KeyState

LONGEST_KEY = 255

_FIND = Statement(
    select(t.IdempotencyKey.request_hash, t.IdempotencyKey.answer).where(
        t.IdempotencyKey.mutation == bindparam("mutation"), t.IdempotencyKey.key == bindparam("key")
    )
)

Answer = dict[str, Any]


async def once(change: Change, mutation: str, key: str, input: Any, effect: Callable[[], Awaitable[Answer]]) -> Answer:
    """The answer of `effect`, run at most once for this key; ids and words only, so a replay shows no old values."""
    if not 1 <= len(key) <= LONGEST_KEY or "\0" in key:
        raise BadInput(field="idempotency_key", details={"maximum": LONGEST_KEY})
    digest = sha256(orjson.dumps(input, default=str, option=orjson.OPT_SORT_KEYS)).digest()
    if not await _claim(change, mutation, key, digest):
        return await _replay(change, mutation, key, digest)
    answer = await effect()
    where = {"principal": change.viewer.user_id, "mutation": mutation, "key": key}
    change.alter_own(t.IdempotencyKey, where, {"state": KeyState.DONE, "answer": answer})
    return answer


async def _claim(change: Change, mutation: str, key: str, digest: bytes) -> bool:
    """Take the key; a call with the same key that still runs holds us up until it has ended."""
    row = {"principal": change.viewer.user_id, "mutation": mutation, "key": key, "request_hash": digest}
    try:
        return await change.add_new(t.IdempotencyKey, {**row, "state": KeyState.RUNNING, "created_at": change.now})
    except Locked:
        raise Refusal("IDEMPOTENCY_IN_PROGRESS") from None


async def _replay(change: Change, mutation: str, key: str, digest: bytes) -> Answer:
    row = await change.one(_FIND, mutation=mutation, key=key)
    if row["request_hash"] != digest:
        raise Refusal("IDEMPOTENCY_KEY_REUSED", field="idempotency_key")
    answer: Answer = orjson.loads(row["answer"])
    return answer
