"""Calendars of venues: fetched over a real socket, recorded as plans for the kiosks, and published again."""

import threading
from datetime import UTC, datetime
from ipaddress import ip_network

import icalendar
import pytest
import requests

from sync.domain.events import SessionOpened, SessionPlanned, VenueConfigured
from sync.domain.ids import uuid7
from sync.errors import UserError
from sync.server.kiosks import naming, venues
from sync.server.kiosks import repository as kiosk_repository
from sync.server.kiosks import service as kiosk_service
from sync.server.planning import (
    calendar_feed,
    calendar_repository,
    calendar_service,
    calendar_thread,
)
from sync.server.planning import service as planning_service
from sync.server.planning.calendar_fetch import FetchLimits
from sync.server.planning.calendar_import import SessionRule
from sync.server.planning.calendar_thread import CalendarThread
from tests.support.calendar_server import calendar_server, response
from tests.support.calendar_texts import calendar, event

LIMITS = FetchLimits((ip_network("127.0.0.0/8"),))


@pytest.fixture
def engine():
    """One test below is of both engines."""
    return "sqlite"


@pytest.fixture
def server():
    with calendar_server() as server:
        server.serve(calendar(event()))
        yield server


@pytest.fixture
def venue(central, kiosk):
    return kiosk_repository.venues(central.store, central.scope)[0]


@pytest.fixture
def zone(central, venue):
    with central.store.reading() as connection:
        return kiosk_repository.zones_in(connection, venue.id)[0]


@pytest.fixture
def agenda(central, venue, zone, server):
    """A calendar of the venue; reads it as it is stored now."""
    add(central, venue, zone, server)

    def read():
        return calendar_repository.calendars(central.store, central.scope)[0]

    return read


def add(central, venue, zone, server, name="Agenda", **fields):
    fields = {"name": name, "address": server.url, **fields}
    return calendar_service.add(central.ledger, central.scope, venue, zone, **fields)


def refresh(central, agenda, **fields):
    return calendar_service.refresh(central.ledger, agenda(), LIMITS, **fields)


def counts(result):
    return result.planned, result.changed, result.cancelled


def at(day, title="Evening", *more):
    return event(f"{day}@x", f"DTSTART:202612{day:02}T180000Z", f"DTEND:202612{day:02}T190000Z", title, *more)


def feed_kinds(kiosk):
    answer = requests.get(f"{kiosk.central.url}/v1/feed", headers=kiosk.headers, timeout=60).json()
    return [entry["kind"] for entry in answer["entries"]]


@pytest.mark.parametrize("engine", ["sqlite", "postgres"])
def test_a_calendars_events_reach_the_kiosks_as_plans_and_follow_its_changes(central, kiosk, agenda, server, zone):
    server.serve(calendar(at(1), at(2)))
    assert counts(refresh(central, agenda)) == (2, 0, 0)
    assert counts(refresh(central, agenda)) == (0, 0, 0)

    server.serve(calendar(at(2, "Late evening"), at(3)))
    assert counts(refresh(central, agenda)) == (1, 1, 1)

    assert feed_kinds(kiosk) == ["session.planned"] * 4 + ["session.cancelled"]
    with central.store.reading() as connection:
        imported = calendar_repository.imported_sessions(connection, agenda().id)
    sessions = {item.session: central.ledger.session(item.session, agenda().venue.id) for item in imported}
    assert {(session.title, session.cancelled) for session in sessions.values()} == {
        ("Evening", True),
        ("Late evening", False),
        ("Evening", False),
    }
    assert {session.zone for session in sessions.values()} == {str(zone.id)}
    assert all(session.version == 8 for session in sessions)  # a kiosk takes version 5 for one of its series'


def test_what_a_calendar_says_of_its_sessions(central, venue, zone, server):
    rule = SessionRule(title_contains="evening", category=None)
    add(central, venue, zone, server, rule=rule, session_kind="club", capacity=12)
    calendar_thread.refresh_due(central.ledger, LIMITS, threading.Event())

    stored = calendar_repository.calendars(central.store, central.scope)[0]
    with central.store.reading() as connection:
        (item,) = calendar_repository.imported_sessions(connection, stored.id)
    session = central.ledger.session(item.session, venue.id)
    assert (session.title, session.session_kind, session.capacity) == ("Phone-free evening", "club", 12)
    assert (stored.rule, stored.summary.sessions, stored.problem) == (rule, 1, None)


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (response(b"", status="500 Broken"), "status 500"),
        (response(b""), "no calendar"),
        (response(b"<html>Sign in</html>"), "no calendar"),
        (response(calendar()), "3 sessions have vanished"),
        (response(calendar(at(9))), "3 sessions have vanished"),
        (response(calendar(at(1))[:-30]), "cut off"),
    ],
)
def test_a_fetch_that_is_doubtful_cancels_nothing_and_is_shown(central, agenda, server, answer, why):
    server.serve(calendar(at(1), at(2), at(3)))
    refresh(central, agenda)

    server.answer = answer
    result = refresh(central, agenda)

    assert result.cancelled == 0
    assert why in result.problem
    assert why in agenda().problem
    assert agenda().summary.sessions == 3 or agenda().summary.withheld == 3

    server.serve(calendar(at(1), at(2), at(3), at(9)))
    refresh(central, agenda)
    assert agenda().problem is None


def test_a_calendar_that_has_really_shrunk_is_accepted(central, kiosk, agenda, server):
    server.serve(calendar(at(1), at(2), at(3)))
    refresh(central, agenda)
    server.serve(calendar())

    assert counts(refresh(central, agenda, accept_fewer=True)) == (0, 0, 3)
    assert feed_kinds(kiosk)[-3:] == ["session.cancelled"] * 3


def test_a_session_that_a_person_cancelled_or_a_host_opened_is_left_alone(central, kiosk, agenda, server):
    server.serve(calendar(at(1), at(2), at(3)))
    refresh(central, agenda)
    with central.store.reading() as connection:
        imported = calendar_repository.imported_sessions(connection, agenda().id)
    first, second, _ = sorted(imported, key=lambda item: item.planned.start)
    planning_service.cancel(central.ledger, central.scope, first.session)
    kiosk.write(second.session, SessionOpened(str(agenda().zone), "Evening", "event"))
    kiosk.push()

    server.serve(calendar(at(1, "Moved"), at(3)))
    assert counts(refresh(central, agenda)) == (0, 0, 0)
    assert central.ledger.session(first.session, agenda().venue.id).cancelled
    assert not central.ledger.session(second.session, agenda().venue.id).cancelled


def test_an_unchanged_calendar_is_not_sent_again_but_read_anew_each_day(central, agenda, server, clock):
    server.serve(calendar(event(title="Daily", end="DTEND:20261201T190000Z")), 'ETag: "1"')
    refresh(central, agenda)
    server.serve(b"", status="304 Not Modified")
    assert refresh(central, agenda).is_unchanged
    assert 'If-None-Match: "1"' in server.requests[-1]

    clock.move(21 * 60)
    server.serve(calendar(event(title="Daily", end="DTEND:20261201T190000Z")), 'ETag: "1"')
    refresh(central, agenda)
    assert "If-None-Match" not in server.requests[-1]


def test_the_weeks_ahead_move_on_with_an_endless_series(central, agenda, server, clock):
    server.serve(calendar(at(1, "Club", "RRULE:FREQ=WEEKLY")))
    assert counts(refresh(central, agenda)) == (8, 0, 0)

    clock.move(14 * 24 * 60)
    assert counts(refresh(central, agenda)) == (2, 0, 0)


def test_the_thread_fetches_what_is_due_and_only_once_an_hour(central, agenda, server, clock):
    stopping = threading.Event()
    assert calendar_thread.refresh_due(central.ledger, LIMITS, stopping)
    assert not calendar_thread.refresh_due(central.ledger, LIMITS, stopping)
    clock.move(1 * 60)
    assert calendar_thread.refresh_due(central.ledger, LIMITS, stopping)
    assert len(server.requests) == 2

    clock.move(1 * 60)
    stopping.set()
    server.serve(calendar(at(1), at(2)))
    calendar_thread.refresh_due(central.ledger, LIMITS, stopping)
    assert agenda().summary.sessions == 1  # nothing is written while the server stops


def test_the_thread_runs_until_it_is_stopped(central, agenda, server):
    thread = CalendarThread(central.ledger, LIMITS)
    thread.start()
    assert server.asked.wait(60)
    thread.stop()


def test_a_removed_calendar_takes_its_sessions_back(central, kiosk, agenda, server):
    refresh(central, agenda)
    assert calendar_service.remove(central.ledger, central.scope, agenda()) == 1

    assert feed_kinds(kiosk) == ["session.planned", "session.cancelled"]
    assert calendar_repository.calendars(central.store, central.scope) == []


def test_impossible_calendars_are_refused(central, agenda, server, venue, zone):
    for fields, why in (
        ({"name": "AGENDA"}, "already"),
        ({"name": "Again"}, "fetched already, as “Agenda”"),
        ({"name": "Other", "address": "ftp://example.org/"}, "begins with"),
        ({"name": "Other", "address": "https://example.org/", "capacity": 0}, "capacity"),
    ):
        with pytest.raises(UserError, match=why):
            add(central, venue, zone, server, **fields)


def test_a_merged_venue_keeps_its_calendars(central, agenda, server, venue):
    central.kiosk("Library East")
    other = naming.find_venue(kiosk_repository.venues(central.store, central.scope), "Library East")
    token = calendar_feed.publish(central.ledger, central.scope, venue)
    for kiosk in kiosk_repository.kiosks(central.store, central.scope):
        kiosk_service.revoke(central.ledger, central.scope, kiosk.id, central.now)
    venues.merge(central.store, venue, other)

    assert agenda().venue.name == "Library East"
    assert calendar_feed.venue_of(central.store, token) is None


# the published calendar


def published(central, venue):
    token = calendar_feed.publish(central.ledger, central.scope, venue)
    answer = requests.get(calendar_feed.address(central.url, token), timeout=60)
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    return icalendar.Calendar.from_ical(answer.content)


def test_a_venues_plans_are_published_and_read_back(central, kiosk, agenda, server, venue):
    venues.configure(central.ledger, venue.id, VenueConfigured(time_zone="Europe/Amsterdam"))
    server.serve(calendar(at(1, "Tea; cake, and “quiet”"), at(2)))
    refresh(central, agenda)
    server.serve(calendar(at(1, "Tea; cake, and “quiet”"), at(3)))
    refresh(central, agenda)

    first, again = published(central, venue), published(central, venue)
    events = first.walk("VEVENT")
    start = next(each["DTSTART"] for each in events if each["SUMMARY"] == "Tea; cake, and “quiet”")
    assert start.dt == datetime(2026, 12, 1, 18, tzinfo=UTC)
    assert start.params["TZID"] == "Europe/Amsterdam"
    assert [str(zone["TZID"]) for zone in first.walk("VTIMEZONE")] == ["Europe/Amsterdam"]
    assert [str(each["STATUS"]) for each in events] == ["CONFIRMED", "CANCELLED", "CONFIRMED"]
    assert [each["UID"] for each in events] == [each["UID"] for each in again.walk("VEVENT")]
    assert all("DTSTAMP" in each for each in events)


def test_a_published_calendars_address_is_the_same_until_it_is_ended(central, kiosk, venue):
    token = calendar_feed.publish(central.ledger, central.scope, venue)
    assert calendar_feed.publish(central.ledger, central.scope, venue) == token
    calendar_feed.unpublish(central.ledger, central.scope, venue)

    for wrong in (token, token[:-1], "x", ""):
        answer = requests.get(calendar_feed.address(central.url, wrong), timeout=60)
        assert answer.status_code == 404
    with pytest.raises(UserError, match="not published"):
        calendar_feed.unpublish(central.ledger, central.scope, venue)
    assert calendar_feed.publish(central.ledger, central.scope, venue) != token


def test_a_venues_own_published_calendar_is_refused_also_from_another_address(central, agenda, server, venue, zone):
    server.serve(calendar(at(1), at(2)))
    refresh(central, agenda)
    address = calendar_feed.address(central.url, calendar_feed.publish(central.ledger, central.scope, venue))
    with pytest.raises(UserError, match="own published calendar"):
        add(central, venue, zone, server, "Own", address=address)

    server.answers["/copy.ics"] = response(requests.get(address, timeout=60).content)
    add(central, venue, zone, server, "Copy", address=server.url.replace("calendar.ics", "copy.ics"))
    copy = next(each for each in calendar_repository.calendars(central.store, central.scope) if each.name == "Copy")
    result = calendar_service.refresh(central.ledger, copy, LIMITS)
    assert counts(result) == (0, 0, 0)
    assert "own published calendar" in result.problem


def test_two_venues_that_read_each_others_calendars_plan_nothing_twice(central, kiosk, agenda, server, venue):
    """The kiosk's venue has a session from a calendar, and one that was planned there."""
    refresh(central, agenda)
    central.kiosk("Library East")
    other = naming.find_venue(kiosk_repository.venues(central.store, central.scope), "Library East")
    with central.store.reading() as connection:
        other_zone = kiosk_repository.zones_in(connection, other.id)[0]
        own_zone = kiosk_repository.zones_in(connection, venue.id)[0]
    start = int(datetime(2026, 12, 3, 18, tzinfo=UTC).timestamp() * 1000)
    plan = SessionPlanned(str(own_zone.id), "Own", "club", start, start + 3_600_000)
    central.ledger.record((uuid7(start), plan), stream=venue.id)
    addresses = [
        calendar_feed.address(central.url, calendar_feed.publish(central.ledger, central.scope, each))
        for each in (venue, other)
    ]
    add(central, other, other_zone, server, "Of the first", address=addresses[0])
    add(central, venue, own_zone, server, "Of the other", address=addresses[1])

    for _ in range(3):
        results = [
            calendar_service.refresh(central.ledger, each, LIMITS)
            for each in calendar_repository.calendars(central.store, central.scope)
            if each.name != "Agenda"
        ]
    assert [result.problem for result in results] == [None, None]
    by_name = {each.name: each for each in calendar_repository.calendars(central.store, central.scope)}
    assert (by_name["Of the first"].summary.sessions, by_name["Of the other"].summary.sessions) == (1, 0)
    assert by_name["Of the first"].summary.skipped == {"passed_on": 1}


@pytest.mark.parametrize("engine", ["sqlite", "postgres"])
def test_what_was_fetched_from_an_earlier_address_is_dropped(central, zone, agenda, server, monkeypatch):
    """The address is changed while the background fetches from the one before."""
    old = agenda()
    server.answers["/new.ics"] = response(calendar(at(3, "New")))
    address = server.url.replace("calendar.ics", "new.ics")
    read = calendar_service.read_wanted

    def change_meanwhile(task):
        monkeypatch.setattr(calendar_service, "read_wanted", read)
        fields = {"name": "Agenda", "rule": SessionRule(), "session_kind": "event", "capacity": None}
        calendar_service.change(central.ledger, central.scope, old, zone, address=address, **fields)
        return read(task)

    monkeypatch.setattr(calendar_service, "read_wanted", change_meanwhile)
    result = calendar_service.refresh(central.ledger, old, LIMITS)

    assert result.is_unchanged and counts(result) == (0, 0, 0)
    stored = agenda()
    assert (stored.address, stored.etag, stored.read_at, stored.due_at) == (address, None, None, central.now)
    assert counts(refresh(central, agenda)) == (1, 0, 0)
    server.serve(b"", status="500 Gone")
    assert calendar_service.refresh(central.ledger, old, LIMITS).problem is not None
    assert agenda().problem is None  # that of the earlier address is not the new one's
