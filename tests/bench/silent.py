"""How a kiosk is served while others hold more connections than the server has: waiting time, log, memory.

``python tests/bench/silent.py [CONNECTIONS] [SECONDS]``: so many are opened, and again whenever the server closes one.
"""

import http.client
import multiprocessing
import resource
import selectors
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from multiprocessing.synchronize import Event
from pathlib import Path

CONNECTIONS, SECONDS = 2000, 20
BEGINNINGS = {
    "silent": b"",
    "slow headers": b"GET / HTTP/1.1\r\nX-Slow: ",
    "slow bodies": b"POST /v1/enrol HTTP/1.1\r\nHost: hearth\r\nContent-Length: 60000\r\n\r\n",
}


def main(count: int, seconds: int) -> None:
    """Try each kind from one address and from many."""
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, count + 1000), hard))
    for kind, beginning in BEGINNINGS.items():
        for addresses in (1, 250):
            with tempfile.TemporaryDirectory() as folder:
                print(f"{count} {kind} from {addresses}: {_try(Path(folder), count, seconds, beginning, addresses)}")


def _try(folder: Path, count: int, seconds: int, beginning: bytes, addresses: int) -> str:
    log = folder / "server.log"
    arguments = [
        sys.executable,
        "-m",
        "sync.server",
        "serve",
        "--data",
        str(folder / "data"),
        "--listen",
        "127.0.0.1:0",
    ]
    with log.open("w") as errors:
        server = subprocess.Popen(arguments, stdout=subprocess.PIPE, stderr=errors, text=True)
    assert server.stdout is not None
    port = int(server.stdout.readline().rpartition(":")[2])
    fork = multiprocessing.get_context("fork")
    opened = fork.Event()
    holder = fork.Process(target=_hold, args=(port, count, beginning, addresses, opened))
    holder.start()
    assert opened.wait(60), "the connections could not be opened"
    waits, failures, until = list[float](), 0, time.monotonic() + seconds
    while time.monotonic() < until:
        began = time.perf_counter()
        failures += not _is_answered(port)
        waits.append(time.perf_counter() - began)
        time.sleep(0.05)  # the pace of the measured client
    memory = int(Path(f"/proc/{server.pid}/statm").read_text().split()[1]) * resource.getpagesize() // 2**20
    holder.kill()
    holder.join()
    server.kill()
    server.communicate()
    middle, slowest = statistics.median(waits) * 1000, max(waits) * 1000
    return (
        f"{len(waits)} requests of an honest client, {failures} unanswered, median {middle:.0f} ms, "
        f"slowest {slowest:.0f} ms; log {log.stat().st_size:,} bytes; memory {memory} MiB"
    )


def _is_answered(port: int) -> bool:
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        line.request("GET", "/readyz")
        return line.getresponse().status == 200
    except OSError:
        return False
    finally:
        line.close()


def _hold(port: int, count: int, beginning: bytes, addresses: int, opened: Event) -> None:
    """Keep so many connections open; ``opened`` is set once that many were tried."""
    selector, number = selectors.DefaultSelector(), 0
    while True:
        if len(selector.get_map()) < count:
            for _ in range(min(100, count - len(selector.get_map()))):
                number += 1
                _open(selector, port, beginning, f"127.0.1.{1 + number % addresses}")
            if number >= count:
                opened.set()
        for key, _ in selector.select(timeout=0.05):
            if _has_ended(key.fileobj):
                selector.unregister(key.fileobj)
                key.fileobj.close()


def _open(selector: selectors.BaseSelector, port: int, beginning: bytes, source: str) -> None:
    try:
        line = socket.create_connection(("127.0.0.1", port), timeout=1, source_address=(source, 0))
        line.sendall(beginning)
    except OSError:
        return
    line.setblocking(False)
    selector.register(line, selectors.EVENT_READ)


def _has_ended(line: socket.socket) -> bool:
    try:
        return line.recv(4096) == b""
    except BlockingIOError:
        return False
    except OSError:
        return True


if __name__ == "__main__":
    main(*map(int, sys.argv[1:3])) if len(sys.argv) == 3 else main(CONNECTIONS, SECONDS)
