"""The figures of the attendance report: what is counted, on which day, and what is not."""

from datetime import UTC, date, datetime
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import pytest

from sync.domain.events import (
    ClockAnchored,
    PhoneReturned,
    PhoneTaken,
    PulseGiven,
    SessionClosed,
    SessionOpened,
    VisitCheckedIn,
    VisitCheckedOut,
    VisitVoided,
)
from sync.server.kiosks import repository as kiosk_repository
from sync.server.kiosks import service as kiosk_service
from sync.server.reports import exporters, json_export, unduplicated
from sync.server.reports.attendance import ATTENDANCE, AttendanceRow
from sync.server.reports.base import ReportFilters
from sync.server.reports.registry import REPORTS

DAY = date(2026, 11, 20)
MINUTE = 60_000
HOUR = 60 * MINUTE


def at(text, zone="UTC"):
    return int(datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).timestamp() * 1000)


EVENING = at("2026-11-20 18:00")


def only_row(central, day=DAY):
    [row] = central.attendance(day)
    return row


def test_a_row_counts_sessions_visits_people_and_phone_free_hours(central, kiosk):
    kiosk.open_session(EVENING)
    kiosk.visit(EVENING, minutes=90, size=4, phones=3, kept=1)
    kiosk.visit(EVENING, minutes=60)
    kiosk.push()
    kiosk.beat()

    row = only_row(central)

    assert (row.day, row.venue, row.sessions, row.visits) == (DAY, "Mill café", 1, 2)
    assert (row.people, row.phones, row.kept, row.estimated) == (5, 4, 1, 0)
    assert row.phone_free_hours == 3 * 1.5 + 1
    assert row.reported_up_to == "2026-11-24T08:00:00+00:00"


def test_the_columns_are_the_fields_of_a_row(central):
    assert tuple(column.key for column in ATTENDANCE.columns) == AttendanceRow.__struct_fields__


def test_totals_are_the_sums_of_the_rows_as_they_are_shown(central):
    rows = [
        AttendanceRow(DAY, "Mill", 1, 2, 3, 4, 5, 0.01, 6, None),
        AttendanceRow(DAY, "Garden", 1, 2, 3, 4, 5, 0.02, 6, None),
    ]

    totals = ATTENDANCE.totals(rows)

    assert totals == {
        "sessions": 2,
        "visits": 4,
        "people": 6,
        "phones": 8,
        "kept": 10,
        "phone_free_hours": 0.03,
        "estimated": 12,
    }


@pytest.mark.parametrize("opening_comes_last", [False, True])
def test_practice_is_counted_in_no_report(central, kiosk, opening_comes_last):
    session, visit, pass_hash = uuid4(), uuid4(), "a" * 32
    kiosk.visit(EVENING, minutes=30, size=2)  # a visit that counts
    zone = kiosk.identity["zone"]["id"]
    opening = SessionOpened(zone=zone, title="Open hours", session_kind="open_hours", practice=True)
    facts = [
        (session, opening, EVENING),
        (visit, VisitCheckedIn(session=session, party_size=3, phones=3, pass_=pass_hash), EVENING),
        (visit, PulseGiven("before", 2), EVENING + 1000),
        (visit, PulseGiven("after", 4), EVENING + HOUR),
        (visit, VisitCheckedOut(), EVENING + HOUR),
        (session, SessionClosed(), EVENING + 2 * HOUR),
    ]
    for subject, event, at in [*facts[1:], facts[0]] if opening_comes_last else facts:
        kiosk.write(subject, event, at)
        kiosk.push()

    row = only_row(central)
    assert (row.sessions, row.visits, row.people) == (0, 1, 2)
    filters = ReportFilters(row.day.replace(day=1), row.day, smallest_count=1)
    with central.store.reading() as connection:
        people = unduplicated.count(connection, kiosk_repository.venues(central.store, central.scope), row.day, row.day)
    assert (people.with_pass, people.without_pass) == (0, 1)
    before = {report.identifier: report.rows(central.store, central.inventory, filters) for report in REPORTS}
    assert not before["capacity"]
    kiosk.write(visit, VisitVoided(), EVENING + HOUR)  # it has changed nothing, so this does not either
    kiosk.push()
    assert {report.identifier: report.rows(central.store, central.inventory, filters) for report in REPORTS} == before


def test_an_open_visit_is_counted_except_in_the_hours(central, kiosk):
    kiosk.visit(EVENING, minutes=None, size=3, phones=2, kept=1)
    kiosk.push()

    row = only_row(central)

    assert (row.visits, row.people, row.phones, row.kept, row.phone_free_hours) == (1, 3, 2, 1, 0)


def test_a_voided_visit_is_not_counted(central, kiosk):
    kiosk.write(kiosk.visit(EVENING, minutes=60), VisitVoided())
    kiosk.push()

    assert central.attendance(DAY) == []


def test_a_break_is_not_phone_free(central, kiosk):
    visit = uuid4()
    kiosk.write(visit, VisitCheckedIn(session=uuid4(), party_size=2, phones=2), EVENING)
    kiosk.write(visit, PhoneTaken(), EVENING + 20 * MINUTE)
    kiosk.write(visit, PhoneReturned(), EVENING + 50 * MINUTE)
    kiosk.write(visit, VisitCheckedOut(), EVENING + 80 * MINUTE)
    kiosk.push()

    assert only_row(central).phone_free_hours == round(2 * 50 / 60, 2)


def test_an_early_taking_ends_the_phone_free_time(central, kiosk):
    visit = uuid4()
    kiosk.write(visit, VisitCheckedIn(session=uuid4(), party_size=1, phones=1), EVENING)
    kiosk.write(visit, PhoneTaken(early=True), EVENING + 30 * MINUTE)
    kiosk.write(visit, VisitCheckedOut(), EVENING + 80 * MINUTE)
    kiosk.push()

    assert only_row(central).phone_free_hours == 0.5


def test_a_return_after_an_early_taking_changes_nothing(central, kiosk):
    visit = uuid4()
    kiosk.write(visit, VisitCheckedIn(session=uuid4(), party_size=1, phones=1), EVENING)
    kiosk.write(visit, PhoneTaken(early=True), EVENING + 30 * MINUTE)
    kiosk.write(visit, PhoneReturned(), EVENING + 40 * MINUTE)
    kiosk.write(visit, VisitCheckedOut(), EVENING + 80 * MINUTE)
    kiosk.push()

    assert only_row(central).phone_free_hours == 0.5


def test_more_kept_phones_than_people_are_counted_as_recorded_and_give_no_hours(central, kiosk):
    kiosk.visit(EVENING, minutes=60, size=1, kept=3)
    kiosk.push()

    assert (only_row(central).kept, only_row(central).phone_free_hours) == (3, 0)


def test_an_anchor_does_not_move_a_sure_time(central, kiosk):
    kiosk.visit(EVENING, minutes=60)
    kiosk.write(uuid4(), ClockAnchored(kiosk.boot, 0, "ntp", 10), EVENING)
    kiosk.push()

    assert only_row(central).visits == 1


def test_hours_are_rounded_at_the_end_only(central, kiosk):
    for _ in range(3):
        kiosk.visit(EVENING, minutes=1)
    kiosk.push()

    assert only_row(central).phone_free_hours == 0.05


def test_estimates_are_counted(central, kiosk):
    visit = uuid4()
    kiosk.write(visit, VisitCheckedIn(session=uuid4(), party_size=1, phones=1), EVENING, sure=False)
    kiosk.visit(EVENING, minutes=10)
    kiosk.push()

    assert only_row(central).estimated == 1


def test_a_check_out_without_a_check_in_is_not_counted(central, kiosk):
    kiosk.write(uuid4(), VisitCheckedOut(), EVENING)
    kiosk.push()

    assert central.attendance(DAY) == []


def test_a_day_is_the_venues_own(central):
    central.code("Tokyo", time_zone="Asia/Tokyo")
    kiosk = central.kiosk("Tokyo")
    kiosk.visit(at("2026-11-20 23:59:59", "Asia/Tokyo"), minutes=60)
    kiosk.visit(at("2026-11-21 00:00:00", "Asia/Tokyo"), minutes=60, size=2)
    kiosk.push()
    kiosk.beat()

    assert only_row(central).people == 1
    assert only_row(central, date(2026, 11, 21)).people == 2
    assert only_row(central).reported_up_to == "2026-11-24T17:00:00+09:00"


@pytest.mark.parametrize("day", ["2026-03-29", "2026-10-25"], ids=["23 hours", "25 hours"])
def test_a_day_on_which_clocks_change_is_one_row(central, day):
    central.code("Madrid", time_zone="Europe/Madrid")
    kiosk = central.kiosk("Madrid")
    kiosk.open_session(at(f"{day} 00:00", "Europe/Madrid"))
    kiosk.visit(at(f"{day} 00:30", "Europe/Madrid"), minutes=240)
    kiosk.visit(at(f"{day} 23:59", "Europe/Madrid"), minutes=1)
    kiosk.push()

    row = only_row(central, date.fromisoformat(day))

    assert (row.sessions, row.visits) == (1, 2)
    assert row.phone_free_hours == round(241 / 60, 2)
    assert len(central.attendance(date(2026, 1, 1), date(2026, 12, 31))) == 1


def test_rows_are_sorted_by_day_then_venue(central):
    for venue in ("Mill café", "Garden house"):
        kiosk = central.kiosk(venue)
        for days in (1, 0):
            kiosk.open_session(EVENING - days * 24 * 60 * MINUTE)
        kiosk.push()

    rows = [(row.day.day, row.venue) for row in central.attendance(date(2026, 11, 1), DAY)]

    assert rows == [(19, "Garden house"), (19, "Mill café"), (20, "Garden house"), (20, "Mill café")]
    assert {row.venue for row in central.attendance(date(2026, 11, 1), DAY, "Mill café")} == {"Mill café"}


def test_reported_up_to_is_the_earliest_of_the_venues_paired_kiosks(central, kiosk):
    kiosk.visit(EVENING, minutes=10)
    kiosk.push()
    other, third = central.kiosk(), central.kiosk()
    other.beat()
    third.beat(waiting=1, oldest_waiting=EVENING - 60 * MINUTE)
    assert only_row(central).reported_up_to == "2026-11-20T17:00:00+00:00"

    kiosk_service.revoke(central.ledger, central.scope, UUID(third.identity["kiosk"]), central.now)

    assert only_row(central).reported_up_to == "2026-11-20T18:10:00+00:00"


def test_csv_escapes_formulas(central):
    kiosk = central.kiosk('=SUM(A1), "x"')
    kiosk.visit(EVENING, minutes=30)
    kiosk.push()
    rows = central.attendance(DAY)

    header, line, end = "".join(exporters.csv_lines(ATTENDANCE, rows)).split("\r\n")

    assert header == "day,venue,sessions,visits,people,phones,kept,phone_free_hours,estimated,reported_up_to"
    assert line == '''2026-11-20,"'=SUM(A1), ""x""",0,1,1,1,0,0.5,0,2026-11-20T18:30:00+00:00'''
    assert end == ""
    filters = ReportFilters(DAY, DAY)
    details = json_export.read_details(
        central.store, central.inventory, ATTENDANCE, ATTENDANCE, filters, now=central.now
    )
    assert "".join(json_export.json_pieces(ATTENDANCE, rows, details)).startswith(
        '{"rows":[{"day":"2026-11-20","venue":"=SUM(A1), \\"x\\"","sessions":0'
    )


def test_a_server_without_visits_has_no_rows(central):
    assert central.attendance(date(1970, 1, 2), datetime.now(UTC).date()) == []


def test_reported_up_to_is_unknown_while_a_kiosk_of_the_venue_has_never_reported(central, kiosk):
    kiosk.visit(EVENING, minutes=30)
    kiosk.push()
    central.kiosk()

    assert only_row(central).reported_up_to is None
