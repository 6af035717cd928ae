"""The host's pages of one session and of the week; a whole kiosk that follows its timetable."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, time
from typing import TYPE_CHECKING
from uuid import UUID

import pytest

from kiosk.navigation import (
    CloseAsked,
    Destination,
    OverCapacityAsked,
    PartyChosen,
    SessionAsked,
    TimetableAsked,
    WeeklyAsked,
)
from kiosk.services import hosts, occupancy, sessions, timetable
from kiosk.services.records import host_records, shared_records, visitor_records
from kiosk.services.records.session_records import PhaseTimes, SessionDetails, Timetable, WeeklySession, WeeklyTimes
from sync.manual_clock import ManualClock
from tests.support.single_page import DOOR, ID, LIVE, OPEN, TEMPLATE, SinglePage

if TYPE_CHECKING:
    from tests.support.kiosk_window import KioskWindow

HOST = host_records.HostSession(ID)
ASKED = SessionAsked(HOST, ID)
SEVEN, EIGHT, NINE = (datetime(2026, 11, 24, hour, tzinfo=UTC) for hour in (19, 20, 21))
DETAILS = SessionDetails(
    OPEN,
    people=12,
    capacity=30,
    places_left=18,
    venue_places_left=18,
    firm_limit=32,
    phases=(PhaseTimes("quiet", SEVEN, EIGHT, is_now=True), PhaseTimes("board_games", EIGHT, NINE, is_now=False)),
)
NEXT = shared_records.PlannedSession(UUID(int=9), "Chess", EIGHT, NINE, 16)
CHESS = WeeklySession(UUID(int=8), "Chess", (2, 4), time(20), 60, 16, True, False, NEXT)
WEEK = Timetable((CHESS,), (TEMPLATE,), (replace(OPEN, id=UUID(int=3), title="Choir"),))


@pytest.fixture
def page(stage: SinglePage) -> SinglePage:
    """The session's page."""
    stage.context.answers[sessions.read_session] = DETAILS
    stage.open("session", ASKED)
    return stage


@pytest.fixture
def week(stage: SinglePage) -> SinglePage:
    """The timetable's page."""
    stage.context.answers[timetable.read_timetable] = WEEK
    stage.open("timetable", TimetableAsked(HOST))
    return stage


def test_a_session_is_extended_with_two_taps(page: SinglePage) -> None:
    assert "Quiet since 19:00 · Board games from 20:00" in page.texts()
    page.context.answers[sessions.extend_session] = DETAILS

    page.tap("extend")
    page.tap("minutes_30")
    page.tap("extend")
    page.tap("open_end")

    assert page.carried(sessions.extend_session) == [[ID, 30, HOST], [ID, None, HOST]]
    assert "Turned away" in page.texts(), "the overview is back"


def test_the_capacity_stays_within_the_firm_limit(page: SinglePage) -> None:
    page.context.answers[sessions.change_capacity] = replace(DETAILS, capacity=32, places_left=18, venue_places_left=20)

    page.tap("places")
    assert "At most 32 may be in." in page.texts()
    for _ in range(4):
        page.tap("capacity_plus")
    page.tap("save")

    assert page.carried(sessions.change_capacity) == [[ID, 32, HOST]]
    assert "limitless" not in page.tappable()
    assert "This screen can give 18 places now, and more when it next meets its server; 20 are free in all." in (
        page.texts()
    )


def test_who_was_turned_away_is_noted(page: SinglePage) -> None:
    assert "Nobody so far" in page.texts()
    page.context.answers[sessions.note_turned_away] = replace(DETAILS, turned_away=3)

    page.tap("turned_away")
    page.tap("people_plus")
    page.tap("note")

    assert page.carried(sessions.note_turned_away) == [[ID, 2, HOST]]
    assert "3 people so far" in page.texts()
    page.tap("turned_away")
    page.tap("note")
    assert page.carried(sessions.note_turned_away)[1:] == [[ID, 1, HOST]], "it counts from one again"


def test_a_limit_can_be_removed_where_none_is_firm(stage: SinglePage) -> None:
    stage.context.answers[sessions.read_session] = replace(DETAILS, firm_limit=None)
    stage.open("session", ASKED)

    stage.tap("places")
    stage.tap("limitless")

    assert stage.carried(sessions.change_capacity) == [[ID, None, HOST]]


def test_a_session_is_closed_early(page: SinglePage) -> None:
    page.tap("close")

    assert page.answers == [CloseAsked(HOST, ID)]


def test_a_session_that_is_closed_meanwhile_leads_to_the_board(page: SinglePage) -> None:
    page.context.answers[sessions.extend_session] = None
    page.tap("extend")
    page.tap("minutes_15")

    assert page.answers == [HOST]


def test_back_leads_to_the_overview_and_then_to_the_board(page: SinglePage) -> None:
    page.tap("places")
    page.tap("back")
    assert page.answers == []
    page.tap("back")
    assert page.answers == [HOST]


def test_the_week_lists_series_and_what_has_just_closed(week: SinglePage) -> None:
    assert "Chess" in week.texts() and "Tue, Thu · 20:00" in week.texts()
    week.context.answers[sessions.reopen_session] = OPEN

    week.tap("weekly_0")
    week.tap("closed_0")

    assert week.answers == [WeeklyAsked(HOST, CHESS), HOST]
    assert week.carried(sessions.reopen_session) == [[UUID(int=3), HOST]]


def test_a_series_begins_with_a_template(week: SinglePage) -> None:
    week.tap("add")
    week.tap("template_0")

    assert week.answers == [WeeklyAsked(HOST, TEMPLATE)]


def test_an_empty_week_says_so(stage: SinglePage) -> None:
    stage.context.answers[timetable.read_timetable] = replace(WEEK, weekly=(), closed=())
    stage.open("timetable", TimetableAsked(HOST))

    assert "Nothing takes place by the week yet." in stage.texts()
    stage.tap("back")
    assert stage.answers == [HOST]


def test_a_new_series_is_asked_for_its_days_its_time_and_what_happens_by_itself(stage: SinglePage) -> None:
    stage.context.answers[timetable.add_series] = WEEK
    stage.open("weekly", WeeklyAsked(HOST, TEMPLATE))

    stage.tap("go_on")
    assert "start" not in stage.tappable(), "no day is chosen yet"
    for key in ("day_2", "day_5", "day_5", "day_7", "go_on", "later", "later", "earlier", "go_on", "opens", "save"):
        stage.tap(key)

    times = WeeklyTimes((2, 7), 19 * 60 + 15, opens_itself=True, closes_itself=False)
    assert stage.carried(timetable.add_series) == [[TEMPLATE, times, HOST]]
    assert stage.answers == [TimetableAsked(HOST)]


def test_a_series_is_changed_skipped_or_ended(stage: SinglePage) -> None:
    for job in (timetable.change_series, timetable.skip_next, timetable.end_series):
        stage.context.answers[job] = WEEK
    stage.open("weekly", WeeklyAsked(HOST, CHESS))

    for key in ("when", "day_4", "go_on", "go_on", "closes", "save"):
        stage.tap(key)
    assert stage.carried(timetable.change_series) == [
        [CHESS.id, WeeklyTimes((2,), 20 * 60, opens_itself=True, closes_itself=True), HOST]
    ]

    stage.open("weekly", WeeklyAsked(HOST, CHESS))
    stage.tap("skip")
    assert stage.carried(timetable.skip_next) == [[CHESS.id, NEXT.id, HOST]]

    stage.open("weekly", WeeklyAsked(HOST, CHESS))
    stage.tap("end")
    stage.tap("keep")
    assert stage.carried(timetable.end_series) == []
    stage.tap("end")
    stage.tap("end_now")
    assert stage.carried(timetable.end_series) == [[CHESS.id, HOST]]


def test_the_door_shows_the_phase_and_when_it_ends(stage: SinglePage) -> None:
    quiet = replace(OPEN, phase=shared_records.CurrentPhase("quiet", EIGHT))
    stage.context.answers[occupancy.read_door] = replace(DOOR, live=(replace(LIVE, session=quiet),))
    stage.open("welcome")

    assert "Quiet until 20:00" in stage.texts()


def test_a_party_that_does_not_fit_can_ask_the_host(stage: SinglePage) -> None:
    stage.open("notice", visitor_records.SessionFull(1, 1, 3, ID, pass_hash="abc"))
    assert "Your host can let you in" in stage.texts()
    stage.tap("host")
    assert stage.answers == [OverCapacityAsked(3, ID, "abc")]

    stage.context.answers[hosts.check_pin] = HOST
    stage.open("host_pin", OverCapacityAsked(3, ID, "abc"))
    stage.type("482913")
    stage.tap("check")
    assert stage.answers[1:] == [PartyChosen(3, ID, HOST, "abc")]


def test_nobody_is_asked_to_pass_the_firm_limit(stage: SinglePage) -> None:
    stage.open("notice", visitor_records.SessionFull(0, 0, 3, ID, room_over_capacity=2))

    assert "Only 2 more can come in safely now. Please wait a little." in stage.texts()
    assert "Your host can let you in" not in stage.texts()


def test_a_kiosk_follows_the_timetable_that_its_host_makes(door: Callable[..., "KioskWindow"]) -> None:
    clock = ManualClock()  # nine in the morning in Amsterdam, eight by this venue's clocks
    kiosk = door(clock=clock)
    context = kiosk.runtime.context
    kiosk.app.go(Destination("timetable", TimetableAsked(HOST)))
    kiosk.wait_for("timetable")
    for key in ("add", "template_1"):
        kiosk.tap(key)
    kiosk.wait_for("weekly")
    for key in ("day_2", "go_on", "go_on", "opens", "closes", "save"):
        kiosk.tap(key)
    kiosk.wait_for("timetable")

    [weekly] = timetable.read_timetable(context).weekly
    assert weekly.next is not None
    for session in context.ledger.open_sessions():
        sessions.close_session(context, session.id, HOST)
    clock.move(ms=round(weekly.next.start.timestamp() * 1000) - clock.read().at)
    kiosk.app._keep_timetable()
    kiosk.answered()
    assert [session.id for session in context.ledger.open_sessions()] == [weekly.next.id]

    clock.move(minutes=weekly.minutes + 15)
    kiosk.app._keep_timetable()
    kiosk.answered()
    assert context.ledger.open_sessions() == []
