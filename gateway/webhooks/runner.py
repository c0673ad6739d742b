"""Sends what webhooks wait for, in every process of the gateway (H-10, T-25; decision 0015).

    async with Webhooks(...).running(): ...

Once a second it looks at the queue: events become messages, and messages are sent, many at once but one for each
webhook. What is sent is written as the application that the webhook belongs to, with the rights that the tables give it
now. A process that is killed leaves a lease that runs out; one that stops in peace gives its messages back.
"""

import asyncio
import contextlib
import logging
import time
from collections.abc import AsyncIterator
from datetime import datetime
from random import random
from typing import Final

from gateway.telemetry import Telemetry
from gateway.webhooks.courier import Courier, Reply
from gateway.webhooks.writing import Revoked, Unwritable, Withheld, Writer
from resolvers import ids
from resolvers.context import House
from resolvers.rules.redelivery import Patience
from resolvers.rules.signatures import signed
from resolvers.webhooks.receivers import unsealed
from tenancy.errors import BadInput, Unavailable
from tenancy.webhook_queue import Ending, Sending, Standing, WebhookQueue
from tenancy.words import DeliveryFault, DeliveryState, WebhookReason

IDLE_SECONDS: Final = 1.0
SWEEP_SECONDS: Final = 600.0
LOOK_SECONDS: Final = 15.0
GONE: Final = 410

_log = logging.getLogger("gateway.webhooks")


class Webhooks:
    """Takes messages from the queue and sends them, `at_once` at a time; none when it is 0.

    `standing` is how the queue stood when this process looked last; one that sends nothing does not look.
    """

    def __init__(
        self,
        house: House,
        writer: Writer,
        queue: WebhookQueue,
        courier: Courier,
        patience: Patience,
        telemetry: Telemetry,
        *,
        at_once: int,
    ) -> None:
        self._house, self._queue, self._courier, self._patience = house, queue, courier, patience
        self._writer, self._telemetry = writer, telemetry
        self._at_once = at_once
        self._under_way: set[asyncio.Task[None]] = set()
        self._swept = self._looked = float("-inf")
        self.standing = Standing()

    @property
    def under_way(self) -> int:
        """Messages that this process is sending."""
        return len(self._under_way)

    @property
    def late(self) -> float:
        """Seconds for which the message that should be sent first is overdue; 0 when none is."""
        due = self.standing.oldest
        return 0.0 if due is None else max(0.0, (self._now - due).total_seconds())

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Work meanwhile; on the way out what was not brought is given back to the queue."""
        work = asyncio.create_task(self._work()) if self._at_once else None
        try:
            yield
        finally:
            tasks = [*([work] if work else []), *self._under_way]
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            await self._courier.close()

    async def _work(self) -> None:
        while True:
            try:
                await self._turn()
            except Unavailable:
                _log.warning("webhooks wait: the database cannot be reached")
            except Exception:
                # Whatever one webhook meets, the next one must still be told.
                _log.exception("webhooks met a surprise")
            # Whoever has come to its end makes room for the next message at once.
            if self._under_way:
                await asyncio.wait(self._under_way, timeout=IDLE_SECONDS, return_when=asyncio.FIRST_COMPLETED)
            else:
                await asyncio.sleep(IDLE_SECONDS)

    async def _turn(self) -> None:
        await self._sweep()
        if time.monotonic() - self._looked >= LOOK_SECONDS:
            await self.look()
        while await self._queue.pour(self._now):
            pass
        while len(self._under_way) < self._at_once:
            sending = await self._queue.take(self._now)
            if sending is None:
                return
            task = asyncio.create_task(self._carried(sending))
            self._under_way.add(task)
            task.add_done_callback(self._under_way.discard)

    async def look(self) -> None:
        """See how the queue stands, for whoever watches the process."""
        self._looked = time.monotonic()
        self.standing = await self._queue.standing()

    async def once(self) -> bool:
        """Make messages of what is new, and bring one of those that are due; False when there was none."""
        while await self._queue.pour(self._now):
            pass
        sending = await self._queue.take(self._now)
        if sending is not None:
            await self._carried(sending)
        return sending is not None

    async def _carried(self, sending: Sending) -> None:
        try:
            await self._brought(sending)
        except asyncio.CancelledError:
            await asyncio.shield(self._queue.give_back(sending))
            raise
        except Unavailable:
            # The lease runs out, and somebody tries again.
            _log.warning("a webhook waits: the database cannot be reached")
        except Exception:
            _log.exception("message %s, attempt %d", sending.id, sending.attempt)
            await self._tell(sending, Reply(fault=DeliveryFault.DOCUMENT))

    async def _brought(self, sending: Sending) -> None:
        try:
            body = await self._writer.body(sending)
            headers = self._headers(sending, body)
        except (Revoked, Withheld) as reason:
            if isinstance(reason, Revoked):
                await self._queue.stop(sending, WebhookReason.RIGHTS, self._now)
            await self._end(sending, Ending(DeliveryState.DROPPED, fault=DeliveryFault.RIGHTS), sending.failing_since)
        except Unwritable:
            await self._tell(sending, Reply(fault=DeliveryFault.DOCUMENT))
        except BadInput:
            await self._tell(sending, Reply(fault=DeliveryFault.SECRET))
        else:
            began = time.monotonic()
            reply = await self._courier.post(sending.url, headers, body)
            self._telemetry.answered_by_receiver(time.monotonic() - began)
            await self._tell(sending, reply)

    def _headers(self, sending: Sending, body: bytes) -> dict[str, str]:
        """Those of Standard Webhooks; the time is that of this attempt, by the real clock, as receivers compare it."""
        kept = [sending.secret]
        if sending.previous_secret and sending.previous_until and self._now < sending.previous_until:
            kept.append(sending.previous_secret)
        secrets = [unsealed(self._house, sending.tenant_id, sending.webhook_id, each) for each in kept]
        id, at = ids.encode("WebhookDelivery", sending.id), int(time.time())
        return {
            "webhook-id": id,
            "webhook-timestamp": str(at),
            "webhook-signature": signed(secrets, id, at, body),
            "content-type": "application/json",
        }

    async def _tell(self, sending: Sending, reply: Reply) -> None:
        """What the attempt came to, and whether there will be another one."""
        if reply.taken:
            await self._end(sending, Ending(DeliveryState.DELIVERED, status=reply.status), None)
            return
        since = sending.failing_since or self._now
        if reply.status == GONE:
            await self._queue.stop(sending, WebhookReason.GONE, self._now)
        elif self._patience.exhausted(since, self._now):
            await self._queue.stop(sending, WebhookReason.FAILING, self._now)
        pause = self._patience.pause(sending.attempt, random(), reply.again_in)
        state = DeliveryState.DEAD if pause is None else DeliveryState.WAITING
        due = None if pause is None else self._now + pause
        await self._end(sending, Ending(state, due, reply.status, reply.fault), since)

    async def _end(self, sending: Sending, ending: Ending, failing_since: datetime | None) -> None:
        self._telemetry.told_receiver(ending.fault or ending.state)
        await self._queue.tell(sending, ending, self._now, failing_since)

    async def _sweep(self) -> None:
        if time.monotonic() - self._swept >= SWEEP_SECONDS:
            self._swept = time.monotonic()
            await self._queue.forget(self._now)

    @property
    def _now(self) -> datetime:
        return self._house.clock.now()
