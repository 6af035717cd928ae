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
from sync.server.kiosks.inventory import read_inventory
from sync.server.kiosks.missing import missing
from sync.server.kiosks.repository import all_venues
from sync.server.reports import rollups
from sync.server.reports.attendance import ATTENDANCE
from sync.server.reports.base import ReportFilters
from sync.server.reports.capacity import CAPACITY
from sync.server.reports.unduplicated import PassReader
from sync.server.storage import open_ledger

SIZE = ExampleSize(venues=4, days=30)


@pytest.fixture
def ledger(tmp_path, clock):
    ledger = open_ledger(tmp_path, clock)
    yield ledger
    ledger.close()


def test_reports_are_what_was_counted(ledger):
    lines, came = [], {}

    totals = make_example(ledger, SIZE, SEED, lines.append, came)

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
        name: Counter({key: number for key, number in figures.items() if number and key[1] in FIGURES})
        for name, figures in totals.items()
    }
    check_passes(ledger, venues, totals, came)
    check_seats(ledger, scope, totals)
    assert [line.split(":")[0] for line in lines] == [venue.name for venue in VENUES[:4]]
    rows = ATTENDANCE.rows(
        ledger.store, read_inventory(ledger.store, scope), ReportFilters(date(2026, 10, 1), date(2026, 11, 24))
    )
    assert sum(row.people for row in rows) == sum(
        number for figures in totals.values() for (_, name), number in figures.items() if name == "people"
    )
    assert not missing(ledger.store, read_inventory(ledger.store, scope)).unread


def check_passes(ledger, venues, totals, came):
    """Person by person, of each venue and of all together, in a month and in some days."""
    for first, last in ((date(2026, 11, 1), date(2026, 11, 30)), (date(2026, 11, 5), date(2026, 11, 20))):
        with ledger.store.reading() as connection:
            reader = PassReader(connection, all_venues(connection), first, last)
            shown = {venue.name: (reader.people([venue]), reader.with_visits([venue])) for venue in venues}
            together = reader.people(venues)
        for name, (people, visits) in shown.items():
            assert figures_of(people) == counted(came[name], first, last), name
            assert visits.with_pass == sum(
                number for (day, key), number in totals[name].items() if key == "with_pass" and first <= day <= last
            )
        assert figures_of(together) == counted(set.union(*came.values()), first, last)


def figures_of(people):
    return people.first_visits, people.returning, people.came_back.total()


def counted(came, first, last):
    """Who came for the first time, who had come before, and who came back."""
    days = {pass_: {day for day, other in came if other == pass_} for _, pass_ in came}
    inside = [some for some in days.values() if any(first <= day <= last for day in some)]
    before = [some for some in inside if min(some) < first]
    again = [some for some in inside if min(some) >= first and sum(day <= last for day in some) > 1]
    return len(inside) - len(before), len(before), len(before) + len(again)


def check_seats(ledger, scope, totals):
    rows = CAPACITY.rows(
        ledger.store, read_inventory(ledger.store, scope), ReportFilters(date(2026, 10, 1), date(2026, 11, 24))
    )
    for key in ("sessions", "seats", "fullest", "full", "turned_away"):
        name = "closed" if key == "sessions" else key
        expected = sum(number for figures in totals.values() for (_, other), number in figures.items() if other == name)
        assert CAPACITY.totals(rows)[key] == expected, key
    assert 0 < CAPACITY.totals(rows)["full"] < CAPACITY.totals(rows)["sessions"]


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
