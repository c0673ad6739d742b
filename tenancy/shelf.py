"""Where sign-ins of browsers are kept: sealed, in PostgreSQL, for all processes of all servers (H-12).

A record is AES-SIV over its bytes, bound to its kind and key: a row that was copied, swapped or altered opens for
nobody. The same bytes seal to the same text, so "is it still what I read" is one comparison in SQL.
"""

import hmac
from collections.abc import Callable
from typing import Any, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV

from tenancy.database import Database

_SWEEP_EACH: Final = 60.0
_SWEEP_AFTER: Final = 500
"""Seconds, or new records of this process, between two looks at what has ended or is too much."""

_ADD: Final = """
insert into app.browser_record (kind, key, owner, value, until) values ($1, $2, $3, $4, to_timestamp($5::float8))
"""
_GET: Final = "select value from app.browser_record where kind = $1 and key = $2 and until > to_timestamp($3::float8)"
_REPLACE: Final = """
update app.browser_record set value = $4, until = to_timestamp($5::float8)
where kind = $1 and key = $2 and value = $3 and until > to_timestamp($6::float8) returning true
"""
_TAKE: Final = (
    "delete from app.browser_record where kind = $1 and key = $2 returning value, until > to_timestamp($3::float8)"
)
_TAKE_ALL: Final = "delete from app.browser_record where kind = $1 and owner = $2"
_ENDED: Final = "delete from app.browser_record where until <= to_timestamp($1::float8)"
_TOO_MANY: Final = """
delete from app.browser_record where kind = $1 and until < (
  select until from app.browser_record where kind = $1 order by until desc offset $2 limit 1)
"""


class Shelf:
    """Records of one `kind`, sealed with `key` (32 bytes, the same on every server); `clock` gives epoch seconds.

    Of more than `most` those that would end first leave. All methods raise Unavailable when the database is away.
    """

    def __init__(
        self, database: Database, kind: str, key: bytes, clock: Callable[[], float], *, most: int = 10_000
    ) -> None:
        self._database, self._kind, self._key, self._clock, self._most = database, kind, key, clock, most
        self._cipher = AESSIV(key)
        self._swept, self._added = clock(), 0

    async def add(self, key: str, value: bytes, until: float, owner: str = "") -> None:
        """Keep a new record until then; `owner` is whoever `take_all` may name later."""
        await self._ask(_ADD, self._kind, key, self._hidden(owner), self._sealed(key, value), until)
        self._added += 1
        if self._added >= _SWEEP_AFTER or self._clock() - self._swept >= _SWEEP_EACH:
            await self.sweep()

    async def get(self, key: str) -> bytes | None:
        """The record, unless it has ended."""
        rows = await self._ask(_GET, self._kind, key, self._clock())
        return self._opened(key, rows[0][0]) if rows else None

    async def replace(self, key: str, old: bytes, new: bytes, until: float) -> bool:
        """Put `new` where `old` still is; False, and nothing done, when it is gone or was changed meanwhile."""
        sealed = (self._sealed(key, old), self._sealed(key, new))
        return bool(await self._ask(_REPLACE, self._kind, key, *sealed, until, self._clock()))

    async def take(self, key: str) -> bytes | None:
        """Remove the record and give it to exactly one caller."""
        rows = await self._ask(_TAKE, self._kind, key, self._clock())
        return self._opened(key, rows[0][0]) if rows and rows[0][1] else None

    async def take_all(self, owner: str) -> None:
        """Remove every record of this owner, whichever process made it."""
        await self._ask(_TAKE_ALL, self._kind, self._hidden(owner))

    async def sweep(self) -> None:
        """Forget what has ended, of whatever kind, and what is too much of this one."""
        self._swept, self._added = self._clock(), 0
        await self._ask(_ENDED, self._clock())
        await self._ask(_TOO_MANY, self._kind, self._most - 1)

    async def _ask(self, sql: str, *arguments: Any) -> list[Any]:
        async with self._database.meter() as connection:
            return list(await connection.fetch(sql, *arguments))

    def _sealed(self, key: str, value: bytes) -> bytes:
        return self._cipher.encrypt(value, [self._kind.encode(), key.encode()])

    def _opened(self, key: str, sealed: bytes) -> bytes | None:
        """None for what another secret sealed: such a sign-in is over."""
        try:
            return self._cipher.decrypt(sealed, [self._kind.encode(), key.encode()])
        except InvalidTag:
            return None

    def _hidden(self, owner: str) -> str:
        return hmac.new(self._key, owner.encode(), "sha256").hexdigest() if owner else ""
