"""The figures at the door, on the board and at closing count people, and whoever is on a break counts apart."""

from dataclasses import replace

import pytest

from kiosk.services import occupancy, visits
from kiosk.services.context import KioskContext
from kiosk.services.records import (
    CheckedIn,
    CheckInRequest,
    HostSession,
    NotOpen,
    OpenedSession,
    PartyFits,
    SessionFull,
    SeveralSessions,
    Template,
)
from kiosk.services.sessions import close_session, open_session
from sync.allocation.kiosk_side import KioskAllocation
from sync.allocation.model import Share
from sync.protocol import Grant


def come_in(context: KioskContext, party_size: int, phones: int = 0, kept: int = 0, **more: object) -> CheckedIn:
    answer = visits.check_in(context, CheckInRequest(party_size, phones, kept, **more))  # type: ignore[arg-type]
    assert isinstance(answer, CheckedIn)
    return answer


def share(context: KioskContext, opened: OpenedSession, places: int) -> None:
    """What this kiosk may promise of the venue's ten, while the venue has another one."""
    granted = Share(pouches=((1, 6),), codes=((0, 9),), seats={opened.id: places})
    context.allocation.apply_answer(Grant(5, granted), None)


def test_a_party_on_a_break_is_counted_as_people_and_apart(context: KioskContext, opened: OpenedSession) -> None:
    come_in(context, 2, phones=1, kept=1)
    away = come_in(context, 3, phones=2, kept=1)
    visits.step(context, away.code)

    door, glance = occupancy.door(context), occupancy.board(context)

    [live] = door.live
    assert (live.people, live.on_break, door.on_break) == (2, 3, 3)
    assert (glance.people, glance.on_break, glance.at_rest, glance.kept) == (2, 3, 1, 1)
    assert (live.places_left, live.venue_places_left) == (5, 5), "their places stay theirs"
    assert (glance.places_left, glance.venue_places_left) == (5, 5)

    visits.step(context, away.code)
    glance = occupancy.board(context)
    assert (glance.people, glance.on_break, glance.at_rest, glance.kept) == (5, 0, 3, 2)


def test_an_empty_room_has_all_its_places_left_although_this_kiosk_may_promise_half(
    context: KioskContext, opened: OpenedSession
) -> None:
    share(context, opened, 4)

    glance, [live] = occupancy.board(context), occupancy.door(context).live

    assert (glance.venue_places_left, glance.places_left, glance.capacity) == (10, 4, 10)
    assert (live.venue_places_left, live.places_left) == (10, 4)


def test_a_party_that_is_too_large_is_told_at_the_first_question(context: KioskContext, opened: OpenedSession) -> None:
    come_in(context, 8)

    assert visits.look_for_room(context, 3, None) == SessionFull(2, 2)
    assert visits.look_for_room(context, 2, None) == PartyFits(2, None)
    assert visits.look_for_room(context, 2, opened.id) == PartyFits(2, opened.id)
    assert not [visit for visit in context.ledger.present() if visit.party_size != 8], "nothing was recorded"


def test_a_party_that_only_this_kiosk_has_no_room_for_is_told_so(context: KioskContext, opened: OpenedSession) -> None:
    share(context, opened, 2)

    assert visits.look_for_room(context, 3, None) == SessionFull(2, 10)
    assert visits.check_in(context, CheckInRequest(3, 0, 0)) == SessionFull(2, 10)


def test_whoever_was_faster_has_the_place(context: KioskContext, opened: OpenedSession) -> None:
    assert visits.look_for_room(context, 10, None) == PartyFits(10, None)
    come_in(context, 1)

    assert visits.check_in(context, CheckInRequest(10, 0, 0)) == SessionFull(9, 9)


def test_several_sessions_and_none_are_told_at_the_first_question_too(
    context: KioskContext, opened: OpenedSession, host: HostSession
) -> None:
    small = open_session(context, Template("Small table", "event", None, 2), host.host, another=True)

    several = visits.look_for_room(context, 1, None)
    assert isinstance(several, SeveralSessions)
    assert sorted(live.venue_places_left or 0 for live in several.live) == [2, 10]
    assert visits.look_for_room(context, 3, small.id) == SessionFull(2, 2)

    close_session(context, small.id, host.host)
    assert visits.look_for_room(context, 1, small.id) == NotOpen()
    close_session(context, opened.id, host.host)
    assert visits.look_for_room(context, 1, None) == NotOpen()


def test_without_a_limit_any_party_fits(context: KioskContext, host: HostSession) -> None:
    opened = open_session(context, Template("Open hours", "open_hours", None, None), host.host)

    assert visits.look_for_room(context, 99, opened.id) == PartyFits(99, opened.id)
    assert occupancy.board(context).venue_places_left is None


def test_who_was_let_in_over_the_limit_leaves_no_negative_place(context: KioskContext, opened: OpenedSession) -> None:
    share(context, opened, 10)
    come_in(context, 10)
    profile = replace(context.profile)
    other = KioskContext(context.ledger, profile, KioskAllocation(context.ledger, 6))

    assert occupancy.board(other).venue_places_left == 0


@pytest.mark.parametrize("on_break", [False, True])
def test_closing_checks_out_people_on_a_break_as_well(
    context: KioskContext, opened: OpenedSession, host: HostSession, on_break: bool
) -> None:
    come_in(context, 2)
    away = come_in(context, 3)
    if on_break:
        visits.step(context, away.code)

    assert close_session(context, opened.id, host.host).checked_out == 5
