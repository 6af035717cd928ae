"""A kiosk that knows another venue's visit, session or boot can change nothing there, whatever the tick or order."""

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
    """At HOME, with a party that is in, by a clock that is not set."""
    clock.move(minutes=5)
    clock.source = None
    ledger = open_ledger("kiosk")
    ledger.record((SESSION, OPENED), (VISIT, ARRIVED))
    return ledger


@pytest.fixture
def foreign(open_ledger: Open) -> Ledger:
    return open_ledger("foreign")


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
@pytest.mark.parametrize("first", ["home", "foreign"])
def test_a_kiosk_of_another_venue_changes_no_row(
    open_ledger: Open, kiosk: Ledger, foreign: Ledger, facts: list[tuple[UUID, Event]], first: str
) -> None:
    """The other venue's ticks are the earliest possible."""
    server = open_ledger("server")
    foreign.record(*facts)
    pushes = [(kiosk, HOME), (foreign, AWAY)]
    for ledger, venue in pushes if first == "home" else reversed(pushes):
        push(ledger, server, venue)

    assert server.visit(VISIT, HOME) == kiosk.visit(VISIT)
    assert server.session(SESSION, HOME) == kiosk.session(SESSION)
    list(replay.refold(server.store))
    assert server.visit(VISIT, HOME) == kiosk.visit(VISIT)


def test_a_check_out_at_another_venue_keeps_no_visit_in_when_the_session_closes(
    open_ledger: Open, kiosk: Ledger, foreign: Ledger, clock: ManualClock
) -> None:
    server = open_ledger("server")
    foreign.record((VISIT, VisitCheckedOut()))
    push(kiosk, server, HOME)
    push(foreign, server, AWAY)

    clock.move(minutes=30)
    kiosk.record((SESSION, SessionClosed()))
    push(kiosk, server, HOME)

    ended = server.visit(VISIT, HOME)
    assert ended is not None and ended == kiosk.visit(VISIT) and ended.checked_out


def test_an_anchor_of_another_venue_changes_no_time(
    open_ledger: Open, kiosk: Ledger, foreign: Ledger, clock: ManualClock
) -> None:
    server, boot = open_ledger("server"), clock.read().boot
    noon = clock.read().at
    foreign.record((uuid4(), ClockAnchored(boot, noon, "ntp", 0)), (VISIT, ARRIVED))
    push(foreign, server, AWAY)
    push(kiosk, server, HOME)
    assert server.visit(VISIT, HOME) == kiosk.visit(VISIT)

    kiosk.record((uuid4(), ClockAnchored(boot, noon - 7, "server", 500)))
    push(kiosk, server, HOME)

    at_home, away = server.visit(VISIT, HOME), server.visit(VISIT, AWAY)
    assert at_home is not None and at_home == kiosk.visit(VISIT) and not at_home.estimated
    assert away is not None and away.checked_in == noon + clock.read().up


@pytest.mark.parametrize("offset", [0, -(2**53), 253_402_300_799_999])
def test_an_implausible_anchor_is_stored_and_changes_nothing(
    open_ledger: Open, kiosk: Ledger, clock: ManualClock, offset: int
) -> None:
    """It does not replace a valid one either."""
    server, boot = open_ledger("server"), clock.read().boot
    before = kiosk.visit(VISIT)
    kiosk.record((uuid4(), ClockAnchored(boot, offset, "ntp", 0)))
    push(kiosk, server, HOME)
    assert server.visit(VISIT, HOME) == kiosk.visit(VISIT) == before
    assert not clock_anchors.is_anchored(kiosk.store, boot)

    right = clock.read().at - clock.read().up
    kiosk.record((uuid4(), ClockAnchored(boot, right, "server", 9_000)))
    push(kiosk, server, HOME)

    visit = server.visit(VISIT, HOME)
    assert visit is not None and visit == kiosk.visit(VISIT) and not visit.estimated
