"""Series and single sessions of a venue's week: listed, changed and cancelled alone, with later ones, or all."""

from datetime import date, timedelta
from uuid import uuid4

import pytest

from sync.domain.events import SeriesSet, SessionClosed, SessionOpened, SessionPlanned
from sync.domain.series import Series, occurrence_id
from sync.errors import UserError
from sync.ledger import plans, projections
from sync.ledger import tables as ledger_tables
from sync.server.auth.scope import Permission, Scope
from sync.server.kiosks import naming, plan_readings
from sync.server.kiosks import repository as kiosk_repository
from sync.server.planning import service, week
from tests.support.paired_kiosk import PairedKiosk

HOUR = 60 * 60_000
DAY = 24 * HOUR
TODAY = date(2026, 11, 24)  # a Tuesday, 08:00 in UTC
SEVEN = 1_795_546_800_000  # this evening
WEEK = 7 * DAY


@pytest.fixture
def venue(central, kiosk):
    return naming.find_venue(kiosk_repository.venues(central.store, central.scope), "Mill café")


@pytest.fixture
def tuesdays(kiosk):
    return SeriesSet(kiosk.identity["zone"]["id"], "Quiet evening", "event", (2,), 19 * 60, 120, capacity=24)


@pytest.fixture
def series_id(central, venue, tuesdays):
    return service.plan_series(central.ledger, venue, tuesdays, uuid4())


def series(central, venue, series_id):
    with central.store.reading() as connection:
        row = connection.execute(projections.of_subject(ledger_tables.series, series_id, venue.id)).one()
    return projections.read_series(row)


def items(central, venue, weeks=4):
    with central.store.reading() as connection:
        return week.read_days(connection, venue, TODAY, 7 * weeks, central.now)


def listed(central, venue, weeks=4):
    return [(item.title, (item.start - SEVEN) / DAY, item.state) for item in items(central, venue, weeks)]


def test_an_occurrence_is_cancelled_and_moved_alone(central, venue, tuesdays, series_id):
    today, moved = (occurrence_id(series_id, SEVEN + weeks * WEEK) for weeks in (0, 1))
    start = SEVEN + WEEK + 2 * DAY

    service.cancel(central.ledger, central.scope, today)
    service.plan(
        central.ledger, venue.id, SessionPlanned(tuesdays.zone, "Late evening", "event", start, start + HOUR), moved
    )

    assert listed(central, venue) == [
        ("Quiet evening", 0, "cancelled"),
        ("Late evening", 9, "planned"),
        ("Quiet evening", 14, "planned"),
        ("Quiet evening", 21, "planned"),
    ]
    with pytest.raises(UserError, match="cancelled before"):
        service.cancel(central.ledger, central.scope, today)


def test_another_time_of_the_whole_series_brings_nothing_back(central, venue, tuesdays, series_id):
    today, moved = (occurrence_id(series_id, SEVEN + weeks * WEEK) for weeks in (0, 1))
    start = SEVEN + WEEK + 2 * DAY
    alone = SessionPlanned(tuesdays.zone, "Late evening", "event", start, start + HOUR)
    service.cancel(central.ledger, central.scope, today)
    with central.store.reading() as connection:
        item = week.find_item(connection, venue, moved, central.now)
    service.change_session(central.ledger, venue, item, alone)
    assert [item.title for item in items(central, venue) if item.is_changed_alone] == ["Late evening"]

    before = series(central, venue, series_id)
    service.change_series(central.ledger, venue, before, service.setting(before, start_minute=20 * 60))

    planned = [line for line in listed(central, venue) if line[2] == "planned"]
    hour = 1 / 24
    assert planned == [
        ("Late evening", 9, "planned"),
        ("Quiet evening", 14 + hour, "planned"),
        ("Quiet evening", 21 + hour, "planned"),
    ]


def test_all_later_ones_are_changed_from_a_day_on(central, venue, series_id):
    before, after_next = series(central, venue, series_id), TODAY + timedelta(weeks=2)
    service.cancel(central.ledger, central.scope, occurrence_id(series_id, SEVEN + 3 * WEEK))
    changed, new_id = service.setting(before, title="Chess", first_day=after_next, minutes=60), uuid4()

    for _ in range(2):  # sent twice
        assert service.change_later(central.ledger, venue, before, after_next, changed, series_id=new_id) == new_id

    assert listed(central, venue, 5) == [
        ("Quiet evening", 0, "planned"),
        ("Quiet evening", 7, "planned"),
        ("Chess", 14, "planned"),
        ("Chess", 21, "left_out"),
        ("Chess", 28, "planned"),
    ]
    assert series(central, venue, series_id).last_day == after_next - timedelta(days=1)


def test_later_ones_from_the_first_on_are_the_whole_series(central, venue, series_id):
    before = series(central, venue, series_id)
    changed = service.setting(before, title="Chess")

    assert service.change_later(central.ledger, venue, before, TODAY, changed, series_id=uuid4()) == series_id
    assert [title for title, _, _ in listed(central, venue, 2)] == ["Chess", "Chess"]


def test_all_later_ones_are_cancelled_also_what_was_moved(central, venue, tuesdays, series_id):
    before, moved = series(central, venue, series_id), occurrence_id(series_id, SEVEN + 2 * WEEK)
    start = SEVEN + 2 * WEEK + DAY
    alone = SessionPlanned(tuesdays.zone, "Late evening", "event", start, start + HOUR)
    service.plan(central.ledger, venue.id, alone, moved)

    service.cancel_later(central.ledger, central.scope, venue, before, TODAY + timedelta(weeks=1))

    assert listed(central, venue) == [("Quiet evening", 0, "planned"), ("Late evening", 15, "cancelled")]
    assert not series(central, venue, series_id).ended


def test_a_series_of_which_nothing_is_left_ends(central, venue, series_id):
    before = series(central, venue, series_id)
    service.cancel_later(central.ledger, central.scope, venue, before, TODAY)

    assert listed(central, venue) == []
    assert series(central, venue, series_id).ended


def test_a_whole_series_is_cancelled_but_for_what_is_open(central, venue, kiosk, series_id):
    today = occurrence_id(series_id, SEVEN)
    kiosk.write(today, SessionOpened(kiosk.identity["zone"]["id"], "Quiet evening", "event"), central.now)
    kiosk.push()

    before = series(central, venue, series_id)
    service.end_series(central.ledger, central.scope, venue, before)

    assert [item.state for item in items(central, venue)] == ["open"]
    with pytest.raises(UserError, match="opened already"):
        service.cancel(central.ledger, central.scope, today)


def test_a_series_of_a_kiosk_is_listed_and_changed(central, venue, kiosk):
    """It was set before the kiosk was paired, when its zone had a name and no id."""
    made = uuid4()
    kiosk.write(made, SeriesSet("hall", "Choir", "club", (3,), 600, 60, opens_itself=True))
    kiosk.push()
    zone = kiosk.identity["zone"]["id"]

    [choir] = items(central, venue, 1)
    assert (choir.title, choir.zone, choir.state, choir.day) == ("Choir", zone, "planned", date(2026, 11, 25))

    changed = service.setting(choir.series, title="Big choir")
    service.change_series(central.ledger, venue, choir.series, changed)
    [choir] = items(central, venue, 1)
    assert (choir.title, choir.series.zone, choir.series.opens_itself) == ("Big choir", zone, True)


def test_what_took_place_is_listed_and_what_did_not(central, venue, kiosk, series_id):
    opened = kiosk.open_session(central.now - 3 * HOUR)
    kiosk.write(opened, SessionClosed(), central.now - HOUR)
    kiosk.push()
    zone, soon = kiosk.identity["zone"]["id"], central.now + HOUR
    service.plan(central.ledger, venue.id, SessionPlanned(zone, "Missed", "event", soon, soon + HOUR))
    central.clock.move(ms=4 * HOUR)

    assert [(item.title, item.state) for item in items(central, venue, 1)] == [
        ("Evening", "closed"),
        ("Missed", "not_opened"),
        ("Quiet evening", "planned"),
    ]


def test_a_series_without_any_session_to_come_is_refused(central, venue, tuesdays):
    past = service.with_first_day(tuesdays, date(2020, 1, 1))
    for setting in (past, tuesdays):
        ended = service.setting(series_of(setting), last_day=date(2026, 11, 23))
        with pytest.raises(UserError, match="no session of that series is to come"):
            service.plan_series(central.ledger, venue, ended, uuid4())


def series_of(setting):
    return Series(uuid4(), **{name: getattr(setting, name) for name in service.WHEN}, zone=setting.zone, title="x")


def test_who_may_only_look_cancels_nothing(central, venue, series_id):
    viewer = Scope(central.scope.organisation, None, frozenset({Permission.VIEW}))
    elsewhere = Scope(central.scope.organisation, frozenset({uuid4()}), frozenset(Permission))

    for scope, message in ((viewer, "not change it"), (elsewhere, "no session")):
        with pytest.raises(UserError, match=message):
            service.cancel(central.ledger, scope, occurrence_id(series_id, SEVEN))
    before = series(central, venue, series_id)
    with pytest.raises(service.NotAllowed):
        service.end_series(central.ledger, viewer, venue, before)


def evenings_at(zone, *starts):
    return [SessionPlanned(zone, "Book club", "club", start, start + HOUR) for start in starts]


def test_sessions_that_were_planned_together_are_changed_and_cancelled_from_one_on(central, venue, tuesdays):
    starts, row = [SEVEN + weeks * WEEK for weeks in (0, 2, 4, 6)], uuid4()
    for _ in range(2):  # sent twice
        service.plan_row(central.ledger, venue, evenings_at(tuesdays.zone, *starts), row)
    planned = items(central, venue, 7)
    assert [(item.start, item.id, item.row) for item in planned] == [
        (start, occurrence_id(row, start), row) for start in starts
    ]
    service.cancel(central.ledger, central.scope, planned[3].id)

    start = starts[1] + DAY + HOUR
    later = SessionPlanned(tuesdays.zone, "Chess", "club", start, start + 2 * HOUR)
    service.change_row(central.ledger, venue, planned[1], later)
    hour = 1 / 24
    assert listed(central, venue, 7) == [
        ("Book club", 0, "planned"),
        ("Chess", 15 + hour, "planned"),
        ("Chess", 29 + hour, "planned"),
        ("Book club", 42, "cancelled"),
    ]

    with central.store.reading() as connection:
        item = week.find_item(connection, venue, planned[1].id, central.now)
    service.cancel_row(central.ledger, central.scope, venue, item)
    assert [state for _, _, state in listed(central, venue, 7)] == ["planned", "cancelled", "cancelled", "cancelled"]


def test_two_a_day_do_not_collide(central, venue, tuesdays, series_id):
    service.plan_series(central.ledger, venue, tuesdays, uuid4())

    evenings = items(central, venue, 1)

    assert len(evenings) == 2 == len({item.id for item in evenings})


def test_since_when_each_kiosk_knows_a_plan(central, venue, kiosk, series_id):
    def known():
        with central.store.reading() as connection:
            reading = plan_readings.readings(connection, [kiosk_id])[kiosk_id]
            statement = plan_readings.statements(connection, venue.id, [series_id])[series_id]
        return reading.has_read(statement), reading.since(statement)

    kiosk_id = kiosk_repository.kiosks(central.store, central.scope)[0].id
    assert known() == (False, None)
    end = kiosk.beat(feed=0).json()
    central.clock.move(ms=5000)
    kiosk.beat(feed=end["feed"], feed_mark=end["feed_mark"])
    read_at = central.now
    assert known() == (True, read_at)

    central.clock.move(ms=5000)
    kiosk.beat(feed=end["feed"], feed_mark=end["feed_mark"])
    kiosk.beat(feed=end["feed"] + 5)  # a position that this database has not assigned
    assert known() == (True, read_at)

    service.end_series(central.ledger, central.scope, venue, series(central, venue, series_id))
    assert known() == (False, None)


def test_of_what_a_kiosk_had_read_before_it_reported_it_is_not_known_since_when(central, venue, kiosk, series_id):
    end = kiosk.beat().json()
    kiosk.beat(feed=end["feed"], feed_mark=end["feed_mark"])

    with central.store.reading() as connection:
        [reading] = plan_readings.readings(
            connection, [kiosk_repository.kiosks(central.store, central.scope)[0].id]
        ).values()
        statement = plan_readings.statements(connection, venue.id, [series_id])[series_id]

    assert reading.has_read(statement) and reading.since(statement) is None


def test_the_kiosks_client_learns_what_is_planned_and_says_so(central, tmp_path, clock, venue, series_id):
    paired = PairedKiosk(tmp_path / "kiosk.db", clock, "paired")
    paired.pair(central.url, central.code("Mill café"))
    service.cancel(central.ledger, central.scope, occurrence_id(series_id, SEVEN))

    paired.exchange()  # reads the feed, after a heartbeat
    paired.exchange()  # whose next heartbeat says so
    [learnt] = plans.series(paired.ledger.store)
    session = paired.ledger.session(occurrence_id(series_id, SEVEN))
    with central.store.reading() as connection:
        reading = plan_readings.readings(connection, [paired.enrolment.kiosk])[paired.enrolment.kiosk]
        statements = plan_readings.statements(connection, venue.id, [series_id])
    paired.close()

    assert (learnt.id, learnt.title) == (series_id, "Quiet evening") and session.cancelled
    assert reading.has_read(statements[series_id]) and reading.since(statements[series_id]) == central.now
