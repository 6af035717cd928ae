"""What reports do not count is shown beside them: quarantined entries, and visits of unknown days."""

import json
import re
from datetime import date
from uuid import uuid4

import pytest
from sqlalchemy import event

from sync.domain.events import ClockAnchored, SessionOpened, VisitCheckedIn, VisitVoided, write_entry
from sync.languages import LANGUAGES
from sync.ledger.fact_limits import EXCESS
from sync.server.kiosks.missing import Undated, Unread, explain_reason, missing, sentences


def push_strange(kiosk, count, **change):
    """Push entries that this release can't read."""
    for _ in range(count):
        kiosk.visit(kiosk.central.now, minutes=None)
    lines = [{**json.loads(write_entry(entry)), **change} for entry in kiosk.written[-count:]]
    assert kiosk.send("\n".join(map(json.dumps, lines)).encode()).json()["quarantined"] == count


def come_in(kiosk, size, at=5_000):
    visit = uuid4()
    return kiosk.write(visit, VisitCheckedIn(session=uuid4(), party_size=size, phones=1), at, sure=False)


def shown(central, reader, path="/"):
    text = reader.get(central.url + path, timeout=60).text
    return " ".join(re.sub(r"<[^>]+>", " ", text).split())


def test_quarantined_entries_are_listed_with_their_reason(central, kiosk):
    push_strange(kiosk, 1, v=9)
    push_strange(kiosk, 2, kind="visit.teleported")

    not_counted = missing(central.store, central.inventory)

    why = "“visit.teleported v1” is of a newer release: bring the server up to date"
    assert not_counted.unread == [Unread("Mill café", "Main room", 3, why)]
    assert sentences(not_counted) == [
        f"3 entries of Mill café, Main room could not be read yet and are in no figure: {why}."
    ]


def test_nothing_is_missing(central, kiosk):
    kiosk.visit(central.now, minutes=30)
    kiosk.push()

    assert (missing(central.store, central.inventory).unread, missing(central.store, central.inventory).undated) == (
        [],
        [],
    )


def test_only_the_venues_own_entries_are_listed(central, kiosk):
    push_strange(kiosk, 1, v=9)
    come_in(kiosk, 2)
    kiosk.send(write_entry(kiosk.written[-1]).encode())
    central.kiosk("Garden house")

    assert sentences(missing(central.store, central.inventory, venues=["Garden house"])) == []
    assert len(sentences(missing(central.store, central.inventory, venues=["Mill café"]))) == 2


def test_an_unknown_day_is_in_no_row_and_is_listed(central, kiosk):
    kiosk.write(uuid4(), SessionOpened(zone="Hall", title="Evening", session_kind="event"), 4_000, sure=False)
    come_in(kiosk, 3)
    practice = uuid4()
    opening = SessionOpened(zone="Hall", title="Try it", session_kind="event", practice=True)
    kiosk.write(practice, opening, 4_000, sure=False)
    kiosk.write(uuid4(), VisitCheckedIn(session=practice, party_size=4, phones=1), 5_000, sure=False)
    voided = come_in(kiosk, 2)
    kiosk.write(voided.subject, VisitVoided(), 6_000, sure=False)
    kiosk.push()

    not_counted = missing(central.store, central.inventory)

    assert not_counted.undated == [Undated("Mill café", "Main room", 1, 1, 3)]
    assert central.attendance(date(1970, 1, 2), date(2026, 11, 24)) == []
    assert sentences(not_counted) == [
        "1 visit of 3 people and 1 session whose day is not known are in no row "
        "(Mill café, Main room: its clock was never set)."
    ]


def test_a_clock_that_is_set_later_gives_them_their_day(central, kiosk):
    came = come_in(kiosk, 3)
    kiosk.write(uuid4(), ClockAnchored(kiosk.boot, central.now - came.clock.up, "ntp", 10))
    kiosk.push()

    assert missing(central.store, central.inventory).undated == []
    assert central.attendance(date(2026, 11, 24))[0].people == 3


def test_the_pages_and_json_show_it_for_any_period(central, kiosk, signed_in):
    push_strange(kiosk, 2, v=9)
    come_in(kiosk, 1)
    kiosk.send(write_entry(kiosk.written[-1]).encode())

    report = shown(central, signed_in, "/?from=2026-01-01&to=2026-01-02")
    fleet = shown(central, signed_in, "/kiosks")
    exported = signed_in.get(f"{central.url}/report.json?from=2026-01-01&to=2026-01-02", timeout=60).json()

    assert "2 entries of Mill café, Main room could not be read yet" in report
    assert "1 visit of 1 person whose day is not known is in no row (Mill café, Main room" in report
    assert "Mill café, Main room: 2 entries could not be read yet." in fleet and "newer release" in fleet
    assert (exported["rows"], exported["unread"][0]["entries"], exported["undated"][0]["visits"]) == ([], 2, 1)


@pytest.mark.parametrize("language", sorted(LANGUAGES))
def test_programs_read_the_reason_in_english_whatever_the_language(central, kiosk, signed_in, language):
    push_strange(kiosk, 1, v=9)
    address = f"{central.url}/report.json?from=2026-01-01&to=2026-01-02"

    exported = signed_in.get(address, headers={"Accept-Language": language}, timeout=60).json()

    assert "is of a newer release" in exported["unread"][0]["why"]


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        ("unknown kind or version: visit.moved v2", "“visit.moved v2” is of a newer release"),
        ("not an entry: Expected `str`", "not in the form of an entry"),
        ("it says journal 0", "written for another"),
        ("only the server may say venue.configured", "“venue.configured” is for the server alone"),
        (EXCESS, "one visit or session has more than 1,000 entries"),
        ("visit.checked_in v1: Expected `int` <= 99", "“visit.checked_in v1” has something in it"),
    ],
)
def test_reasons_are_explained(reason, words):
    assert explain_reason(reason).english().startswith(words)


@pytest.mark.parametrize("engine", ["sqlite"], indirect=False)
def test_undated_visits_are_found_without_reading_every_visit(central):
    plans = []

    def explain(connection, _cursor, statement, parameters, _context, _many):
        if "FROM visit" in statement:
            driver = connection.connection.driver_connection
            plans.extend(row[3] for row in driver.execute(f"EXPLAIN QUERY PLAN {statement}", parameters))

    event.listen(central.store.engine, "before_cursor_execute", explain)
    missing(central.store, central.inventory)

    assert "SEARCH visit USING INDEX visit_checked_in_at (venue=? AND checked_in<?)" in plans
