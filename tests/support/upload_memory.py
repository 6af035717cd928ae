"""Prints the peak memory of an upload, in bytes: ``python upload_memory.py FOLDER ENTRIES``.

In a process of its own, so that only the upload and a server that acknowledges everything are measured.
"""

import gzip
import sys
import tracemalloc
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from uuid import uuid4

import msgspec

from sync.client.api import Api
from sync.client.batch_size import Batch
from sync.client.upload import Upload
from sync.domain.events import PulseGiven
from sync.ledger.ledger import Ledger
from sync.ledger.store import open_sqlite
from sync.manual_clock import ManualClock
from sync.protocol import Pushed

AT_ONCE = 1000


class AcknowledgingHandler(BaseHTTPRequestHandler):
    """Acknowledges the last entry of each push."""

    def do_POST(self) -> None:
        body = gzip.decompress(self.rfile.read(int(self.headers["Content-Length"])))
        last = body.rstrip().rpartition(b"\n")[2]
        answer = msgspec.json.encode(Pushed(msgspec.json.decode(last)["seq"] if last else 0, 0))
        self.send_response(200)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_: object) -> None:
        """Log nothing."""


@contextmanager
def acknowledging_server() -> Iterator[Api]:
    with HTTPServer(("127.0.0.1", 0), AcknowledgingHandler) as http:
        thread = Thread(target=http.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        api = Api(f"http://127.0.0.1:{http.server_address[1]}")
        yield api
        api.close()
        http.shutdown()
        thread.join()


def fill(ledger: Ledger, entries: int) -> None:
    for done in range(0, entries, AT_ONCE):
        some = min(AT_ONCE, entries - done)
        ledger.record(*[(uuid4(), PulseGiven(when="after", score=4)) for _ in range(some)])


def peak(folder: Path, entries: int) -> int:
    """The peak memory in bytes while so many entries are sent."""
    ledger = Ledger(open_sqlite(folder / f"{entries}.db"), ManualClock())
    fill(ledger, entries)
    with acknowledging_server() as api:
        tracemalloc.start()
        Upload(ledger, api, uuid4(), Batch()).run(lambda: False)
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert ledger.waiting().count == 0
    ledger.close()
    return most


if __name__ == "__main__":
    print(peak(Path(sys.argv[1]), int(sys.argv[2])))
