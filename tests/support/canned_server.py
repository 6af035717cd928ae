"""A central with canned answers, on a real socket: it says what it was told to say, and keeps what it was sent."""

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
class Canned:
    """One answer. ``body`` goes out as JSON, or as it is where it is text."""

    status: int = 200
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)
    cut: bool = False  # the line breaks in the middle of the answer


class Central:
    """Answers each path from its own queue, and heartbeats with the time when nothing else was said."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.answers: dict[str, deque[Canned]] = {
            "push": deque(),
            "look": deque(),
            "heartbeat": deque(),
            "enrol": deque(),
            "feed": deque(),
        }
        self.got: list[tuple[str, Any, str | None]] = []  # what, body, authorization
        self.server_time = 1_795_507_200_000

    def will(self, what: str, *answers: Canned) -> None:
        """Say these, in this order."""
        self.answers[what].extend(answers)

    def entries(self) -> list[dict[str, Any]]:
        """Every entry that was pushed, in the order it came."""
        return [entry for what, body, _ in self.got if what == "push" for entry in body]

    def answer(self, what: str, body: object, authorization: str | None) -> Canned:
        """The next answer for this path."""
        self.got.append((what, body, authorization))
        if self.answers[what]:
            return self.answers[what].popleft()
        if what == "feed":
            return Canned(body={"entries": [], "position": 0, "own": "own=true" in str(body)})
        if what == "look":
            there = [entry["seq"] for entry in self.entries() if entry["journal"] == body]
            return Canned(body={"acknowledged": max(there, default=0), "quarantined": 0})
        if what == "push":
            return Canned(body={"acknowledged": self.entries()[-1]["seq"], "quarantined": 0})
        return Canned(body={"server_time": self.server_time})


@contextmanager
def central() -> Iterator[Central]:
    """A central on a free port of loopback."""

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
            self.send(said.answer(what, body, self.headers.get("Authorization")))

        def do_GET(self) -> None:
            path, _, query = self.path.removeprefix("/v1/").partition("?")
            self.send(said.answer(path, query, self.headers.get("Authorization")))

        def send(self, canned: Canned) -> None:
            text = canned.body if isinstance(canned.body, str) else json.dumps(canned.body)
            self.send_response(canned.status)
            for name, value in canned.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(text.encode())))
            self.end_headers()
            self.wfile.write(text.encode()[: 1 if canned.cut else None])
            self.close_connection = canned.cut

        def log_message(self, *_: object) -> None:
            """Tests are quiet."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as http:
        said = Central(f"http://127.0.0.1:{http.server_address[1]}")
        thread = threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield said
        finally:
            http.shutdown()
            thread.join()
