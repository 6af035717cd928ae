"""The visits behind a report: what a row says and what it does not, and that they add up to the report's figures."""

import csv
import io
import random
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from uuid import UUID, uuid4

import msgspec
import pytest
import requests
from python_calamine import CalamineWorkbook
from sqlalchemy import insert, update

from sync.domain.events import PulseGiven, SessionOpened, VisitCheckedIn, VisitCheckedOut
from sync.domain.session import Session
from sync.domain.visit import Visit
from sync.ledger.hot_path_sql import hot_path
from sync.ledger.ledger import Ledger
from sync.server import tables
from sync.server.auth.scope import Permission, Scope, command_scope
from sync.server.kiosks import repository as kiosk_repository
from sync.server.kiosks.inventory import Inventory, read_inventory
from sync.server.kiosks.lookup import NotFound
from sync.server.reports import attendance, phones, registry, rollups, stays, storage, visit_rows
from sync.server.reports.base import ReportFilters, RunningTotals
from sync.server.reports.disclosure import NotOffered
from sync.server.reports.visit_rows import VISITS, VisitRow

HOUR = 3_600_000
START = 1_793_000_000_000  # in autumn 2026: clocks in Amsterdam and New York go back within the days that follow
PERIOD = date(2026, 10, 1), date(2026, 12, 31)
VENUES = {UUID(int=1): "Europe/Amsterdam", UUID(int=2): "Asia/Kathmandu", UUID(int=3): "America/New_York"}
ZONES = {venue: UUID(int=100 + venue.int) for venue in VENUES}
SESSIONS = [UUID(int=number) for number in range(11, 17)]


@pytest.fixture
def visited(ledger: Ledger) -> Ledger:
    """Three venues with sessions, some of them practice, and visits of every kind, some at the same moment."""
    chance = random.Random(7)
    with ledger.store.writing() as connection:
        rows = [{"id": id, "name": f"Venue {id.int}", "time_zone": zone} for id, zone in VENUES.items()]
        connection.execute(insert(tables.venue), rows)
        zones = [{"id": id, "venue": venue, "name": f"Hall {venue.int}"} for venue, id in ZONES.items()]
        connection.execute(insert(tables.zone), zones)
        for venue in VENUES:
            hot_path(connection).upsert(venue, [session_at(id, venue) for id in SESSIONS[:-1]])
            hot_path(connection).upsert(venue, [any_visit(chance) for _ in range(60)])
    return ledger


def session_at(id: UUID, venue: UUID) -> Session:
    return Session(
        id=id,
        zone=str(ZONES[venue]) if id.int % 2 else None,
        session_kind="event" if id.int % 3 else "class",
        opened=START,
        practice=id == SESSIONS[0],
    )


def any_visit(chance: random.Random) -> Visit:
    checked_in = START + chance.randrange(0, 24 * 8) * HOUR // 4 + 1
    has_ended = chance.random() < 0.8
    stay = chance.randrange(1, 5 * HOUR)
    return Visit(
        id=uuid4(),
        code="0000",
        session=chance.choice([*SESSIONS, None]),  # the last one is not known
        party_size=chance.randint(1, 6),
        phones=chance.randint(0, 6),
        kept=chance.randint(0, 7),
        pass_="a" * 32 if chance.random() < 0.5 else None,
        checked_in=None if chance.random() < 0.1 else checked_in,
        checked_out=checked_in + stay if has_ended else None,
        stay=stay if has_ended else None,
        phone_free=stay // 2 if has_ended else None,
        voided=chance.random() < 0.2,
        estimated=chance.random() < 0.2,
        taken_early=chance.random() < 0.2,
        phones_lost=chance.randint(0, 2),
        outstanding=chance.random() < 0.3,
        over_capacity=chance.random() < 0.2,
        stow=chance.choice(["pouch", "locker", "none"]),
        lost=(3, 7) if chance.random() < 0.1 else (),
    )


def rows_of(ledger: Ledger, filters: ReportFilters, scope: Scope | None = None) -> list[VisitRow]:
    return list(
        visit_rows.visit_rows(ledger.store, read_inventory(ledger.store, scope or command_scope(ledger.store)), filters)
    )


ALL = ReportFilters(*PERIOD)
FILTERS = [
    ALL,
    ReportFilters(*PERIOD, venue="Venue 2"),
    ReportFilters(*PERIOD, venue="Venue 3", zone="Hall 3"),
    ReportFilters(*PERIOD, kind="class"),
    ReportFilters(date(2026, 10, 26), date(2026, 10, 26)),
]


@pytest.mark.parametrize(("batch", "is_stored"), [(1, False), (7, True), (visit_rows.BATCH, True)])
def test_the_rows_add_up_to_the_figures_of_the_reports(visited, monkeypatch, batch, is_stored):
    monkeypatch.setattr(visit_rows, "BATCH", batch)
    scope = command_scope(visited.store)
    if is_stored:
        venues = kiosk_repository.venues(visited.store, scope)
        rollups.refresh(visited.store, venues, visited.clock.read().at, waits=True)
    for filters in FILTERS:
        check_sums(visited, read_inventory(visited.store, scope), filters)


def check_sums(visited: Ledger, inventory: Inventory, filters: ReportFilters) -> None:
    rows = rows_of(visited, filters)
    assert rows

    running, visits = RunningTotals(VISITS.columns), Counter[tuple[date, str]]()
    for row in rows:
        running.add(row)
        visits[row.day, row.venue] += 1
    sums = running.sums()
    days = attendance.rows(visited.store, inventory, filters)
    expected = attendance.ATTENDANCE.totals(days)

    assert visits == {(day.day, day.venue): day.visits for day in days if day.visits}
    for key in ("people", "phones", "kept", "estimated"):
        assert sums[key] == expected[key], key
    assert sums["phone_free_hours"] == pytest.approx(expected["phone_free_hours"], abs=0.005 * len(days))
    of_phones = phones.PHONES.totals(phones.rows(visited.store, inventory, filters))
    assert (sums["taken_early"], sums["lost_phones"]) == (of_phones["early"], of_phones["lost_phones"])
    assert sums["not_back"] == of_phones["not_back"]
    assert sum(row.people for row in rows if row.over_capacity) == of_phones["over_capacity"]
    of_storage = storage.STORAGE.totals(storage.rows(visited.store, inventory, filters))
    assert sum(row.lost_numbers for row in rows if row.stow == "pouch") == of_storage["lost_pouches"]
    assert sum(row.lost_numbers for row in rows if row.stow == "locker") == of_storage["lost_lockers"]
    assert sum(row.visits for row in stays.rows(visited.store, inventory, filters)) == sum(
        row.minutes is not None for row in rows
    )


def test_rows_of_a_venue_follow_each_other_by_check_in_and_no_visit_comes_twice(visited, monkeypatch):
    whole = rows_of(visited, ALL)
    monkeypatch.setattr(visit_rows, "BATCH", 2)

    assert rows_of(visited, ALL) == whole
    assert [(row.venue, row.checked_in) for row in whole] == sorted((row.venue, row.checked_in) for row in whole)


def test_nobody_reads_the_rows_of_venues_outside_their_scope(visited):
    everything = command_scope(visited.store)
    limited = Scope(everything.organisation, frozenset({UUID(int=2)}), frozenset({Permission.VIEW}))

    assert {row.venue for row in rows_of(visited, ALL, limited)} == {"Venue 2"}
    assert rows_of(visited, ReportFilters(*PERIOD, venue="Venue 1"), limited) == []


def test_a_zone_that_the_venue_has_not_is_an_error_before_the_first_row(visited):
    with pytest.raises(NotFound):
        visit_rows.visit_rows(
            visited.store,
            read_inventory(visited.store, command_scope(visited.store)),
            ReportFilters(*PERIOD, venue="Venue 2", zone="Attic"),
        )


def test_the_rows_are_read_in_batches_and_hold_no_connection_between_them(visited, monkeypatch):
    monkeypatch.setattr(visit_rows, "BATCH", 5)
    rows = visit_rows.visit_rows(visited.store, read_inventory(visited.store, command_scope(visited.store)), ALL)

    first = next(rows)
    assert visited.store.engine.pool.checkedout() == 0
    with visited.store.writing() as connection:  # what comes later is among the later rows
        connection.execute(update(tables.venue).values(name="Renamed").where(tables.venue.c.id == UUID(int=1)))
        late = Visit(id=uuid4(), code="0000", party_size=9, checked_in=START + 24 * 30 * HOUR)
        hot_path(connection).upsert(UUID(int=3), [late])
    rest = list(rows)

    assert first.venue == "Venue 1"
    assert rest[-1].venue == "Venue 3" and rest[-1].people == 9


def test_a_row_says_what_happened_by_the_venues_clocks_and_nothing_of_the_person(central):
    kiosk = central.kiosk("Mill café", "Back room")
    session, visit = uuid4(), uuid4()
    zone = kiosk.identity["zone"]["id"]
    at = int(datetime.fromisoformat("2026-11-20T18:03:59+00:00").timestamp() * 1000)
    kiosk.write(session, SessionOpened(zone=zone, title="Anna’s farewell", session_kind="event"), at - HOUR)
    arrival = VisitCheckedIn(
        session=session, party_size=3, phones=2, kept=1, stow="pouch", numbers=(41, 42), language="uk", pass_="b" * 32
    )
    kiosk.write(visit, arrival, at)
    kiosk.write(visit, PulseGiven("before", 2), at)
    kiosk.write(visit, VisitCheckedOut(), at + 90 * 60_000)
    kiosk.push()

    [row] = visit_rows.visit_rows(
        central.store, central.inventory, ReportFilters(date(2026, 11, 20), date(2026, 11, 20))
    )

    assert msgspec.to_builtins(row) == {
        "day": "2026-11-20",
        "venue": "Mill café",
        "zone": "Back room",
        "session_kind": "event",
        "checked_in": "2026-11-20T18:03:00Z",
        "checked_out": "2026-11-20T19:33:00Z",
        "minutes": 90.0,
        "phone_free_minutes": 90.0,
        "phone_free_hours": 3.0,
        "people": 3,
        "phones": 2,
        "kept": 1,
        "stow": "pouch",
        "taken_early": 0,
        "lost_phones": 0,
        "lost_numbers": 0,
        "not_back": 0,
        "over_capacity": 0,
        "estimated": 0,
    }


def test_the_columns_are_the_fields_of_a_row_and_each_is_defined():
    assert tuple(column.key for column in VISITS.columns) == VisitRow.__struct_fields__
    assert all(column.definition for column in VISITS.columns if column.key != "venue")


def test_reports_that_could_point_at_a_person_offer_no_rows():
    offered = {report.identifier for report in registry.REPORTS if visit_rows.is_offered(report)}
    assert offered == {"attendance", "presence", "stays", "phones", "storage"}
    for report in registry.REPORTS:
        if report.is_protected:
            with pytest.raises(NotOffered, match="not exported one by one"):
                visit_rows.check_offered(report)


def test_the_rows_are_downloaded_with_the_reports_filters(central, kiosk, signed_in, problem):
    other = central.kiosk("Garden house")
    for each, size in ((kiosk, 2), (other, 5)):
        each.visit(central.now, minutes=30, size=size)
        each.push()
    query = "from=2026-11-24&to=2026-11-24&venue=Garden+house&rows=visits"

    answer = signed_in.get(f"{central.url}/report.csv?{query}", timeout=60)
    [line] = csv.DictReader(io.StringIO(answer.text, newline=""))

    assert (line["venue"], line["people"], line["checked_in"]) == ("Garden house", "5", "2026-11-24T08:00:00Z")
    assert 'filename="hearth-attendance-visits-2026-11-24-2026-11-24.csv"' in answer.headers["Content-Disposition"]
    program = {"Accept": "*/*"}
    for wrong, text in (("report=people&rows=visits", "one by one"), ("rows=people", "no rows of")):
        refused = signed_in.get(
            f"{central.url}/report.csv?from=2026-10-01&to=2026-10-31&{wrong}", headers=program, timeout=60
        )
        assert refused.status_code == 400 and text in str(problem(refused)["detail"])


def test_codes_are_words_of_the_readers_language_in_excel_alone(central, kiosk, signed_in):
    session, zone = uuid4(), kiosk.identity["zone"]["id"]
    kiosk.write(session, SessionOpened(zone=zone, title="Chess", session_kind="open_hours"), central.now - HOUR)
    arrival = VisitCheckedIn(session=session, party_size=1, phones=1, stow="pouch", numbers=(4,))
    for number in range(2500):  # more than the first piece of a download
        kiosk.write(uuid4(), arrival, central.now - HOUR + number)
    kiosk.push()
    signed_in.headers["Accept-Language"] = "de"
    query = "from=2026-11-24&to=2026-11-24&rows=visits"

    def download(name: str) -> bytes:
        return signed_in.get(f"{central.url}/{name}?{query}", timeout=60).content

    def codes(rows: Iterable[Sequence[object]]) -> set[tuple[object, object]]:
        heading, *lines = rows
        kind = list(heading).index("Art der Veranstaltung" if "Tag" in heading else "session_kind")
        return {(line[kind], line[kind + 9]) for line in lines}

    excel = csv.reader(io.StringIO(download("report.excel.csv").decode("utf-8-sig"), newline=""), delimiter=";")
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(download("report.xlsx"))).get_sheet_by_index(0).to_python()
    plain = csv.reader(io.StringIO(download("report.csv").decode(), newline=""))
    assert codes(excel) == codes(sheet) == {("Offene Zeit", "Hülle")}
    assert codes(plain) == {("open_hours", "pouch")}


def test_the_rows_are_for_signed_in_accounts(central, kiosk):
    for ending in ("csv", "json", "xlsx", "parquet"):
        answer = requests.get(f"{central.url}/report.{ending}?rows=visits", timeout=60)
        assert answer.status_code == 401


@pytest.mark.parametrize("engine", ["sqlite"])
def test_the_command_prints_the_rows(central, kiosk, run, data):
    kiosk.visit(central.now, minutes=30, size=4)
    kiosk.push()
    day = ["--from", "2026-11-24", "--to", "2026-11-24"]

    printed = run("report", "attendance", "--rows", *day, data=data)
    refused = run("report", "people", "--rows", "--from", "2026-10-01", "--to", "2026-10-31", data=data)

    [line] = csv.DictReader(io.StringIO(printed.stdout))
    assert (line["people"], line["minutes"]) == ("4", "30.0")
    assert refused.returncode != 0 and "one by one" in refused.stderr
