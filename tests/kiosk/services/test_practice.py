"""Practice: what it holds goes back with it, it takes nothing from guests, and no earlier release can count it."""

from dataclasses import replace
from uuid import uuid4

import pytest
from msgspec import structs

from kiosk.services import closeout, evacuation, night, occupancy, sessions, timetable, unseen_departures, visits
from kiosk.services.context import KioskContext
from kiosk.services.records.correction_records import PartOfParty
from kiosk.services.records.host_records import HostSession, Template
from kiosk.services.records.shared_records import OpenedSession
from kiosk.services.records.visitor_records import CheckedIn, CheckInRequest
from sync.allocation.kiosk_side import KioskAllocation
from sync.domain.events import Stow, StowLost, VisitCheckedIn
from sync.ledger import subject_facts
from sync.manual_clock import ManualClock

GUESTS = Template("Open hours", "open_hours", minutes=240, capacity=10)


@pytest.fixture
def both_ways(context: KioskContext) -> KioskContext:
    """A venue with pouches and lockers."""
    allocation = KioskAllocation(context.ledger, pouches=6, lockers=3)
    return replace(context, allocation=allocation, profile=replace(context.profile, lockers=3))


@pytest.fixture
def practice(both_ways: KioskContext, host: HostSession) -> OpenedSession:
    """A practice session that goes on."""
    return sessions.open_practice(both_ways, host)


def check_in(context: KioskContext, stow: Stow = "pouch", size: int = 1) -> CheckedIn:
    answer = visits.check_in(context, CheckInRequest(size, 1, 0, stow=stow))
    assert isinstance(answer, CheckedIn)
    return answer


def still_out(context: KioskContext) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """The pouches and the lockers that no other visit may get."""
    outstanding = occupancy.read_occupancy(context).outstanding
    return occupancy.numbers_in_use("pouch", outstanding), occupancy.numbers_in_use("locker", outstanding)


@pytest.mark.parametrize("ending", ["host", "another", "timetable", "night"])
def test_its_pouches_come_back_when_it_ends_and_its_lockers_are_looked_into_first(
    both_ways: KioskContext, host: HostSession, practice: OpenedSession, clock: ManualClock, ending: str
) -> None:
    pouch, locker = check_in(both_ways), check_in(both_ways, "locker")
    assert still_out(both_ways) == (pouch.numbers, locker.numbers)

    match ending:
        case "host":
            assert sessions.close_session(both_ways, practice.id, host).pouches_out == ()
        case "another":
            sessions.open_session(both_ways, GUESTS, host)
        case "timetable":
            clock.move(150)
            timetable.keep_timetable(both_ways)
        case "night":
            clock.move(24 * 60)
            night.close_ended_days(both_ways)

    session = both_ways.ledger.session(practice.id)
    assert session is not None and not session.is_open
    assert still_out(both_ways) == ((), locker.numbers)


def test_a_pouch_that_was_lost_for_practice_is_found_at_its_end(
    both_ways: KioskContext, host: HostSession, practice: OpenedSession
) -> None:
    tried = check_in(both_ways)
    both_ways.ledger.record((tried.visit, StowLost("pouch", tried.numbers)))

    sessions.close_session(both_ways, practice.id, host)

    assert still_out(both_ways) == ((), ())
    assert closeout.read_items(both_ways).lost == ()


def test_an_ordinary_session_opens_beside_it_and_ends_it(
    both_ways: KioskContext, host: HostSession, practice: OpenedSession
) -> None:
    opened = sessions.open_session(both_ways, GUESTS, host)

    assert [live.session for live in occupancy.read_door(both_ways).live] == [opened]
    assert sessions.open_session(both_ways, GUESTS, host) == opened


def test_it_takes_no_room_from_guests(both_ways: KioskContext, host: HostSession, practice: OpenedSession) -> None:
    check_in(both_ways, size=4)
    tried = both_ways.ledger.session(practice.id)
    assert tried is not None
    ordinary = structs.replace(tried, id=uuid4(), practice=False, firm_limit=4)

    snapshot = replace(occupancy.read_occupancy(both_ways), sessions=(tried, ordinary))

    assert snapshot.room_in_zone(ordinary) == 4


def test_no_pass_is_offered(both_ways: KioskContext, practice: OpenedSession, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kiosk.services.pass_issuing.ways", lambda _: pytest.fail("a pass would be counted"))

    assert not check_in(both_ways).pass_ways.is_offered


@pytest.mark.parametrize("is_practice", [True, False])
def test_every_check_in_says_whether_it_is_practice(
    both_ways: KioskContext, host: HostSession, is_practice: bool
) -> None:
    opened = sessions.open_practice(both_ways, host) if is_practice else sessions.open_session(both_ways, GUESTS, host)
    party = check_in(both_ways, size=3)

    unseen_departures.split(both_ways, party.visit, PartOfParty(1, 0, 0), host)

    of_session = subject_facts.visits_of_session(both_ways.ledger.store, opened.id)
    facts = subject_facts.read_facts(both_ways.ledger.store, [visit.id for visit in of_session])
    check_ins = [fact.event for of_visit in facts.values() for fact in of_visit]
    assert [event.practice is True for event in check_ins if isinstance(event, VisitCheckedIn)] == [is_practice] * 2


def test_a_roll_call_leaves_nobody_out(both_ways: KioskContext, host: HostSession, practice: OpenedSession) -> None:
    check_in(both_ways, size=3)

    roll = evacuation.start(both_ways, host)

    assert [entry.party_size for entry in roll.entries] == [3]
