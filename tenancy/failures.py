"""What it means when the database fails: come back later, run it again, or a fault of ours."""

from asyncio import CancelledError
from typing import Final

import asyncpg
from sqlalchemy.exc import TimeoutError as PoolExhausted

from tenancy.errors import Unavailable
from tenancy.record import Connection

LostRace: Final = asyncpg.TransactionRollbackError
"""A deadlock or a serialization failure: nothing was done, and the whole transaction can be run again."""

Taken: Final = asyncpg.UniqueViolationError
"""Somebody else has this key."""

Locked: Final = asyncpg.LockNotAvailableError
"""Somebody else holds this row; NOWAIT, or the role's lock_timeout, did not wait longer."""


def refusal(error: BaseException) -> Unavailable | None:
    """What a failure of the database means to a client; None when it is no such failure.

    Lost, refused and exhausted connections and locks that were not had are UNAVAILABLE; a statement that was
    stopped for its length is DEADLINE_EXCEEDED (F-01 to F-16). A lost race stays one, so that it can be run again.
    """
    if isinstance(error, asyncpg.QueryCanceledError | TimeoutError):
        return Unavailable("DEADLINE_EXCEEDED")
    if isinstance(error, asyncpg.SerializationError) and "recovery" in str(error):
        return Unavailable()  # a copy throws out who reads what it must replace
    lost = isinstance(error, asyncpg.InterfaceError) and "closed" in str(error)
    return Unavailable() if lost or isinstance(error, _COME_BACK) else None


def away(error: BaseException) -> bool:
    """Whether nobody was there to connect to: no server, or one that ends, starts or recovers."""
    cause = error.__cause__ or error  # SQLAlchemy wraps what the driver says while it connects
    gone = isinstance(cause, OSError | asyncpg.PostgresConnectionError | asyncpg.CannotConnectNowError)
    return gone and not isinstance(cause, TimeoutError)


_COME_BACK = (
    OSError,
    PoolExhausted,
    asyncpg.InternalClientError,  # what the driver says when the server's farewell comes out of turn
    asyncpg.PostgresConnectionError,
    asyncpg.OperatorInterventionError,
    asyncpg.InsufficientResourcesError,
    asyncpg.IdleInTransactionSessionTimeoutError,
    asyncpg.LockNotAvailableError,
    asyncpg.InFailedSQLTransactionError,  # what one field's statement broke, its neighbours find broken
)


async def unsettled(error: BaseException, driver: Connection) -> bool:
    """Whether an answer may still be under way. After a cancellation the server is told and asked; what it
    answers proves the connection clean, and saves making a new one for each client that leaves."""
    if isinstance(error, CancelledError):
        try:
            await _ended(driver)
        except (Exception, CancelledError):
            return True
        return False
    return isinstance(error, TimeoutError | asyncpg.InternalClientError) or not isinstance(error, Exception)


async def _ended(driver: Connection) -> None:
    """End whatever is open. The driver calls a transaction an error of the program when it finds one while it resets,
    and learns only with an answer, here to a question of no words, whether the server is in one."""
    await driver.prepare("", timeout=1.0)
    if driver.is_in_transaction():
        await driver.execute("ROLLBACK", timeout=1.0)
    await driver.reset(timeout=1.0)
