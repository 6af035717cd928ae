"""The page of a venue's calendars, as a browser without scripts uses it."""

import re
from html import unescape

import pytest
import requests

from sync.server import app
from sync.server.auth import current_account
from sync.server.auth.scope import Permission, Scope
from sync.server.planning import calendar_repository
from sync.server.settings import ServerSettings
from tests.support.calendar_server import calendar_server, response
from tests.support.calendar_texts import calendar, event


@pytest.fixture
def engine():
    return "sqlite"


@pytest.fixture
def server():
    with calendar_server() as server:
        server.serve(calendar(event(), event("2", "DTSTART:20261202T180000Z", "DTEND:20261202T190000Z")))
        yield server


class CalendarPage:
    """A signed-in browser at the page of a venue's calendars."""

    def __init__(self, central, kiosk, browser):
        self.central = central
        self.browser = browser
        self.address = f"{central.url}/calendars/{kiosk.identity['venue']['id']}"
        self.fields = {"name": "Agenda", "zone": kiosk.identity["zone"]["id"], "kind": "event"}

    def text(self, answer=None):
        answer = self.browser.get(self.address, timeout=30) if answer is None else answer
        assert "<script" not in answer.text
        return " ".join(unescape(re.sub(r"<[^>]+>", " ", answer.text)).split())

    def add(self, **fields):
        return self.browser.post(self.address, data=self.fields | fields, timeout=30)

    def post(self, action, **fields):
        return self.browser.post(f"{self.address}/{action}", data=fields, timeout=30)

    @property
    def calendars(self):
        return calendar_repository.calendars(self.central.store, self.central.scope)


@pytest.fixture
def desk(central, kiosk, signed_in, stage):
    settings = ServerSettings(calendar_networks=("127.0.0.0/8",))
    stage.app = app.build(central.ledger, settings, central.clock)
    return CalendarPage(central, kiosk, signed_in)


def test_a_calendar_is_added_and_its_sessions_are_in_the_week(desk, server):
    answer = desk.add(address=server.url, title_contains="evening", capacity="12")

    assert answer.status_code == 200
    text = desk.text(answer)
    assert "2 sessions in the next 8 weeks, from 2 events. From 127.0.0.1, into" in text
    assert "Events whose title has “evening”. Last fetched today 08:00." in text
    week = desk.browser.get(desk.address.replace("/calendars/", "/plan/") + "?day=2026-12-01", timeout=30)
    assert week.text.count("Phone-free evening") == 2
    assert "12 people at most" in week.text


def test_a_form_that_is_wrong_keeps_what_was_written(desk, server):
    answer = desk.add(name="", address="ftp://x", zone="x", kind="x", capacity="many", category="Quiet & calm")

    assert answer.status_code == 400
    text = desk.text(answer)
    for error in ("name has 1 to 80", "begins with https", "Choose a zone", "Choose a kind", "a number from 1"):
        assert error in text
    assert "5 fields below need a look" in text
    assert 'value="Quiet &amp; calm"' in answer.text
    assert desk.calendars == []

    desk.add(address=server.url)
    assert "is fetched already" in desk.text(desk.add(name="Other", address=server.url))


def test_a_calendar_that_is_not_in_order_is_shown_and_what_vanished_is_accepted(desk, server):
    desk.add(address=server.url)
    server.serve(calendar())
    desk.post(f"{desk.calendars[0].id}/refresh")
    assert "2 sessions have vanished from it at once" in desk.text()
    assert "Cancel what has vanished" in desk.text()

    desk.post(f"{desk.calendars[0].id}/refresh", accept="yes")
    assert "0 sessions in the next 8 weeks" in desk.text()
    assert "Cancel what has vanished" not in desk.text()


def sessions_of(desk):
    """By title, the ids of what is planned for the calendar, with zone, kind and capacity as kiosks know them."""
    central, [stored] = desk.central, desk.calendars
    with central.store.reading() as connection:
        imported = calendar_repository.imported_sessions(connection, stored.id)
    sessions = [central.ledger.session(item.session, stored.venue.id) for item in imported]
    return {
        (session.title, session.id, session.session_kind, session.capacity)
        for session in sessions
        if not session.cancelled
    }


def sessions_of_all(desk):
    """What is planned for the venue by any calendar."""
    with desk.central.store.reading() as connection:
        return {
            (calendar.name, item.session, item.is_cancelled)
            for calendar in desk.calendars
            for item in calendar_repository.imported_sessions(connection, calendar.id)
        }


def test_a_calendars_rule_is_changed_and_its_sessions_stay_the_same_ones(desk, server):
    server.serve(calendar(event(), event("2", "DTSTART:20261202T180000Z", "DTEND:20261202T190000Z", "Tea")))
    desk.add(address=server.url)
    before = {title: id for title, id, _, _ in sessions_of(desk)}
    address = f"{desk.calendars[0].id}/change"

    text = desk.text(desk.post(address, **desk.fields | {"name": "Club agenda", "kind": "club", "capacity": "8"}))
    assert "Club agenda" in text
    assert sessions_of(desk) == {(title, id, "club", 8) for title, id in before.items()}

    text = desk.text(desk.post(address, **desk.fields | {"title_contains": "tea", "kind": "club", "capacity": "8"}))
    assert "Events whose title has “tea”." in text
    assert "1 session in the next 8 weeks, from 2 events." in text
    assert sessions_of(desk) == {("Tea", before["Tea"], "club", 8)}
    assert all("If-None-Match" not in request for request in server.requests)


def test_a_change_of_a_rule_that_is_wrong_keeps_what_was_written(desk, server):
    desk.add(address=server.url)
    desk.add(address=server.url.replace("calendar.ics", "other.ics"), name="Other")
    agenda = next(each for each in desk.calendars if each.name == "Agenda")
    for fields, error in (
        ({"name": "Other"}, "is called “Other” already"),
        ({"capacity": "many"}, "a number from 1"),
        ({"zone": "x"}, "Choose a zone"),
    ):
        answer = desk.post(f"{agenda.id}/change", **desk.fields | {"category": "Quiet & calm"} | fields)
        assert answer.status_code == 400
        assert error in desk.text(answer)
        assert answer.text.count('value="Quiet &amp; calm"') == 1  # in the form of that calendar alone
        assert "Nothing is changed yet: a field below needs a look." in desk.text(answer)
    assert {each.rule.category for each in desk.calendars} == {None}
    assert desk.post(f"{agenda.venue.id}/change", **desk.fields).status_code == 404


def test_a_calendars_address_is_changed_and_its_sessions_stay_the_same_ones(desk, server):
    desk.add(address=server.url)
    before = sessions_of(desk)
    elsewhere = server.url.replace("calendar.ics", "secret-1234/new.ics")
    server.answers["/secret-1234/new.ics"] = response(
        calendar(event(), event("2", "DTSTART:20261202T190000Z", "DTEND:20261202T200000Z", "Tea"))
    )
    change = f"{desk.calendars[0].id}/change"

    answer = desk.post(change, **desk.fields | {"address": f" {elsewhere} "})

    assert answer.status_code == 200 and desk.calendars[0].address == elsewhere
    assert "secret-1234" not in answer.text and "/calendar.ics" not in answer.text
    assert server.requests[-1].startswith("GET /secret-1234/new.ics")
    assert {id for _, id, _, _ in sessions_of(desk)} == {id for _, id, _, _ in before}
    assert {title for title, _, _, _ in sessions_of(desk)} == {"Phone-free evening", "Tea"}

    assert desk.post(change, **desk.fields | {"address": "", "kind": "club"}).status_code == 200
    assert desk.calendars[0].address == elsewhere


def test_an_address_that_is_refused_stands_beside_its_error_and_changes_nothing(desk, server):
    desk.add(address=server.url)
    other = server.url.replace("calendar.ics", "other.ics")
    desk.add(address=other, name="Other")
    agenda = next(each for each in desk.calendars if each.name == "Agenda")
    before = sessions_of_all(desk)
    desk.post("publish")
    own = re.search(r'value="(http[^"]*/calendar/[^"]*\.ics)"', desk.browser.get(desk.address, timeout=30).text)[1]

    for address, error in (
        ("ftp://x", "begins with https"),
        ("https://ada:secret@example.org/x.ics", "can't contain a name and password"),
        (other, "is fetched for this zone already, as “Other”"),
        (own, "published calendar"),
    ):
        answer = desk.post(f"{agenda.id}/change", **desk.fields | {"address": address, "category": "Quiet"})
        shown = unescape(answer.text)
        assert answer.status_code == 400
        assert error in re.search(r'<span class="error" id="address-error">(.*?)</span>', shown)[1].replace("’", "'")
        assert f'name="address" value="{address}"' in shown and 'value="Quiet"' in shown
    for field, text in ((desk.fields | {"name": "x", "address": other}, "fetched already"),):
        assert text in re.search(r'id="address-error">(.*?)</span>', unescape(desk.add(**field).text))[1]
    assert {each.address for each in desk.calendars} == {server.url, other}
    assert sessions_of_all(desk) == before


def test_an_address_within_the_servers_network_is_not_fetched_and_cancels_nothing(desk, server):
    desk.add(address=server.url)
    before = sessions_of(desk)
    desk.post(f"{desk.calendars[0].id}/change", **desk.fields | {"address": "http://10.0.0.1/calendar.ics"})

    assert desk.calendars[0].problem is not None and "10.0.0.1" in desk.text()
    assert sessions_of(desk) == before


def test_a_calendar_is_removed(desk, server):
    desk.add(address=server.url)
    calendar_id = desk.calendars[0].id
    assert "No calendar yet" in desk.text(desk.post(f"{calendar_id}/remove"))
    assert desk.post(f"{calendar_id}/remove").status_code == 404
    assert desk.post(f"{calendar_id}/refresh").status_code == 404


def test_another_venues_calendar_is_not_reached_from_here(desk, central, server):
    desk.add(address=server.url)
    other = central.kiosk("Library East").identity["venue"]["id"]
    answer = desk.browser.post(f"{central.url}/calendars/{other}/{desk.calendars[0].id}/remove", data={}, timeout=30)

    assert answer.status_code == 404
    assert "No calendar yet" in desk.text(desk.browser.get(f"{central.url}/calendars/{other}", timeout=30))


def test_the_plans_are_published_without_practice_and_ended(desk):
    plan = {"day": "2026-11-24", "start": "19:00", "end": "21:00", "repeats": "once", **desk.fields}
    for fields in ({"title": "Quiet evening"}, {"title": "Try it", "practice": "yes"}):
        desk.browser.post(desk.address.replace("/calendars/", "/plan/") + "/new", data=plan | fields, timeout=30)
    desk.post("publish")
    address = re.search(r'value="(http[^"]*/calendar/[^"]*\.ics)"', desk.browser.get(desk.address, timeout=30).text)[1]
    path = address.partition("/calendar/")[2]
    published = requests.get(f"{desk.central.url}/calendar/{path}", timeout=30)
    assert published.status_code == 200
    assert "Quiet evening" in published.text and "Try it" not in published.text

    desk.post("unpublish")
    desk.post("unpublish")
    assert requests.get(f"{desk.central.url}/calendar/{path}", timeout=30).status_code == 404
    assert "Make an address" in desk.text()


def test_who_may_only_look_changes_nothing(desk, server, monkeypatch):
    desk.add(address=server.url)

    def only_view(_principal, organisation):
        return Scope(organisation, None, frozenset({Permission.VIEW}))

    monkeypatch.setattr(current_account, "scope_of", only_view)
    assert "Add it" not in desk.text()
    for answer in (desk.add(name="x", address=server.url), desk.post("publish"), desk.post("unpublish")):
        assert answer.status_code == 403
    for action in ("refresh", "remove", "change"):
        assert desk.post(f"{desk.calendars[0].id}/{action}").status_code == 403


def test_a_form_of_another_site_is_refused(desk, server):
    answer = desk.browser.post(
        desk.address, data=desk.fields | {"address": server.url}, headers={"Sec-Fetch-Site": "cross-site"}, timeout=30
    )
    assert answer.status_code == 403
    assert desk.calendars == []
