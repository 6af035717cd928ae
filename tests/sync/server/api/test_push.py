"""POST entries: each is stored once or refused with a reason, never dropped."""

import gzip
import json
from uuid import uuid4

import pytest

from sync.domain.events import ClockAnchored, VisitCheckedIn, write_entry
from sync.ledger.ledger import Ledger
from sync.server.kiosks import repository as kiosk_repository
from sync.server.kiosks import service as kiosk_service
from tests.support.failing_table import broken

NOW = 1_795_507_200_000  # 2026-11-24 08:00 UTC, the manual clock's time


def visit_in(kiosk, visit):
    return Ledger(kiosk.central.store, kiosk.central.clock).visit(visit)


def counts(answer):
    message = answer.json()
    return message["acknowledged"], message["quarantined"]


def test_a_push_is_stored_and_acknowledged(kiosk):
    visit = kiosk.visit(NOW, minutes=90, size=3)

    answer = kiosk.push()

    assert answer.status_code == 200
    assert counts(answer) == (2, 0)
    assert visit_in(kiosk, visit).stay == 90 * 60_000


def test_the_answer_says_where_the_feed_was_and_is(kiosk, central):
    kiosk.visit(at=central.now, minutes=30)
    first = kiosk.push().json()
    sibling = central.kiosk("Mill café")
    sibling.visit(at=central.now, minutes=None)

    second = sibling.push().json()

    assert (first["feed_before"], first["feed"]) == (0, 2)
    assert (second["feed_before"], second["feed"]) == (2, 3)
    assert sibling.beat().json()["feed"] == kiosk.beat().json()["feed"] == 3


def test_again_is_harmless(kiosk):
    kiosk.visit(NOW, minutes=90)
    kiosk.push()

    assert counts(kiosk.push()) == (2, 0)


def test_plain_and_without_last_newline_and_with_blank_lines(kiosk):
    kiosk.visit(NOW, minutes=90)
    lines = "\r\n\n".join(write_entry(entry) for entry in kiosk.written)

    assert kiosk.send(f"\n{lines}".encode(), encoding=None).json()["acknowledged"] == 2


def test_an_empty_body_returns_what_is_stored(kiosk):
    kiosk.visit(NOW, minutes=90)
    kiosk.push()

    assert counts(kiosk.send(b"", encoding=None)) == (2, 0)
    assert counts(kiosk.send(b"", packed=True)) == (2, 0)


def test_gap(kiosk, problem):
    kiosk.visit(NOW, minutes=90)
    kiosk.visit(NOW, minutes=90)

    answer = kiosk.push([kiosk.written[0], kiosk.written[2]])

    assert answer.status_code == 409
    assert problem(answer)["expected"] == 2
    assert kiosk.send(b"").json()["acknowledged"] == 1


def test_fork(kiosk, problem):
    kiosk.visit(NOW, minutes=90)
    kiosk.push()
    kiosk.written.clear()
    kiosk.visit(NOW, minutes=5)

    answer = kiosk.push()

    assert answer.status_code == 409
    assert problem(answer)["forked"] == 1


@pytest.mark.parametrize(
    "change",
    [{"kind": "visit.teleported"}, {"v": 2}, {"body": {"party_size": 400}}, {"subject": 7}, {"journal": str(uuid4())}],
    ids=["kind", "version", "shape", "envelope", "other journal's"],
)
def test_an_unreadable_entry_is_quarantined_and_blocks_nothing(kiosk, change):
    visit = kiosk.visit(NOW, minutes=90)
    first, second = (json.loads(write_entry(entry)) for entry in kiosk.written)
    strange = {**first, "id": str(uuid4()), **change}
    lines = [strange, {**first, "seq": 2}, {**second, "seq": 3}]

    answer = kiosk.send("\n".join(map(json.dumps, lines)).encode())

    assert counts(answer) == (3, 1)
    assert visit_in(kiosk, visit).stay == 90 * 60_000


def test_a_late_anchor_corrects_the_times(kiosk):
    visit = uuid4()
    entry = kiosk.write(visit, VisitCheckedIn(session=uuid4(), party_size=1, phones=1), at=5_000, sure=False)
    kiosk.push()
    assert visit_in(kiosk, visit).estimated

    anchor = ClockAnchored(kiosk.boot, NOW - entry.clock.up, "ntp", 10)
    kiosk.write(uuid4(), anchor)
    kiosk.push()

    assert visit_in(kiosk, visit).checked_in == NOW
    assert not visit_in(kiosk, visit).estimated


def test_several_gzip_members(kiosk):
    kiosk.visit(NOW, minutes=90)
    body = b"".join(gzip.compress(write_entry(entry).encode() + b"\n") for entry in kiosk.written)

    assert kiosk.send(body, packed=True).json()["acknowledged"] == 2


@pytest.mark.parametrize("spoil", [lambda b: b[:-5], lambda b: b[:12], lambda b: b"no gzip", lambda b: b + b"more"])
def test_broken_gzip(kiosk, problem, spoil):
    kiosk.visit(NOW, minutes=90)
    body = gzip.compress(write_entry(kiosk.written[0]).encode())

    answer = kiosk.send(spoil(body), packed=True)

    assert answer.status_code == 400
    assert "gzip" in problem(answer)["detail"]
    assert kiosk.send(b"").json()["acknowledged"] == 0


@pytest.mark.parametrize("line", [b"[]", b"{}", b'{"seq": 0}', b'{"seq": "1"}', b"\xff", b'{"seq": 1'])
def test_broken_framing(kiosk, problem, line):
    answer = kiosk.send(line)

    assert answer.status_code == 400
    assert problem(answer)["type"].endswith("/framing")


def test_too_large_as_sent(kiosk, problem):
    answer = kiosk.send(b" " * (8 * 1024 * 1024), encoding=None)

    assert answer.status_code == 413
    problem(answer)


def test_a_decompression_bomb_is_refused(kiosk, problem):
    member = gzip.compress(bytes(64 * 1024 * 1024))

    answer = kiosk.send(member * 16, packed=True)

    assert answer.status_code == 413
    assert "unpacked" in problem(answer)["detail"]


def test_other_encodings(kiosk, problem):
    answer = kiosk.send(b"{}", encoding="br")

    assert answer.status_code == 415
    assert answer.headers["Accept-Encoding"] == "gzip"
    problem(answer)


@pytest.mark.parametrize("header", ["", "Bearer wrong", "Basic YTpi"])
def test_without_the_right_token(kiosk, problem, header):
    answer = kiosk.send(b"", headers={"Authorization": header})

    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")
    problem(answer)


def test_another_kiosks_journal(central, kiosk, problem):
    kiosk.visit(NOW, minutes=90)
    kiosk.push()

    answer = central.kiosk().send(b"", journal=kiosk.journal)

    assert answer.status_code == 403
    problem(answer)


def test_a_revoked_kiosk(central, kiosk, problem):
    [paired] = kiosk_repository.kiosks(central.store, central.scope)
    kiosk_service.revoke(central.ledger, central.scope, paired.id, central.now)

    answer = kiosk.send(b"")

    assert answer.status_code == 401
    assert problem(answer)["type"].endswith("/revoked")


def test_a_journal_that_is_none(kiosk, problem):
    answer = kiosk.send(b"", journal="nonsense")

    assert answer.status_code == 400
    problem(answer)


def test_it_has_reported_up_to_its_last_entry_but_never_past_now_or_back(central, kiosk):
    kiosk.visit(central.now - 60_000, minutes=None)
    kiosk.push()
    assert kiosk_repository.kiosks(central.store, central.scope)[0].reported_up_to == central.now - 60_000

    kiosk.visit(central.now + 10**10, minutes=None)
    kiosk.push()
    assert kiosk_repository.kiosks(central.store, central.scope)[0].reported_up_to == central.now

    kiosk.visit(5_000, minutes=None)
    kiosk.push()
    assert kiosk_repository.kiosks(central.store, central.scope)[0].reported_up_to == central.now


def test_a_full_disk_gives_503_and_nothing_is_lost(central, kiosk, problem):
    kiosk.visit(NOW, minutes=90)
    with broken(central.store, "entry"):
        answer = kiosk.push()

    assert answer.status_code == 503
    assert int(answer.headers["Retry-After"]) > 0
    problem(answer)
    assert kiosk.push().json()["acknowledged"] == 2


def test_an_impossible_time_is_stored_and_not_counted(central, kiosk):
    kiosk.visit(NOW, minutes=None)
    strange = {**json.loads(write_entry(kiosk.written[0])), "at": -(10**40)}

    assert counts(kiosk.send(json.dumps(strange).encode())) == (1, 1)
    assert kiosk_repository.kiosks(central.store, central.scope)[0].reported_up_to is None


def test_a_flood_of_empty_lines_is_refused_before_any_work(kiosk, problem):
    assert problem(kiosk.send(b"\n" * 5_000_000))["status"] == 413


def test_a_line_has_its_limit(kiosk, problem):
    entry = kiosk.write(uuid4(), ClockAnchored(boot=uuid4(), offset=0, source="ntp", error=0))
    padded = write_entry(entry).encode()[:-1] + b" " * 70_000 + b"}"

    assert problem(kiosk.send(padded))["status"] == 413


@pytest.mark.parametrize("body", ["[" * 20_000 + "]" * 20_000, "9" * 400])
def test_an_entry_beyond_the_limits_of_json_breaks_nothing(kiosk, body):
    line = f'{{"seq": 1, "id": "{uuid4()}", "journal": "{kiosk.journal}", "body": {body}}}'

    answer = kiosk.send(line.encode())

    assert answer.status_code in (200, 400), answer.text


def test_an_unset_clock_does_not_change_reported_up_to(central, kiosk):
    kiosk.write(uuid4(), VisitCheckedIn(session=uuid4(), party_size=1, phones=1), NOW - 60_000, sure=False)
    kiosk.push()

    assert [row.reported_up_to for row in kiosk_repository.kiosks(central.store, central.scope)] == [None]


def test_an_empty_push_claims_no_journal(central, kiosk):
    assert counts(kiosk.send(b"")) == (0, 0)
    other = central.kiosk()
    other.journal = kiosk.journal
    other.visit(NOW, minutes=None)

    assert other.push().status_code == 200
