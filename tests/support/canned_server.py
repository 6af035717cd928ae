"""A server with canned answers, on a real socket; it records the requests."""

import gzip
import json
import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass(frozen=True)
class CannedAnswer:
    """An answer. ``body`` is sent as JSON, or unchanged if it is text."""

    status: int = 200
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)
    cut: bool = False  # close the connection in the middle of the answer


class CannedServer:
    """Answers each kind of request from its queue, or with a default if that is empty."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.answers: dict[str, deque[CannedAnswer]] = {
            "push": deque(),
            "look": deque(),
            "heartbeat": deque(),
            "enrol": deque(),
            "feed": deque(),
        }
        self.got: list[tuple[str, Any, str | None]] = []  # what, body, authorization
        self.server_time = 1_795_507_200_000

    def will(self, what: str, *answers: CannedAnswer) -> None:
        """Queue these answers."""
        self.answers[what].extend(answers)

    def entries(self) -> list[dict[str, Any]]:
        """All pushed entries in order."""
        return [entry for what, body, _ in self.got if what == "push" for entry in body]

    def answer(self, what: str, body: object, authorization: str | None) -> CannedAnswer:
        """The next answer for this kind of request."""
        self.got.append((what, body, authorization))
        if self.answers[what]:
            return self.answers[what].popleft()
        if what == "feed":
            return CannedAnswer(body={"entries": [], "position": 0, "own": "own=true" in str(body)})
        if what == "look":
            seqs = [entry["seq"] for entry in self.entries() if entry["journal"] == body]
            return CannedAnswer(body={"acknowledged": max(seqs, default=0), "quarantined": 0})
        if what == "push":
            return CannedAnswer(body={"acknowledged": self.entries()[-1]["seq"], "quarantined": 0})
        return CannedAnswer(body={"server_time": self.server_time})


@contextmanager
def canned_server() -> Iterator[CannedServer]:
    """A server on a free port of loopback."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            raw = self.rfile.read(int(self.headers["Content-Length"]))
            if self.headers.get("Content-Encoding") == "gzip":
                raw = gzip.decompress(raw)
            if self.path.endswith("/entries"):
                what, body = "push", [json.loads(line) for line in raw.splitlines()]
                if not body:  # an empty push asks how far this journal is known
                    what, body = "look", self.path.split("/")[-2]
            else:
                what, body = self.path.removeprefix("/v1/"), json.loads(raw)
            self.send(server.answer(what, body, self.headers.get("Authorization")))

        def do_GET(self) -> None:
            path, _, query = self.path.removeprefix("/v1/").partition("?")
            self.send(server.answer(path, query, self.headers.get("Authorization")))

        def send(self, canned: CannedAnswer) -> None:
            text = canned.body if isinstance(canned.body, str) else json.dumps(canned.body)
            self.send_response(canned.status)
            for name, value in canned.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(text.encode())))
            self.end_headers()
            self.wfile.write(text.encode()[: 1 if canned.cut else None])
            self.close_connection = canned.cut

        def log_message(self, *_: object) -> None:
            """Log nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as http:
        server = CannedServer(f"http://127.0.0.1:{http.server_address[1]}")
        thread = threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield server
        finally:
            http.shutdown()
            thread.join()
