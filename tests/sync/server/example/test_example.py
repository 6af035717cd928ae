"""The example organisation: its reports are what was counted while it was made."""

import json
from collections import Counter
from datetime import date

import pytest

from sync.errors import UserError
from sync.server.auth.scope import command_scope
from sync.server.example.attendance import FIGURES
from sync.server.example.service import SEED, ExampleSize, make_example
from sync.server.example.venues import VENUES
from sync.server.kiosks import repository as kiosk_repository
from sync.server.kiosks.missing import missing
from sync.server.reports import rollups
from sync.server.reports.attendance import ATTENDANCE
from sync.server.reports.base import ReportFilters
from sync.server.storage import open_ledger

SIZE = ExampleSize(venues=4, days=30)


@pytest.fixture
def ledger(tmp_path, clock):
    ledger = open_ledger(tmp_path, clock)
    yield ledger
    ledger.close()


def test_reports_are_what_was_counted(ledger):
    lines = []

    totals = make_example(ledger, SIZE, SEED, lines.append)

    scope = command_scope(ledger.store)
    venues = kiosk_repository.venues(ledger.store, scope)
    names = {venue.id: venue.name for venue in venues}
    with ledger.store.reading() as connection:
        days = rollups.read_days(connection, venues, date(2026, 1, 1), date(2026, 12, 31))
    reported: dict[str, Counter] = {name: Counter() for name in totals}
    for day in days:
        for figure in FIGURES:
            reported[names[day.venue]][day.day, figure] += getattr(day, figure)
    assert {name: +figures for name, figures in reported.items()} == {
        name: +figures for name, figures in totals.items()
    }
    assert [line.split(":")[0] for line in lines] == [venue.name for venue in VENUES[:4]]
    rows = ATTENDANCE.rows(ledger.store, scope, ReportFilters(date(2026, 10, 1), date(2026, 11, 24)))
    assert sum(row.people for row in rows) == sum(
        number for figures in totals.values() for (_, name), number in figures.items() if name == "people"
    )
    assert not missing(ledger.store, scope).unread


def test_the_same_seed_gives_the_same_days_and_another_one_others(tmp_path, clock):
    def made(folder, seed):
        ledger = open_ledger(tmp_path / folder, clock)
        try:
            return make_example(ledger, ExampleSize(venues=1, days=10), seed, lambda line: None)
        finally:
            ledger.close()

    assert made("one", 1) == made("two", 1) != made("three", 2)


def test_one_kiosk_is_silent_and_the_others_have_reported(ledger, clock):
    make_example(ledger, SIZE, SEED, lambda line: None)

    kiosks = kiosk_repository.kiosks(ledger.store, command_scope(ledger.store))
    behind = [kiosk for kiosk in kiosks if kiosk.reported_up_to != clock.read().at]

    assert len(kiosks) == sum(venue.kiosks for venue in VENUES[:4])
    assert [kiosk.venue.name for kiosk in behind] == [VENUES[3].name]


def test_it_is_made_in_an_empty_database_alone(ledger):
    make_example(ledger, ExampleSize(venues=1, days=1), SEED, lambda line: None)

    with pytest.raises(UserError, match="has venues already"):
        make_example(ledger, SIZE, SEED, lambda line: None)


def test_the_command_writes_what_it_counted(run, data, tmp_path):
    totals = tmp_path / "totals.json"

    made = run("example", "--venues", "1", "--days", "7", "--totals", str(totals), data=data)

    assert made.returncode == 0 and "The example is made." in made.stdout
    counted = json.loads(totals.read_text())["Mill café"]
    assert sum(day.get("visits", 0) for day in counted.values()) > 0
    assert run("example", "--venues", "99", data=data).returncode == 2
