"""Pushed journals: repeated, late, in parts, with gaps, and with lines that this release can't read."""

from collections.abc import Callable
from uuid import UUID, uuid4

import msgspec
import pytest

from sync.domain.events import ClockAnchored, SessionClosed, SessionOpened, VisitCheckedIn, VisitCheckedOut
from sync.ledger import ledger as ledgers
from sync.ledger.journal_lines import BadFraming
from sync.ledger.journals import Absorbed, NotOwner
from sync.ledger.ledger import Ledger
from sync.manual_clock import ManualClock
from tests.support.failing_table import broken

KIOSK, SESSION, VISIT = uuid4(), uuid4(), uuid4()
ARRIVED = VisitCheckedIn(session=SESSION, party_size=2, phones=2, stow="pouch", numbers=(1, 2))
Open = Callable[[str], Ledger]


@pytest.fixture
def kiosk(open_ledger: Open, clock: ManualClock) -> Ledger:
    ledger = open_ledger("kiosk")
    ledger.record((SESSION, SessionOpened(zone="main", title="Open hours", session_kind="open_hours")))
    ledger.record((VISIT, ARRIVED))
    clock.move(minutes=42)
    ledger.record((VISIT, VisitCheckedOut()))
    return ledger


@pytest.fixture
def server(open_ledger: Open) -> Ledger:
    return open_ledger("server")


def sent(ledger: Ledger) -> tuple[UUID, list[bytes]]:
    waiting = ledger.waiting()
    assert waiting.journal is not None
    return waiting.journal, [line.encode() for line in ledger.lines(waiting.journal, 0, 1000)]


def test_both_ledgers_add_up_to_the_same_rows(kiosk: Ledger, server: Ledger) -> None:
    journal, lines = sent(kiosk)

    absorbed = server.absorb(journal, lines, KIOSK)

    assert (absorbed.acknowledged, absorbed.quarantined, absorbed.expected, absorbed.forked) == (3, 0, None, None)
    assert server.visit(VISIT) == kiosk.visit(VISIT)
    assert server.session(SESSION) == kiosk.session(SESSION)


def test_sending_again_is_harmless(kiosk: Ledger, server: Ledger) -> None:
    journal, lines = sent(kiosk)
    server.absorb(journal, lines[:2], KIOSK)

    for _ in range(3):
        assert server.absorb(journal, lines, KIOSK).acknowledged == 3

    assert server.visits() == kiosk.visits()


def test_a_gap_keeps_what_came_before_it_and_says_what_is_missing(kiosk: Ledger, server: Ledger) -> None:
    journal, lines = sent(kiosk)

    absorbed = server.absorb(journal, [lines[0], lines[2]], KIOSK)

    assert (absorbed.acknowledged, absorbed.expected) == (1, 2)


def test_another_fact_at_the_same_place_is_a_fork(kiosk: Ledger, server: Ledger) -> None:
    journal, lines = sent(kiosk)
    server.absorb(journal, lines, KIOSK)
    other = msgspec.json.decode(lines[1]) | {"id": str(uuid4())}

    absorbed = server.absorb(journal, [msgspec.json.encode(other)], KIOSK)

    assert (absorbed.acknowledged, absorbed.forked) == (3, 2)


@pytest.mark.parametrize(
    "change",
    [
        {"kind": "visit.teleported"},
        {"v": 7},
        {"kind": "\x00"},
        {"body": {"nothing": "we know"}},
        {"body": None},
        {"subject": "no id"},
        {"tick": 2**60},
        {"at": -5},
        {"clock": {}},
        {"journal": str(uuid4())},
        {"id": "no id"},
        {"later": "a field of tomorrow"},
    ],
)
def test_an_unreadable_line_is_quarantined_and_blocks_nothing(
    kiosk: Ledger, server: Ledger, change: dict[str, object]
) -> None:
    journal, lines = sent(kiosk)
    lines[1] = msgspec.json.encode(msgspec.json.decode(lines[1]) | change)

    absorbed = server.absorb(journal, lines, KIOSK)

    assert (absorbed.acknowledged, absorbed.quarantined) == (3, 1)
    assert server.lines(journal, 1, 1) == [lines[1].decode()]
    assert server.absorb(journal, lines, KIOSK).forked is None


@pytest.mark.parametrize(
    "line", [b"", b"{", b"[]", b"{}", b'{"seq": 0}', b'{"seq": "one"}', b'{"seq": 1e99}', b"\xff\xfe"]
)
def test_a_line_without_a_seq_rejects_the_whole_push(server: Ledger, line: bytes) -> None:
    with pytest.raises(BadFraming):
        server.absorb(uuid4(), [line], KIOSK)


def test_a_journal_belongs_to_the_kiosk_that_started_it(kiosk: Ledger, server: Ledger) -> None:
    journal, lines = sent(kiosk)
    server.absorb(journal, lines[:1], KIOSK)

    with pytest.raises(NotOwner):
        server.absorb(journal, lines, uuid4())


def test_a_late_anchor_corrects_a_whole_boot_on_both_sides(open_ledger: Open, clock: ManualClock) -> None:
    kiosk, server = open_ledger("kiosk"), open_ledger("server")
    noon = clock.read().at
    clock.source = None
    clock.reboot(at=5_000)  # the clock of a Pi without a battery starts in 1970
    kiosk.record((VISIT, ARRIVED))
    clock.move(minutes=10)
    kiosk.record((VISIT, VisitCheckedOut()))
    journal, lines = sent(kiosk)
    server.absorb(journal, lines, KIOSK)
    before = server.visit(VISIT)
    assert before is not None and before.estimated and before.checked_in == 5_000

    boot = clock.read().boot
    kiosk.record((KIOSK, ClockAnchored(boot=boot, offset=noon, source="server", error=20)))
    server.absorb(*sent(kiosk), KIOSK)

    for ledger in (kiosk, server):
        visit = ledger.visit(VISIT)
        assert visit is not None
        assert (visit.checked_in, visit.stay, visit.estimated) == (noon, 10 * 60_000, False)


def test_a_late_closing_ends_visits_without_a_check_out_in_any_order(open_ledger: Open, clock: ManualClock) -> None:
    kiosk = open_ledger("kiosk")
    kiosk.record((SESSION, SessionOpened(zone="main", title="Open hours", session_kind="open_hours")))
    kiosk.record((VISIT, ARRIVED))
    clock.move(minutes=90)
    kiosk.record((SESSION, SessionClosed(reason="night")))
    journal, lines = sent(kiosk)

    for name, batches in {"one": [lines], "each": [[line] for line in lines]}.items():
        server = open_ledger(name)
        for batch in batches:
            server.absorb(journal, batch, KIOSK)
        assert server.visits() == kiosk.visits()

    (visit,) = kiosk.visits()
    assert (visit.stay, visit.estimated) == (90 * 60_000, True)


def test_a_new_journal_copies_everything_and_nothing_counts_twice(kiosk: Ledger, server: Ledger) -> None:
    server.absorb(*sent(kiosk), KIOSK)

    kiosk.start_journal(carry_after=None, remember={"enrolment": {"server": "another"}})

    assert kiosk.waiting().count == 3
    assert kiosk.recall("enrolment") == {"server": "another"}
    assert server.absorb(*sent(kiosk), KIOSK).acknowledged == 3
    assert server.visits() == kiosk.visits()
    assert len(server.visits()) == 1


def test_a_new_journal_after_a_fork_copies_only_unacknowledged_facts(kiosk: Ledger) -> None:
    journal = kiosk.waiting().journal
    assert journal is not None
    kiosk.acknowledge(journal, 2)

    kiosk.start_journal(carry_after=2)

    _, lines = sent(kiosk)
    assert [msgspec.json.decode(line)["kind"] for line in lines] == ["visit.checked_out"]
    assert msgspec.json.decode(lines[0])["seq"] == 1


def test_a_long_push_that_fails_halfway_keeps_its_first_parts_and_can_be_repeated(
    kiosk: Ledger, server: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ledgers, "PART", 2)
    journal, lines = sent(kiosk)

    def trouble(*_: object) -> None:
        raise RuntimeError("the power went")

    with pytest.raises(RuntimeError):
        server.absorb(journal, lines, KIOSK, then=trouble)

    assert server.lines(journal, 0, 10) == [line.decode() for line in lines[:2]]
    assert [visit.id for visit in server.present()] == [VISIT]
    assert server.absorb(journal, lines, KIOSK).acknowledged == 3
    assert server.visits() == kiosk.visits()


@pytest.mark.parametrize("left_out", [None, 0, 1, 2])
def test_a_long_push_is_answered_once_and_as_a_whole(
    kiosk: Ledger, server: Ledger, monkeypatch: pytest.MonkeyPatch, left_out: int | None
) -> None:
    journal, lines = sent(kiosk)
    lines[0] = msgspec.json.encode(msgspec.json.decode(lines[0]) | {"v": 7})
    pushed = lines if left_out is None else lines[:left_out] + lines[left_out + 1 :]
    monkeypatch.setattr(ledgers, "PART", 1)
    outcomes: list[Absorbed] = []

    absorbed = server.absorb(journal, pushed, KIOSK, then=lambda _, outcome: outcomes.append(outcome))

    assert outcomes == [absorbed]
    reached = len(pushed) if left_out is None else left_out
    assert (absorbed.acknowledged, absorbed.expected) == (reached, None if left_out in (None, 2) else reached + 1)
    assert absorbed.quarantined == (0 if left_out == 0 else 1)


def test_a_less_exact_anchor_changes_nothing_and_a_more_exact_one_all_times(
    open_ledger: Open, clock: ManualClock
) -> None:
    kiosk = open_ledger("kiosk")
    noon = clock.read().at
    clock.source = None
    clock.reboot(at=5_000)
    kiosk.record((VISIT, ARRIVED))
    boot = clock.read().boot

    def anchor(offset: int, error: int) -> tuple[UUID, ClockAnchored]:
        return KIOSK, ClockAnchored(boot=boot, offset=noon + offset, source="server", error=error)

    kiosk.record(anchor(0, error=20))
    with broken(kiosk.store, "visit"):  # no write has to be undone
        kiosk.record(anchor(9_000, error=21))
        kiosk.record(anchor(0, error=20))
    assert kiosk.visits()[0].checked_in == noon

    kiosk.record(anchor(7, error=19))
    assert kiosk.visits()[0].checked_in == noon + 7


def test_a_long_push_returns_the_feed_before_it_unless_others_wrote_in_between(
    kiosk: Ledger, server: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ledgers, "PART", 1)
    venue, (journal, lines) = uuid4(), sent(kiosk)

    whole = server.absorb(journal, lines[:2], KIOSK, venue)
    assert (whole.feed_before, whole.feed) == (0, 2)

    assert whole.followed_by(Absorbed(3, feed_before=2, feed=3)).feed_before == 0
    assert whole.followed_by(Absorbed(3, feed_before=7, feed=8)).feed_before == 7
