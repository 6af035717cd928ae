"""Everything recorded reaches the server, whatever it answers."""

import threading
from collections.abc import Callable
from uuid import uuid4

import msgspec
import pytest

from sync.client.api import ConnectionCut, EnrolAgain, Refused, TryLater
from sync.client.replicator import Replicator
from sync.domain.events import VisitCheckedIn, read_entry
from sync.ledger.ledger import Ledger
from sync.manual_clock import ManualClock
from tests.support.canned_server import CannedAnswer, CannedServer

Make = Callable[..., Replicator]
ARRIVED = VisitCheckedIn(session=uuid4(), party_size=2, phones=2, stow="pouch", numbers=(1, 2))


def record(ledger: Ledger, count: int = 1) -> None:
    ledger.record(*[(uuid4(), ARRIVED) for _ in range(count)])


def test_everything_that_waits_arrives_in_order(ledger: Ledger, server: CannedServer, replicator: Make) -> None:
    record(ledger, 25)

    replicator(batch=10).exchange()

    assert [entry["seq"] for entry in server.entries() if entry["kind"] == ARRIVED.kind] == list(range(1, 26))
    assert len([what for what, _, _ in server.got if what == "push"]) == 2  # the link is quick: the second is larger
    assert server.got[0][2] == "Bearer a token of this test"


def test_only_acknowledged_entries_count_as_sent(ledger: Ledger, server: CannedServer, replicator: Make) -> None:
    record(ledger, 3)
    server.will(
        "push", CannedAnswer(body={"acknowledged": 2, "quarantined": 0}), CannedAnswer(503, {"title": "resting"})
    )

    with pytest.raises(TryLater):
        replicator().exchange()

    assert ledger.waiting().acknowledged == 2
    assert ledger.waiting().count == 1


@pytest.mark.parametrize(
    "trouble",
    [
        CannedAnswer(503, {"title": "resting"}),
        CannedAnswer(500, "oops"),
        CannedAnswer(429, {}, {"Retry-After": "7"}),
        CannedAnswer(302, "", {"Location": "http://127.0.0.1:9/login"}),
        CannedAnswer(200, "<html>Welcome to our hotel</html>"),
        CannedAnswer(200, {"acknowledged": 1, "quarantined": 0}, cut=True),
        CannedAnswer(200, {"welcome": "to our hotel"}),
    ],
)
def test_without_a_proper_answer_it_retries_later_and_loses_nothing(
    ledger: Ledger, server: CannedServer, replicator: Make, trouble: CannedAnswer
) -> None:
    record(ledger)
    server.will("push", trouble)
    kiosk = replicator()

    with pytest.raises(TryLater):
        kiosk.exchange()
    assert ledger.waiting().count == 1

    kiosk.exchange()
    assert ledger.waiting().count == 0


def test_a_server_that_lost_entries_gets_them_again(ledger: Ledger, server: CannedServer, replicator: Make) -> None:
    record(ledger, 5)
    kiosk = replicator()
    kiosk.exchange()
    record(ledger)
    server.will("push", CannedAnswer(409, {"expected": 3}))

    kiosk.exchange()

    assert [entry["seq"] for entry in server.entries()][-4:] == [3, 4, 5, 6]


def test_after_a_fork_the_facts_are_in_a_new_journal_with_their_ids(
    ledger: Ledger, server: CannedServer, replicator: Make
) -> None:
    record(ledger, 2)
    old = ledger.waiting().journal
    server.will("push", CannedAnswer(409, {"forked": 1}))

    replicator().exchange()

    first_try, second_try = server.entries()[:2], server.entries()[2:]
    assert [entry["id"] for entry in first_try] == [entry["id"] for entry in second_try]
    assert {entry["journal"] for entry in second_try} == {str(ledger.waiting().journal)} != {str(old)}
    assert ledger.waiting().count == 0


def test_a_server_that_has_more_than_the_kiosk_gets_a_new_journal(
    ledger: Ledger, server: CannedServer, replicator: Make
) -> None:
    record(ledger, 2)
    old = ledger.waiting().journal
    server.will("push", CannedAnswer(409, {"expected": 40}))

    replicator().exchange()

    assert ledger.waiting().journal != old
    assert ledger.waiting().count == 0


def test_a_gap_that_never_moves_is_retried_later(ledger: Ledger, server: CannedServer, replicator: Make) -> None:
    record(ledger, 2)
    server.will("push", CannedAnswer(409, {"expected": 1}))

    with pytest.raises(TryLater):
        replicator().exchange()


def test_a_batch_that_is_too_large_is_sent_in_smaller_ones(
    ledger: Ledger, server: CannedServer, replicator: Make
) -> None:
    record(ledger, 8)
    server.will("push", CannedAnswer(413, {}), CannedAnswer(413, {}))

    replicator(batch=8).exchange()

    assert [len(body) for what, body, _ in server.got if what == "push"] == [8, 4, 2, 2, 2, 2]


@pytest.mark.parametrize(("status", "raised"), [(401, EnrolAgain), (403, EnrolAgain), (400, Refused)])
def test_errors_that_need_a_person_have_their_own_exception(
    ledger: Ledger, server: CannedServer, replicator: Make, status: int, raised: type[Exception]
) -> None:
    record(ledger)
    server.will("push", CannedAnswer(status, {"detail": "pair it again"}))

    with pytest.raises(raised, match="pair it again"):
        replicator().exchange()
    assert ledger.waiting().count == 1


def test_the_heartbeat_reports_the_kiosk_and_anchors_an_unsure_clock(
    ledger: Ledger, server: CannedServer, replicator: Make, clock: ManualClock
) -> None:
    clock.source = None
    clock.reboot(at=5_000)
    record(ledger)
    server.will("push", CannedAnswer(503, {}))
    kiosk = replicator()
    with pytest.raises(TryLater):
        kiosk.exchange()
    assert ledger.visits()[0].estimated

    kiosk.exchange()

    _, beat, _ = next(got for got in server.got if got[0] == "heartbeat")
    assert beat["clock"] == {"at": 5_000, "boot": str(clock.read().boot), "up": 0, "sure": False}
    assert ledger.visits()[0].checked_in == server.server_time
    assert not ledger.visits()[0].estimated


def test_a_boot_is_anchored_once(ledger: Ledger, server: CannedServer, replicator: Make, clock: ManualClock) -> None:
    clock.source = None
    kiosk = replicator()

    for _ in range(3):
        kiosk.exchange()

    journal = ledger.waiting().journal
    assert journal is not None
    assert [read_entry(line).kind for line in ledger.lines(journal, 0, 9)] == ["clock.anchored"]


def test_a_clock_that_is_set_later_corrects_the_boot(ledger: Ledger, replicator: Make, clock: ManualClock) -> None:
    noon = clock.read().at
    clock.source = None
    clock.reboot(at=5_000)
    record(ledger)
    clock.move(minutes=3)
    clock.source = "ntp"
    clock.jump(noon - 5_000)

    replicator().exchange()

    assert ledger.visits()[0].checked_in == noon
    assert not ledger.visits()[0].estimated


def test_the_thread_pushes_soon_after_a_tap_and_survives_errors(
    ledger: Ledger, server: CannedServer, replicator: Make
) -> None:
    server.will("heartbeat", CannedAnswer(503, {}), CannedAnswer(500, "oops"))
    kiosk = replicator(heartbeat=3600.0, first_pause=0.01)
    sent = threading.Event()
    answer = server.answer

    def listening(what: str, body: object, authorization: str | None) -> CannedAnswer:
        if what == "push" and any(entry["kind"] == ARRIVED.kind for entry in body):  # type: ignore[attr-defined]
            sent.set()
        return answer(what, body, authorization)

    server.answer = listening  # type: ignore[method-assign]
    kiosk.start()
    record(ledger)

    assert sent.wait(20)
    kiosk.stop()


def test_the_feed_is_read_page_by_page_and_its_position_stored(
    ledger: Ledger, server: CannedServer, replicator: Make, open_ledger: Callable[[str], Ledger]
) -> None:
    sibling = open_ledger("sibling")
    record(sibling, 3)
    journal = sibling.waiting().journal
    assert journal is not None
    entries = [msgspec.json.decode(line) for line in sibling.lines(journal, 0, 9)]
    pages = [
        CannedAnswer(body={"entries": entries[:2], "position": 4}),
        CannedAnswer(body={"entries": entries[2:], "position": 5}),
    ]
    server.will("feed", *pages, CannedAnswer(body={"entries": [], "position": 5}))
    kiosk = replicator()

    kiosk.exchange()
    server.will("feed", CannedAnswer(body={"entries": [], "position": 5}))
    kiosk.exchange()

    assert ledger.visits() == sibling.visits()
    queries = [query for what, query, _ in server.got if what == "feed"]
    assert [query.partition("&")[0] for query in queries] == ["after=0", "after=4", "after=5", "after=5"]
    assert ledger.waiting().count == 0


def test_after_a_lost_answer_the_server_is_asked_before_the_push_is_repeated(
    ledger: Ledger, server: CannedServer, replicator: Make
) -> None:
    record(ledger, 4)
    server.will("push", CannedAnswer(200, {"acknowledged": 4, "quarantined": 0}, cut=True))
    kiosk = replicator()
    with pytest.raises(ConnectionCut):
        kiosk.exchange()
    record(ledger, 2)

    kiosk.exchange()

    pushes = [[entry["seq"] for entry in body] for what, body, _ in server.got if what == "push"]
    assert pushes == [[1, 2, 3, 4], [4], [5, 6]]  # the last that is there comes first, should it be another fact
    assert ledger.waiting().count == 0


def test_a_fork_is_found_although_the_server_has_as_many_entries(
    ledger: Ledger, server: CannedServer, replicator: Make
) -> None:
    record(ledger, 4)
    server.will("look", CannedAnswer(200, {"acknowledged": 3, "quarantined": 0}))
    server.will("push", CannedAnswer(409, {"forked": 3}))

    replicator().exchange()

    ids = {entry["id"] for entry in server.entries() if entry["journal"] == str(ledger.waiting().journal)}
    journal = read_entry(ledger_lines(ledger)[0]).journal
    assert len(ids) == 4 and journal == ledger.waiting().journal


def ledger_lines(ledger: Ledger) -> list[str]:
    journal = ledger.waiting().journal
    assert journal is not None
    return ledger.lines(journal, 0, 99)


def test_a_disk_that_lost_commits_is_noticed_before_anything_is_sent(
    ledger: Ledger, server: CannedServer, replicator: Make
) -> None:
    record(ledger, 2)
    old = ledger.waiting().journal
    server.will("look", CannedAnswer(200, {"acknowledged": 5, "quarantined": 0}))

    replicator().exchange()

    assert ledger.waiting().journal != old
    assert {entry["journal"] for entry in server.entries()} == {str(ledger.waiting().journal)}
    assert [query for what, query, _ in server.got if what == "feed" and "own=true" in query]


def test_a_server_that_lost_entries_is_noticed_at_the_start(
    ledger: Ledger, server: CannedServer, replicator: Make
) -> None:
    record(ledger, 3)
    journal = ledger.waiting().journal
    assert journal is not None
    ledger.acknowledge(journal, 3)

    replicator().exchange()

    assert [entry["seq"] for entry in server.entries()] == [1, 2, 3]


def test_a_server_that_acknowledges_nothing_new_is_retried_later(
    ledger: Ledger, server: CannedServer, replicator: Make
) -> None:
    record(ledger, 2)
    server.will("push", CannedAnswer(200, {"acknowledged": 0, "quarantined": 0}))

    with pytest.raises(TryLater, match="acknowledges entry 0"):
        replicator().exchange()
