"""The memory of all requests together is limited."""

import gzip
import json
import socket
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from pathlib import Path
from uuid import uuid4

import pytest
import requests

from sync.domain.events import write_entry
from sync.protocol import MAX_PUSH_BYTES
from sync.server.http.connection_limits import Limits
from tests.support.limited_server import PATIENCE_S, LimitedServer, limited_server

MIB = 1024 * 1024
ALLOWED_MIB = 192  # bodies and parsing; seven gigabytes would be needed for all of it at once
AT_ONCE = 60


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LimitedServer]:
    with limited_server(tmp_path_factory.mktemp("memory"), Limits()) as started:
        yield started


@pytest.fixture(scope="module")
def token(server: LimitedServer) -> str:
    """A kiosk's."""
    answer = requests.post(f"{server.url}/v1/enrol", json={"code": server.pairing_code()}, timeout=PATIENCE_S)
    return str(answer.json()["token"])


def peak_mib(server: LimitedServer) -> int:
    """The peak memory of the process (proc(5), VmHWM)."""
    status = Path(f"/proc/{server.process.pid}/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) // 1024


def push(server: LimitedServer, token: str, body: bytes) -> requests.Response:
    headers = {"Authorization": f"Bearer {token}", "Content-Encoding": "gzip", "Content-Type": "application/x-ndjson"}
    address = f"{server.url}/v1/journals/{uuid4()}/entries"
    return requests.post(address, data=body, headers=headers, timeout=PATIENCE_S * 4)


def test_sixty_bodies_at_once_take_a_fixed_amount_of_memory(server: LimitedServer, token: str) -> None:
    """Lines of the maximum length and an unknown kind: 30 MB of them compress to 36 kB."""
    lines = (json.dumps({"seq": seq, "later": "a" * 60_000}) for seq in range(1, 500))
    body = gzip.compress("\n".join(lines).encode())
    before = peak_mib(server)

    with ThreadPoolExecutor(AT_ONCE) as threads:
        answers = list(threads.map(lambda _: push(server, token, body), range(AT_ONCE)))

    assert peak_mib(server) - before < ALLOWED_MIB
    assert {answer.status_code for answer in answers} <= {200, 429, 503}  # 503: a slow machine has no slot in time
    assert any(answer.status_code == 200 for answer in answers)
    refused = [answer for answer in answers if answer.status_code != 200]
    assert all(int(answer.headers["Retry-After"]) > 0 for answer in refused)


def test_a_kiosk_at_its_memory_limit_does_not_block_others(server: LimitedServer, token: str) -> None:
    other = requests.post(f"{server.url}/v1/enrol", json={"code": server.pairing_code()}, timeout=PATIENCE_S)
    head = f"POST /v1/journals/{uuid4()}/entries HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer {token}\r\n"
    head += f"Content-Length: {MAX_PUSH_BYTES}\r\n\r\n"
    with ExitStack() as held:
        for _ in range(8):
            line = held.enter_context(server.connect())
            line.settimeout(0.5)
            line.sendall(head.encode())
            threading.Thread(target=send_quietly, args=(line, b" " * (MAX_PUSH_BYTES - 1))).start()

        assert push(server, other.json()["token"], gzip.compress(b'{"seq":1}')).status_code == 200


def send_quietly(line: socket.socket, data: bytes) -> None:
    """Send until the server stops reading."""
    with suppress(OSError):  # refused, or the test is over
        line.sendall(data)


def test_of_a_client_without_a_token_no_body_is_held(server: LimitedServer) -> None:
    before = peak_mib(server)
    body = b"POST /v1/heartbeat HTTP/1.1\r\nHost: h\r\nContent-Length: 4000000\r\n\r\n" + b" " * 3_900_000
    with ExitStack() as held:
        for number in range(AT_ONCE):
            line = held.enter_context(server.connect(f"127.0.1.{1 + number}"))
            send_quietly(line, body)

    assert peak_mib(server) - before < 64


@pytest.mark.parametrize("members", [1, 3])
def test_a_long_push_is_stored_whole(kiosk, members: int) -> None:
    """Longer than one part, in one gzip member or several, of which only the last states its size."""
    for _ in range(1500):
        kiosk.visit(at=kiosk.central.now, minutes=1)
    lines = [json.dumps(json.loads(line)).encode() + b"\n" for line in written(kiosk)]
    step = -(-len(lines) // members)
    body = b"".join(gzip.compress(b"".join(lines[first : first + step])) for first in range(0, len(lines), step))

    answer = kiosk.send(body, packed=True)

    assert (answer.status_code, answer.json()["acknowledged"]) == (200, 3000)


def written(kiosk) -> list[str]:
    return [write_entry(entry) for entry in kiosk.written]


@pytest.mark.parametrize(
    "spoil", [lambda body: body[:-3], lambda body: body[:-8] + b"\0" * 8], ids=["cut", "wrong sum"]
)
def test_of_a_long_push_whose_end_is_broken_nothing_is_stored(kiosk, problem, spoil) -> None:
    for _ in range(1500):
        kiosk.visit(at=kiosk.central.now, minutes=1)
    body = gzip.compress("\n".join(written(kiosk)).encode())

    assert "gzip" in problem(kiosk.send(spoil(body), packed=True))["detail"]
    assert kiosk.send(b"").json()["acknowledged"] == 0


def test_of_a_long_push_with_a_broken_line_at_its_end_nothing_is_stored(kiosk, problem) -> None:
    for _ in range(1500):
        kiosk.visit(at=kiosk.central.now, minutes=1)

    answer = kiosk.send("\n".join([*written(kiosk), "{}"]).encode())

    assert problem(answer)["type"].endswith("/framing")
    assert kiosk.send(b"").json()["acknowledged"] == 0


def test_a_gap_late_in_a_long_push_stores_the_entries_before_it(kiosk, problem) -> None:
    for _ in range(1500):
        kiosk.visit(at=kiosk.central.now, minutes=1)
    lines = written(kiosk)
    del lines[2500]

    assert problem(kiosk.send("\n".join(lines).encode()))["expected"] == 2501
    assert kiosk.send(b"").json()["acknowledged"] == 2500
