"""What goes on after it was asked for: sockets and event streams, over one way of running operations."""

from gateway.identity import Verifier
from gateway.live import Live
from gateway.operations import Operations
from gateway.reading import Reading
from gateway.seats import Seats
from gateway.sessions import Sessions
from gateway.settings import Settings
from gateway.socket import Sockets
from gateway.socket_entrance import Entrance
from gateway.socket_standing import Standing
from gateway.socket_talk import SocketLimits
from gateway.stream import Streams
from resolvers.context import House


class Listening:
    """Everything of a process that listens."""

    def __init__(
        self,
        settings: Settings,
        reading: Reading,
        house: House,
        verifier: Verifier,
        sessions: Sessions | None,
        operations: Operations,
    ) -> None:
        listeners = Seats(settings.subscriptions_tenant)
        live = Live(reading, house, operations, seconds=settings.request_seconds, listeners=listeners)
        limits = SocketLimits(
            sockets=settings.sockets,
            operations=settings.subscriptions_socket,
            message_bytes=settings.body_kilobytes * 1024,
        )
        entrance = Entrance(verifier, sessions, Standing(house))
        self.sockets = Sockets(live, entrance, operations.telemetry, Seats(settings.sockets_principal), limits)
        self.streams = Streams(live, Seats(settings.subscriptions_socket))
        operations.telemetry.watch_listeners(self.sockets, listeners)

    async def stop(self) -> None:
        """End what would go on for ever, so that the process can."""
        self.streams.stop()
        await self.sockets.stop()
