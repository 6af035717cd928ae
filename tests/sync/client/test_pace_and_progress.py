"""How many requests a tap and a burst cause, the stored progress of an upload, and the backoff."""

import threading
from collections.abc import Callable
from uuid import uuid4

import pytest

from sync.client import last_error, upload
from sync.client.api import EnrolAgain, TryLater
from sync.client.replicator import Pace, Replicator, pause
from sync.domain.events import VisitCheckedIn
from sync.ledger.ledger import Ledger
from sync.ledger.store import StorageError
from tests.support.canned_server import CannedAnswer, CannedServer

Make = Callable[..., Replicator]
ARRIVED = VisitCheckedIn(session=uuid4(), party_size=2, phones=2, stow="pouch", numbers=(1, 2))


def record(ledger: Ledger, count: int = 1) -> None:
    ledger.record(*[(uuid4(), ARRIVED) for _ in range(count)])


def requests_since(server: CannedServer, since: int) -> list[str]:
    return [what for what, _, _ in server.got[since:]]


def test_a_tap_is_one_request_without_news_of_others(ledger: Ledger, server: CannedServer, replicator: Make) -> None:
    kiosk = replicator()
    kiosk.exchange()
    record(ledger)
    before = len(server.got)
    server.will("push", CannedAnswer(200, {"acknowledged": 1, "quarantined": 0, "feed_before": 0, "feed": 1}))

    kiosk.exchange(heartbeat=False)

    assert requests_since(server, before) == ["push"]
    server.will("heartbeat", CannedAnswer(200, {"server_time": server.server_time, "feed": 1}))
    kiosk.exchange()
    assert requests_since(server, before) == ["push", "heartbeat"]


@pytest.mark.parametrize("heartbeat", [False, True])
def test_the_feed_is_read_as_soon_as_others_have_news(
    ledger: Ledger, server: CannedServer, replicator: Make, *, heartbeat: bool
) -> None:
    kiosk = replicator()
    kiosk.exchange()
    before = len(server.got)
    if heartbeat:
        server.will("heartbeat", CannedAnswer(200, {"server_time": server.server_time, "feed": 7}))
    else:
        record(ledger)
        server.will("push", CannedAnswer(200, {"acknowledged": 1, "quarantined": 0, "feed_before": 6, "feed": 7}))

    kiosk.exchange(heartbeat=heartbeat)

    assert requests_since(server, before)[-1] == "feed"


def test_a_burst_of_taps_during_a_push_is_one_push_more(ledger: Ledger, server: CannedServer, replicator: Make) -> None:
    pushes: list[int] = []
    done = threading.Event()
    answer = server.answer

    def slow(what: str, body: object, authorization: str | None) -> CannedAnswer:
        if what == "push":
            assert isinstance(body, list)
            pushes.append(len(body))
            if len(pushes) == 1:
                record_each(ledger, 10)
            if sum(pushes) == 11:
                done.set()
        return answer(what, body, authorization)

    server.answer = slow  # type: ignore[method-assign]
    kiosk = replicator(heartbeat=3600.0)
    kiosk.start()
    record(ledger)

    assert done.wait(20)
    kiosk.stop()
    assert pushes == [1, 10]


def record_each(ledger: Ledger, count: int) -> None:
    for _ in range(count):
        record(ledger)


def test_the_progress_of_an_upload_is_stored_and_continues_after_an_error(
    ledger: Ledger, server: CannedServer, replicator: Make
) -> None:
    record(ledger, 30)
    server.will(
        "push", CannedAnswer(200, {"acknowledged": 10, "quarantined": 0}), CannedAnswer(503, {"title": "resting"})
    )
    with pytest.raises(TryLater):
        replicator(batch=10).exchange()
    first = upload.progress(ledger)
    assert first is not None and (first.sent, first.left) == (10, 20)

    replicator(batch=10).exchange()

    done = upload.progress(ledger)
    assert done is not None and (done.began, done.sent, done.left) == (first.began, 30, 0)


@pytest.mark.parametrize(
    ("error", "message"),
    [
        (TryLater("http://x does not answer"), "does not answer"),
        (EnrolAgain("not known here"), "pair it again"),
        (StorageError("disk full"), "this kiosk's disk"),
        (KeyError("x"), "in the log"),
    ],
)
def test_an_error_is_stored_until_the_next_success(ledger: Ledger, error: Exception, message: str) -> None:
    last_error.save(ledger, error, 30)

    stored = last_error.load(ledger)
    assert stored is not None
    assert message in stored.message
    assert stored.again_at - stored.at == 30_000
    last_error.clear(ledger)
    assert last_error.load(ledger) is None


def test_pauses_grow_with_jitter_and_respect_retry_after() -> None:
    pace = Pace(first_pause=1.0, longest_pause=60.0)
    spread = [pause(4, pace) for _ in range(500)]

    assert 0 <= min(spread) < 2 and 6 < max(spread) <= 8
    assert max(pause(50, pace) for _ in range(500)) <= 60
    assert min(pause(1, pace, retry_after=30.0) for _ in range(100)) >= 30
