"""Refuses requests with ambiguous length, against request smuggling (RFC 9112 §6.3 and §11.2).

A proxy and a server that disagree on where a body ends let a client send requests in the name of others.
"""

import re

import h11

LENGTH = re.compile(rb"^content-length[ \t]*:", re.IGNORECASE | re.MULTILINE)


class StrictConnection(h11.Connection):
    """h11's parser, which accepts such requests as RFC 9112 allows, with the checks that it leaves to the server.

    ``status_hint`` is the status for the last error: 400, 431 for too long headers, 501 for an unknown coding.
    ``sent``: how many parts of responses were sent.
    """

    status_hint = 400
    sent = 0

    def send_with_data_passthrough(self, event: h11.Event) -> list[bytes] | None:
        """The bytes of an event."""
        self.sent += 1
        return super().send_with_data_passthrough(event)

    def next_event(self) -> "h11.Event | type[h11.NEED_DATA] | type[h11.PAUSED]":
        """The next event. Raises RemoteProtocolError for an ambiguous or malformed request."""
        received = self.trailing_data[0] if self.their_state is h11.IDLE else b""
        try:
            event = super().next_event()
            if isinstance(event, h11.Request):
                self._check(event, received[: len(received) - len(self.trailing_data[0])])
        except h11.RemoteProtocolError as error:
            self.status_hint = error.error_status_hint
            raise
        return event

    def _check(self, request: h11.Request, head: bytes) -> None:
        names = {name for name, _ in request.headers}
        if b"transfer-encoding" in names and b"content-length" in names:
            raise h11.RemoteProtocolError("both Content-Length and Transfer-Encoding")  # RFC 9112 §6.1
        if b"transfer-encoding" in names and request.http_version < b"1.1":
            raise h11.RemoteProtocolError("Transfer-Encoding in a request of HTTP/1.0")  # RFC 9112 §6.1
        if len(LENGTH.findall(head)) > 1 or any(b"," in value for value in _values(head)):
            raise h11.RemoteProtocolError("several values of Content-Length")  # RFC 9110 §8.6 permits the refusal


def _values(head: bytes) -> list[bytes]:
    return [line.partition(b":")[2] for line in head.split(b"\n") if LENGTH.match(line)]
