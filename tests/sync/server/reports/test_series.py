"""Reports by the sessions' title: a row for each, and every other report for one of them."""

import re
from datetime import date
from uuid import uuid4

import pytest

from sync.domain.events import SessionAmended, SessionOpened, VisitCheckedIn, VisitCheckedOut
from sync.server.kiosks import repository as kiosk_repository
from sync.server.reports import rollups, series
from sync.server.reports.attendance import ATTENDANCE
from sync.server.reports.base import ReportFilters
from sync.server.reports.phones import PHONES
from sync.server.reports.series import SERIES, SeriesRow

HOUR = 60 * 60_000
DAY = 24 * HOUR
WEEK = ReportFilters(date(2026, 11, 16), date(2026, 11, 24))


def hold(kiosk, at: int, title: str, *parties: int):
    """A session with these parties, each of whom stays an hour; returns its id."""
    session, zone = uuid4(), kiosk.identity["zone"]["id"]
    kiosk.write(session, SessionOpened(zone=zone, title=title, session_kind="club"), at)
    for party in parties:
        visit = uuid4()
        kiosk.write(visit, VisitCheckedIn(session=session, party_size=party, phones=party), at)
        kiosk.write(visit, VisitCheckedOut(), at + HOUR)
    return session


@pytest.fixture
def evenings(central, kiosk):
    """Two evenings of chess, one of a choir, and a visit of a session that nobody knows yet."""
    hold(kiosk, central.now - 7 * DAY, "Chess", 2, 3)
    hold(kiosk, central.now - 2 * DAY, "Choir", 9)
    kiosk.write(uuid4(), VisitCheckedIn(session=uuid4(), party_size=1, phones=1), central.now - DAY)
    last = hold(kiosk, central.now - DAY, "Chess", 4)
    assert kiosk.push().status_code == 200
    return last


def test_a_row_for_each_title_and_for_what_has_none(central, evenings):
    rows = SERIES.rows(central.store, central.inventory, WEEK)

    assert rows == [
        SeriesRow("Chess", 2, 3, 9, 4.5, 9, 9.0, date(2026, 11, 17), date(2026, 11, 23)),
        SeriesRow("Choir", 1, 1, 9, 9.0, 9, 9.0, date(2026, 11, 22), date(2026, 11, 22)),
        SeriesRow("Session not known", 0, 1, 1, None, 1, 0.0, date(2026, 11, 23), date(2026, 11, 23), True),
    ]
    assert SERIES.answer(rows) == "Most came to Chess: 9 people in 2 sessions."
    assert [(card.figure, card.about) for card in SERIES.cards(rows)] == [
        ("2", "of 3 sessions"),
        ("9.0", "at most, in Choir"),
    ]


def test_a_session_may_be_called_as_a_row_that_has_no_title(central, kiosk, monkeypatch):
    monkeypatch.setattr(series, "MOST", 3)
    for title, people in (("Other sessions", 9), ("Session not known", 8), ("Chess", 3), ("Choir", 2)):
        hold(kiosk, central.now - DAY, title, people)
    kiosk.write(uuid4(), VisitCheckedIn(session=uuid4(), party_size=1, phones=1), central.now - DAY)
    kiosk.push()

    rows = SERIES.rows(central.store, central.inventory, WEEK)

    assert [(row.title, row.people) for row in rows] == [
        ("Other sessions", 9),
        ("Session not known", 8),
        ("Chess", 3),
        ("Other sessions", 2),
        ("Session not known", 1),
    ]
    assert SERIES.answer(rows) == "Most came to Other sessions: 9 people in 1 session."
    assert [bar[0] for bar in SERIES.picture(rows, WEEK).bars] == ["Other sessions", "Session not known", "Chess"]


def test_titles_that_differ_by_spaces_alone_are_one(central, kiosk, signed_in):
    for title in ("Quiet hall", " Quiet hall", "Quiet  hall\t"):
        hold(kiosk, central.now - DAY, title, 2)
    kiosk.push()

    [row] = SERIES.rows(central.store, central.inventory, WEEK)
    page = signed_in.get(f"{central.url}/?from=2026-11-16&to=2026-11-24&session=Quiet++hall+", timeout=60).text

    assert (row.title, row.sessions, row.people) == ("Quiet hall", 3, 6)
    assert '<option value="Quiet hall" selected>' in page and "6 people" in page


def test_beyond_so_many_titles_one_is_typed(central, kiosk, signed_in, monkeypatch):
    monkeypatch.setattr("sync.server.reports.pages.MOST_TITLES", 2)
    for number in range(4):
        hold(kiosk, central.now - DAY, f"Evening {number}", number + 1)
    kiosk.push()
    rollups.refresh(central.store, kiosk_repository.venues(central.store, central.scope), central.now)

    page = signed_in.get(f"{central.url}/?from=2026-11-16&to=2026-11-24&session=Evening+3", timeout=60).text

    assert re.search(r'<input name="session" value="Evening 3" list="titles"', page) and "4 people" in page


def test_the_rows_add_up_to_attendance_however_many_titles_there_are(central, kiosk, monkeypatch):
    monkeypatch.setattr(series, "MOST", 3)
    for number in range(6):
        hold(kiosk, central.now - DAY, f"Evening {number}", number + 1)
    kiosk.push()

    rows = SERIES.rows(central.store, central.inventory, WEEK)

    assert [(row.title, row.people) for row in rows] == [
        ("Evening 5", 6),
        ("Evening 4", 5),
        ("Evening 3", 4),
        ("Other sessions", 6),
    ]
    attendance = ATTENDANCE.totals(ATTENDANCE.rows(central.store, central.inventory, WEEK))
    assert SERIES.totals(rows) == {key: attendance[key] for key in SERIES.totals(rows)}


def test_every_report_comes_for_one_title(central, evenings):
    [first, second] = ATTENDANCE.rows(
        central.store, central.inventory, ReportFilters(WEEK.first, WEEK.last, title="Chess")
    )
    phones = PHONES.rows(central.store, central.inventory, ReportFilters(WEEK.first, WEEK.last, title="Choir"))

    assert (first.people, first.sessions, second.people, second.sessions) == (5, 1, 4, 1)
    assert [row.phones for row in phones] == [9]
    assert ATTENDANCE.rows(central.store, central.inventory, ReportFilters(WEEK.first, WEEK.last, title="chess")) == []


def test_an_amended_title_moves_the_visits_of_its_session(central, kiosk, evenings):
    rollups.refresh(central.store, kiosk_repository.venues(central.store, central.scope), central.now)
    kiosk.write(evenings, SessionAmended(title="Choir"), central.now)
    kiosk.push()

    rows = {row.title: row.people for row in SERIES.rows(central.store, central.inventory, WEEK)}

    assert rows == {"Choir": 13, "Chess": 5, "Session not known": 1}


def test_the_page_offers_the_period_s_titles(central, evenings, signed_in):
    rollups.refresh(central.store, kiosk_repository.venues(central.store, central.scope), central.now)
    page = signed_in.get(f"{central.url}/?{WEEK.address}&session=Choir", timeout=60).text

    options = re.findall(r'<option value="([^"]*)" (selected)?>[^<]*</option>', page[page.index('name="session"') :])
    assert options[:2] == [("Chess", ""), ("Choir", "selected")]
    assert "all venues, Choir" in page
    assert "session=Choir" in re.search(r'href="/report\.csv\?([^"]*)"', page)[1]
    assert "9 people came in 1 visit" in page
    protected = signed_in.get(f"{central.url}/?report=people&{WEEK.address}&session=Choir", timeout=60).text
    assert 'name="session"' not in protected and "could point at a person" in protected
    pdf = signed_in.get(f"{central.url}/report.pdf?from=2026-10-01&to=2026-10-31&session=Choir", timeout=60)
    assert pdf.status_code == 400 and "The PDF is of all sessions." in pdf.text


def test_a_title_is_in_downloads_and_their_filters(central, evenings, signed_in):
    exported = signed_in.get(f"{central.url}/report.json?{WEEK.address}&session=Choir", timeout=60).json()
    visits = signed_in.get(f"{central.url}/report.csv?{WEEK.address}&session=Choir&rows=visits", timeout=60).text

    assert exported["filters"]["session"] == "Choir"
    assert [row["people"] for row in exported["rows"]] == [9]
    assert visits.count("\r\n") == 2


def test_a_saved_report_keeps_its_title(central, evenings, signed_in):
    data = {"name": "The choir", "period": "this_year"}
    address = f"{central.url}/saved?report=attendance&{WEEK.address}&session=Choir"
    assert signed_in.post(address, data=data, timeout=60).status_code == 200

    saved = re.search(r'href="(/saved/[0-9a-f-]{36})"', signed_in.get(f"{central.url}/saved", timeout=60).text)[1]

    assert "session=Choir" in signed_in.get(central.url + saved, timeout=60).url
