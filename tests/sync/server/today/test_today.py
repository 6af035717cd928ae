"""The page of today: who is in, what needs a hand, and that its queries never read the history."""

from uuid import uuid4

import pytest
from sqlalchemy import Select, text

from sync.domain.events import SessionClosed, SessionOpened, VisitCheckedIn, VisitCheckedOut, VisitVoided
from sync.ledger.store import Store
from sync.server.kiosks import repository as kiosk_repository
from sync.server.kiosks.repository import OpenCode
from sync.server.today import presence
from sync.server.today.attention import attention
from sync.server.today.presence import Attendance, OpenSession, VenueNow

MINUTE = 60_000
HOUR = 60 * MINUTE
NOTHING = VenueNow()


def venue_now(central) -> VenueNow:
    [venue] = kiosk_repository.venues(central.store, central.scope)
    return presence.presence(central.store, central.scope, central.now).get(venue.id, VenueNow())


def come_in(kiosk, session, at, **fields):
    visit = uuid4()
    kiosk.write(visit, VisitCheckedIn(session=session, **fields), at)
    return visit


def open_session(kiosk, at, **fields):
    session = uuid4()
    zone = kiosk.identity["zone"]["id"]
    kiosk.write(session, SessionOpened(zone=zone, title="Evening", session_kind="event", **fields), at)
    return session


def test_people_and_phones_of_an_open_session(central, kiosk):
    session = open_session(kiosk, central.now - HOUR, capacity=30)
    come_in(kiosk, session, central.now - HOUR, party_size=3, phones=2, kept=1)
    left = come_in(kiosk, session, central.now - HOUR, party_size=4, phones=4, kept=0)
    kiosk.write(left, VisitCheckedOut(), central.now - MINUTE)
    voided = come_in(kiosk, session, central.now - HOUR, party_size=5, phones=5, kept=0)
    kiosk.write(voided, VisitVoided(), central.now - MINUTE)
    kiosk.push()

    now = venue_now(central)

    assert [open_session.title for open_session in now.sessions] == ["Evening"]
    assert now.attendance == Attendance(present=3, on_break=0, resting=2)
    assert now.elsewhere == Attendance()


def test_practice_is_named_and_not_among_the_people(central, kiosk, signed_in):
    practice = open_session(kiosk, central.now - HOUR, practice=True)
    come_in(kiosk, practice, central.now - HOUR, party_size=4, phones=4)
    kiosk.push()

    venue = venue_now(central)
    assert venue.sessions[0].is_practice and venue.sessions[0].attendance.present == 4
    assert venue.attendance == Attendance()
    assert "<b>Practice: Evening</b>" in signed_in.get(f"{central.url}/today").text


def test_people_whose_session_is_not_open_are_told_apart(central, kiosk):
    come_in(kiosk, uuid4(), central.now - HOUR, party_size=2, phones=2, kept=0)
    kiosk.push()

    assert venue_now(central).elsewhere == Attendance(present=2, on_break=0, resting=2)


def test_a_closed_session_is_not_shown(central, kiosk):
    session = open_session(kiosk, central.now - HOUR)
    kiosk.write(session, SessionClosed(), central.now - MINUTE)
    kiosk.push()

    assert venue_now(central) == VenueNow()


def plan_of(store: Store, query: Select[tuple[object, ...]]) -> str:
    """The query's plan where tables are too large to be read as a whole."""
    on_sqlite = store.engine.dialect.name == "sqlite"
    statement = str(query.compile(store.engine, compile_kwargs={"literal_binds": True}))
    with store.reading() as connection:
        if not on_sqlite:
            connection.execute(text("SET LOCAL enable_seqscan = off"))
        rows = connection.execute(text(f"EXPLAIN {'QUERY PLAN ' if on_sqlite else ''}{statement}"))
        return "\n".join(str(row[-1]) for row in rows)


def test_no_query_reads_the_history(central, kiosk):
    scope = central.scope
    [venue] = kiosk_repository.venues(central.store, scope)
    for query, indexes in (
        (presence.attendance_query(scope), {"visit_outstanding"}),
        (presence.not_back_query(scope), {"visit_outstanding"}),
        (presence.open_sessions_query(scope), {"session_open", "session_open_at"}),
        (presence.following_query([venue.id], central.now), {"session_waiting_at", "ix_session_planned_start"}),
    ):
        plan = plan_of(central.store, query)
        assert any(index in plan for index in indexes), plan


def words(central, *, now_there=NOTHING, codes=()):
    [venue] = kiosk_repository.venues(central.store, central.scope)
    return [item.words for item in attention(venue, now_there, (), codes, central.now)]


@pytest.mark.parametrize(("minutes", "is_late"), [(14, False), (16, True)])
def test_people_who_stay_after_the_end_need_a_hand(central, kiosk, minutes, is_late):
    end = central.now - minutes * MINUTE
    session = OpenSession(uuid4(), "Evening", "", end - HOUR, end, None, Attendance(present=1))

    items = words(central, now_there=VenueNow([session]))

    assert ("1 person is still in, 16 min after the end of “Evening”." in items) is is_late


def test_an_empty_session_after_its_end_needs_none(central, kiosk):
    session = OpenSession(uuid4(), "Evening", "", 0, central.now - HOUR, None, Attendance())

    assert words(central, now_there=VenueNow([session])) == ["No kiosk is paired here."]


@pytest.mark.parametrize(("hours", "expires"), [(1, True), (3, False)])
def test_a_code_that_expires_soon_needs_a_hand(central, kiosk, hours, expires):
    [venue] = kiosk_repository.venues(central.store, central.scope)
    code = OpenCode(uuid4(), venue, "Hall", central.now + hours * HOUR)

    assert any("A code for Hall expires" in line for line in words(central, codes=[code])) is expires


def test_a_silent_kiosk_and_a_printer_without_paper_need_a_hand(central, kiosk, signed_in):
    kiosk.beat(devices={"printer": "paper_out"})
    central.kiosk("Library East").beat()
    central.clock.move(minutes=61)

    page = signed_in.get(f"{central.url}/today", timeout=60)

    assert "Kiosk Main room, printer: out of paper." in page.text
    assert "The kiosk Main room is silent since today 08:00." in page.text


def test_without_a_script_the_page_is_loaded_again_on_demand_alone(central, signed_in):
    assert "Refresh" not in signed_in.get(f"{central.url}/today", timeout=60).headers
    assert signed_in.get(f"{central.url}/today?fresh=on", timeout=60).headers["Refresh"] == "30"
