"""What a message says: its document, run as the application with the rights of this moment (W-11, D-30)."""

import asyncio
from datetime import datetime
from typing import Any, Final

import orjson

from gateway.answers import code_of
from resolvers import ids
from resolvers.context import Context, House
from resolvers.rules.messages import SUBJECTS, envelope
from schema.execution import Engine, Outcome, Refused
from tenancy.codes import CODES, Kind
from tenancy.errors import Refusal, Unavailable
from tenancy.permissions import Action
from tenancy.viewer import require
from tenancy.webhook_queue import Sending

SECONDS: Final = 10.0


class Revoked(Exception):
    """The application may not read insights of this tenant any more."""


class Withheld(Exception):
    """The application may not read what this message would say."""


class Unwritable(Exception):
    """The document failed; it may do better later, unless it does not fit the schema any more."""


class Writer:
    """Writes bodies, each in a snapshot of its own."""

    def __init__(self, house: House, engine: Engine) -> None:
        self._house, self._engine = house, engine

    async def body(self, sending: Sending) -> bytes:
        """Raises Revoked, Withheld, Unwritable, and Unavailable when the database is away."""
        named = SUBJECTS.get(sending.topic)
        subject = ids.encode(named[1], sending.subject_id) if named and sending.subject_id else None
        data = await self._data(sending, {named[0]: subject} if named else {})
        id = ids.encode("WebhookDelivery", sending.id)
        at = _written(sending.occurred_at)
        told = envelope(id, sending.sequence, sending.topic, at, subject, sending.is_test, data)
        return orjson.dumps(told, default=str)

    async def _data(self, sending: Sending, variables: dict[str, Any]) -> Any:
        try:
            async with (
                asyncio.timeout(SECONDS),
                self._house.doors.reading(sending.identity, sending.tenant_id) as scope,
            ):
                require(scope.viewer, Action.READ_INSIGHTS, rule="D-30")
                if sending.document is None:
                    return None
                document = self._engine.document(sending.document)
                given = {name: value for name, value in variables.items() if name in document.declared}
                return _told(await document.run(Context.over(self._house, scope), given))
        except (Refused, TimeoutError) as reason:
            raise Unwritable from reason
        except Unavailable:
            raise
        except Refusal as refusal:
            raise Revoked from refusal


def _told(outcome: Outcome) -> Any:
    """The data, if there is all of it: what was refused is no part of a message, and nothing beside it is either."""
    codes = {code_of(error) for error in outcome.errors}
    if any(CODES[code].kind is not Kind.TECHNICAL for code in codes):
        raise Withheld
    if codes:
        raise Unwritable
    return outcome.data


def _written(moment: datetime) -> str:
    return moment.isoformat().replace("+00:00", "Z")
