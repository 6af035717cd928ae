"""A line that goes wrong on purpose: a proxy between a kiosk and a real server, with a trouble for each request."""

import socket
import ssl
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from urllib.parse import urlsplit

PORTAL = b"<html><body>Welcome to our hotel. Please accept the terms.</body></html>"
TIMEOUT_S = 30  # a broken test must end


class ConnectionClosed(Exception):
    """The other end hung up in the middle."""


def _read_message(line: socket.socket) -> bytes:
    """One HTTP message with its Content-Length, as it came."""
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
    """Hang up with RST instead of FIN."""
    line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


class ProxiedRequest:
    """One request on its way. A trouble says what becomes of it; each returns the bytes for the kiosk."""

    def __init__(self, kiosk: socket.socket, server: tuple[str, int], pause: Callable[[float], object]) -> None:
        self.kiosk = kiosk
        self.pause = pause
        self._server = server

    def hear(self) -> bytes:
        """The kiosk's request."""
        return _read_message(self.kiosk)

    def ask(self, request: bytes) -> bytes:
        """The server's answer; the line is closed after it, so that every request is a new trouble."""
        with socket.create_connection(self._server, TIMEOUT_S) as server:
            server.sendall(request)
            answer = _read_message(server)
        return answer.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n", 1)

    def cut_request(self, request: bytes, share: float) -> None:
        """The server hears a part of it and then no more."""
        with socket.create_connection(self._server, TIMEOUT_S) as server:
            server.sendall(request[: int(len(request) * share)])
            _reset(server)


Trouble = Callable[[ProxiedRequest], bytes]


def fine(line: ProxiedRequest) -> bytes:
    """No trouble."""
    return line.ask(line.hear())


def dropped(line: ProxiedRequest) -> bytes:
    """Nobody hears it."""
    line.hear()
    return b""


def cut_in_the_request(line: ProxiedRequest) -> bytes:
    """The line breaks while the kiosk speaks."""
    line.cut_request(line.hear(), 0.7)
    return b""


def reset_in_the_request(line: ProxiedRequest) -> bytes:
    """The same, and the kiosk is told so roughly."""
    line.cut_request(line.hear(), 0.95)
    _reset(line.kiosk)
    return b""


def answer_lost(line: ProxiedRequest) -> bytes:
    """The server heard it, the kiosk hears nothing."""
    line.ask(line.hear())
    return b""


def answer_cut(line: ProxiedRequest) -> bytes:
    """The answer ends in the middle of its body."""
    return line.ask(line.hear())[:-5]


def answer_cut_in_the_head(line: ProxiedRequest) -> bytes:
    """The answer ends before its body."""
    return line.ask(line.hear()).partition(b"\r\n\r\n")[0]


def answer_reset(line: ProxiedRequest) -> bytes:
    """The line is reset in the middle of the answer."""
    answer = line.ask(line.hear())
    line.kiosk.sendall(answer[:-5])
    _reset(line.kiosk)
    return b""


def doubled(line: ProxiedRequest) -> bytes:
    """The server hears it twice; the kiosk has the second answer."""
    request = line.hear()
    line.ask(request)
    return line.ask(request)


def answered_twice(line: ProxiedRequest) -> bytes:
    """The kiosk has the same answer twice on one line."""
    answer = line.ask(line.hear()).replace(b"Connection: close\r\n", b"")
    return answer + answer


def repeated_later(line: ProxiedRequest) -> bytes:
    """The kiosk hears nothing, and what it said comes once more after it has said it again."""
    request = line.hear()
    line.ask(request)
    line.ask(request)
    return b""


def portal(line: ProxiedRequest) -> bytes:
    """A captive portal says 200 to everything."""
    line.hear()
    head = f"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: {len(PORTAL)}\r\nConnection: close\r\n\r\n"
    return head.encode() + PORTAL


def portal_redirects(line: ProxiedRequest) -> bytes:
    """A captive portal sends everybody to its own page."""
    line.hear()
    return b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:9/login\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"


def portal_speaks_json(line: ProxiedRequest) -> bytes:
    """A captive portal with an API."""
    line.hear()
    said = b'{"status": "ok", "login": "required"}'
    return b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\nConnection: close\r\n\r\n" % len(said) + said


def gateway_down(line: ProxiedRequest) -> bytes:
    """A proxy on the way can't reach the server, after it had."""
    line.ask(line.hear())
    return b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"


def slow(seconds: float) -> Trouble:
    """Both ways take so long."""

    def trouble(line: ProxiedRequest) -> bytes:
        request = line.hear()
        line.pause(seconds)
        answer = line.ask(request)
        line.pause(seconds)
        return answer

    return trouble


def narrow(bytes_: int) -> Trouble:
    """Larger requests never get through; the smaller do."""

    def trouble(line: ProxiedRequest) -> bytes:
        request = line.hear()
        return line.ask(request) if len(request) <= bytes_ else b""

    return trouble


def thin(bytes_a_second: float) -> Trouble:
    """A request takes as long as it is large."""

    def trouble(line: ProxiedRequest) -> bytes:
        request = line.hear()
        line.pause(len(request) / bytes_a_second)
        return line.ask(request)

    return trouble


TROUBLES: tuple[Trouble, ...] = (
    dropped, cut_in_the_request, reset_in_the_request, answer_lost, answer_cut, answer_cut_in_the_head, answer_reset,
    doubled, answered_twice, repeated_later, portal, portal_redirects, portal_speaks_json, gateway_down,
)  # fmt: skip


class FaultyProxy:
    """Listens on loopback; ``next_trouble`` chooses for each request."""

    def __init__(self, server: str, next_trouble: Callable[[], Trouble], tls: ssl.SSLContext | None = None) -> None:
        parts = urlsplit(server)
        assert parts.hostname and parts.port
        self._server = (parts.hostname, parts.port)
        self._next = next_trouble
        self._tls = tls
        self._listening = socket.create_server(("127.0.0.1", 0))
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._accept)
        self.requests = 0  # that were begun in the open

    @property
    def url(self) -> str:
        """Where the kiosk finds it."""
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
        for one in serving:
            one.join()

    def _serve(self, kiosk: socket.socket) -> None:
        kiosk.settimeout(TIMEOUT_S)
        with kiosk, suppress(ConnectionClosed, OSError):  # the kiosk hung up: that is what a bad line is for
            if self._tls:
                with self._tls.wrap_socket(kiosk, server_side=True) as line:
                    self._answer(line)
            else:
                self._answer(kiosk)

    def _answer(self, line: socket.socket) -> None:
        self.requests += 1
        line.sendall(self._next()(ProxiedRequest(line, self._server, self._stopping.wait)))

    def start(self) -> None:
        """Begin to listen."""
        self._thread.start()

    def stop(self) -> None:
        """Returns when nobody listens any more."""
        self._stopping.set()
        with suppress(OSError), socket.create_connection(self._listening.getsockname(), TIMEOUT_S):
            pass
        self._thread.join()
        self._listening.close()


@contextmanager
def faulty_proxy(
    server: str, next_trouble: Callable[[], Trouble], tls: ssl.SSLContext | None = None
) -> Iterator[FaultyProxy]:
    """A line that is there for a while."""
    line = FaultyProxy(server, next_trouble, tls)
    line.start()
    try:
        yield line
    finally:
        line.stop()
