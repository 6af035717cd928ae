"""A server of calendars on a real socket: canned answers byte by byte, and a record of the requests."""

import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager


class CalendarServer:
    """Answers every request with ``answer``, raw, or with that of its path; ``requests``: what was asked."""

    def __init__(self, listening: socket.socket) -> None:
        self.port: int = listening.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}/calendar.ics"
        self.answer = b""
        self.answers: dict[str, bytes] = {}
        self.keeps_open = False  # says nothing more after the answer, and does not close
        self.requests: list[str] = []
        self.released = threading.Event()
        self.asked = threading.Event()  # whether anything was

    def serve(self, body: bytes, *headers: str, status: str = "200 OK") -> None:
        """Answer so from now on."""
        self.answer = response(body, *headers, status=status)

    def handle(self, connection: socket.socket) -> None:
        """Read one request and answer it."""
        with connection:
            request = b""
            while b"\r\n\r\n" not in request:
                received = connection.recv(65_536)
                if not received:
                    return
                request += received
            text = request.decode()
            self.requests.append(text)
            self.asked.set()
            try:
                connection.sendall(self.answers.get(text.split()[1], self.answer))
            except OSError:
                return  # the client has had enough
            if self.keeps_open:
                self.released.wait()


def response(body: bytes, *headers: str, status: str = "200 OK") -> bytes:
    """An HTTP answer with its length."""
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", "Connection: close", *headers, "", ""]
    return "\r\n".join(lines).encode() + body


@contextmanager
def calendar_server(tls: ssl.SSLContext | None = None) -> Iterator[CalendarServer]:
    """A server on a free port of loopback, for one request at a time; ``tls``: it speaks TLS."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        server = CalendarServer(listening)
        is_over = threading.Event()

        def accept() -> None:
            while True:
                connection, _ = listening.accept()
                if is_over.is_set():
                    connection.close()
                    return
                try:
                    server.handle(connection if tls is None else tls.wrap_socket(connection, server_side=True))
                except OSError:  # the client does not trust this server
                    connection.close()

        thread = threading.Thread(target=accept)
        thread.start()
        try:
            yield server
        finally:
            is_over.set()
            server.released.set()
            socket.create_connection(("127.0.0.1", server.port)).close()
            thread.join()
