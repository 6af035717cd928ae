"""Silent, slow, broken and excessive clients do not affect others: sockets against the real server process."""

import re
import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
import requests

from sync.server.http.connection_limits import Limits
from tests.support.limited_server import PATIENCE_S, LimitedServer, limited_server, read_to_end, trickle

QUICK = Limits(
    connections=24,
    per_client=16,
    headers_s=0.5,
    idle_s=1,
    transfer_s=0.5,
    longest_body_s=1.5,
    linger_s=0.5,
    check_s=0.1,
)
PATIENT = Limits(connections=24, per_client=16, headers_s=3600, transfer_s=3600, longest_body_s=3600)
HOST = b"Host: hearth\r\n"
ENROL = b"POST /v1/enrol HTTP/1.1\r\nContent-Type: application/json\r\n" + HOST


@pytest.fixture(scope="module")
def quick(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LimitedServer]:
    """A server with short time limits."""
    with limited_server(tmp_path_factory.mktemp("quick"), QUICK) as server:
        yield server


@pytest.fixture(scope="module")
def patient(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LimitedServer]:
    """A server that closes connections only because of their number."""
    with limited_server(tmp_path_factory.mktemp("patient"), PATIENT) as server:
        yield server


@pytest.fixture
def held() -> Iterator[ExitStack]:
    """Connections that stay open until the test ends."""
    with ExitStack() as stack:
        yield stack


def is_served(server: LimitedServer) -> bool:
    return requests.get(f"{server.url}/readyz", timeout=PATIENCE_S).text == "ready\n"


def is_open(line: socket.socket) -> bool:
    line.setblocking(False)
    try:
        return line.recv(1) != b""
    except BlockingIOError:
        return True
    except ConnectionError:
        return False


def status(answer: bytes) -> int:
    return int(answer.split(b" ")[1])


# how many


@pytest.mark.parametrize("clients", [1, 40], ids=["from one address", "from many addresses"])
@pytest.mark.parametrize(
    "begun",
    [b"", b"GET / HTTP/1.1\r\nHost", ENROL + b"Content-Length: 9000\r\n\r\n{"],
    ids=["silent", "in the headers", "in the body"],
)
def test_a_kiosk_is_served_while_others_hold_every_connection(
    patient: LimitedServer, held: ExitStack, clients: int, begun: bytes
) -> None:
    lines = []
    for number in range(5 * 24):
        lines.append(held.enter_context(patient.connect(f"127.0.1.{1 + number % clients}")))
        lines[-1].sendall(begun)
        if number % 24 == 23:
            assert is_served(patient)

    assert is_served(patient)
    assert sum(map(is_open, lines)) <= 24
    assert len(patient.lines()) <= 3  # it has started, and one line for each limit, however many tests there were


def test_a_client_beyond_its_own_limit_costs_the_others_nothing(patient: LimitedServer, held: ExitStack) -> None:
    other = held.enter_context(patient.connect("127.0.1.1"))
    for _ in range(5 * 24):
        held.enter_context(patient.connect("127.0.1.2"))
    other.sendall(b"GET /healthz HTTP/1.1\r\nConnection: close\r\n" + HOST + b"\r\n")

    assert read_to_end(other).endswith(b"ok\n")


def test_a_reverse_proxy_may_have_more_connections_than_a_client(tmp_path: Path, held: ExitStack) -> None:
    with limited_server(tmp_path, PATIENT, trusted_proxies=["127.0.1.0/24"]) as server:
        lines = [held.enter_context(server.connect("127.0.1.1")) for _ in range(20)]
        for line in lines:
            line.sendall(b"GET /healthz HTTP/1.1\r\nConnection: close\r\n" + HOST + b"\r\n")

        assert all(read_to_end(line).endswith(b"ok\n") for line in lines)


def test_without_descriptors_the_server_continues_and_logs_no_traceback(tmp_path: Path, held: ExitStack) -> None:
    with limited_server(tmp_path, Limits(), descriptors=64) as server:
        for number in range(400):
            held.enter_context(server.connect(f"127.0.1.{1 + number % 40}"))

        assert is_served(server)
        assert "Traceback" not in server.log.read_text()
        assert len(server.lines()) <= 5


# how long


def test_a_silent_connection_is_closed(quick: LimitedServer) -> None:
    with quick.connect() as line:
        assert read_to_end(line) == b""


def test_trickled_headers_end_with_408(quick: LimitedServer) -> None:
    with quick.connect() as line:
        line.sendall(b"GET / HTTP/1.1\r\nX-Slow: ")
        assert status(trickle(line, b"a")) == 408


@pytest.mark.parametrize(
    ("framing", "byte"),
    [(b"Content-Length: 60000", b" "), (b"Transfer-Encoding: chunked", b"1\r\n \r\n")],
    ids=["length", "chunked"],
)
def test_a_trickled_body_ends_with_408(quick: LimitedServer, framing: bytes, byte: bytes) -> None:
    with quick.connect() as line:
        line.sendall(ENROL + framing + b"\r\n\r\n")
        assert status(trickle(line, byte)) == 408


def test_a_second_request_may_not_be_trickled_either(quick: LimitedServer) -> None:
    with quick.connect() as line:
        line.sendall(b"GET /healthz HTTP/1.1\r\n" + HOST + b"\r\nGET /hea")
        assert b" 408 " in trickle(line, b"l")


def test_the_rest_of_a_refused_body_is_read_only_in_part(quick: LimitedServer) -> None:
    with quick.connect() as line:
        line.sendall(b"POST /v1/heartbeat HTTP/1.1\r\nTransfer-Encoding: chunked\r\n" + HOST + b"\r\n")
        assert status(line.recv(65536)) == 401
        assert b"HTTP/1.1" not in trickle(line, b"1\r\n \r\n")


def test_a_client_that_reads_no_responses_is_disconnected(quick: LimitedServer) -> None:
    """The client requests a page repeatedly, and reads no response."""
    request = b"GET /login HTTP/1.1\r\n" + HOST + b"\r\n"
    with quick.connect() as line:
        line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        with pytest.raises(ConnectionError):
            send_until_refused(line, request * 100)


def send_until_refused(line: socket.socket, data: bytes) -> None:
    """Raises ConnectionError when the server has reset the connection."""
    line.settimeout(0.1)
    until = time.monotonic() + PATIENCE_S
    while time.monotonic() < until:
        try:
            line.send(data)
        except TimeoutError:
            continue


def test_an_idle_connection_is_closed_after_its_answer(quick: LimitedServer) -> None:
    with quick.connect() as line:
        line.sendall(b"GET /healthz HTTP/1.1\r\n" + HOST + b"\r\n")
        assert read_to_end(line).endswith(b"ok\n")


def test_a_server_stops_while_clients_are_silent(tmp_path: Path, held: ExitStack) -> None:
    with limited_server(tmp_path, PATIENT) as server:
        for _ in range(5):
            held.enter_context(server.connect())
        assert is_served(server)
    assert server.process.returncode == 0


# how it is framed


@pytest.mark.parametrize("times", [1, 3])
def test_a_client_that_half_closes_gets_its_answers(quick: LimitedServer, times: int) -> None:
    """Each request queries the database, so that the client has half-closed before the first response."""
    answer = quick.ask((b"GET /readyz HTTP/1.1\r\n" + HOST + b"\r\n") * times, half_close=True)

    assert answer.count(b"HTTP/1.1 200 OK") == times


def test_a_body_before_a_half_close_is_read(quick: LimitedServer) -> None:
    answer = quick.ask(ENROL + b'Content-Length: 19\r\n\r\n{"code":"AAAABBBB"}', half_close=True)

    assert status(answer) == 403


def test_half_a_request_before_a_half_close_is_no_request(quick: LimitedServer) -> None:
    assert quick.ask(ENROL + b'Content-Length: 19\r\n\r\n{"code"', half_close=True) == b""


BODY = b"5\r\nhello\r\n0\r\n\r\n"
AMBIGUOUS = {
    "length and coding": b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n" + BODY,
    "coding and length": b"Transfer-Encoding: chunked\r\ncontent-length:5\r\n\r\n" + BODY,
    "two lengths": b"Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello",
    "one length twice": b"Content-Length: 5\r\nCONTENT-LENGTH: 5\r\n\r\nhello",
    "one length as a list": b"Content-Length: 5, 5\r\n\r\nhello",
    "a signed length": b"Content-Length: +5\r\n\r\nhello",
    "a space before the colon": b"Content-Length : 5\r\n\r\nhello",
    "two codings": b"Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n" + BODY,
    "another coding": b"Transfer-Encoding: xchunked\r\n\r\n" + BODY,
    "a bad chunk size": b"Transfer-Encoding: chunked\r\n\r\n0x5\r\nhello\r\n0\r\n\r\n",
    "a negative chunk size": b"Transfer-Encoding: chunked\r\n\r\n-5\r\nhello\r\n0\r\n\r\n",
    "a chunk without its end": b"Transfer-Encoding: chunked\r\n\r\n5\r\nhelloworld\r\n0\r\n\r\n",
}


@pytest.mark.parametrize("rest", AMBIGUOUS.values(), ids=AMBIGUOUS.keys())
@pytest.mark.parametrize("before", [b"", b"GET /healthz HTTP/1.1\r\n" + HOST + b"\r\n"], ids=["first", "pipelined"])
def test_a_request_whose_length_is_not_clear_is_refused_and_its_connection_closed(
    quick: LimitedServer, before: bytes, rest: bytes
) -> None:
    smuggled = b"GET /readyz HTTP/1.1\r\n" + HOST + b"\r\n"

    answer = quick.ask(before + ENROL + rest + smuggled)

    assert re.findall(rb"HTTP/1.1 (\d+)", answer)[-1] in (b"400", b"501")
    assert b"application/problem+json" in answer
    assert b"ready" not in answer


def test_the_coding_of_http_1_0_is_refused(quick: LimitedServer) -> None:
    old = ENROL.replace(b"HTTP/1.1", b"HTTP/1.0")

    assert status(quick.ask(old + b"Transfer-Encoding: chunked\r\n\r\n" + BODY)) == 400


def test_headers_without_end_are_refused(quick: LimitedServer) -> None:
    assert status(quick.ask(b"GET / HTTP/1.1\r\nX-Long: " + b"a" * 200_000)) == 431


def test_a_broken_chunk_after_the_answer_ends_the_connection_and_nothing_is_logged_for_it(quick: LimitedServer) -> None:
    with quick.connect() as line:
        line.sendall(b"POST /v1/heartbeat HTTP/1.1\r\nTransfer-Encoding: chunked\r\n" + HOST + b"\r\n5\r\nhello\r\n")
        assert status(line.recv(65536)) == 401
        line.sendall(b"broken\r\n")
        read_to_end(line)

    assert is_served(quick)
    assert "Traceback" not in quick.log.read_text()


def test_repeated_events_are_not_logged_each_time(tmp_path: Path) -> None:
    with limited_server(tmp_path, QUICK) as server:
        for _ in range(100):
            assert status(server.ask(b"broken\r\n\r\n")) == 400

        assert len(server.lines()) < 40
