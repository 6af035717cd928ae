"""Who knows another venue's visit, session or boot can change nothing there, whatever the tick and whoever is first."""

from collections.abc import Callable
from uuid import UUID, uuid4

import msgspec
import pytest

from sync.domain.events import (
    ClockAnchored,
    Event,
    SessionClosed,
    SessionOpened,
    VisitCheckedIn,
    VisitCheckedOut,
    VisitVoided,
)
from sync.ledger import clock_anchors
from sync.ledger.ledger import Ledger
from sync.ledger.maintenance import replay
from sync.manual_clock import ManualClock

HOME, AWAY = uuid4(), uuid4()  # two venues of one server
SESSION, VISIT = uuid4(), uuid4()
OPENED = SessionOpened(zone="main", title="Open hours", session_kind="open_hours")
ARRIVED = VisitCheckedIn(session=SESSION, party_size=2, phones=2, stow="pouch", numbers=(1, 2))
Open = Callable[[str], Ledger]


@pytest.fixture
def kiosk(open_ledger: Open, clock: ManualClock) -> Ledger:
    """At HOME, with a party that is in, by a clock that nobody has set."""
    clock.move(minutes=5)
    clock.source = None
    ledger = open_ledger("kiosk")
    ledger.record((SESSION, OPENED), (VISIT, ARRIVED))
    return ledger


@pytest.fixture
def stranger(open_ledger: Open) -> Ledger:
    return open_ledger("stranger")


def push(ledger: Ledger, server: Ledger, venue: UUID) -> None:
    waiting = ledger.waiting()
    assert waiting.journal is not None
    lines = [line.encode() for line in ledger.lines(waiting.journal, 0, 1000)]
    server.absorb(waiting.journal, lines, UUID(int=venue.int + 1), venue)


@pytest.mark.parametrize(
    "facts",
    [
        [(VISIT, VisitVoided())],
        [(VISIT, VisitCheckedOut())],
        [(VISIT, VisitCheckedIn(session=uuid4(), party_size=99, phones=0))],
        [(SESSION, SessionClosed())],
        [(SESSION, msgspec.structs.replace(OPENED, title="Mine now")), (SESSION, SessionClosed())],
    ],
)
@pytest.mark.parametrize("first", ["home", "stranger"])
def test_a_strangers_fact_changes_no_row_of_another_venue(
    open_ledger: Open, kiosk: Ledger, stranger: Ledger, facts: list[tuple[UUID, Event]], first: str
) -> None:
    """The stranger's ticks are the earliest that there can be."""
    server = open_ledger("server")
    stranger.record(*facts)
    pushes = [(kiosk, HOME), (stranger, AWAY)]
    for ledger, venue in pushes if first == "home" else reversed(pushes):
        push(ledger, server, venue)

    assert server.visit(VISIT, HOME) == kiosk.visit(VISIT)
    assert server.session(SESSION, HOME) == kiosk.session(SESSION)
    list(replay.refold(server.store))
    assert server.visit(VISIT, HOME) == kiosk.visit(VISIT)


def test_a_strangers_check_out_keeps_nobody_in_when_the_session_closes(
    open_ledger: Open, kiosk: Ledger, stranger: Ledger, clock: ManualClock
) -> None:
    server = open_ledger("server")
    stranger.record((VISIT, VisitCheckedOut()))
    push(kiosk, server, HOME)
    push(stranger, server, AWAY)

    clock.move(minutes=30)
    kiosk.record((SESSION, SessionClosed()))
    push(kiosk, server, HOME)

    ended = server.visit(VISIT, HOME)
    assert ended is not None and ended == kiosk.visit(VISIT) and ended.checked_out


def test_a_strangers_anchor_moves_no_time_of_another_venue(
    open_ledger: Open, kiosk: Ledger, stranger: Ledger, clock: ManualClock
) -> None:
    server, boot = open_ledger("server"), clock.read().boot
    noon = clock.read().at
    stranger.record((uuid4(), ClockAnchored(boot, noon, "ntp", 0)), (VISIT, ARRIVED))
    push(stranger, server, AWAY)
    push(kiosk, server, HOME)
    assert server.visit(VISIT, HOME) == kiosk.visit(VISIT)

    kiosk.record((uuid4(), ClockAnchored(boot, noon - 7, "server", 500)))
    push(kiosk, server, HOME)

    here, there = server.visit(VISIT, HOME), server.visit(VISIT, AWAY)
    assert here is not None and here == kiosk.visit(VISIT) and not here.estimated
    assert there is not None and there.checked_in == noon + clock.read().up


@pytest.mark.parametrize("offset", [0, -(2**53), 253_402_300_799_999])
def test_an_absurd_anchor_is_kept_and_changes_nothing(
    open_ledger: Open, kiosk: Ledger, clock: ManualClock, offset: int
) -> None:
    """Not even the place of a better one."""
    server, boot = open_ledger("server"), clock.read().boot
    before = kiosk.visit(VISIT)
    kiosk.record((uuid4(), ClockAnchored(boot, offset, "ntp", 0)))
    push(kiosk, server, HOME)
    assert server.visit(VISIT, HOME) == kiosk.visit(VISIT) == before
    assert not clock_anchors.is_anchored(kiosk.store, boot)

    right = clock.read().at - clock.read().up
    kiosk.record((uuid4(), ClockAnchored(boot, right, "server", 9_000)))
    push(kiosk, server, HOME)

    known = server.visit(VISIT, HOME)
    assert known is not None and known == kiosk.visit(VISIT) and not known.estimated
