"""The figures at the door, on the board and at closing count people, and whoever is on a break counts apart."""

from dataclasses import replace

import pytest

from kiosk.services import occupancy, visits
from kiosk.services.context import KioskContext
from kiosk.services.records.host_records import HostSession, Template
from kiosk.services.records.shared_records import OpenedSession
from kiosk.services.records.visitor_records import (
    CheckedIn,
    CheckInRequest,
    NotOpen,
    PartyFits,
    SessionFull,
    SeveralSessions,
)
from kiosk.services.sessions import close_session, open_session
from sync.allocation.kiosk_side import KioskAllocation
from sync.allocation.model import Share
from sync.protocol import Grant


def check_in_party(context: KioskContext, party_size: int, phones: int = 0, kept: int = 0, **more: object) -> CheckedIn:
    answer = visits.check_in(context, CheckInRequest(party_size, phones, kept, **more))  # type: ignore[arg-type]
    assert isinstance(answer, CheckedIn)
    return answer


def share(context: KioskContext, opened: OpenedSession, places: int) -> None:
    """What this kiosk may promise of the venue's ten, while the venue has another one."""
    granted = Share(pouches=((1, 6),), codes=((0, 9),), seats={opened.id: places})
    context.allocation.hear(Grant(5, granted), None)


def test_a_party_on_a_break_is_counted_as_people_and_apart(context: KioskContext, opened: OpenedSession) -> None:
    check_in_party(context, 2, phones=1, kept=1)
    away = check_in_party(context, 3, phones=2, kept=1)
    visits.toggle_break(context, away.code)

    door, board = occupancy.read_door(context), occupancy.read_board(context)
    attendance, capacity = board.attendance, board.capacity

    [live] = door.live
    assert (live.people, live.on_break, door.on_break) == (2, 3, 3)
    assert (attendance.people, attendance.on_break, attendance.phones_stowed, attendance.phones_kept) == (2, 3, 1, 1)
    assert (live.places_left, live.venue_places_left) == (5, 5), "their places stay theirs"
    assert (capacity.places_left, capacity.venue_places_left) == (5, 5)

    visits.toggle_break(context, away.code)
    attendance = occupancy.read_board(context).attendance
    assert (attendance.people, attendance.on_break, attendance.phones_stowed, attendance.phones_kept) == (5, 0, 3, 2)


def test_an_empty_room_has_all_its_places_left_although_this_kiosk_may_promise_half(
    context: KioskContext, opened: OpenedSession
) -> None:
    share(context, opened, 4)

    capacity, [live] = occupancy.read_board(context).capacity, occupancy.read_door(context).live

    assert (capacity.venue_places_left, capacity.places_left, capacity.capacity) == (10, 4, 10)
    assert (live.venue_places_left, live.places_left) == (10, 4)


def test_a_party_that_is_too_large_is_told_at_the_first_question(context: KioskContext, opened: OpenedSession) -> None:
    check_in_party(context, 8)

    assert visits.check_capacity(context, 3, None) == SessionFull(2, 2)
    assert visits.check_capacity(context, 2, None) == PartyFits(2, None)
    assert visits.check_capacity(context, 2, opened.id) == PartyFits(2, opened.id)
    assert not [visit for visit in context.ledger.present() if visit.party_size != 8], "nothing was recorded"


def test_a_party_that_only_this_kiosk_has_no_room_for_is_told_so(context: KioskContext, opened: OpenedSession) -> None:
    share(context, opened, 2)

    assert visits.check_capacity(context, 3, None) == SessionFull(2, 10)
    assert visits.check_in(context, CheckInRequest(3, 0, 0)) == SessionFull(2, 10)


def test_whoever_was_faster_has_the_place(context: KioskContext, opened: OpenedSession) -> None:
    assert visits.check_capacity(context, 10, None) == PartyFits(10, None)
    check_in_party(context, 1)

    assert visits.check_in(context, CheckInRequest(10, 0, 0)) == SessionFull(9, 9)


def test_several_sessions_and_none_are_told_at_the_first_question_too(
    context: KioskContext, opened: OpenedSession, host: HostSession
) -> None:
    small = open_session(context, Template("Small table", "event", None, 2), host, another=True)

    several = visits.check_capacity(context, 1, None)
    assert isinstance(several, SeveralSessions)
    assert sorted(live.venue_places_left or 0 for live in several.live) == [2, 10]
    assert visits.check_capacity(context, 3, small.id) == SessionFull(2, 2)

    close_session(context, small.id, host)
    assert visits.check_capacity(context, 1, small.id) == NotOpen()
    close_session(context, opened.id, host)
    assert visits.check_capacity(context, 1, None) == NotOpen()


def test_without_a_limit_any_party_fits(context: KioskContext, host: HostSession) -> None:
    opened = open_session(context, Template("Open hours", "open_hours", None, None), host)

    assert visits.check_capacity(context, 99, opened.id) == PartyFits(99, opened.id)
    assert occupancy.read_board(context).capacity.venue_places_left is None


def test_who_was_let_in_over_the_limit_leaves_no_negative_place(context: KioskContext, opened: OpenedSession) -> None:
    share(context, opened, 10)
    check_in_party(context, 10)
    profile = replace(context.profile)
    other = KioskContext(context.ledger, profile, KioskAllocation(context.ledger, 6))

    assert occupancy.read_board(other).capacity.venue_places_left == 0


@pytest.mark.parametrize("on_break", [False, True])
def test_closing_checks_out_people_on_a_break_as_well(
    context: KioskContext, opened: OpenedSession, host: HostSession, on_break: bool
) -> None:
    check_in_party(context, 2)
    away = check_in_party(context, 3)
    if on_break:
        visits.toggle_break(context, away.code)

    assert close_session(context, opened.id, host).checked_out == 5
