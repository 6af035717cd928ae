"""The page of today: who is in, what needs a hand, and that its queries never read the history."""

from datetime import UTC, datetime
from html import unescape
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Select, insert, text

from sync.domain.events import (
    SeriesSet,
    SessionCancelled,
    SessionClosed,
    SessionOpened,
    SessionPlanned,
    VisitCheckedIn,
    VisitCheckedOut,
    VisitVoided,
)
from sync.domain.series import occurrence_id
from sync.ledger.store import Store
from sync.server import tables
from sync.server.kiosks import repository as kiosk_repository
from sync.server.kiosks.repository import OpenCode
from sync.server.today import presence
from sync.server.today.attention import attention
from sync.server.today.presence import Attendance, FollowingSession, OpenSession, VenueNow

MINUTE = 60_000
HOUR = 60 * MINUTE
SEVEN = int(datetime(2026, 11, 24, 19, tzinfo=UTC).timestamp() * 1000)
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


def plan_quiet_evenings(central):
    """Every Tuesday at 19:00; today is one."""
    [venue] = kiosk_repository.venues(central.store, central.scope)
    series = uuid4()
    weekly = SeriesSet("", "Quiet evening", "event", (2,), 19 * 60, 120)
    central.ledger.record((series, weekly), stream=venue.id)
    return venue, occurrence_id(series, SEVEN)


def test_the_next_session_is_found_in_series_too(central, kiosk):
    venue, evening = plan_quiet_evenings(central)
    assert venue_now(central).following == FollowingSession("Quiet evening", SEVEN)

    moved = SessionPlanned(kiosk.identity["zone"]["id"], "A later evening", "event", SEVEN + HOUR, SEVEN + 2 * HOUR)
    central.ledger.record((evening, moved), stream=venue.id)
    assert venue_now(central).following == FollowingSession("A later evening", SEVEN + HOUR)

    central.ledger.record((evening, SessionCancelled()), stream=venue.id)
    assert venue_now(central).following is None


def test_an_earlier_plan_comes_before_a_series(central, kiosk):
    venue, _ = plan_quiet_evenings(central)
    zone = kiosk.identity["zone"]["id"]
    plan = SessionPlanned(zone, "Tea", "club", SEVEN - HOUR, SEVEN)
    central.ledger.record((uuid4(), plan), stream=venue.id)

    assert venue_now(central).following == FollowingSession("Tea", SEVEN - HOUR)


@pytest.mark.parametrize(("minutes", "words"), [(12, "12 min ahead"), (-190, "3 h 10 min behind"), (2, None)])
def test_a_clock_that_is_off_needs_a_hand_and_is_named_under_reports(central, kiosk, signed_in, minutes, words):
    kiosk.beat(clock={"at": central.now + minutes * MINUTE, "boot": str(kiosk.boot), "up": 5000, "sure": True})

    today, kiosks, report = (
        unescape(signed_in.get(f"{central.url}/{page}", timeout=60).text) for page in ("today", "kiosks", "")
    )
    assert (f"The clock of the kiosk Main room is {words}." in today) is (words is not None)
    assert (f", clock {words}" in kiosks) is (words is not None)
    place = f"{kiosk.identity['venue']['name']}, Main room"
    assert (f"The times of {place} are not right: its clock is {words} now." in report) is (words is not None)


def test_what_is_dated_in_the_future_is_named_under_reports_with_the_amount(central, kiosk, signed_in):
    session = open_session(kiosk, central.now + 2 * MINUTE)
    come_in(kiosk, session, central.now + 26 * HOUR, party_size=2, phones=2, kept=0)
    kiosk.push()

    report = unescape(signed_in.get(f"{central.url}/", timeout=60).text)

    place = f"{kiosk.identity['venue']['name']}, Main room"
    assert f"1 visit or session is dated up to 26 h in the future ({place}): the kiosk's clock was wrong." in report


def test_a_calendar_that_fails_needs_a_hand(central, kiosk):
    [venue] = kiosk_repository.venues(central.store, central.scope)
    fields = {"id": uuid4(), "venue": venue.id, "zone": UUID(kiosk.identity["zone"]["id"]), "name": "Agenda",
              "address": "https://example.org/", "rule": {}, "session_kind": "event", "due_at": 0,
              "problem": "its server answers with status 500"}  # fmt: skip
    with central.store.writing() as connection:
        connection.execute(insert(tables.calendar).values(**fields))

    items = attention(venue, venue_now(central), (), (), central.now)

    assert ("The calendar “Agenda”: its server answers with status 500.", f"/calendars/{venue.id}") in [
        (item.words, item.address) for item in items
    ]
