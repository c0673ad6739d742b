"""One operation as a sequence of results, for sockets and for streams: queries and mutations give one, subscriptions
one for each event."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass
from typing import Any

import orjson
from graphql import OperationType

from gateway import answers
from gateway.operations import Entry, Operations
from gateway.querying import queried
from gateway.reading import Reading
from gateway.requests import Asked
from gateway.seats import Seats
from resolvers.context import Context, House
from resolvers.watching import patiently
from schema.execution import Document, Outcome, Refused
from tenancy.errors import Refusal
from tenancy.identity import Identity


@dataclass(frozen=True)
class Place:
    """Where a connection stands: who, and which tenant and workspace it selected (3.3)."""

    identity: Identity
    tenant: str | None = None
    workspace: str | None = None


class Ended(Exception):
    """The operation ended with these errors, as clients see them; nothing more of it comes."""

    def __init__(self, errors: list[dict[str, Any]]) -> None:
        super().__init__("the operation ended")
        self.errors = errors


class Live:
    """Runs operations that may go on. Each has a context of its own, and each event a transaction of its own."""

    def __init__(
        self, reading: Reading, house: House, operations: Operations, *, seconds: float, listeners: Seats
    ) -> None:
        self._reading, self._meter, self._house = reading, reading.meter, house
        self._operations = operations
        self._seconds, self.listeners = seconds, listeners

    async def results(self, asked: Asked, place: Place) -> AsyncGenerator[bytes, None]:
        """Each result as JSON. Raises Ended for everything that ends the operation with an error."""
        try:
            async with aclosing(self._outcomes(asked, place)) as outcomes:
                async for outcome in outcomes:
                    yield _written(outcome)
        except Refusal as refusal:
            raise Ended([answers.described(refusal)]) from None
        except Refused as refused:
            raise Ended(answers.shown(refused.errors)[: answers.MOST_ERRORS]) from None
        except TimeoutError:
            raise Ended([answers.described(Refusal("DEADLINE_EXCEEDED"))]) from None
        except Ended:
            raise
        except Exception as cause:
            raise Ended([answers.surprise(cause)]) from None

    async def _outcomes(self, asked: Asked, place: Place) -> AsyncGenerator[Outcome, None]:
        context = Context(self._house, place.identity, place.tenant, place.workspace)
        try:
            with self._operations.watched() as entry:
                document, outcome = await self._begun(asked, place, context, entry)
            if outcome is not None:
                yield outcome
                return
            async with aclosing(self._events(document, context, asked.variables)) as events:
                async for event in events:
                    yield event
        finally:
            await context.close()

    async def _begun(
        self, asked: Asked, place: Place, context: Context, entry: Entry
    ) -> tuple[Document, Outcome | None]:
        """The document, and what it gave. A subscription gave nothing yet: the entry tells how it began."""
        entry.identity = place.identity
        await self._meter.admit(place.identity)
        document = await self._reading.document(place.identity, asked)
        entry.read(document)
        price = entry.price = document.check_price(asked.variables)
        async with self._meter.charged(place.identity, place.tenant, price) as bill:
            if document.operation_type is OperationType.SUBSCRIPTION:
                return document, None  # the price is that of one event; those that come are others' doing
            outcome = await self._once(document, context, asked.variables)
            bill.actual = outcome.cost
        entry.ran(outcome, self._house.doors.tenant_of(place.identity, place.tenant))
        return document, outcome

    async def _once(self, document: Document, context: Context, variables: dict[str, Any] | None) -> Outcome:
        async with asyncio.timeout(self._seconds):
            if document.operation_type is OperationType.QUERY:
                return await queried(document, context, variables)
            return await document.run(context, variables)

    async def _events(
        self, document: Document, context: Context, variables: dict[str, Any] | None
    ) -> AsyncGenerator[Outcome, None]:
        known = self._house.doors.tenant_of(context.identity, context.wanted_tenant)
        with self.listeners.one(known or await self._tenant(context)):
            async with aclosing(document.subscribe(context, variables, settle=context.close)) as outcomes:
                async for outcome in outcomes:
                    if outcome.data is None:
                        await context.close()
                        raise Ended(answers.shown(outcome.errors))
                    yield outcome

    async def _tenant(self, context: Context) -> str:
        """Whose seat it is: that of the tenant which is listened to; strangers sit together."""

        async def look() -> str:
            await context.open(self._house.relay.gate)
            return context.viewer.tenant_id or ""

        tenant = await patiently(context, look)
        await context.close()
        return tenant


def _written(outcome: Outcome) -> bytes:
    body: dict[str, Any] = {"data": outcome.data}
    if outcome.errors:
        body = {"errors": answers.shown(outcome.errors), "data": outcome.data}
    return orjson.dumps(body, default=str)
