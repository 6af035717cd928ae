"""The real server as a process with low limits, and misbehaving clients on plain sockets."""

import json
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from sync.server.http.connection_limits import Limits

SCRIPT = """
import json, resource, sys
from sync.server.http.connection_limits import Limits
from sync.server.serve import serve
from sync.server.settings import ServerSettings
from sync.system_clock import SystemClock

settings, limits, descriptors = map(json.loads, sys.argv[1:])
if descriptors:
    resource.setrlimit(resource.RLIMIT_NOFILE, (descriptors, descriptors))
settings["trusted_proxies"] = tuple(settings.get("trusted_proxies", ()))
serve(ServerSettings(**settings), SystemClock(), Limits(**limits))
"""
PATIENCE_S = 30  # a generous limit


@dataclass(frozen=True)
class LimitedServer:
    """A running server."""

    port: int
    data: Path
    log: Path
    process: "subprocess.Popen[str]"

    @property
    def url(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self.port}"

    def connect(self, source: str = "127.0.0.1") -> socket.socket:
        """A connection, from any address of the loopback network."""
        return socket.create_connection(("127.0.0.1", self.port), timeout=PATIENCE_S, source_address=(source, 0))

    def ask(self, request: bytes, *, half_close: bool = False, source: str = "127.0.0.1") -> bytes:
        """Send bytes, and read until the server closes the connection."""
        with self.connect(source) as line:
            line.sendall(request)
            if half_close:
                line.shutdown(socket.SHUT_WR)
            return read_to_end(line)

    def run(self, *command: str) -> str:
        """Run another of its commands; returns its output."""
        words = [sys.executable, "-m", "sync.server", *command, "--data", str(self.data)]
        return subprocess.run(words, capture_output=True, text=True, check=True).stdout

    def pairing_code(self, venue: str = "Mill café") -> str:
        """A code for one kiosk."""
        return self.run("pair", "--venue", venue).split()[-1]

    def lines(self) -> list[str]:
        """The lines of its log, without those about its start."""
        return [line for line in self.log.read_text().splitlines() if "alembic" not in line and "schema" not in line]


@contextmanager
def limited_server(
    folder: Path, limits: Limits, descriptors: int | None = None, **settings: object
) -> Iterator[LimitedServer]:
    """Serve until the block ends."""
    data, log = folder / "data", folder / "server.log"
    config = json.dumps({"listen": "127.0.0.1:0", "data": str(data), **settings})
    with log.open("w") as errors:
        words = [sys.executable, "-c", SCRIPT, config, json.dumps(asdict(limits)), json.dumps(descriptors)]
        process = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=errors, text=True)
    try:
        assert process.stdout is not None
        first = process.stdout.readline()
        assert first, log.read_text()
        yield LimitedServer(int(first.rpartition(":")[2]), data, log, process)
    finally:
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=PATIENCE_S)


def read_to_end(line: socket.socket) -> bytes:
    """Read until the server closes or resets the connection."""
    received = b""
    try:
        while part := line.recv(65536):
            received += part
    except ConnectionError:
        pass
    return received


def trickle(line: socket.socket, byte: bytes, pause_s: float = 0.02) -> bytes:
    """Send bytes slowly until the server answers or closes; returns what it sends."""
    line.settimeout(pause_s)
    for _ in range(int(PATIENCE_S / pause_s)):
        try:
            line.sendall(byte)
        except TimeoutError:
            continue
        except ConnectionError:
            return b""
        try:
            received = line.recv(65536)
        except TimeoutError:
            continue
        except ConnectionError:
            return b""
        line.settimeout(PATIENCE_S)
        return received + read_to_end(line) if received else b""
    raise AssertionError("the server went on listening")
