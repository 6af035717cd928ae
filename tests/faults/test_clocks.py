"""Durations are right with any wall clock; estimates are marked and corrected on both sides."""

from collections.abc import Callable
from uuid import UUID, uuid4

import pytest

from sync.client import clock_sync
from sync.domain.events import (
    PhoneReturned,
    PhoneTaken,
    VisitCheckedIn,
    VisitCheckedOut,
    write_entry,
)
from sync.domain.visit import Visit
from sync.ledger.ledger import Ledger
from sync.manual_clock import ManualClock
from tests.support.ledger_invariants import assert_adds_up

MINUTE = 60_000
TEN_YEARS = 3652 * 24 * 60 * MINUTE
BOOT = 20_000  # a Pi without a battery clock starts in 1970
KIOSK, SESSION = uuid4(), uuid4()
Open = Callable[[str], Ledger]


@pytest.fixture
def both(open_ledger: Open) -> Callable[[UUID], Visit]:
    """Reads a visit at the kiosk and at a server that has everything; they must agree."""
    server = open_ledger("server")

    def read(visit: UUID) -> Visit:
        kiosk = open_ledger("ledger")
        written = assert_adds_up(kiosk)
        for journal in dict.fromkeys(entry.journal for entry in written):
            lines = [write_entry(entry).encode() for entry in written if entry.journal == journal]
            server.absorb(journal, lines, KIOSK)
        assert_adds_up(server)
        at_kiosk, at_server = kiosk.visit(visit), server.visit(visit)
        assert at_kiosk is not None and at_kiosk == at_server
        return at_kiosk

    return read


Both = Callable[[UUID], Visit]


def come_in(ledger: Ledger) -> UUID:
    visit = uuid4()
    ledger.record((visit, VisitCheckedIn(session=SESSION, party_size=2, phones=2)))
    return visit


def told_by_server(ledger: Ledger, clock: ManualClock, now: int) -> None:
    """The server answered a heartbeat of this moment: its time is ``now``."""
    here = clock.read()
    clock_sync.anchor_by_server(ledger, KIOSK, here, here, now)


@pytest.mark.parametrize("jumps", [(TEN_YEARS,), (-TEN_YEARS,), (TEN_YEARS, -2 * TEN_YEARS), (-TEN_YEARS, TEN_YEARS)])
@pytest.mark.parametrize("sure", [True, False])
def test_a_wall_clock_that_jumps_ten_years_during_a_visit_changes_no_duration(
    ledger: Ledger, both: Both, clock: ManualClock, jumps: tuple[int, ...], sure: bool
) -> None:
    clock.source = "ntp" if sure else None
    visit = come_in(ledger)
    clock.move(minutes=20)
    ledger.record((visit, PhoneTaken()))
    clock.move(minutes=10)
    ledger.record((visit, PhoneReturned()))
    for jump in jumps:
        clock.jump(jump)
        clock.move(minutes=30)

    ledger.record((visit, VisitCheckedOut()))

    seen = both(visit)
    assert seen.stay == (30 + 30 * len(jumps)) * MINUTE
    assert seen.phone_free == (20 + 30 * len(jumps)) * MINUTE


@pytest.mark.parametrize("jump", [TEN_YEARS, -TEN_YEARS])
def test_a_jump_during_a_break_changes_no_duration(ledger: Ledger, both: Both, clock: ManualClock, jump: int) -> None:
    visit = come_in(ledger)
    clock.move(minutes=20)
    ledger.record((visit, PhoneTaken()))
    clock.jump(jump)
    clock.move(minutes=10)
    ledger.record((visit, PhoneReturned()))
    clock.move(minutes=30)

    ledger.record((visit, VisitCheckedOut()))

    assert (both(visit).stay, both(visit).phone_free) == (60 * MINUTE, 50 * MINUTE)


@pytest.mark.parametrize("jump", [TEN_YEARS, -TEN_YEARS])
def test_of_two_check_outs_the_earlier_counts_with_any_wall_clock(
    ledger: Ledger, both: Both, clock: ManualClock, jump: int
) -> None:
    visit = come_in(ledger)
    clock.move(minutes=40)
    ledger.record((visit, VisitCheckedOut()))
    clock.jump(jump)
    clock.move(minutes=15)

    ledger.record((visit, VisitCheckedOut(how="host")))

    assert both(visit).stay == 40 * MINUTE


def test_a_boot_in_1970_is_estimated_and_corrected_on_both_sides(
    ledger: Ledger, both: Both, clock: ManualClock
) -> None:
    noon = clock.read().at
    clock.source = None
    clock.reboot(at=BOOT)
    visit = come_in(ledger)
    clock.move(minutes=45)
    ledger.record((visit, VisitCheckedOut()))
    guessed = both(visit)
    clock.move(minutes=5)

    told_by_server(ledger, clock, noon)

    corrected = both(visit)
    assert (guessed.estimated, guessed.checked_in) == (True, BOOT)
    assert (corrected.estimated, corrected.checked_in, corrected.checked_out) == (
        False,
        noon - 50 * MINUTE,
        noon - 5 * MINUTE,
    )
    assert guessed.stay == corrected.stay == 45 * MINUTE


def test_a_visit_over_many_reboots_is_corrected_boot_by_boot(ledger: Ledger, both: Both, clock: ManualClock) -> None:
    began = clock.read().at
    clock.source = None
    boots = 5
    visit = come_in(ledger)
    told_by_server(ledger, clock, began)
    for number in range(1, boots + 1):
        clock.reboot(at=BOOT)
        clock.move(minutes=1)
        ledger.record((visit, PhoneTaken()))
        clock.move(minutes=1)
        ledger.record((visit, PhoneReturned()))
        clock.move(minutes=2)
        told_by_server(ledger, clock, began + number * 10 * MINUTE)
    ledger.record((visit, VisitCheckedOut()))

    seen = both(visit)

    assert not seen.estimated
    assert (seen.checked_in, seen.checked_out) == (began, began + boots * 10 * MINUTE)
    assert (seen.stay, seen.phone_free) == (boots * 10 * MINUTE, boots * 9 * MINUTE)


def test_boots_without_an_anchor_stay_estimated(ledger: Ledger, both: Both, clock: ManualClock) -> None:
    clock.source = None
    visits = []
    for _ in range(4):
        clock.reboot(at=BOOT)
        visits.append(come_in(ledger))
        clock.move(minutes=25)
        ledger.record((visits[-1], VisitCheckedOut()))

    seen = [both(visit) for visit in visits]

    assert [visit.stay for visit in seen] == [25 * MINUTE] * 4
    assert all(visit.estimated for visit in seen)


def test_a_set_clock_corrects_its_boot_and_no_other(ledger: Ledger, both: Both, clock: ManualClock) -> None:
    noon = clock.read().at
    clock.source = None
    clock.reboot(at=BOOT)
    lost = come_in(ledger)
    clock.reboot(at=BOOT)
    visit = come_in(ledger)
    clock.move(minutes=3)
    clock.source = "ntp"
    clock.jump(noon - clock.read().at)

    clock_sync.anchor_by_system_clock(ledger, KIOSK)

    assert both(lost).estimated
    assert (both(visit).estimated, both(visit).checked_in) == (False, noon - 3 * MINUTE)


def test_a_battery_clock_that_has_run_down_anchors_nothing(ledger: Ledger, both: Both, clock: ManualClock) -> None:
    clock.source = None
    clock.reboot(at=BOOT)
    visit = come_in(ledger)
    clock.source = "rtc"

    clock_sync.anchor_by_system_clock(ledger, KIOSK)

    assert ledger.waiting().count == 1
    assert both(visit).estimated
