"""A server with a slow database responds with 503 within a second, and slow clients occupy no slots."""

import socket
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import ExitStack
from itertools import islice

import pytest
import requests

from sync.server.kiosks import service as kiosk_service
from sync.server.web.overload import SLOTS

MANY = 3 * SLOTS


@pytest.fixture
def slow_database(monkeypatch: pytest.MonkeyPatch) -> Iterator[threading.Event]:
    """Heartbeats block in their thread until the event is set."""
    go_on, real = threading.Event(), kiosk_service.apply_heartbeat

    def hear_slowly(*words: object, **named: object) -> object:
        assert go_on.wait(60)
        return real(*words, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(kiosk_service, "apply_heartbeat", hear_slowly)
    yield go_on
    go_on.set()


def test_requests_beyond_those_that_are_worked_on_get_503_with_retry_after(
    kiosk, problem, slow_database: threading.Event
) -> None:
    with ThreadPoolExecutor(MANY) as threads:
        answers = [threads.submit(kiosk.beat) for _ in range(MANY)]
        refused = [future.result() for future in islice(as_completed(answers), MANY - SLOTS)]
        slow_database.set()
        everyone = [future.result() for future in answers]

    served = [answer for answer in everyone if answer not in refused]
    assert {answer.status_code for answer in refused} == {503}
    assert all(int(answer.headers["Retry-After"]) > 0 for answer in refused)
    assert problem(refused[0])["status"] == 503
    assert {answer.status_code for answer in served} == {200}
    assert kiosk.beat().status_code == 200


def test_the_liveness_probe_is_answered_under_overload(central, kiosk, slow_database: threading.Event) -> None:
    with ThreadPoolExecutor(SLOTS) as threads:
        answers = [threads.submit(kiosk.beat) for _ in range(SLOTS)]
        assert requests.get(f"{central.url}/healthz", timeout=60).text == "ok\n"
        slow_database.set()
        assert {future.result().status_code for future in answers} == {200}


def test_bodies_that_are_being_sent_occupy_no_slot(central, kiosk) -> None:
    port = int(central.url.rpartition(":")[2])
    head = f"POST /v1/journals/{kiosk.journal}/entries HTTP/1.1\r\nHost: h\r\n"
    head += f"Authorization: {kiosk.headers['Authorization']}\r\nContent-Length: 1000\r\n\r\n"
    with ExitStack() as held:
        for _ in range(MANY):
            line = held.enter_context(socket.create_connection(("127.0.0.1", port), timeout=60))
            line.sendall(head.encode() + b"{")

        assert kiosk.beat().status_code == 200


def test_unread_responses_occupy_no_slot(central, kiosk) -> None:
    port = int(central.url.rpartition(":")[2])
    ask = b"GET /static/fonts/atkinson-hyperlegible.ttf HTTP/1.1\r\nHost: h\r\n\r\n"
    with ExitStack() as held:
        for _ in range(MANY):
            line = held.enter_context(socket.create_connection(("127.0.0.1", port), timeout=60))
            line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            line.sendall(ask * 200)

        assert kiosk.beat().status_code == 200
