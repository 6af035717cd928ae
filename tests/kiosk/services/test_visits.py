"""A visit from check-in to check-out."""

from datetime import timedelta
from uuid import UUID

import pytest

from kiosk.rules.device_states import Condition, DeviceState
from kiosk.services import device_health, occupancy, sessions, visits
from kiosk.services.context import KioskContext
from kiosk.services.records.host_records import HealthPanel, HostSession
from kiosk.services.records.shared_records import OpenedSession
from kiosk.services.records.visitor_records import (
    CameBack,
    CheckedIn,
    CheckedOut,
    CheckInRequest,
    NoPouch,
    NoSuchCode,
    NotOpen,
    SessionFull,
    SteppedOut,
)
from sync.domain.visit import code_of, visit_of
from sync.manual_clock import ManualClock
from tests.support.checked_in_party import check_in_party


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 10_000:04d}"


def test_check_in_and_check_out(context: KioskContext, opened: OpenedSession, clock: ManualClock) -> None:
    checked_in = check_in_party(context, party_size=3, phones=2, kept=1)
    assert checked_in.numbers == (1, 2)
    assert checked_in.code == code_of(visit_of(checked_in.slip))
    assert occupancy.read_door(context).live[0].people == 3

    clock.move(minutes=102)
    checked_out = visits.check_out(context, checked_in.code)

    assert isinstance(checked_out, CheckedOut)
    assert (checked_out.numbers, checked_out.phones) == ((1, 2), 2)
    assert checked_out.phone_free == timedelta(minutes=102)
    assert occupancy.read_door(context).live[0].people == 0


def test_no_check_in_without_an_open_session(context: KioskContext) -> None:
    assert visits.check_in(context, CheckInRequest(1, 1, 0)) == NotOpen()


def test_no_more_people_than_places(context: KioskContext, opened: OpenedSession) -> None:
    check_in_party(context, party_size=8, phones=0)

    assert visits.check_in(context, CheckInRequest(3, 0, 0)) == SessionFull(places_left=2, venue_places_left=2)
    check_in_party(context, party_size=2, phones=0)
    assert visits.check_in(context, CheckInRequest(1, 0, 0)) == SessionFull(places_left=0)


def test_no_pouch_is_assigned_twice_and_the_host_takes_the_rest(context: KioskContext, opened: OpenedSession) -> None:
    first, second = check_in_party(context, 4, 4), check_in_party(context, 1, 1)
    assert not set(first.numbers) & set(second.numbers)

    assert visits.check_in(context, CheckInRequest(2, 2, 0)) == NoPouch(free=1)
    helped = visits.check_in(context, CheckInRequest(2, 2, 0, stow="none"))

    assert isinstance(helped, CheckedIn)
    assert (helped.numbers, helped.phones) == ((), 2)


def test_a_pouch_is_free_after_its_visit(context: KioskContext, opened: OpenedSession) -> None:
    first = check_in_party(context)
    visits.check_out(context, first.code)

    assert check_in_party(context).numbers == first.numbers


def test_a_break_keeps_the_pouch(context: KioskContext, opened: OpenedSession, clock: ManualClock) -> None:
    checked_in = check_in_party(context)
    clock.move(minutes=10)
    assert visits.toggle_break(context, checked_in.code) == SteppedOut(checked_in.numbers)
    assert occupancy.read_door(context).on_break == 1
    assert check_in_party(context).numbers != checked_in.numbers

    clock.move(minutes=15)
    assert visits.toggle_break(context, checked_in.code) == CameBack(checked_in.numbers)
    clock.move(minutes=20)
    checked_out = visits.check_out(context, checked_in.code)

    assert isinstance(checked_out, CheckedOut)
    assert checked_out.phone_free == timedelta(minutes=30)


def test_a_check_out_during_a_break_returns_no_phone(context: KioskContext, opened: OpenedSession) -> None:
    checked_in = check_in_party(context)
    visits.toggle_break(context, checked_in.code)

    checked_out = visits.check_out(context, checked_in.code)

    assert isinstance(checked_out, CheckedOut)
    assert checked_out.phones == 0


def test_a_code_checks_out_once(context: KioskContext, opened: OpenedSession) -> None:
    checked_in = check_in_party(context)
    visits.check_out(context, checked_in.code)

    assert visits.check_out(context, checked_in.code) == NoSuchCode()


def test_the_third_wrong_code_starts_a_lockout(
    context: KioskContext, opened: OpenedSession, clock: ManualClock
) -> None:
    right = check_in_party(context).code
    waits = [visits.check_out(context, wrong(right)) for _ in range(3)]
    assert waits == [NoSuchCode(0), NoSuchCode(0), NoSuchCode(5)]
    assert visits.check_out(context, right) == NoSuchCode(5)

    clock.move(ms=5_000)

    assert isinstance(visits.check_out(context, right), CheckedOut)


def test_a_pulse_is_stored_with_its_visit(context: KioskContext, opened: OpenedSession) -> None:
    checked_out = visits.check_out(context, check_in_party(context).code)
    assert isinstance(checked_out, CheckedOut)

    visits.record_pulse(context, checked_out.visit, "before", 2)
    visits.record_pulse(context, checked_out.visit, "after", 4)

    visit = context.ledger.visit(checked_out.visit)
    assert visit is not None
    assert (visit.before, visit.after) == (2, 4)


def test_closing_checks_out_open_visits_as_estimates(context: KioskContext, host: HostSession, session: UUID) -> None:
    check_in_party(context, 2, 2)
    gone = check_in_party(context)
    visits.check_out(context, gone.code)

    closed = sessions.close_session(context, session, host)

    assert (closed.checked_out, closed.pouches_out) == (2, (1, 2))
    assert occupancy.read_door(context).live == ()
    assert {visit.party_size: visit.estimated for visit in context.ledger.visits()} == {2: True, 1: False}
    assert context.ledger.present() == []


def test_one_session_at_a_time(context: KioskContext, host: HostSession, session: UUID) -> None:
    assert sessions.open_session(context, context.profile.templates[0], host).id == session


@pytest.mark.parametrize("times", [1, 2])
def test_closing_twice_closes_once(context: KioskContext, host: HostSession, session: UUID, times: int) -> None:
    for _ in range(times):
        sessions.close_session(context, session, host)

    assert context.ledger.waiting().count == 3  # the first host, opened, closed


def test_the_boards_figures(context: KioskContext, opened: OpenedSession, clock: ManualClock) -> None:
    check_in_party(context, 3, 2, 1)
    visits.toggle_break(context, check_in_party(context).code)

    board = occupancy.read_board(context)
    session, attendance, capacity = board.attendance.session, board.attendance, board.capacity

    assert session is not None and session.until is not None
    assert f"{session.until:%H:%M}" == "13:00"  # four hours after 9:00 in Amsterdam
    assert (attendance.people, attendance.phones_stowed, attendance.phones_kept, attendance.on_break) == (3, 2, 1, 1)
    assert (capacity.places_left, capacity.pouches.free, capacity.pouches.in_use) == (6, 3, (1, 2, 3))
    assert board.health == HealthPanel(is_paired=False, entries_waiting=5)


def test_the_board_has_the_devices_that_need_a_hand(context: KioskContext, opened: OpenedSession) -> None:
    scanner = DeviceState("scanner", "scanner", Condition.UNKNOWN)
    printer = DeviceState("printer", "printer", Condition.COVER_OPEN, "/dev/ttyUSB0")
    context.device_states = lambda: (scanner, printer)

    assert occupancy.read_board(context).health.devices == (printer,)
    device_health.store_states(context)
    assert device_health.stored_states(context.ledger) == (scanner, printer)
