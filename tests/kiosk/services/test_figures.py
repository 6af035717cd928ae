"""The figures of welcome screen, board and close-out count people, those on a break apart."""

from dataclasses import replace

import pytest

from kiosk.services import occupancy, visits
from kiosk.services.context import KioskContext
from kiosk.services.records.host_records import HostSession, Template
from kiosk.services.records.shared_records import OpenedSession
from kiosk.services.records.visitor_records import (
    CheckInRequest,
    NotOpen,
    PartyFits,
    SessionFull,
    SeveralSessions,
)
from kiosk.services.sessions import close_session, open_session
from sync.allocation.kiosk_side import KioskAllocation
from sync.allocation.model import Grant, Share
from tests.support.checked_in_party import check_in_party


def share(context: KioskContext, opened: OpenedSession, places: int) -> None:
    """Grant this kiosk so many of the venue's ten places."""
    granted = Share(pouches=((1, 6),), codes=((0, 9),), seats={opened.id: places})
    context.allocation.apply_answer(Grant(5, granted), None)


def test_people_on_a_break_are_counted_apart(context: KioskContext, opened: OpenedSession) -> None:
    check_in_party(context, 2, phones=1, kept=1)
    away = check_in_party(context, 3, phones=2, kept=1)
    visits.toggle_break(context, away.code)

    door, board = occupancy.read_door(context), occupancy.read_board(context)
    attendance, capacity = board.attendance, board.capacity

    [live] = door.live
    assert (live.people, live.on_break, door.on_break) == (2, 3, 3)
    assert (attendance.people, attendance.on_break, attendance.phones_stowed, attendance.phones_kept) == (2, 3, 1, 1)
    assert (live.places_left, live.venue_places_left) == (5, 5), "their places stay occupied"
    assert (capacity.places_left, capacity.venue_places_left) == (5, 5)

    visits.toggle_break(context, away.code)
    attendance = occupancy.read_board(context).attendance
    assert (attendance.people, attendance.on_break, attendance.phones_stowed, attendance.phones_kept) == (5, 0, 3, 2)


def test_the_venues_places_are_counted_apart_from_this_kiosks_share(
    context: KioskContext, opened: OpenedSession
) -> None:
    share(context, opened, 4)

    capacity, [live] = occupancy.read_board(context).capacity, occupancy.read_door(context).live

    assert (capacity.venue_places_left, capacity.places_left, capacity.capacity) == (10, 4, 10)
    assert (live.venue_places_left, live.places_left) == (10, 4)


def test_a_party_that_is_too_large_is_refused_when_it_gives_its_size(
    context: KioskContext, opened: OpenedSession
) -> None:
    check_in_party(context, 8, phones=0)

    assert visits.check_capacity(context, 3, None) == SessionFull(2, 2)
    assert visits.check_capacity(context, 2, None) == PartyFits(2, None)
    assert visits.check_capacity(context, 2, opened.id) == PartyFits(2, opened.id)
    assert not [visit for visit in context.ledger.present() if visit.party_size != 8], "nothing was recorded"


def test_a_party_larger_than_this_kiosks_share_is_refused(context: KioskContext, opened: OpenedSession) -> None:
    share(context, opened, 2)

    assert visits.check_capacity(context, 3, None) == SessionFull(2, 10)
    assert visits.check_in(context, CheckInRequest(3, 0, 0)) == SessionFull(2, 10)


def test_a_place_may_be_gone_after_the_capacity_check(context: KioskContext, opened: OpenedSession) -> None:
    assert visits.check_capacity(context, 10, None) == PartyFits(10, None)
    check_in_party(context, 1, phones=0)

    assert visits.check_in(context, CheckInRequest(10, 0, 0)) == SessionFull(9, 9)


def test_the_capacity_check_reports_several_sessions_and_none(
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


def test_places_left_are_never_negative(context: KioskContext, opened: OpenedSession) -> None:
    share(context, opened, 10)
    check_in_party(context, 10, phones=0)
    profile = replace(context.profile)
    other = KioskContext(context.ledger, profile, KioskAllocation(context.ledger, 6))

    assert occupancy.read_board(other).capacity.venue_places_left == 0


@pytest.mark.parametrize("on_break", [False, True])
def test_closing_checks_out_people_on_a_break_as_well(
    context: KioskContext, opened: OpenedSession, host: HostSession, on_break: bool
) -> None:
    check_in_party(context, 2, phones=0)
    away = check_in_party(context, 3, phones=0)
    if on_break:
        visits.toggle_break(context, away.code)

    assert close_session(context, opened.id, host).checked_out == 5
