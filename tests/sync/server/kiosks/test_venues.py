"""Venues by name: found by one rule everywhere, renamed, merged without losing a fact, removed while empty."""

import re
from uuid import UUID

import pytest
import requests

from sync.domain.events import SessionPlanned, VisitCheckedOut, write_entry
from sync.errors import UserError
from sync.ledger import feed_positions
from sync.ledger.ledger import Ledger
from sync.server.kiosks import lookup, missing, naming, venues
from sync.server.kiosks import repository as kiosk_repository
from sync.server.kiosks import service as kiosk_service
from sync.server.planning import service as planning_service
from sync.server.web import venue_time
from tests.support.server_commands import mistake, serving

MINUTE = 60_000
PERIOD = ("--from", "2026-11-01", "--to", "2026-11-30")
WRITTEN_OTHERWISE = ["Mill Café", "mill CAFÉ", " Mill  cafe\u0301 ", "ＭＩＬＬ Café", "Mill\u00a0Café"]


def venue(central, name):
    return naming.find_venue(kiosk_repository.venues(central.store, central.scope), name)


def revoke(central, kiosk):
    kiosk_service.revoke(
        central.ledger,
        central.scope,
        next(row.id for row in kiosk_repository.kiosks(central.store, central.scope) if row.venue.name == kiosk),
        0,
    )


@pytest.mark.parametrize("typed", WRITTEN_OTHERWISE)
def test_every_command_finds_a_venue_however_it_is_typed(data, run, typed):
    run("pair", "--venue", "Mill Café", data=data)

    paired = run("pair", "--venue", typed, data=data)

    assert "New venue" not in paired.stdout and "at Mill Café, Main room" in paired.stdout
    assert run("configure", "--venue", typed, "--pouches", "9", data=data).returncode == 0
    assert run("report", *PERIOD, "--venue", typed, data=data).returncode == 0
    assert run("venue", "rename", typed, "Mill house", data=data).returncode == 0
    assert len(run("venue", "list", data=data).stdout.splitlines()) == 2


def test_a_zone_is_found_however_it_is_typed(data, run):
    run("pair", "--venue", "Mill", "--zone", "Back room", data=data)

    again = run("pair", "--venue", "mill", "--zone", "BACK  room", data=data).stdout

    assert "New zone" not in again and "Mill, Back room" in again
    assert "New zone at Mill: Hall." in run("pair", "--venue", "mill", "--zone", "Hall", data=data).stdout


def test_a_new_venue_is_announced_with_venues_of_similar_names(data, run):
    run("pair", "--venue", "Mill café", data=data)

    output = run("pair", "--venue", "Mil café", data=data).stdout

    assert "New venue: Mil café" in output
    assert "There is “Mill café” as well" in output


@pytest.mark.parametrize(
    "command",
    [
        ("pair", "--venue", "mill"),
        ("configure", "--venue", "mill", "--pouches", "3"),
        ("report", *PERIOD, "--venue", "mill"),
        ("venue", "remove", "mill"),
        ("venue", "rename", "mill", "Other"),
        ("venue", "merge", "mill", "Library"),
    ],
)
def test_a_name_that_could_be_two_venues_is_an_error_of_every_command(data, run, command):
    for words in (["Mill"], ["MILL", "--new"], ["Library"]):
        run("pair", "--venue", *words, data=data)

    assert "did you mean “MILL” or “Mill”?" in mistake(run(*command, data=data))


def test_a_name_that_differs_in_capitals_alone_is_taken(data, run):
    for name in ("Mill", "Library"):
        run("pair", "--venue", name, data=data)

    assert "another venue is called “Mill”" in mistake(run("venue", "rename", "Library", "MILL", data=data))
    assert "Mill is MILL now" in run("venue", "rename", "Mill", "MILL", data=data).stdout
    assert "already" in mistake(run("pair", "--venue", "MILL", "--new", data=data))


def test_a_venue_where_nothing_happened_is_removed_with_its_codes(data, run):
    with serving(data) as (url, _):
        code = run("pair", "--venue", "Mil café", data=data).stdout.splitlines()[-1]
        removed = run("venue", "remove", "Mil café", data=data)
        answer = requests.post(f"{url}/v1/enrol", json={"code": code}, timeout=60)

    assert "Mil café is removed" in removed.stdout
    assert answer.status_code == 403
    assert "There is no venue yet" in run("venue", "list", data=data).stdout


def test_a_venue_that_kiosks_are_paired_with_or_have_reported_from_is_not_removed(central, kiosk):
    mill = venue(central, "Mill café")
    with pytest.raises(UserError, match="1 kiosk is still paired"):
        venues.remove(central.store, mill)
    kiosk.visit(central.now, minutes=30)
    kiosk.push()
    revoke(central, "Mill café")

    with pytest.raises(UserError, match="have sent 2 entries"):
        venues.remove(central.store, mill)
    assert venue(central, "Mill café") == mill


def people(central):
    day = venue_time.day_of(central.now, venue(central, "Mill").clock_zone)
    return {row.venue: (row.sessions, row.people) for row in central.attendance(day)}


def test_a_merged_venue_keeps_every_fact_once(central):
    mill, old_mill = central.kiosk("Mill"), central.kiosk("Old mill")
    for kiosk, size in ((mill, 2), (old_mill, 3)):
        kiosk.open_session()
        kiosk.visit(central.now, minutes=30, size=size)
        kiosk.push()
    old_mill.send(b'{"seq": 4, "kind": "from tomorrow"}')
    feed = mill.headers
    position = requests.get(f"{central.url}/v1/feed", headers=feed, timeout=60).json()["position"]
    revoke(central, "Old mill")

    renamed = venues.merge(central.store, venue(central, "Old mill"), venue(central, "Mill"))

    assert people(central) == {"Mill": (2, 5)}
    assert renamed == [("Main room", "Main room (Old mill)")]
    page = requests.get(f"{central.url}/v1/feed?after={position}", headers=feed, timeout=60).json()
    *written, revoked = page["entries"]
    assert [entry["id"] for entry in written] == [str(entry.id) for entry in old_mill.written], "in order, at the end"
    assert revoked["kind"] == "kiosk.revoked"
    with central.store.reading() as connection:
        assert page["position"] == feed_positions.end(connection, venue(central, "Mill").id).number == position + 4
    assert missing.missing(central.store, central.inventory).unread[0].entries == 1
    mill.push()
    assert people(central) == {"Mill": (2, 5)}, "reported twice"


def test_entries_sent_after_the_merge_are_folded_with_those_sent_before(central):
    """The kiosk's pairing was ended, and it was paired again with the other venue."""
    central.kiosk("Mill")
    before = central.kiosk("Old mill")
    before.open_session()
    visit = before.visit(central.now, minutes=None)
    before.push()
    revoke(central, "Old mill")
    venues.merge(central.store, venue(central, "Old mill"), venue(central, "Mill"))

    after = central.kiosk("Mill", "Main room (Old mill)")
    after.write(visit, VisitCheckedOut(), central.now + 45 * MINUTE)
    after.push()

    day = venue_time.day_of(central.now, venue(central, "Mill").clock_zone)
    [row] = central.attendance(day)
    assert (row.people, row.phone_free_hours) == (1, 0.75)


def test_a_push_that_was_under_way_during_the_merge_is_counted_at_the_venue_that_stays(central):
    central.kiosk("Mill")
    other = central.kiosk("Old mill")
    other.visit(central.now, minutes=30, size=4)
    old = venue(central, "Old mill")
    revoke(central, "Old mill")
    venues.merge(central.store, old, venue(central, "Mill"))

    lines = [write_entry(entry).encode() for entry in other.written]
    absorbed = Ledger(central.store, central.clock).absorb(other.journal, lines, UUID(other.identity["kiosk"]), old.id)

    assert (absorbed.acknowledged, absorbed.feed) == (2, None)
    assert people(central) == {"Mill": (0, 4)}


def test_three_venues_become_one_in_two_steps(central):
    for number, name in enumerate(("Mill", "Old mill", "Older mill"), 1):
        kiosk = central.kiosk(name)
        kiosk.visit(central.now, minutes=30, size=number)
        kiosk.push()
        if name != "Mill":
            revoke(central, name)
    oldest = venue(central, "Older mill")
    venues.merge(central.store, oldest, venue(central, "Old mill"))
    venues.merge(central.store, venue(central, "Old mill"), venue(central, "Mill"))

    assert people(central) == {"Mill": (0, 6)}
    with central.store.reading() as connection:
        assert feed_positions.resolve(connection, oldest.id) == venue(central, "Mill").id
    assert len(kiosk_repository.kiosks(central.store, central.scope)) == 3


def test_venues_whose_days_differ_or_that_have_paired_kiosks_are_not_merged(central):
    central.kiosk("Mill")
    central.code("Tokyo", time_zone="Asia/Tokyo")
    central.code("Library")

    for old, into, why in (
        ("Tokyo", "Mill", "Asia/Tokyo"),
        ("Mill", "Library", "still paired"),
        ("Mill", "Mill", "one venue"),
    ):
        with pytest.raises(UserError, match=re.escape(why)):
            venues.merge(central.store, venue(central, old), venue(central, into))
    assert [listed.name for listed in kiosk_repository.venues(central.store, central.scope)] == [
        "Library",
        "Mill",
        "Tokyo",
    ]


def test_plans_go_with_their_venue(central):
    central.code("Old mill")
    central.code("Mill")
    old = venue(central, "Old mill")
    with central.store.reading() as connection:
        [zone] = kiosk_repository.zones_in(connection, old.id)

    ledger = Ledger(central.store, central.clock)
    planned = SessionPlanned(str(zone.id), "Quiet", "event", central.now + MINUTE, central.now + 9 * MINUTE)
    session = planning_service.plan(ledger, old.id, planned)
    venues.merge(central.store, old, venue(central, "Mill"))
    kiosk = central.kiosk("Mill", "Main room (Old mill)")

    entries = requests.get(f"{central.url}/v1/feed", headers=kiosk.headers, timeout=60).json()["entries"]
    assert [(entry["kind"], entry["body"]["zone"]) for entry in entries] == [
        ("session.planned", kiosk.identity["zone"]["id"])
    ]
    assert planning_service.cancel(ledger, central.scope, session).title == "Quiet"


def test_the_lookup_suggests_similar_names():
    with pytest.raises(lookup.NotFound, match="did you mean “Hall”"):
        lookup.find("zone", ["Hall", "Attic"], str, "Hal")
