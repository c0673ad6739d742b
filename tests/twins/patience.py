"""A busy machine must not tell the twins apart: limits of time are wide here, and tests of their own are about them.

What works behind the requests works between them, so that no answer depends on how far it is.
"""

import contextlib
from collections.abc import AsyncIterator, Iterator
from typing import Any, Final
from unittest.mock import patch

from gateway.exports import Runner
from tenancy import database, logins

_WIDE: Final = {"timeout": 120.0, "command_timeout": 120.0}
_SESSION: Final = {"lock_timeout": "120s", "transaction_timeout": "120s", **database._UNHURRIED}


_MOST_FILES: Final = 5


@contextlib.contextmanager
def unhurried() -> Iterator[None]:
    """Logins that are made inside wait long."""
    with (
        patch.dict(logins._CONNECT, _WIDE),
        patch.dict(database._GENERIC, _SESSION),
        patch.object(Runner, "running", _resting),
    ):
        yield


@contextlib.asynccontextmanager
async def _resting(self: Any) -> AsyncIterator[None]:
    yield


async def worked(exports: Runner) -> None:
    """Files that were asked for are written."""
    for _ in range(_MOST_FILES):
        if not await exports.once():
            return
