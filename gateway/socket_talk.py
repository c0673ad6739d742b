"""The conversation on one socket, by the book of `graphql-transport-ws`."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import aclosing
from dataclasses import dataclass
from typing import Any

from starlette.websockets import WebSocket, WebSocketDisconnect

from gateway import answers, requests
from gateway.live import Ended, Live
from gateway.requests import Asked
from gateway.seats import Seats
from gateway.socket_entrance import Entrance, Pass
from gateway.socket_outlet import Outlet
from gateway.socket_words import Closed, Code, heard, id_of, next_result, payload_of, written
from tenancy.errors import Refusal

Work = Callable[[], Awaitable[None]]


@dataclass(frozen=True)
class SocketLimits:
    """What one socket may do (security 2.6, 3.5)."""

    init_seconds: float = 5.0
    sockets: int = 2_000
    operations: int = 20
    message_bytes: int = 128 * 1024
    messages_a_second: float = 300.0


class Talk:
    """One socket from its acceptance to its end. Whoever ends it does so by `end`, and the first one is heard."""

    def __init__(
        self, websocket: WebSocket, live: Live, entrance: Entrance, seats: Seats, limits: SocketLimits
    ) -> None:
        self._websocket, self._live, self._entrance = websocket, live, entrance
        self._seats, self._limits = seats, limits
        self._outlet = Outlet(websocket.send_text)
        self._pace = _Pace(limits.messages_a_second)
        self._ending: asyncio.Future[Closed] = asyncio.get_running_loop().create_future()
        self._tasks: set[asyncio.Task[None]] = set()
        self._operations: dict[str, asyncio.Task[None]] = {}
        self._begun = False
        self._pass: Pass | None = None

    async def hold(self) -> Closed:
        """Talk until somebody ends it; why it ended. Nothing of it runs on afterwards."""
        self._start(self._outlet.run)
        self._start(self._listen)
        timer = asyncio.get_running_loop().call_later(self._limits.init_seconds, self._still_waiting)
        try:
            return await self._ending
        finally:
            timer.cancel()
            for task in self._tasks:
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)

    def end(self, closed: Closed) -> None:
        if not self._ending.done():
            self._ending.set_result(closed)

    def _still_waiting(self) -> None:
        if self._pass is None:
            self.end(Closed(Code.INIT_TIMEOUT, "Connection initialisation timeout"))

    def _start(self, work: Work) -> "asyncio.Task[None]":
        task: asyncio.Task[None] = asyncio.create_task(self._carefully(work))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def _carefully(self, work: Work) -> None:
        try:
            await work()
        except Closed as closed:
            self.end(closed)
        except WebSocketDisconnect:
            self.end(Closed(None))
        except Exception as cause:
            answers.surprise(cause)
            self.end(Closed(Code.INTERNAL, "Internal error"))

    async def _listen(self) -> None:
        while True:
            kind, said = heard(dict(await self._websocket.receive()), self._limits.message_bytes)
            self._pace.step()
            if kind == "connection_init":
                self._init(payload_of(said))
            elif kind == "ping":
                self._outlet.put(written("pong", **({"payload": said["payload"]} if payload_of(said) else {})))
            elif kind == "subscribe":
                self._subscribe(id_of(said), said)
            elif kind == "complete":
                self._complete(id_of(said))
            elif kind != "pong":
                raise Closed(Code.BAD_REQUEST, "Invalid message")

    def _init(self, payload: dict[str, Any]) -> None:
        if self._begun:
            raise Closed(Code.TOO_MANY, "Too many initialisation requests")
        self._begun = True
        self._start(lambda: self._enter(payload))

    async def _enter(self, payload: dict[str, Any]) -> None:
        """Be admitted, sit down, and stay until that is over."""
        held = await self._entrance.admit(self._websocket, payload)
        identity = held.place.identity
        try:
            with self._seats.one((identity.tid, identity.oid)):
                self._pass = held
                self._outlet.put(written("connection_ack"))
                raise await self._entrance.over(self._websocket, held)
        except Refusal:
            raise Closed(Code.TOO_MANY, "Too many sockets") from None

    def _subscribe(self, id: str, said: dict[str, Any]) -> None:
        if self._pass is None:
            raise Closed(Code.UNAUTHORIZED, "Unauthorized")
        if id in self._operations:
            raise Closed(Code.DUPLICATE, f"Subscriber for {_brief(id)} already exists")
        try:
            asked = requests.of(said.get("payload"))
        except Refusal:
            raise Closed(Code.BAD_REQUEST, "Invalid message") from None
        if len(self._operations) >= self._limits.operations:
            self._outlet.put(written("error", id=id, payload=[_too_many()]))
            return
        held = self._pass
        self._operations[id] = self._start(lambda: self._operate(id, asked, held))

    def _complete(self, id: str) -> None:
        """The client wants no more of it; its name is free at once."""
        task = self._operations.pop(id, None)
        if task is not None:
            self._outlet.withdraw(id)
            task.cancel()

    async def _operate(self, id: str, asked: Asked, held: Pass) -> None:
        me = asyncio.current_task()
        try:
            async with aclosing(self._live.results(asked, held.place)) as results:
                async for result in results:
                    self._outlet.put(next_result(id, result), id)
            last = written("complete", id=id)
        except Ended as ended:
            self._outlet.withdraw(id)
            last = written("error", id=id, payload=ended.errors)
        finally:
            if self._operations.get(id) is me:
                del self._operations[id]
        self._outlet.put(last, id)


class _Pace:
    """How fast a client speaks: so many messages a second, and as many more at once after a silence (W-09)."""

    def __init__(self, a_second: float) -> None:
        self._rate = self._left = a_second
        self._at = asyncio.get_running_loop().time()

    def step(self) -> None:
        now = asyncio.get_running_loop().time()
        self._left = min(self._rate, self._left + (now - self._at) * self._rate)
        self._at = now
        if self._left < 1:
            raise Closed(Code.TOO_MANY, "Too many messages")
        self._left -= 1


def _brief(id: str) -> str:
    """As much of it as a close frame has room for, whose reason may have 123 bytes."""
    return id.encode()[:60].decode(errors="ignore")


def _too_many() -> dict[str, Any]:
    refusal = Refusal("RATE_LIMITED")
    return {"message": refusal.message, "extensions": refusal.extensions}
