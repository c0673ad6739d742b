"""The pool of one role, and what its connections speak: uuid, numeric, date and json as text, made in C."""

from collections.abc import Mapping
from types import TracebackType
from typing import Any, Final

import asyncpg
from sqlalchemy import event, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import ConnectionPoolEntry

from tenancy.errors import Unavailable
from tenancy.failures import refusal, unsettled
from tenancy.outage import Bridge
from tenancy.parking import Parking
from tenancy.record import Connection, Row

_AS_TEXT = ("uuid", "numeric", "date")
_CONNECT: Final[dict[str, Any]] = {
    "timeout": 2.0,  # seconds to connect
    "command_timeout": 10.0,  # seconds for one answer; the roles' own limits are shorter (security 3.5)
    "statement_cache_size": 512,  # every set of columns is a text of its own
    "max_cached_statement_lifetime": 0,  # seconds; 0 keeps them as long as the connection
    "server_settings": {
        "application_name": "gateway",
        "default_transaction_isolation": "read committed",
        "timezone": "UTC",
        "jit": "off",
        "tcp_user_timeout": "10s",
        "tcp_keepalives_idle": "30",
    },
}


class Login:
    """The pool of one role: `size` connections, no more under pressure; who finds none waits in `tenancy.parking`. Who
    is `patient` waits out an outage of a moment (`tenancy.outage`)."""

    def __init__(
        self, url: str, *, size: int, settings: Mapping[str, str] | None = None, patient: bool = False, **connect: Any
    ) -> None:
        self._url = make_url(url)
        self._connect = {**_CONNECT, "server_settings": {**_CONNECT["server_settings"], **(settings or {})}, **connect}
        self._engine = create_async_engine(
            self._url.set(drivername="postgresql+asyncpg"),
            isolation_level="READ COMMITTED",
            connect_args={**self._connect, "record_class": Row},
            pool_size=size,
            max_overflow=0,
            pool_recycle=1800,
            pool_use_lifo=True,
        )
        checkout = self._engine.raw_connection
        self.parking = Parking(Bridge(checkout) if patient else checkout, size)
        event.listen(self._engine.sync_engine, "connect", _teach)
        event.listen(self._engine.sync_engine, "checkout", _refuse_dead)
        event.listen(self._engine.sync_engine, "checkin", _discard_unfinished)

    def borrow(self) -> "Loan":
        """`async with` gives the driver's connection; raises Unavailable when there is none within the limits."""
        return Loan(self.parking)

    async def alone(self) -> Connection:
        """A connection that never was in the pool. Raises Unavailable."""
        address = self._url.set(drivername="postgresql").render_as_string(hide_password=False)
        try:
            connection: Connection = await asyncpg.connect(address, record_class=Row, **self._connect)
            await _speak_text(connection)
        except Exception as error:
            if refusal(error):
                raise Unavailable from error
            raise
        return connection

    @property
    def lent(self) -> int:
        pool: Any = self._engine.sync_engine.pool
        return int(pool.checkedout()) - len(self.parking)

    async def close(self) -> None:
        self.parking.close()
        await self._engine.dispose()


class Loan:
    """One connection, lent. Failures of the connection leave as Unavailable, all others as they are."""

    __slots__ = ("_lent", "_parking")

    def __init__(self, parking: Parking) -> None:
        self._parking = parking

    @property
    def copied(self) -> bool:
        """Whether it is of a copy of the database."""
        return False

    async def __aenter__(self) -> Connection:
        try:
            self._lent = await self._parking.take()
        except Exception as error:
            # SQLAlchemy wraps what the driver says while it connects.
            cause = error.__cause__ if isinstance(error.__cause__, Exception) else error
            raise (Unavailable() if refusal(cause) else cause) from error
        return self._lent.driver

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is not None and await unsettled(error, self._lent.driver):
            self._parking.throw_away(self._lent)
        else:
            self._parking.put(self._lent)
        if error is not None and (no := refusal(error)):
            raise no from error


def _teach(connection: Any, _: ConnectionPoolEntry) -> None:
    connection.run_async(_unlearn_json)
    connection.run_async(_speak_text)


async def _unlearn_json(connection: Connection) -> None:
    # SQLAlchemy has put a decoder of its own there; the driver's is C and leaves the text alone.
    for name in ("json", "jsonb"):
        await connection.reset_type_codec(name, schema="pg_catalog")


async def _speak_text(connection: Connection) -> None:
    for name in _AS_TEXT:
        await connection.set_builtin_type_codec(name, schema="pg_catalog", codec_name="text", format="text")


def _refuse_dead(connection: DBAPIConnection, *_: Any) -> None:
    # The event loop hears of a closed socket while the connection is idle, so asking costs no round trip.
    if _driver(connection).is_closed():
        raise DisconnectionError


def _discard_unfinished(connection: DBAPIConnection | None, entry: ConnectionPoolEntry) -> None:
    if connection is None:
        return
    driver = _driver(connection)
    if not driver.is_closed() and driver.is_in_transaction():
        entry.invalidate()


def _driver(connection: Any) -> Connection:
    driver: Connection = connection.driver_connection
    return driver
