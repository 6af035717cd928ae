"""A tap is one request, a burst is one push more, and how far an upload is can be read beside it."""

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
from tests.support.canned_server import Canned, Central

Make = Callable[..., Replicator]
ARRIVED = VisitCheckedIn(session=uuid4(), party_size=2, phones=2, stow="pouch", numbers=(1, 2))


def record(ledger: Ledger, count: int = 1) -> None:
    ledger.record(*[(uuid4(), ARRIVED) for _ in range(count)])


def asked(server: Central, since: int) -> list[str]:
    return [what for what, _, _ in server.got[since:]]


def test_a_tap_is_one_request_where_nobody_else_did_anything(ledger: Ledger, server: Central, replicator: Make) -> None:
    one = replicator()
    one.exchange()
    record(ledger)
    before = len(server.got)
    server.will("push", Canned(200, {"acknowledged": 1, "quarantined": 0, "feed_before": 0, "feed": 1}))

    one.exchange(beat=False)

    assert asked(server, before) == ["push"]
    server.will("heartbeat", Canned(200, {"server_time": server.server_time, "feed": 1}))
    one.exchange()
    assert asked(server, before) == ["push", "heartbeat"]


@pytest.mark.parametrize("beat", [False, True])
def test_news_of_others_is_asked_for_at_once(ledger: Ledger, server: Central, replicator: Make, *, beat: bool) -> None:
    one = replicator()
    one.exchange()
    before = len(server.got)
    if beat:
        server.will("heartbeat", Canned(200, {"server_time": server.server_time, "feed": 7}))
    else:
        record(ledger)
        server.will("push", Canned(200, {"acknowledged": 1, "quarantined": 0, "feed_before": 6, "feed": 7}))

    one.exchange(beat=beat)

    assert asked(server, before)[-1] == "feed"


def test_a_burst_of_taps_during_a_push_is_one_push_more(ledger: Ledger, server: Central, replicator: Make) -> None:
    pushes: list[int] = []
    done = threading.Event()
    answer = server.answer

    def slow(what: str, body: object, authorization: str | None) -> Canned:
        if what == "push":
            assert isinstance(body, list)
            pushes.append(len(body))
            if len(pushes) == 1:
                record_each(ledger, 10)
            if sum(pushes) == 11:
                done.set()
        return answer(what, body, authorization)

    server.answer = slow  # type: ignore[method-assign]
    one = replicator(heartbeat=3600.0)
    one.start()
    record(ledger)

    assert done.wait(20)
    one.stop()
    assert pushes == [1, 10]


def record_each(ledger: Ledger, count: int) -> None:
    for _ in range(count):
        record(ledger)


def test_how_far_an_upload_is_stands_in_the_ledger_and_goes_on_after_trouble(
    ledger: Ledger, server: Central, replicator: Make
) -> None:
    record(ledger, 30)
    server.will("push", Canned(200, {"acknowledged": 10, "quarantined": 0}), Canned(503, {"title": "resting"}))
    with pytest.raises(TryLater):
        replicator(batch=10).exchange()
    first = upload.progress(ledger)
    assert first is not None and (first.sent, first.left) == (10, 20)

    replicator(batch=10).exchange()

    done = upload.progress(ledger)
    assert done is not None and (done.began, done.sent, done.left) == (first.began, 30, 0)


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (TryLater("http://x does not answer"), "does not answer"),
        (EnrolAgain("not known here"), "pair it again"),
        (StorageError("disk full"), "this kiosk's disk"),
        (KeyError("x"), "in the log"),
    ],
)
def test_what_went_wrong_is_kept_in_words_until_it_went_well(ledger: Ledger, error: Exception, told: str) -> None:
    last_error.note(ledger, error, 30)

    noted = last_error.noted(ledger)
    assert noted is not None
    assert told in noted.said
    assert noted.again_at - noted.at == 30_000
    last_error.forget(ledger)
    assert last_error.noted(ledger) is None


def test_pauses_grow_spread_out_and_never_undercut_the_server() -> None:
    pace = Pace(first_pause=1.0, longest_pause=60.0)
    spread = [pause(4, pace) for _ in range(500)]

    assert 0 <= min(spread) < 2 and 6 < max(spread) <= 8
    assert max(pause(50, pace) for _ in range(500)) <= 60
    assert min(pause(1, pace, asked=30.0) for _ in range(100)) >= 30
