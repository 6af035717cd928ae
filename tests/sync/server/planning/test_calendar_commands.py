"""The commands for calendars: what they print, and what they refuse."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.support.calendar_server import calendar_server
from tests.support.calendar_texts import calendar, event


@pytest.fixture
def engine():
    return "sqlite"


@pytest.fixture
def server(monkeypatch):
    monkeypatch.setenv("HEARTH_CALENDAR_NETWORKS", "127.0.0.0/8")
    with calendar_server() as server:
        day = f"{datetime.now(UTC) + timedelta(days=2):%Y%m%d}"
        series = event("club", f"DTSTART:{day}T180000Z", f"DTEND:{day}T190000Z", "Club", "RRULE:FREQ=DAILY;COUNT=3")
        private = event("private", title="Dentist")
        private.insert(-1, "CLASS:PRIVATE")
        server.serve(calendar(series, private, event("bad", "DTSTART;TZID=Mars:20261201T180000")))
        yield server


@pytest.fixture
def paired(run, server_place):
    assert run("pair", "--venue", "Mill café", data=server_place).returncode == 0
    return server_place


def added(run, paired, server, *more):
    words = ("calendar", "add", "Agenda", "--venue", "mill CAFÉ", "--address", server.url, *more)
    return run(*words, data=paired)


def test_a_calendar_is_added_listed_refreshed_and_removed(run, paired, server):
    result = added(run, paired, server)
    assert result.returncode == 0, result.stderr
    assert "“Agenda”: 3 sessions planned, 0 changed, 0 cancelled." in result.stdout
    assert "Left out: 1 private." in result.stdout
    assert "1 event can't be read: nobody knows its time zone “Mars”." in result.stdout

    listed = run("calendar", "list", data=paired).stdout
    assert "Agenda" in listed and "3 sessions" in listed and "127.0.0.1" in listed
    assert server.url not in listed  # it may be a secret
    for words in (("refresh", "agenda"), ("refresh",)):
        assert "“Agenda”: 0 sessions planned, 0 changed, 0 cancelled." in run("calendar", *words, data=paired).stdout
    assert "3 of its sessions are cancelled" in run("calendar", "remove", "Agenda", data=paired).stdout
    assert "no calendar yet" in run("calendar", "list", data=paired).stdout


def test_a_calendar_that_cannot_be_fetched_is_kept_and_shown(run, paired, server, monkeypatch):
    monkeypatch.setenv("HEARTH_CALENDAR_NETWORKS", "192.168.1.0/24")
    result = added(run, paired, server)

    assert result.returncode == 0
    assert "own network, where nothing is fetched unless the setting calendar_networks allows it" in result.stdout
    assert "Not in order: its server is in this server's own network" in run("calendar", "list", data=paired).stdout


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("calendar", "refresh", "Nothing"), "no calendar is called “Nothing”"),
        (("calendar", "remove", "Nothing"), "no calendar is called “Nothing”"),
        (("calendar", "unpublish", "--venue", "Mill café"), "not published"),
        (("calendar", "add", "A", "--venue", "Mill café", "--address", "file:///etc/passwd"), "begins with https"),
        (("calendar", "add", "", "--venue", "Mill café", "--address", "https://x.org/"), "name has 1 to 80"),
    ],
)
def test_a_mistake_gets_one_line(run, paired, words, why):
    result = run(*words, data=paired)
    assert result.returncode == 2
    assert why in result.stderr


def test_a_wrong_network_in_the_settings_is_refused(run, paired, monkeypatch):
    monkeypatch.setenv("HEARTH_CALENDAR_NETWORKS", "home")
    result = run("calendar", "list", data=paired)
    assert result.returncode == 2
    assert "calendar_networks: 'home' is no address or network" in result.stderr


def test_an_address_is_published_shown_again_and_ended(run, paired):
    words = ("calendar", "publish", "--venue", "Mill café", "--listen", "127.0.0.1:8600")
    first, again = run(*words, data=paired).stdout, run(*words, data=paired).stdout

    assert first == again
    assert "http://127.0.0.1:8600/calendar/" in first
    assert "can't be read at that address" in run("calendar", "unpublish", "--venue", "Mill café", data=paired).stdout
    assert run(*words, data=paired).stdout != first
