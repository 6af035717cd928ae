"""A party that does not fit: told at the first question, and let in by a host up to the firm limit."""

from dataclasses import replace

import msgspec
import pytest

from kiosk.services import occupancy, sessions, visits
from kiosk.services.context import KioskContext
from kiosk.services.records.host_records import HostSession, Template
from kiosk.services.records.visitor_records import (
    CheckedIn,
    CheckInRequest,
    NoPouch,
    PartyFits,
    SessionFull,
)
from sync.allocation.model import Grant, Share, over_id
from sync.domain.events import read_entry

ROOM = Template("Open hours", "open_hours", 240, capacity=10, firm_limit=12)


def come_in(context: KioskContext, size: int, host: HostSession | None = None) -> CheckedIn | SessionFull:
    answer = visits.check_in(context, CheckInRequest(size, 0, 0, host=host))
    assert isinstance(answer, CheckedIn | SessionFull)
    return answer


@pytest.fixture(autouse=True)
def full(context: KioskContext, host: HostSession) -> CheckedIn:
    """Eight of ten places are taken; twelve people may be in the zone."""
    sessions.open_session(context, ROOM, host)
    party = come_in(context, 8)
    assert isinstance(party, CheckedIn)
    return party


def people(context: KioskContext) -> int:
    return occupancy.read_board(context).attendance.people


def test_a_party_that_does_not_fit_is_told_at_once(context: KioskContext) -> None:
    answer = visits.check_capacity(context, 3, None)

    assert isinstance(answer, SessionFull)
    assert (answer.places_left, answer.party_size, answer.host_can_admit) == (2, 3, True)
    assert visits.check_capacity(context, 2, None) == PartyFits(2, None)


def test_a_host_lets_it_in_and_the_check_in_says_so(context: KioskContext, host: HostSession) -> None:
    answer = come_in(context, 3, host)

    assert isinstance(answer, CheckedIn)
    visit = context.ledger.visit(answer.visit)
    assert visit is not None and visit.over_capacity
    assert (people(context), occupancy.read_board(context).capacity.places_left) == (11, 1)
    journal = context.ledger.waiting().journal
    assert journal is not None
    entry = read_entry(context.ledger.lines(journal, 0, 100)[-1])
    assert entry.actor == str(host.host_id)
    assert msgspec.json.decode(entry.body, type=dict)["over_capacity"] is True


def test_the_holder_of_a_pass_stays_known(context: KioskContext, host: HostSession) -> None:
    request = CheckInRequest(3, 0, 0, stow="none", pass_hash="a" * 64)

    refusal = visits.check_in(context, request)
    assert isinstance(refusal, SessionFull) and refusal.pass_hash == request.pass_hash
    admitted = visits.check_in(context, replace(request, host=host))

    assert isinstance(admitted, CheckedIn)
    visit = context.ledger.visit(admitted.visit)
    assert visit is not None and visit.over_capacity and visit.pass_ == request.pass_hash


def test_a_party_that_fits_by_then_takes_its_places(context: KioskContext, host: HostSession, full: CheckedIn) -> None:
    visits.check_out(context, full.code)

    answer = come_in(context, 3, host)

    assert isinstance(answer, CheckedIn)
    visit = context.ledger.visit(answer.visit)
    assert visit is not None and not visit.over_capacity
    journal = context.ledger.waiting().journal
    assert journal is not None
    assert read_entry(context.ledger.lines(journal, 0, 100)[-1]).actor is msgspec.UNSET


def test_nobody_passes_the_firm_limit(context: KioskContext, host: HostSession) -> None:
    answer = come_in(context, 5, host)

    assert isinstance(answer, SessionFull)
    assert (answer.room_over_capacity, answer.host_can_admit) == (4, False)
    assert isinstance(come_in(context, 4, host), CheckedIn)
    assert isinstance(come_in(context, 1, host), SessionFull)
    assert isinstance(come_in(context, 1), SessionFull), "there are places, but the room is full"
    assert occupancy.read_door(context).live[0].places_left == 0


def test_who_is_out_on_a_break_counts(context: KioskContext, host: HostSession, full: CheckedIn) -> None:
    visits.toggle_break(context, full.code)

    assert isinstance(come_in(context, 5, host), SessionFull)
    assert isinstance(come_in(context, 4, host), CheckedIn)


def test_the_firm_limit_is_the_zones(context: KioskContext, host: HostSession) -> None:
    """Two sessions share the room."""
    second = sessions.open_session(context, Template("Chess", "club", 60, 8), host, another=True)

    answer = visits.check_in(context, CheckInRequest(5, 0, 0, session=second.id, host=host))

    assert isinstance(answer, SessionFull)
    assert not answer.host_can_admit
    assert isinstance(visits.check_in(context, CheckInRequest(4, 0, 0, session=second.id)), CheckedIn)


def test_its_leaving_frees_no_place(context: KioskContext, host: HostSession) -> None:
    over = come_in(context, 3, host)
    assert isinstance(over, CheckedIn)
    assert isinstance(come_in(context, 1), CheckedIn)

    assert isinstance(visits.toggle_break(context, over.code), visits.SteppedOut)
    assert isinstance(visits.toggle_break(context, over.code), visits.CameBack)
    assert isinstance(visits.check_out(context, over.code), visits.CheckedOut)

    assert (people(context), occupancy.read_board(context).capacity.places_left) == (9, 1)


def test_without_a_firm_limit_the_host_decides(context: KioskContext, host: HostSession) -> None:
    second = sessions.open_session(context, Template("Chess", "club", 60, 2), host, another=True)
    first = next(session for session in occupancy.read_occupancy(context).sessions if session.id != second.id)
    sessions.close_session(context, first.id, host)

    assert isinstance(come_in(context, 40, host), CheckedIn)


def test_at_one_of_several_kiosks_a_host_uses_the_headroom_that_it_was_dealt(
    context: KioskContext, host: HostSession
) -> None:
    """Never out of the places and the headroom that another kiosk has."""
    session = occupancy.read_door(context).live[0].session.id
    grant = Grant(1, Share(seats={session: 8, over_id(session): 2}))
    context.allocation.apply_answer(grant, None)
    answer = come_in(context, 3, host)
    assert isinstance(answer, SessionFull)
    assert answer.room_over_capacity == 2

    assert isinstance(come_in(context, 2, host), CheckedIn)


def test_places_outside_the_session_ways_are_not_offered(context: KioskContext, host: HostSession) -> None:
    only = sessions.open_session(
        context, Template("Lockers only", "club", 60, 8, stow_ways=("locker",)), host, another=True
    )

    shelf = occupancy.read_shelf(context, only.id)
    assert (shelf.has_pouches, shelf.has_lockers) == (False, False), "the venue has no lockers"
    answer = visits.check_in(context, CheckInRequest(1, 1, 0, session=only.id))
    assert answer == NoPouch(0)
