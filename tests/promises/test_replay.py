"""After an upgrade, what was quarantined is folded as if it had been readable at once."""

from collections.abc import Callable
from uuid import UUID, uuid4

import msgspec
import pytest

from sync.domain import events
from sync.domain.events import ClockAnchored, SessionOpened, VisitAmended, VisitCheckedIn, VisitCheckedOut
from sync.ledger.ledger import Ledger
from sync.ledger.maintenance import replay
from sync.manual_clock import ManualClock

Open = Callable[[str], Ledger]
KIOSK, SESSION = uuid4(), uuid4()
ARRIVED = VisitCheckedIn(session=SESSION, party_size=2, phones=2)


def evening(kiosk: Ledger, clock: ManualClock, visits: int) -> tuple[UUID, list[bytes]]:
    """Visits that are corrected and end, by a clock that is corrected at the end."""
    noon = clock.read().at
    clock.source = None
    clock.reboot(at=5_000)
    kiosk.record((SESSION, SessionOpened(zone="main", title="Open hours", session_kind="open_hours")))
    for _ in range(visits):
        visit = uuid4()
        kiosk.record((visit, ARRIVED), (visit, VisitAmended(party_size=5)))
        clock.move(minutes=1)
        kiosk.record((visit, VisitCheckedOut()))
    kiosk.record((KIOSK, ClockAnchored(boot=clock.read().boot, offset=noon, source="server", error=20)))
    waiting = kiosk.waiting()
    assert waiting.journal is not None
    return waiting.journal, [line.encode() for line in kiosk.lines(waiting.journal, 0, 10_000)]


@pytest.mark.parametrize("unknown", [VisitAmended, ClockAnchored, VisitCheckedIn])
def test_an_upgrade_folds_what_an_older_release_quarantined(
    open_ledger: Open, clock: ManualClock, monkeypatch: pytest.MonkeyPatch, unknown: type[events.Event]
) -> None:
    kiosk, server = open_ledger("kiosk"), open_ledger("server")
    journal, lines = evening(kiosk, clock, visits=20)
    with monkeypatch.context() as older:
        older.delitem(events.KINDS, (unknown.kind, unknown.v))
        assert server.absorb(journal, lines, KIOSK).quarantined > 0
    assert server.visits() != kiosk.visits()

    steps = list(replay.reread(server.store))

    assert server.visits() == kiosk.visits()
    assert steps[-1].done == steps[-1].of
    assert list(replay.reread(server.store)) == []


def test_what_is_still_unreadable_stays_quarantined_and_blocks_nothing(
    open_ledger: Open, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    kiosk, server = open_ledger("kiosk"), open_ledger("server")
    journal, lines = evening(kiosk, clock, visits=3)
    lines[0] = msgspec.json.encode(msgspec.json.decode(lines[0]) | {"kind": "session.of_tomorrow"})
    monkeypatch.setattr(replay, "STEP", 1)
    with monkeypatch.context() as older:
        older.delitem(events.KINDS, (VisitAmended.kind, 1))
        server.absorb(journal, lines, KIOSK)

    list(replay.reread(server.store))

    assert server.visits() == kiosk.visits()
    assert [step.of for step in replay.reread(server.store)] == [1]


def test_folding_everything_again_changes_nothing(
    open_ledger: Open, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    kiosk = open_ledger("kiosk")
    evening(kiosk, clock, visits=5)
    before = kiosk.visits()
    monkeypatch.setattr(replay, "STEP", 2)

    steps = list(replay.refold(kiosk.store))

    assert kiosk.visits() == before
    assert (steps[-1].done, steps[-1].of) == (7, 7)  # a session, five visits, the kiosk
