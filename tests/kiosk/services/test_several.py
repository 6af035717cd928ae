"""Several open sessions: visitors choose one, and the host sees each."""

import pytest

from kiosk.services import occupancy, sessions, visits
from kiosk.services.context import KioskContext
from kiosk.services.records.host_records import HostSession, Template
from kiosk.services.records.shared_records import OpenedSession
from kiosk.services.records.visitor_records import CheckedIn, CheckInRequest, NotOpen, SessionFull, SeveralSessions
from sync.manual_clock import ManualClock

WORKSHOP = Template("Workshop", "workshop", None, capacity=2)


@pytest.fixture
def workshop(context: KioskContext, opened: OpenedSession, host: HostSession, clock: ManualClock) -> OpenedSession:
    clock.move(minutes=1)
    return sessions.open_session(context, WORKSHOP, host, another=True)


def join(context: KioskContext, session: OpenedSession, party_size: int = 1) -> object:
    return visits.check_in(context, CheckInRequest(party_size, 0, 0, session=session.id))


def test_both_are_open(context: KioskContext, opened: OpenedSession, workshop: OpenedSession) -> None:
    live = occupancy.read_door(context).live

    assert [session.session.title for session in live] == ["Open hours", "Workshop"]
    assert [session.places_left for session in live] == [10, 2]


def test_a_check_in_without_a_session_has_to_choose(
    context: KioskContext, opened: OpenedSession, workshop: OpenedSession
) -> None:
    answer = visits.check_in(context, CheckInRequest(1, 1, 0))

    assert isinstance(answer, SeveralSessions)
    assert [session.session.id for session in answer.live] == [opened.id, workshop.id]
    assert context.ledger.present() == []


def test_each_party_is_in_the_session_that_it_chose(
    context: KioskContext, opened: OpenedSession, workshop: OpenedSession
) -> None:
    assert isinstance(join(context, workshop, 2), CheckedIn)
    assert join(context, workshop) == SessionFull(0)
    assert isinstance(join(context, opened), CheckedIn)

    assert [session.people for session in occupancy.read_door(context).live] == [1, 2]
    assert occupancy.read_board(context, workshop.id).attendance.people == 2
    assert occupancy.read_board(context, opened.id).attendance.people == 1


def test_a_closed_session_is_not_replaced_by_another(
    context: KioskContext, opened: OpenedSession, workshop: OpenedSession, host: HostSession
) -> None:
    sessions.close_session(context, workshop.id, host)

    assert join(context, workshop) == NotOpen()


def test_closing_one_session_leaves_the_others_visits_open(
    context: KioskContext, opened: OpenedSession, workshop: OpenedSession, host: HostSession
) -> None:
    join(context, opened), join(context, workshop)

    closed = sessions.close_session(context, workshop.id, host)

    assert (closed.title, closed.checked_out) == ("Workshop", 1)
    assert [session.people for session in occupancy.read_door(context).live] == [1]


def test_a_second_tap_on_a_template_opens_nothing_more(
    context: KioskContext, opened: OpenedSession, host: HostSession
) -> None:
    assert sessions.open_session(context, WORKSHOP, host) == opened
