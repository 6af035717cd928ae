"""An open session: what a host changes of it, and what is recorded."""

import pytest
from msgspec import UNSET

from kiosk.services import occupancy, visits
from kiosk.services.context import KioskContext
from kiosk.services.records.host_records import HostSession, Template
from kiosk.services.records.shared_records import OpenedSession
from kiosk.services.records.visitor_records import CheckedIn, CheckInRequest
from kiosk.services.sessions import (
    change_capacity,
    close_session,
    extend_session,
    note_turned_away,
    open_practice,
    open_session,
    read_session,
    reopen_session,
)
from sync.allocation.model import WHOLE_VENUE, Grant, Share
from sync.domain.events import Phase, read_entry
from sync.domain.series import occurrence_id
from sync.manual_clock import ManualClock


def test_a_hosts_facts_name_the_host_and_a_visitors_do_not(context: KioskContext, host: HostSession) -> None:
    opened = open_session(context, Template("Open hours", "open_hours", None, None), host)
    visits.check_in(context, CheckInRequest(1, 0, 0))
    close_session(context, opened.id, host)

    journal = context.ledger.waiting().journal
    assert journal is not None
    actors = [(entry.kind, entry.actor) for entry in map(read_entry, context.ledger.lines(journal, 0, 10))]
    assert actors == [
        ("host.sealed", str(host.host_id)),
        ("session.opened", str(host.host_id)),
        ("visit.checked_in", UNSET),
        ("visit.checked_out", str(host.host_id)),
        ("session.closed", str(host.host_id)),
    ]


QUIET_THEN_TALK = Template(
    "Evening", "event", 120, 16, (Phase("quiet", 60), Phase("talk", 60)), stow_ways=("pouch",), firm_limit=20
)


@pytest.fixture
def evening(context: KioskContext, host: HostSession) -> OpenedSession:
    return open_session(context, QUIET_THEN_TALK, host)


def test_a_template_says_everything_of_a_session(context: KioskContext, evening: OpenedSession) -> None:
    session = context.ledger.session(evening.id)

    assert session is not None
    assert (session.title, session.capacity, session.firm_limit) == ("Evening", 16, 20)
    assert (session.rhythm, session.stow_ways) == (QUIET_THEN_TALK.rhythm, ("pouch",))


def test_practice_is_like_the_usual_session_says_so_and_closes_itself(
    context: KioskContext, host: HostSession, clock: ManualClock
) -> None:
    opened = open_practice(context, host)
    welcomed = visits.check_in(context, CheckInRequest(2, 1, 1))

    session = context.ledger.session(opened.id)
    assert session is not None and session.practice and session.closes_itself
    assert session.title == context.profile.templates[0].title
    assert session.planned_end == clock.read().at + 2 * 60 * 60_000
    assert isinstance(welcomed, CheckedIn) and welcomed.is_practice
    assert occupancy.read_door(context).live[0].session.is_practice
    assert open_practice(context, host).id == opened.id, "one at a time"
    assert close_session(context, opened.id, host).is_practice
    again = reopen_session(context, opened.id, host)
    assert again is not None and again.is_practice
    close_session(context, again.id, host)
    assert not open_session(context, QUIET_THEN_TALK, host).is_practice


def test_a_session_has_no_more_places_than_its_firm_limit(context: KioskContext, host: HostSession) -> None:
    endless = open_session(context, Template("Fair", "event", None, None, firm_limit=50), host)

    session = context.ledger.session(endless.id)
    assert session is not None and session.capacity == 50


def test_extending_counts_from_the_end_and_then_from_now(
    context: KioskContext, host: HostSession, evening: OpenedSession, clock: ManualClock
) -> None:
    def until(minutes: int | None) -> str | None:
        details = extend_session(context, evening.id, minutes, host)
        assert details is not None
        return details.session.until and f"{details.session.until:%H:%M}"

    assert until(15) == "11:15"
    clock.move(minutes=180)  # it is noon by the venue's clocks: the end has passed
    assert until(30) == "12:30"
    assert until(None) is None
    assert until(60) == "13:00"


def test_another_capacity_takes_hold_at_once(context: KioskContext, host: HostSession, evening: OpenedSession) -> None:
    visits.check_in(context, CheckInRequest(10, 0, 0))

    larger, smaller = (change_capacity(context, evening.id, capacity, host) for capacity in (20, 8))

    assert larger is not None and (larger.people, larger.places_left) == (10, 10)
    assert smaller is not None and (smaller.people, smaller.places_left, smaller.capacity) == (10, 0, 8)
    for beyond in (21, None):
        with pytest.raises(ValueError, match="20"):
            change_capacity(context, evening.id, beyond, host)


def test_who_was_turned_away_adds_up(context: KioskContext, host: HostSession, evening: OpenedSession) -> None:
    first, second = (note_turned_away(context, evening.id, people, host) for people in (2, 1))

    assert first is not None and first.turned_away == 2
    assert second is not None and (second.turned_away, second.people) == (3, 0), "nobody has come in by it"


def test_what_was_closed_meanwhile_is_not_changed(
    context: KioskContext, host: HostSession, evening: OpenedSession
) -> None:
    close_session(context, evening.id, host)

    assert extend_session(context, evening.id, 15, host) is None
    assert change_capacity(context, evening.id, 8, host) is None
    assert note_turned_away(context, evening.id, 2, host) is None
    assert read_session(context, evening.id) is None


def test_a_larger_capacity_waits_for_the_next_heartbeat_where_places_are_dealt(
    context: KioskContext, host: HostSession, evening: OpenedSession
) -> None:
    share = Share(pouches=WHOLE_VENUE.pouches, codes=WHOLE_VENUE.codes, seats={evening.id: 8})
    context.allocation.apply_answer(Grant(1, share), None)

    details = change_capacity(context, evening.id, 20, host)

    assert details is not None and (details.places_left, details.venue_places_left) == (8, 20)


def test_the_phase_is_on_the_door_and_on_the_board(
    context: KioskContext, evening: OpenedSession, clock: ManualClock
) -> None:
    clock.move(minutes=59)
    door, board = occupancy.read_door(context).live[0].session, occupancy.read_board(context).attendance.session
    assert door == board and door.phase is not None
    assert (door.phase.phase, f"{door.phase.until:%H:%M}") == ("quiet", "10:00")

    clock.move(minutes=1)
    details = read_session(context, evening.id)
    assert details is not None and details.session.phase is not None
    assert details.session.phase.phase == "talk"
    assert [(phase.phase, f"{phase.start:%H:%M}", phase.is_now) for phase in details.phases] == [
        ("quiet", "09:00", False),
        ("talk", "10:00", True),
    ]
    clock.move(minutes=60)
    assert occupancy.read_door(context).live[0].session.phase is None


def test_a_closed_session_is_opened_again_as_another_one(
    context: KioskContext, host: HostSession, evening: OpenedSession, clock: ManualClock
) -> None:
    """Two kiosks find the same id; the rhythm goes on where it was."""
    assert reopen_session(context, evening.id, host) is None, "it is open"
    clock.move(minutes=40)
    close_session(context, evening.id, host)

    again = reopen_session(context, evening.id, host)

    assert again is not None and again.id == occurrence_id(evening.id, 0, 1)
    session = context.ledger.session(again.id)
    assert session is not None and session.is_open
    assert (session.rhythm, session.firm_limit) == ((Phase("quiet", 20), Phase("talk", 60)), 20)
    assert again.until == evening.until
    assert reopen_session(context, evening.id, host) == again
    close_session(context, again.id, host)
    clock.move(minutes=180)
    third = reopen_session(context, evening.id, host)
    assert third is not None and third.id == occurrence_id(evening.id, 0, 2)
    assert third.until is not None and f"{third.until:%H:%M}" == "13:40", "an hour from now"
