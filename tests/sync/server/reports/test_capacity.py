"""How full sessions were, held against a count by hand, and against one of every moment."""

from collections import defaultdict
from dataclasses import fields
from datetime import date, datetime
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select, update

from sync.domain.events import SessionClosed, SessionOpened, SessionTurnedAway, VisitCheckedIn, VisitCheckedOut
from sync.domain.session import Session
from sync.domain.visit import Visit
from sync.ledger import tables as ledger_tables
from sync.ledger.hot_path_sql import hot_path
from sync.ledger.ledger import Ledger
from sync.ledger.projections import read_session, read_visit
from sync.server import tables
from sync.server.auth.scope import command_scope
from sync.server.kiosks import repository as kiosk_repository
from sync.server.reports import rollups
from sync.server.reports.base import ReportFilters
from sync.server.reports.capacity import CAPACITY
from sync.server.reports.pictures import draw
from sync.server.reports.session_filter import SessionFilter
from sync.server.reports.session_uses import DaySeats, SeatQuery
from sync.server.web.venue_time import day_of
from tests.support.empty_venues import make_empty_venues
from tests.support.soak import times

MINUTE, HOUR = 60_000, 3_600_000
START = 1_793_000_000_000  # 2026-10-26
PERIOD = date(2026, 10, 1), date(2026, 11, 30)
VENUES = tuple(UUID(int=number) for number in (1, 2))
SESSIONS = tuple(UUID(int=number) for number in (11, 12))
ZONES = ("Europe/Amsterdam", "America/New_York")
DAY = date(2026, 11, 20)

MOMENTS = st.one_of(st.none(), st.integers(0, 120).map(lambda halves: START + halves * HOUR // 2))
VISITS = st.builds(
    Visit,
    id=st.sampled_from([UUID(int=number) for number in range(20, 28)]),
    code=st.just("0000"),
    session=st.sampled_from([*SESSIONS, None]),
    party_size=st.integers(1, 4),
    checked_in=MOMENTS,
    checked_out=MOMENTS,
    voided=st.sampled_from([False, False, False, True]),
    over_capacity=st.sampled_from([False, False, False, True]),
)
SESSION_ROWS = st.builds(
    Session,
    id=st.sampled_from(SESSIONS),
    zone=st.sampled_from(["hall", None]),
    session_kind=st.sampled_from(["event", "class"]),
    capacity=st.sampled_from([None, 3, 5, 8]),
    opened=MOMENTS,
    closed=MOMENTS,
    turned_away=st.sampled_from([0, 0, 7]),
)
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("upsert"), st.sampled_from(VENUES), st.lists(VISITS, max_size=6, unique_by=lambda v: v.id)),
        st.tuples(st.just("upsert"), st.sampled_from(VENUES), SESSION_ROWS.map(lambda session: [session])),
        st.tuples(st.just("delete"), st.sampled_from(VENUES), st.sampled_from(["visit", "session"])),
        st.tuples(st.just("time zone"), st.sampled_from(VENUES), st.sampled_from(ZONES)),
        st.tuples(st.just("refresh"), st.sampled_from(VENUES), st.none()),
    ),
    max_size=12,
)
ANY = settings(max_examples=times(10, 3000), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def perform(ledger: Ledger, step: str, venue: UUID, argument: object) -> None:
    if step == "refresh":
        refresh(ledger)
        return
    with ledger.store.writing() as connection:
        match step, argument:
            case "upsert", list():
                hot_path(connection).upsert(venue, argument)
            case "delete", str():
                table = ledger_tables.metadata.tables[argument]
                connection.execute(delete(table).where(table.c.venue == venue))
            case "time zone", str():
                is_venue = tables.venue.c.id == venue
                connection.execute(update(tables.venue).where(is_venue).values(time_zone=argument))


def venues(ledger: Ledger) -> list[kiosk_repository.Venue]:
    return kiosk_repository.venues(ledger.store, command_scope(ledger.store))


def refresh(ledger: Ledger) -> None:
    while rollups.refresh(ledger.store, venues(ledger), ledger.clock.read().at):
        pass


def independent(ledger: Ledger, kind: str | None) -> dict[tuple[UUID, date], DaySeats]:
    """The figures, computed in Python at the time of each check-in."""
    zones = {venue.id: ZoneInfo(venue.time_zone) for venue in venues(ledger)}
    with ledger.store.reading() as connection:
        sessions = [(row.venue, read_session(row)) for row in connection.execute(select(ledger_tables.session))]
        visits = [(row.venue, read_visit(row)) for row in connection.execute(select(ledger_tables.visit))]
    figures: dict[tuple[UUID, date], list[DaySeats]] = defaultdict(list)
    for venue, session in sessions:
        if session.opened is None or session.closed is None or kind not in (None, session.session_kind):
            continue
        ours = [visit for place, visit in visits if place == venue and visit.session == session.id]
        ours = [visit for visit in ours if not visit.voided and visit.checked_in is not None]
        over = sum(visit.party_size for visit in ours if visit.over_capacity)
        seated = [visit for visit in ours if not visit.over_capacity]
        fullest = max((people_at(seated, visit.checked_in) for visit in seated), default=0)
        halves = range(session.opened, session.closed, HOUR // 2)
        average = sum(people_at(seated, half, session.closed) for half in halves) / len(halves) if halves else 0
        day, seats = day_of(session.opened, zones[venue]), session.capacity
        if seats is None:
            row = DaySeats(venue, day, 1, 1, 0, 0, 0, 0, over, session.turned_away)
        else:
            full = int(fullest >= seats)
            row = DaySeats(venue, day, 1, 0, full, seats, fullest, average, over, session.turned_away)
        figures[venue, day].append(row)
    return {key: added(key, rows) for key, rows in figures.items()}


def people_at(visits: list[Visit], moment: int | None, closed: int | None = None) -> int:
    """The people in at a moment; who has not left stays until the session closes."""
    assert moment is not None
    return sum(
        visit.party_size
        for visit in visits
        if (visit.checked_in or 0) <= moment
        and (moment < visit.checked_out if visit.checked_out is not None else closed is None or moment < closed)
    )


def added(key: tuple[UUID, date], rows: list[DaySeats]) -> DaySeats:
    numbers = [field.name for field in fields(DaySeats)][2:]
    return DaySeats(*key, **{name: sum(getattr(row, name) for row in rows) for name in numbers})


def shown(ledger: Ledger, kind: str | None) -> dict[tuple[UUID, date], DaySeats]:
    query = SeatQuery(VENUES, *PERIOD, SessionFilter(kind=kind))
    with ledger.store.reading() as connection:
        rows = rollups.read_seats(connection, venues(ledger), query)
    assert len(rows) == len({(row.venue, row.day) for row in rows})
    return {(row.venue, row.day): row for row in rows}


def assert_same(ledger: Ledger, step: object) -> None:
    for kind in (None, "class"):
        expected, found = independent(ledger, kind), shown(ledger, kind)
        assert found.keys() == expected.keys(), step
        for key, row in expected.items():
            exact = [getattr(row, field.name) for field in fields(DaySeats) if field.name != "average"]
            assert [getattr(found[key], field.name) for field in fields(DaySeats) if field.name != "average"] == exact
            assert found[key].average == pytest.approx(row.average), step


OVER_MIDNIGHT = [
    ("upsert", VENUES[0], [Session(id=SESSIONS[0], capacity=3, opened=START, closed=START + 40 * HOUR)]),
    ("refresh", VENUES[0], None),
    (
        "upsert",
        VENUES[0],
        [Visit(id=UUID(int=20), code="0000", session=SESSIONS[0], party_size=3, checked_in=START + 30 * HOUR)],
    ),
]


def test_seats_are_what_the_visits_give_at_every_moment(ledger: Ledger) -> None:
    @ANY
    @example(OVER_MIDNIGHT)
    @given(STEPS)
    def play(steps: list[tuple[str, UUID, object]]) -> None:
        make_empty_venues(ledger, VENUES, ZONES[0])
        for step in steps:
            perform(ledger, *step)
            assert_same(ledger, step)
        refresh(ledger)
        assert_same(ledger, "refreshed")

    play()


def at(text: str) -> int:
    return int(datetime.fromisoformat(f"2026-11-20 {text}").replace(tzinfo=ZoneInfo("UTC")).timestamp() * 1000)


def hold(kiosk, kind: str, seats: int | None, visits: list[tuple[str, str, int, bool]], until: str = "22:00") -> UUID:
    """Its id. From six o'clock on; visits come, leave, are so many people, and are beyond the capacity or not."""
    session = uuid4()
    zone = kiosk.identity["zone"]["id"]
    limit = {} if seats is None else {"capacity": seats}
    kiosk.write(session, SessionOpened(zone=zone, title="Evening", session_kind=kind, **limit), at("18:00"))
    for came, left, people, is_over in visits:
        visit = uuid4()
        beyond = {"over_capacity": True} if is_over else {}
        kiosk.write(visit, VisitCheckedIn(session, people, 1, **beyond), at(came))
        kiosk.write(visit, VisitCheckedOut(), at(left))
    if until:
        kiosk.write(session, SessionClosed(), at(until))
    return session


def test_what_was_taken_of_the_seats(central, kiosk):
    full = [("18:00", "20:00", 6, False), ("19:00", "21:00", 4, False), ("19:30", "20:00", 3, True)]
    hold(kiosk, "event", 10, full)
    hold(kiosk, "class", 20, [("18:00", "19:00", 4, False), ("19:00", "22:00", 5, False)])
    hold(kiosk, "open_hours", None, [("18:00", "22:00", 40, False)])
    hold(kiosk, "event", 5, [("18:00", "18:30", 5, False)], until="")
    kiosk.push()
    kiosk.beat()

    [row] = CAPACITY.rows(central.store, central.inventory, ReportFilters(DAY, DAY))
    [event] = CAPACITY.rows(central.store, central.inventory, ReportFilters(DAY, DAY, kind="event"))

    assert (row.sessions, row.unlimited, row.full, row.seats, row.over_capacity) == (3, 1, 1, 30, 3)
    assert (row.fullest, row.fullest_share) == (15, 50.0), "ten of ten, and five of twenty: who leaves makes room"
    assert (row.average, row.average_share) == (9.8, 32.7), "(12 + 8) / 4 hours, and (4 + 15) / 4"
    assert (event.sessions, event.full, event.fullest_share) == (1, 1, 100.0)
    assert CAPACITY.answer([row]) == (
        "1 of 2 sessions with a capacity was full; at the fullest moment 50\N{NO-BREAK SPACE}% of the seats were "
        "taken, on average 33\N{NO-BREAK SPACE}%."
    )


def test_who_left_before_coming_by_another_kiosks_clock_takes_no_seat(central, kiosk):
    hold(kiosk, "event", 10, [("19:10", "19:05", 6, False), ("20:00", "21:00", 4, False)])
    kiosk.push()
    kiosk.beat()

    [row] = CAPACITY.rows(central.store, central.inventory, ReportFilters(DAY, DAY))

    assert (row.full, row.fullest, row.average) == (0, 4, 1.0)


def test_people_who_were_turned_away_are_on_the_sessions_day_whenever_that_becomes_known(central, kiosk):
    limited, unlimited = (hold(kiosk, "event", seats, [("18:00", "20:00", 2, False)]) for seats in (2, None))
    kiosk.write(limited, SessionTurnedAway(3), at("18:30"))
    kiosk.push()
    kiosk.beat()
    compute_all(central)
    assert turned_away(central) == 3

    kiosk.write(unlimited, SessionTurnedAway(1), at("19:00"))
    kiosk.write(limited, SessionTurnedAway(2), at("19:00"))
    kiosk.push()

    assert turned_away(central) == 6, "before the roll-up is computed again"
    compute_all(central)
    assert turned_away(central) == 6


def compute_all(central) -> None:
    while rollups.refresh(central.store, kiosk_repository.venues(central.store, central.scope), START):
        pass


def turned_away(central) -> int:
    return sum(row.turned_away for row in CAPACITY.rows(central.store, central.inventory, ReportFilters(DAY, DAY)))


def test_shares_of_several_days_are_shares_of_all_their_seats(central, kiosk):
    other = central.kiosk("Library East")
    hold(kiosk, "event", 10, [("18:00", "20:00", 10, False)])
    hold(other, "event", 40, [("18:00", "20:00", 10, False)])
    kiosk.push()
    other.push()

    rows = CAPACITY.rows(central.store, central.inventory, ReportFilters(DAY, DAY))

    assert CAPACITY.totals(rows)["fullest_share"] == 40.0, "not the mean of 100 and 25"
    picture = draw(CAPACITY.picture(rows, ReportFilters(DAY, DAY)), DAY)
    assert "100\u00a0%" in picture.wide and "25\u00a0%" in picture.wide


def test_sessions_without_a_capacity_are_said_to_be_such(central, kiosk):
    hold(kiosk, "event", None, [("18:00", "20:00", 10, False)])
    kiosk.push()

    rows = CAPACITY.rows(central.store, central.inventory, ReportFilters(DAY, DAY))

    assert CAPACITY.answer(rows) == "No session had a capacity, so how full they were can’t be said."
    assert [card.figure for card in CAPACITY.cards(rows)] == ["0", "–", "–", "0", "0"]
