"""How many visits for practice a period had is said beside every report, and counted in none; on both engines."""

from datetime import date, datetime
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import event

from sync.domain.events import SessionOpened, VisitCheckedIn, VisitVoided
from sync.server.reports.base import ReportFilters
from sync.server.reports.provisional import count_practice, read_provisional
from sync.server.reports.registry import REPORTS
from sync.server.reports.selection import select_venues

DAY = date(2026, 11, 20)
QUERY = f"from={DAY}&to={DAY}"


def at(text: str, zone: str = "UTC") -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).timestamp() * 1000)


def practise(kiosk, when: int, visits: int, kind: str = "event") -> list:
    """A practice session at the kiosk with so many visits."""
    session = uuid4()
    zone = kiosk.identity["zone"]["id"]
    kiosk.write(session, SessionOpened(zone=zone, title="Try it", session_kind=kind, practice=True), when)
    ids = [uuid4() for _ in range(visits)]
    for visit in ids:
        kiosk.write(visit, VisitCheckedIn(session=session, party_size=2, phones=1), when)
    return ids


def practice(central, **chosen) -> int:
    filters = ReportFilters(**{"first": DAY, "last": DAY, **chosen})
    return read_provisional(central.store, select_venues(central.store, central.inventory, filters), filters).practice


def test_visits_for_practice_are_counted_by_the_venues_day_zone_and_kind(central):
    central.code("Kyoto house", "Hall", "Asia/Tokyo")
    mill, kyoto = central.kiosk("Mill café", "Back room"), central.kiosk("Kyoto house", "Hall")
    voided = practise(mill, at("2026-11-20 18:00"), 4)[0]
    mill.write(voided, VisitVoided(), at("2026-11-20 18:05"))
    practise(mill, at("2026-11-20 00:00"), 1, "class")
    practise(mill, at("2026-11-19 23:59"), 1)
    practise(kyoto, at("2026-11-20 23:59", "Asia/Tokyo"), 5)
    practise(kyoto, at("2026-11-20 23:00"), 1)  # the day after, there
    mill.visit(at("2026-11-20 18:00"), minutes=60)
    mill.push()
    kyoto.push()

    assert practice(central) == 3 + 1 + 5
    assert practice(central, venue="Mill café") == 4
    assert practice(central, venue="Mill café", zone="Back room") == 4
    assert practice(central, kind="class") == 1
    assert practice(central, first=date(2026, 11, 19), last=date(2026, 11, 21)) == 3 + 1 + 1 + 5 + 1
    assert practice(central, first=date(2026, 10, 1), last=date(2026, 10, 31)) == 0


def test_a_page_and_the_json_say_how_many_are_not_counted(central, kiosk, signed_in):
    kiosk.visit(at("2026-11-20 18:00"), minutes=60)
    practise(kiosk, at("2026-11-20 18:00"), 12)
    kiosk.push()

    def page(query: str) -> str:
        return " ".join(signed_in.get(f"{central.url}/?{query}", timeout=60).text.split())

    for report in REPORTS:
        if not report.is_protected:
            assert "12 practice visits are not counted." in page(f"{QUERY}&report={report.identifier}")
    assert "practice" not in page("from=2026-11-19&to=2026-11-19")
    exported = signed_in.get(f"{central.url}/report.json?{QUERY}", timeout=60).json()
    assert exported["provisional"]["practice_visits"] == 12
    assert [row["visits"] for row in exported["rows"]] == [1]


def test_a_period_of_practice_alone_says_so(central, kiosk, signed_in):
    practise(kiosk, at("2026-11-20 18:00"), 1)
    kiosk.push()

    page = " ".join(signed_in.get(f"{central.url}/?{QUERY}", timeout=60).text.split())

    assert "Nobody came in this period" in page and "1 practice visit is not counted." in page


@pytest.mark.parametrize("engine", ["sqlite"])
def test_the_command_says_it_beside_the_rows(central, kiosk, run, data):
    practise(kiosk, at("2026-11-20 18:00"), 2)
    kiosk.push()
    day = ["--from", str(DAY), "--to", str(DAY)]

    printed = run("report", *day, data=data)

    assert len(printed.stdout.splitlines()) == 1  # the heads of the columns
    assert "hearth-server: 2 practice visits are not counted." in printed.stderr
    assert "practice" not in run("report", "--from", "2026-11-19", "--to", "2026-11-19", data=data).stderr


def test_visits_of_practice_sessions_alone_are_read(central, kiosk):
    """However many visits there are in the period."""
    practise(kiosk, at("2026-11-20 18:00"), 2)
    kiosk.push()
    statements = []
    event.listen(central.store.engine, "before_cursor_execute", lambda *words: statements.append(words[2:4]))
    filters = ReportFilters(DAY, DAY)
    selection = select_venues(central.store, central.inventory, filters)
    statements.clear()
    with central.store.reading() as connection:
        assert count_practice(connection, selection, filters) == 2
        queries = [(sql, values) for sql, values in statements if sql.startswith("SELECT")]
        if connection.dialect.name == "sqlite":
            plans = [
                str(connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}", values).all()) for sql, values in queries
            ]
            assert "ix_visit_session" in plans[-1] and "session_practice" in plans[-2]
    assert len(queries) == 2
