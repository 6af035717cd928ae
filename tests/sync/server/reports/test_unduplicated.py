"""Different people: a pass counts once for a day, a venue and a period, and visits without one are said."""

from datetime import date
from uuid import UUID, uuid4

import pytest

from sync.domain.events import PassForgotten, VisitCheckedIn, VisitPassGiven, VisitVoided
from sync.domain.ids import pass_subject
from sync.server.auth.scope import command_scope
from sync.server.kiosks import pairing
from sync.server.kiosks import repository as kiosk_repository
from sync.server.passes import spreading
from sync.server.reports import unduplicated
from sync.server.reports.unduplicated import UnduplicatedPeople
from sync.server.reports.unduplicated_cli import forgotten_sentence
from sync.server.storage import open_ledger

ADA, BOB = "a" * 32, "b" * 32
NOW = 1_795_507_200_000  # 2026-11-24 08:00 UTC, the manual clock's time
DAY = 24 * 60 * 60_000
FIRST, SECOND = date(2026, 11, 24), date(2026, 11, 25)


def come(kiosk, at: int, pass_hash: str | None) -> UUID:
    visit = uuid4()
    fields = {"pass_": pass_hash} if pass_hash else {}
    kiosk.write(visit, VisitCheckedIn(uuid4(), 2, 1, **fields), at)
    return visit


def count(central, first: date = FIRST, last: date = SECOND, venue: str | None = None) -> UnduplicatedPeople:
    venues = [v for v in kiosk_repository.venues(central.store, central.scope) if venue in (None, v.name)]
    with central.store.reading() as connection:
        return unduplicated.count(connection, venues, first, last)


@pytest.fixture
def reported(central, kiosk):
    """Two days at two venues; returns the kiosks."""
    other = central.kiosk("Library East")
    for at, pass_hash in ((NOW, ADA), (NOW + 1000, ADA), (NOW, BOB), (NOW, None), (NOW + DAY, ADA)):
        come(kiosk, at, pass_hash)
    come(other, NOW, ADA)
    later = come(other, NOW, None)
    other.write(later, VisitPassGiven(BOB))
    voided = come(other, NOW, "c" * 32)
    other.write(voided, VisitVoided())
    kiosk.push()
    other.push()
    return kiosk, other


def test_a_person_counts_once_however_often_and_wherever_they_came(central, reported):
    assert count(central) == UnduplicatedPeople(2, 6, 1)
    assert count(central, FIRST, FIRST) == UnduplicatedPeople(2, 5, 1)
    assert count(central, SECOND, SECOND) == UnduplicatedPeople(1, 1, 0)
    assert count(central, venue="Library East") == UnduplicatedPeople(2, 2, 0)
    assert count(central, venue="nowhere") == UnduplicatedPeople(0, 0, 0)


def test_figures_fall_when_somebody_is_forgotten_and_it_is_said(central, reported):
    kiosk, _ = reported
    kiosk.write(pass_subject(ADA), PassForgotten(), NOW + DAY)
    kiosk.push()
    spreading.spread(central.ledger)

    assert count(central) == UnduplicatedPeople(1, 2, 5)
    with central.store.reading() as connection:
        forgotten = unduplicated.forgotten(connection)
    assert forgotten.count == 1
    assert "1 pass was forgotten so far, the last on 2026-11-2" in forgotten_sentence(forgotten)


def test_a_days_figures_follow_the_venues_time_zone(central, kiosk):
    auckland = central.code("Auckland", time_zone="Pacific/Auckland")
    assert auckland
    come(kiosk, NOW - 9 * 60 * 60_000, ADA)  # 23:00 the day before in UTC
    kiosk.push()

    assert count(central, FIRST, FIRST).people == 0
    assert count(central, date(2026, 11, 23), FIRST).people == 1


def test_the_command_counts_venues_and_all_together(run, data, clock):
    ledger = open_ledger(data, clock)
    for name in ("Mill café", "Library East"):
        pairing.make_code(ledger.store, name, None, "UTC", NOW)
    for venue in kiosk_repository.venues(ledger.store, command_scope(ledger.store)):
        ledger.record((uuid4(), VisitCheckedIn(uuid4(), 1, 1, pass_=ADA)), stream=venue.id)
    ledger.record((pass_subject(BOB), PassForgotten()), stream=venue.id)
    ledger.close()
    period = "--from", "2026-11-24", "--to", "2026-11-24"

    answer = run("people", *period, data=data)

    lines = [" ".join(line.split()) for line in answer.stdout.splitlines()]
    assert lines[1:4] == ["Library East 1 1 0", "Mill café 1 1 0", "together 1 2 0"]
    assert "1 pass was forgotten so far, the last on 2026-11-24." in lines[4]
    assert run("people", *period, "--venue", "Mill café", data=data).stdout.count("Mill") == 1
    assert run("people", *period, "--venue", "nowhere", data=data).returncode == 2
    assert run("people", *reversed(period), data=data).returncode == 2
