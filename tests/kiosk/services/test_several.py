"""Several sessions at once: whoever comes in says which, and the host looks at each."""

import pytest

from kiosk.services import occupancy, sessions, visits
from kiosk.services.context import KioskContext
from kiosk.services.records import (
    CheckedIn,
    CheckInRequest,
    HostSession,
    NotOpen,
    OpenedSession,
    SessionFull,
    SeveralSessions,
    Template,
)
from sync.manual_clock import ManualClock

WORKSHOP = Template("Workshop", "workshop", None, capacity=2)


@pytest.fixture
def workshop(desk: KioskContext, opened: OpenedSession, host: HostSession, clock: ManualClock) -> OpenedSession:
    clock.move(minutes=1)
    return sessions.open_session(desk, WORKSHOP, host.host, another=True)


def join(desk: KioskContext, session: OpenedSession, party_size: int = 1) -> object:
    return visits.check_in(desk, CheckInRequest(party_size, 0, 0, session=session.id))


def test_both_are_open(desk: KioskContext, opened: OpenedSession, workshop: OpenedSession) -> None:
    live = occupancy.door(desk).live

    assert [one.session.title for one in live] == ["Open hours", "Workshop"]
    assert [one.places_left for one in live] == [10, 2]


def test_whoever_does_not_say_which_is_asked(
    desk: KioskContext, opened: OpenedSession, workshop: OpenedSession
) -> None:
    asked = visits.check_in(desk, CheckInRequest(1, 1, 0))

    assert isinstance(asked, SeveralSessions)
    assert [one.session.id for one in asked.live] == [opened.id, workshop.id]
    assert desk.ledger.present() == []


def test_each_party_is_in_the_session_that_it_chose(
    desk: KioskContext, opened: OpenedSession, workshop: OpenedSession
) -> None:
    assert isinstance(join(desk, workshop, 2), CheckedIn)
    assert join(desk, workshop) == SessionFull(0)
    assert isinstance(join(desk, opened), CheckedIn)

    assert [one.people for one in occupancy.door(desk).live] == [1, 2]
    assert occupancy.board(desk, workshop.id).people == 2
    assert occupancy.board(desk, opened.id).people == 1


def test_a_session_that_has_closed_meanwhile_is_not_swapped_for_another(
    desk: KioskContext, opened: OpenedSession, workshop: OpenedSession, host: HostSession
) -> None:
    sessions.close_session(desk, workshop.id, host.host)

    assert join(desk, workshop) == NotOpen()


def test_closing_one_leaves_the_others_people_in(
    desk: KioskContext, opened: OpenedSession, workshop: OpenedSession, host: HostSession
) -> None:
    join(desk, opened), join(desk, workshop)

    closed = sessions.close_session(desk, workshop.id, host.host)

    assert (closed.title, closed.checked_out) == ("Workshop", 1)
    assert [one.people for one in occupancy.door(desk).live] == [1]


def test_a_second_tap_on_a_template_opens_nothing_more(
    desk: KioskContext, opened: OpenedSession, host: HostSession
) -> None:
    assert sessions.open_session(desk, WORKSHOP, host.host) == opened
