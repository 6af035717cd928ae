"""The figures of the reports beside attendance, held against what was done at the kiosks."""

import re
from datetime import date, datetime
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest

from sync.domain.events import (
    PhoneTaken,
    PulseGiven,
    SessionClosed,
    StowFound,
    StowLost,
    VisitCheckedIn,
    VisitCheckedOut,
)
from sync.server.kiosks import repository as kiosk_repository
from sync.server.reports import rollups
from sync.server.reports.base import ReportFilters
from sync.server.reports.feelings import FEELINGS, paired_change, t_quantile
from sync.server.reports.people import PEOPLE, PeopleRow
from sync.server.reports.phones import PHONES
from sync.server.reports.presence import PRESENCE
from sync.server.reports.registry import REPORTS
from sync.server.reports.stays import STAYS
from sync.server.reports.storage import STORAGE

DAY = date(2026, 11, 20)  # a Friday
OCTOBER = ReportFilters(date(2026, 10, 1), date(2026, 10, 31))
MINUTE = 60_000
HOUR = 60 * MINUTE
DAY_MS = 24 * HOUR


def at(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=ZoneInfo("UTC")).timestamp() * 1000)


EVENING = at("2026-11-20 18:10")


def rows_of(central, report, filters=ReportFilters(DAY, DAY)):  # noqa: B008 - frozen
    return report.rows(central.store, central.inventory, filters)


def test_people_are_in_at_full_hours(central, kiosk):
    kiosk.visit(EVENING, minutes=90, size=4)  # in at 19:00
    kiosk.visit(EVENING + 40 * MINUTE, minutes=30, size=2)  # in at 19:00
    kiosk.visit(EVENING, minutes=20, size=7)  # gone before
    kiosk.visit(EVENING, minutes=None, size=3)  # nobody knows
    kiosk.push()

    rows = {row.hour: row.friday for row in rows_of(central, PRESENCE)}

    assert rows == {"19:00": 6.0}
    assert {row.monday for row in rows_of(central, PRESENCE)} == {None}
    assert PRESENCE.answer(rows_of(central, PRESENCE)).startswith("It is fullest on Fridays at ")


def test_presence_is_an_average_over_the_days_on_which_somebody_came(central, kiosk):
    week = 7 * 24 * 60 * MINUTE
    kiosk.visit(EVENING, minutes=60, size=4)
    kiosk.visit(EVENING - week, minutes=60, size=1)
    kiosk.visit(EVENING + 5 * 60 * MINUTE, minutes=180, size=2)  # over midnight
    kiosk.push()

    rows = {row.hour: row for row in rows_of(central, PRESENCE, ReportFilters(date(2026, 11, 1), date(2026, 11, 21)))}

    assert rows["19:00"].friday == 2.5
    assert rows["00:00"].saturday == 2.0, "the Friday's guests were in on one Saturday"


def test_guests_of_the_evening_before_are_averaged_over_the_nights_they_were_in(central, kiosk):
    for week in range(4):
        kiosk.visit(EVENING - week * 7 * 24 * 60 * MINUTE + 5 * 60 * MINUTE, minutes=180, size=3)  # Fridays from 23:10
    kiosk.visit(EVENING + 24 * 60 * MINUTE, minutes=60)  # the only Saturday evening
    kiosk.push()

    rows = {row.hour: row for row in rows_of(central, PRESENCE, ReportFilters(date(2026, 10, 26), date(2026, 11, 22)))}

    assert (rows["00:00"].saturday, rows["01:00"].saturday, rows["19:00"].saturday) == (3.0, 3.0, 0.2)


def test_presence_is_of_the_hours_of_the_period(central, kiosk):
    """Neither the night after it makes a day of its own, nor does the night before it lack those who came then."""
    monday, night = at("2026-11-16 18:10"), at("2026-11-22 23:10")
    kiosk.visit(monday, minutes=60, size=10)
    kiosk.visit(night, minutes=180, size=4)  # Sunday, until Monday after the period
    kiosk.visit(night - 7 * DAY_MS, minutes=180, size=3)  # from the Sunday before it
    kiosk.push()

    rows = {row.hour: row for row in rows_of(central, PRESENCE, ReportFilters(date(2026, 11, 16), date(2026, 11, 22)))}

    assert (rows["00:00"].monday, rows["01:00"].monday, rows["19:00"].monday) == (3.0, 3.0, 10.0)
    assert {row.sunday for row in rows.values()} == {0.0}


def test_who_leaves_at_a_full_hour_is_out_and_who_comes_then_is_in(central, kiosk):
    kiosk.visit(at("2026-11-20 18:00"), minutes=120, size=4)
    kiosk.visit(at("2026-11-20 20:00"), minutes=90, size=3)
    kiosk.visit(at("2026-11-20 00:00"), minutes=60, size=2)
    kiosk.push()

    rows = {row.hour: row.friday for row in rows_of(central, PRESENCE) if row.friday}

    assert rows == {"00:00": 2.0, "18:00": 4.0, "19:00": 4.0, "20:00": 3.0, "21:00": 3.0}


def test_who_left_before_coming_by_another_kiosks_clock_takes_nobody_away(central, kiosk):
    kiosk.visit(at("2026-11-20 18:10"), minutes=240, size=4)
    kiosk.visit(at("2026-11-20 20:10"), minutes=-60, size=3)
    kiosk.push()

    assert {row.hour: row.friday for row in rows_of(central, PRESENCE)}["20:00"] == 4.0


@pytest.mark.parametrize("report", ["feelings", "people", "returns"])
def test_hidden_figures_of_the_period_before_stand_beside_nothing(central, kiosk, signed_in, report):
    days = [central.now - 60 * DAY_MS, *(central.now - 40 * DAY_MS + number * HOUR for number in range(12))]
    for number, when in enumerate(days):  # one in September, twelve in October
        visit = uuid4()
        kiosk.write(visit, VisitCheckedIn(session=uuid4(), party_size=1, phones=1, pass_=f"{number:032}"), when)
        kiosk.write(visit, PulseGiven("before", 2), when)
        kiosk.write(visit, PulseGiven("after", 4), when + HOUR)
        kiosk.write(visit, VisitCheckedOut(), when + HOUR)
    kiosk.push()

    page = signed_in.get(f"{central.url}/?report={report}&from=2026-10-01&to=2026-10-31", timeout=60)

    assert page.status_code == 200
    assert not re.search(r"[Bb]efore: (?!August|September)[^<]*[1-9]", page.text)


def test_a_page_says_what_is_not_final(central, kiosk, signed_in):
    kiosk.open_session(EVENING)
    kiosk.visit(EVENING, minutes=60)
    kiosk.visit(EVENING, minutes=None, size=2)
    kiosk.write(kiosk.visit(EVENING, minutes=None), VisitCheckedOut(estimated=True), EVENING + 60 * MINUTE)
    kiosk.push()
    venues = kiosk_repository.venues(central.store, central.scope)
    rollups.refresh(central.store, venues, central.now)

    query = f"from={DAY}&to={DAY}"
    page = " ".join(signed_in.get(f"{central.url}/?{query}", timeout=60).text.split())

    assert "Not final: 1 visit has not ended. Times are estimated in 33 % of the visits" in page
    assert "Last changed today " in page and ": Mill café, Fri 20 Nov." in page
    other = " ".join(signed_in.get(f"{central.url}/?{query}&kind=class", timeout=60).text.split())
    assert "Not final" not in other


def test_stays_by_length(central, kiosk):
    for minutes in (10, 20, 100, 100, 600):
        kiosk.visit(EVENING, minutes=minutes)
    kiosk.visit(EVENING, minutes=None)
    kiosk.push()

    rows = rows_of(central, STAYS)

    assert {row.length: (row.visits, row.share) for row in rows if row.visits} == {
        "under 15 min": (1, 20.0),
        "15 min to 30 min": (1, 20.0),
        "1 h 30 min to 2 h": (2, 40.0),
        "8 h and more": (1, 20.0),
    }
    assert STAYS.answer(rows) == "A typical visit lasts 1 h 30 min to 2 h: half are shorter, half longer."


def test_what_became_of_phones(central, kiosk):
    kiosk.visit(EVENING, minutes=90, size=3, phones=2, kept=1)
    early = kiosk.visit(EVENING, minutes=None, size=1, phones=1)
    kiosk.write(early, PhoneTaken(early=True), EVENING + MINUTE)
    over = uuid4()
    kiosk.write(over, VisitCheckedIn(uuid4(), 5, 0, over_capacity=True), EVENING)
    kiosk.push()
    kiosk.beat()

    [row] = rows_of(central, PHONES)

    assert (row.phones, row.kept, row.early, row.lost_phones, row.over_capacity) == (3, 1, 1, 0, 5)
    assert PHONES.answer([row]) == "People brought 4 phones and put 75\N{NO-BREAK SPACE}% of them away."


def test_what_was_lost_and_left_open(central, kiosk):
    kiosk.visit(EVENING, minutes=60)
    for number, found in ((3, False), (4, True)):
        visit = uuid4()
        kiosk.write(visit, VisitCheckedIn(uuid4(), 1, 1, stow="pouch", numbers=(number,)), EVENING)
        kiosk.write(visit, StowLost("pouch", (number,)), EVENING + MINUTE)
        if found:
            kiosk.write(visit, StowFound("pouch", (number,)), EVENING + 2 * MINUTE)
        kiosk.write(visit, VisitCheckedOut(), EVENING + 60 * MINUTE)
    kiosk.push()

    [row] = rows_of(central, STORAGE)

    assert (row.visits, row.lost_pouches, row.lost_lockers, row.not_back) == (3, 1, 0, 1)
    assert STORAGE.answer([row]) == "1 pouch or locker is lost, and 1 visit of 3 is left open."


def test_different_people_are_rounded_and_few_are_hidden(central, kiosk):
    other = central.kiosk("Library East")
    october = at("2026-10-10 18:00")
    for number in range(13):
        kiosk.write(uuid4(), VisitCheckedIn(uuid4(), 2, 1, pass_=f"{number:032}"), october)
    other.write(uuid4(), VisitCheckedIn(uuid4(), 2, 1, pass_="f" * 32), october)
    kiosk.visit(october, minutes=60)
    for _ in range(20):
        other.visit(october, minutes=60)
    kiosk.push()
    other.push()

    library, mill, together = rows_of(central, PEOPLE, OCTOBER)

    assert library == PeopleRow("Library East", None, None, None, None)
    assert mill == PeopleRow("Mill café", 15, 15, None, None), "an exact share would tell the visits without a pass"
    assert (together.people, together.with_pass) == (15, 15), "the one at the library is not in it"


def test_feelings_are_paired(central, kiosk):
    october = at("2026-10-10 18:00")
    moods = [(2, 4)] * 8 + [(3, 3)] * 3 + [(5, 4)] + [(3, None), (None, 5)]
    for before, after in moods:
        visit = kiosk.visit(october, minutes=60)
        for when, score in (("before", before), ("after", after)):
            if score is not None:
                kiosk.write(visit, PulseGiven(when, score), october + 60 * MINUTE)
    kiosk.push()

    [row] = rows_of(central, FEELINGS, OCTOBER)

    assert (row.answers, row.share, row.change) == (10, 85, 1.2)
    assert (row.better, row.same, row.worse) == (65, 25, 10)
    assert row.lowest < row.change < row.highest
    assert FEELINGS.answer([row]).startswith("People felt better on the way out: +1.2")


def test_the_interval_is_students_t() -> None:
    assert t_quantile(0.975, 5) == pytest.approx(2.5706, rel=0.01)  # tables of the distribution
    assert t_quantile(0.975, 11) == pytest.approx(2.2010, rel=0.001)
    assert t_quantile(0.975, 100) == pytest.approx(1.9840, rel=0.0001)
    change = paired_change({0: 5, 2: 5})
    assert change is not None and (change.mean, change.answers) == (1.0, 10)
    assert change.highest - change.mean == pytest.approx(2.2622 * (10 / 9 / 10) ** 0.5, rel=0.001)
    assert paired_change({1: 1}) is None


@pytest.mark.parametrize("report", REPORTS, ids=lambda report: report.identifier)
def test_every_report_has_a_page_and_downloads(central, kiosk, signed_in, report):
    october = at("2026-10-10 18:00")
    session = kiosk.open_session(october)
    kiosk.write(session, SessionClosed(), october + 180 * MINUTE)
    kiosk.visit(EVENING, minutes=90)
    kiosk.visit(october, minutes=90)
    kiosk.push()
    kiosk.beat()
    query = f"report={report.identifier}&from=2026-10-01&to=2026-10-31"

    page = signed_in.get(f"{central.url}/?{query}", timeout=60)
    csv = signed_in.get(f"{central.url}/report.csv?{query}", timeout=60)
    json = signed_in.get(f"{central.url}/report.json?{query}", timeout=60)

    assert page.status_code == 200 and report.answer(rows_of(central, report, OCTOBER)) in page.text
    assert csv.text.splitlines()[0] == ",".join(column.key for column in report.columns)
    assert len(csv.text.splitlines()) - 1 == len(json.json()["rows"])


def test_protected_figures_are_not_to_be_had_for_a_day(central, kiosk, signed_in, problem):
    kiosk.visit(EVENING, minutes=90)
    kiosk.push()
    query = "report=feelings&from=2026-10-05&to=2026-10-06"

    page = signed_in.get(f"{central.url}/?{query}", timeout=60).text

    assert "they come for whole months that are over" in page and "October 2026" in page
    refused = signed_in.get(f"{central.url}/report.csv?{query}", headers={"Accept": "*/*"}, timeout=60)
    assert problem(refused)["status"] == 400
