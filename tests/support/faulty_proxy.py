"""A proxy between a kiosk and a real server that injects a fault into each request."""

import socket
import ssl
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from urllib.parse import urlsplit

PORTAL = b"<html><body>Welcome to our hotel. Please accept the terms.</body></html>"
TIMEOUT_S = 30  # so that a broken test ends


class ConnectionClosed(Exception):
    """The other end closed the connection early."""


def _read_message(line: socket.socket) -> bytes:
    """Read one HTTP message with a Content-Length, unchanged."""
    got = b""
    while b"\r\n\r\n" not in got:
        got += _some(line)
    head, _, body = got.partition(b"\r\n\r\n")
    length = next(
        (int(field.split(b":")[1]) for field in head.split(b"\r\n") if field.lower().startswith(b"content-length:")), 0
    )
    while len(body) < length:
        body += _some(line)
    return head + b"\r\n\r\n" + body


def _some(line: socket.socket) -> bytes:
    if not (some := line.recv(2**16)):
        raise ConnectionClosed
    return some


def _reset(line: socket.socket) -> None:
    """Make close() send RST instead of FIN."""
    line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


class ProxiedRequest:
    """A request on its way. A fault decides what happens to it; it returns the bytes for the kiosk."""

    def __init__(self, kiosk: socket.socket, server: tuple[str, int], pause: Callable[[float], object]) -> None:
        self.kiosk = kiosk
        self.pause = pause
        self._server = server

    def read_request(self) -> bytes:
        """Read the kiosk's request."""
        return _read_message(self.kiosk)

    def forward(self, request: bytes) -> bytes:
        """Forward a request; returns the server's answer. Each connection has one request."""
        with socket.create_connection(self._server, TIMEOUT_S) as server:
            server.sendall(request)
            answer = _read_message(server)
        return answer.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n", 1)

    def cut_request(self, request: bytes, share: float) -> None:
        """Send the server a part of the request, then reset the connection."""
        with socket.create_connection(self._server, TIMEOUT_S) as server:
            server.sendall(request[: int(len(request) * share)])
            _reset(server)


Fault = Callable[[ProxiedRequest], bytes]


def fine(line: ProxiedRequest) -> bytes:
    """No fault."""
    return line.forward(line.read_request())


def dropped(line: ProxiedRequest) -> bytes:
    """The request is lost."""
    line.read_request()
    return b""


def cut_in_the_request(line: ProxiedRequest) -> bytes:
    """The connection is cut during the request."""
    line.cut_request(line.read_request(), 0.7)
    return b""


def reset_in_the_request(line: ProxiedRequest) -> bytes:
    """The same, with a reset of the kiosk's connection."""
    line.cut_request(line.read_request(), 0.95)
    _reset(line.kiosk)
    return b""


def answer_lost(line: ProxiedRequest) -> bytes:
    """The server gets the request; the answer is lost."""
    line.forward(line.read_request())
    return b""


def answer_cut(line: ProxiedRequest) -> bytes:
    """The answer ends in the middle of its body."""
    return line.forward(line.read_request())[:-5]


def answer_cut_in_the_head(line: ProxiedRequest) -> bytes:
    """The answer ends before its body."""
    return line.forward(line.read_request()).partition(b"\r\n\r\n")[0]


def answer_reset(line: ProxiedRequest) -> bytes:
    """The connection is reset in the middle of the answer."""
    answer = line.forward(line.read_request())
    line.kiosk.sendall(answer[:-5])
    _reset(line.kiosk)
    return b""


def doubled(line: ProxiedRequest) -> bytes:
    """The server gets the request twice; the kiosk gets the second answer."""
    request = line.read_request()
    line.forward(request)
    return line.forward(request)


def answered_twice(line: ProxiedRequest) -> bytes:
    """The kiosk gets the same answer twice on one connection."""
    answer = line.forward(line.read_request()).replace(b"Connection: close\r\n", b"")
    return answer + answer


def repeated_later(line: ProxiedRequest) -> bytes:
    """The server gets the request twice; the answer is lost."""
    request = line.read_request()
    line.forward(request)
    line.forward(request)
    return b""


def portal(line: ProxiedRequest) -> bytes:
    """A captive portal answers 200 to everything."""
    line.read_request()
    head = f"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: {len(PORTAL)}\r\nConnection: close\r\n\r\n"
    return head.encode() + PORTAL


def portal_redirects(line: ProxiedRequest) -> bytes:
    """A captive portal redirects to its own page."""
    line.read_request()
    return b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:9/login\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"


def portal_speaks_json(line: ProxiedRequest) -> bytes:
    """A captive portal with an API."""
    line.read_request()
    body = b'{"status": "ok", "login": "required"}'
    return b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\nConnection: close\r\n\r\n" % len(body) + body


def gateway_down(line: ProxiedRequest) -> bytes:
    """A gateway answers 502 although the server got the request."""
    line.forward(line.read_request())
    return b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"


def slow(seconds: float) -> Fault:
    """Request and answer take so many seconds each."""

    def inject(line: ProxiedRequest) -> bytes:
        request = line.read_request()
        line.pause(seconds)
        answer = line.forward(request)
        line.pause(seconds)
        return answer

    return inject


def narrow(bytes_: int) -> Fault:
    """Larger requests are lost."""

    def inject(line: ProxiedRequest) -> bytes:
        request = line.read_request()
        return line.forward(request) if len(request) <= bytes_ else b""

    return inject


def thin(bytes_a_second: float) -> Fault:
    """A request takes time in proportion to its size."""

    def inject(line: ProxiedRequest) -> bytes:
        request = line.read_request()
        line.pause(len(request) / bytes_a_second)
        return line.forward(request)

    return inject


FAULTS: tuple[Fault, ...] = (
    dropped, cut_in_the_request, reset_in_the_request, answer_lost, answer_cut, answer_cut_in_the_head, answer_reset,
    doubled, answered_twice, repeated_later, portal, portal_redirects, portal_speaks_json, gateway_down,
)  # fmt: skip


class FaultyProxy:
    """Listens on loopback; ``next_fault`` chooses the fault of each request."""

    def __init__(self, server: str, next_fault: Callable[[], Fault], tls: ssl.SSLContext | None = None) -> None:
        parts = urlsplit(server)
        assert parts.hostname and parts.port
        self._server = (parts.hostname, parts.port)
        self._next = next_fault
        self._tls = tls
        self._listening = socket.create_server(("127.0.0.1", 0))
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._accept)
        self.requests = 0  # that arrived; with TLS, after the handshake

    @property
    def url(self) -> str:
        """Its URL."""
        scheme = "https" if self._tls else "http"
        return f"{scheme}://127.0.0.1:{self._listening.getsockname()[1]}"

    def _accept(self) -> None:
        serving: list[threading.Thread] = []
        while True:
            kiosk, _ = self._listening.accept()
            if self._stopping.is_set():
                kiosk.close()
                break
            serving.append(threading.Thread(target=self._serve, args=(kiosk,)))
            serving[-1].start()
        for thread in serving:
            thread.join()

    def _serve(self, kiosk: socket.socket) -> None:
        kiosk.settimeout(TIMEOUT_S)
        with kiosk, suppress(ConnectionClosed, OSError):  # an expected effect of the faults
            if self._tls:
                with self._tls.wrap_socket(kiosk, server_side=True) as line:
                    self._answer(line)
            else:
                self._answer(kiosk)

    def _answer(self, line: socket.socket) -> None:
        self.requests += 1
        line.sendall(self._next()(ProxiedRequest(line, self._server, self._stopping.wait)))

    def start(self) -> None:
        """Start listening."""
        self._thread.start()

    def stop(self) -> None:
        """Stop listening, after the requests in progress."""
        self._stopping.set()
        with suppress(OSError), socket.create_connection(self._listening.getsockname(), TIMEOUT_S):
            pass
        self._thread.join()
        self._listening.close()


@contextmanager
def faulty_proxy(
    server: str, next_fault: Callable[[], Fault], tls: ssl.SSLContext | None = None
) -> Iterator[FaultyProxy]:
    """A running proxy."""
    line = FaultyProxy(server, next_fault, tls)
    line.start()
    try:
        yield line
    finally:
        line.stop()
