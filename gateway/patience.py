"""How long a client may take to say what it wants, and how much it may say around it: the server's own protocol, with
a clock and a scale beside it (H-05, H-07, K-24).

uvicorn waits for headers and bodies for ever, so a few hundred sockets that drip a byte now and then would hold
memory and places until somebody notices. Here a head must be complete within its seconds, counted from the moment the
connection is open or the last answer is out, and a body within its own. Whoever is late hears 408 and is hung up on.

The parser below would also keep a head, or what comes after the chunks of a body, of any size: whoever says more than
`LARGEST_HEAD` beside the body itself hears 431. The body has a limit of its own, where it is read.

Nobody here speaks what `Upgrade` may propose beside WebSocket, such as `h2c`: that is ignored (RFC 9110 7.8). The
parser would take the request for over after its head and lose its body, so the head is read again without the proposal.
"""

import sys
from asyncio import TimerHandle, Transport
from typing import Any, Final

import httptools
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from gateway.asking import leave

LARGEST_HEAD: Final = 64 * 1024
"""Bytes of one request that are not its body: more than any token (16 KB) and cookies need."""

_PER_BYTE: Final = 16
"""Bytes that each byte of a body may cost on the wire, for bodies in very small chunks."""

_END = b"\r\ncontent-length: 0\r\ncache-control: no-store\r\nconnection: close\r\n\r\n"
_LATE = b"HTTP/1.1 408 Request Timeout" + _END
_LARGE = b"HTTP/1.1 431 Request Header Fields Too Large" + _END


class PatientProtocol(HttpToolsProtocol):
    """HTTP/1.1 with a limit on how long a head and a body may take, in seconds.

    While the process is `leaving`, each answer says that it is the last one on its connection.
    """

    leaving = False
    head_seconds = 5.0
    body_seconds = 10.0
    _clock: TimerHandle | None = None

    _owed: float | None = None
    """Seconds within which the client owes the rest of a head or of a body; nothing is owed between requests."""
    _fresh = False
    _said = 0
    """Bytes of this request so far, as far as they count: those of its body pay for themselves."""
    _begun = False
    _proposed = False
    """The head that is being read proposes another protocol, which is not to be."""
    _again: tuple[bytes, int] | None = None
    """Such a head without the proposal, and where in the piece that came last it ended."""

    def connection_made(self, transport: Transport) -> None:  # type: ignore[override]  # as uvicorn narrows it
        super().connection_made(transport)
        self._owed = self.head_seconds
        self._expect()

    def connection_lost(self, exc: Exception | None) -> None:
        self._relax()
        if self.cycle is not None:
            leave(self.cycle.scope)  # type: ignore[arg-type]  # the same mapping, as uvicorn narrows it
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        # Most requests come in one piece: then no clock need be started. A head that goes on keeps its clock.
        self._fresh = self._begun = False
        rest = memoryview(data)
        super().data_received(data)
        while self._again is not None:
            (head, end), self._again = self._again, None
            rest = rest[end:]
            super().data_received(head)
            super().data_received(rest)  # type: ignore[arg-type]  # the parser takes any bytes
        if self._owed is None:
            self._relax()
            return
        if self._fresh:
            self._expect()
        if not self._begun:  # what came before a new request in the same piece is not of it
            self._said += len(data)
        if self._said > LARGEST_HEAD:
            self._hang_up(_LARGE)

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._said, self._begun = 0, True
        if self._owed is None:
            self._owed, self._fresh = self.head_seconds, True

    def on_headers_complete(self) -> None:
        if self._proposes():
            self._proposed = True
            return
        self._owed, self._fresh = self.body_seconds, True
        super().on_headers_complete()
        if self.leaving and self.cycle is not None:
            self.cycle.keep_alive = False

    def on_body(self, body: bytes) -> None:
        super().on_body(body)
        self._said -= len(body) * _PER_BYTE

    def on_message_complete(self) -> None:
        if self._proposed:
            return
        self._owed = None
        super().on_message_complete()

    def handle_websocket_upgrade(self) -> None:
        self._owed = None
        super().handle_websocket_upgrade()

    def _proposes(self) -> bool:
        parser = self.parser
        return parser.should_upgrade() and not self._should_upgrade() and parser.get_method() != b"CONNECT"

    def _unsupported_upgrade_warning(self) -> None:
        """Called where the parser has stopped after such a head."""
        if not self._proposed:
            return
        self._proposed = False
        stopped = sys.exception()
        assert isinstance(stopped, httptools.HttpParserUpgrade)
        first = b"%s %s HTTP/%s\r\n" % (self.parser.get_method(), self.url, self.parser.get_http_version().encode())
        said = [b"%s: %s\r\n" % each for each in self.headers if each[0] != b"upgrade"]
        self._again = b"".join((first, *said, b"\r\n")), stopped.args[0]
        self.parser = httptools.HttpRequestParser(self)
        self.parser.set_dangerous_leniencies(lenient_data_after_close=True)  # as uvicorn's own

    def _expect(self) -> None:
        self._relax()
        if self._owed is not None:
            self._clock = self.loop.call_later(self._owed, self._late)

    def _relax(self) -> None:
        if self._clock is not None:
            self._clock.cancel()
            self._clock = None

    def _late(self) -> None:
        self._clock = None
        self._hang_up(_LATE)

    def _hang_up(self, last: bytes) -> None:
        """Say this, unless an answer is under way, and nothing more."""
        if self.transport.is_closing():
            return
        answering = self.cycle is not None and self.cycle.response_started and not self.cycle.response_complete
        if not answering:
            self.transport.write(last)
        self.transport.close()


def patient(head: float, body: float) -> type[PatientProtocol]:
    """The protocol with these limits; uvicorn makes its own objects of it."""
    limits: dict[str, Any] = {"head_seconds": head, "body_seconds": body}
    return type("PatientProtocol", (PatientProtocol,), limits)
