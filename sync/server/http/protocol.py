"""One client's connection: uvicorn's HTTP/1.1 protocol with time limits, strict framing and half-close support."""

import asyncio
from http import HTTPStatus
from typing import Any

import h11
import msgspec
from uvicorn.config import Config
from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.server import ServerState

from sync.protocol import PROBLEM
from sync.server.http.connection_limits import Connections, ConnectionState, Limits
from sync.server.http.framing import StrictConnection

MAX_HEADER_BYTES = 64 * 1024
MAX_UNREAD_BYTES = (
    8 * 1024 * 1024
)  # of a refused body: so much is read and discarded, until the client has the response
REFUSALS = {
    400: "This is not a request of HTTP/1.1 that can be read in one way only (RFC 9112).",
    408: "The request did not arrive in time. Send it again.",
    431: f"The headers of a request may have {MAX_HEADER_BYTES:,} bytes.",
    501: "Transfer-Encoding: send chunked, or nothing.",
}


class LimitedProtocol(H11Protocol):
    """uvicorn's protocol with limits on the time that a client may take to send a request or read a response."""

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        connections: Connections,
        loop: asyncio.AbstractEventLoop,
    ) -> None:
        super().__init__(config, server_state, app_state, loop)
        self.conn = self._framing = StrictConnection(h11.SERVER, MAX_HEADER_BYTES)
        self.since = loop.time()
        self._connections = connections
        self._limits: Limits = connections.limits
        self._turn_key: object = None  # identifies the turn: another key is another turn
        self._received = 0  # bytes in this turn
        self._unsent = 0  # bytes of the response that waited for the client when the turn began
        self._answered = 0  # requests
        self._is_dropped = False
        self._discards = False  # whether what arrives is discarded, since the connection is being closed
        self._client_finished = False  # whether the client has closed its half

    # turns and their time limits

    @property
    def turn(self) -> ConnectionState:
        """Whose turn it is."""
        if self.transport is None or self.flow.write_paused:
            return ConnectionState.CLIENT
        if self.transport.is_closing() or self._discards:
            return ConnectionState.CLOSING
        if self.cycle is not None and not self.cycle.response_complete:
            return ConnectionState.CLIENT if self.conn.their_state is h11.SEND_BODY else ConnectionState.SERVER
        if self.conn.their_state is h11.SEND_BODY:
            return ConnectionState.CLOSING  # it was answered before its body was complete
        return ConnectionState.CLIENT if self._received or not self._answered else ConnectionState.IDLE

    def _note_turn(self) -> None:
        """Restart the time and the counters if another turn has begun."""
        sent = self._framing.sent if self._client_finished else 0
        key = (self.turn, self._answered, self.conn.their_state, self.flow.write_paused, self.flow.read_paused, sent)
        if key != self._turn_key:
            self._turn_key = key
            self.since = self.loop.time()
            self._unsent = self.transport.get_write_buffer_size()
            if self.turn is not ConnectionState.CLIENT or self.conn.their_state is not h11.IDLE:
                self._received = 0

    def _allowed_s(self) -> float | None:
        """The time limit of the turn in seconds; None: no limit."""
        limits, unsent = self._limits, self.transport.get_write_buffer_size()
        if self.flow.write_paused or (self.transport.is_closing() and unsent):
            return limits.transfer_s + max(0, self._unsent - unsent) / limits.least_rate
        if self.conn.their_state is h11.SEND_BODY and not self._discards:
            if self.flow.read_paused:
                return None  # the application has not asked for more of it
            return min(limits.longest_body_s, limits.transfer_s + self._received / limits.least_rate)
        match self.turn:
            case ConnectionState.CLOSING:
                return limits.linger_s
            case ConnectionState.CLIENT:
                return limits.headers_s
            case ConnectionState.SERVER if self._client_finished and self.cycle.response_started:
                return limits.half_closed_s  # it has gone, unless it reads: nothing that is sent would tell
        return None  # uvicorn's own timer ends idle connections

    def check(self, now: float) -> bool:
        """Close the connection if its client has exceeded its time; returns whether a request or response was cut."""
        if self.transport is None:
            return False
        self._note_turn()
        if not self._is_overdue(now):
            return False
        is_client_turn = self.turn is ConnectionState.CLIENT
        has_begun = bool(self._received) or self.conn.their_state is h11.SEND_BODY
        if is_client_turn and not self.flow.write_paused and has_begun:
            self._refuse(408)
        else:
            self.drop()
        return is_client_turn

    def _is_overdue(self, now: float) -> bool:
        if self.turn is ConnectionState.CLOSING and self._received > MAX_UNREAD_BYTES:
            return True
        allowed = self._allowed_s()
        return allowed is not None and now - self.since > allowed

    def drop(self) -> None:
        """Close the connection at once."""
        self._is_dropped = True
        if self.transport is not None:
            self.transport.abort()

    # asyncio.Protocol

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        if self._is_dropped:
            transport.abort()
        self._note_turn()

    def connection_lost(self, exc: Exception | None) -> None:
        self._connections.remove(self)
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        self._received += len(data)
        if self._discards:
            return
        super().data_received(data)
        self._note_turn()

    def handle_events(self) -> None:
        before = self.cycle
        super().handle_events()
        if self.cycle is not before and self.conn.their_state is h11.SEND_BODY and not self._discards:
            self.flow.pause_reading()  # until the application reads it: no body of a client without a token is held

    def eof_received(self) -> bool:  # type: ignore[override]
        """Keep the connection open for the responses to complete requests (half-close, RFC 9112 §9.6)."""
        self._client_finished = True
        self._note_turn()
        is_pending = self.cycle is not None and not self.cycle.response_complete
        return is_pending and self.conn.their_state is not h11.SEND_BODY and not self._discards

    def on_response_complete(self) -> None:
        self._answered += 1
        self._received = len(self.conn.trailing_data[0])  # of the next request
        super().on_response_complete()
        if self._client_finished and self.conn.their_state in (h11.IDLE, h11.SEND_BODY):
            self.transport.close()
        self._note_turn()

    def pause_writing(self) -> None:
        super().pause_writing()
        self._note_turn()

    def resume_writing(self) -> None:
        super().resume_writing()
        self._note_turn()

    # endings

    def shutdown(self) -> None:
        if self._discards:
            self.transport.abort()
        else:
            super().shutdown()

    def send_400_response(self, msg: str) -> None:
        self._refuse(self.conn.status_hint if isinstance(self.conn, StrictConnection) else 400)

    def _refuse(self, status: int) -> None:
        """Send an error response, and close after the client has had time to read it (RFC 9112 §9.6)."""
        cycle = self.cycle
        is_open = cycle is not None and not cycle.response_complete
        has_begun = is_open and cycle.response_started
        if is_open:
            cycle.disconnected = True
            cycle.message_event.set()
        if has_begun or self.conn.our_state not in (h11.IDLE, h11.SEND_RESPONSE):
            self.transport.abort()
            return
        self.transport.write(_problem(status))
        if self.transport.can_write_eof():
            self.transport.write_eof()
        self._discards = True
        self.flow.resume_reading()
        self._note_turn()


def _problem(status: int) -> bytes:
    title = HTTPStatus(status).phrase
    body = msgspec.json.encode({"type": "about:blank", "title": title, "status": status, "detail": REFUSALS[status]})
    head = (
        f"HTTP/1.1 {status} {title}\r\nContent-Type: {PROBLEM}\r\nContent-Length: {len(body)}\r\nConnection: close\r\n"
    )
    return f"{head}\r\n".encode() + body
