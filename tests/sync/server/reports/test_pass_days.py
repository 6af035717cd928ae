"""People with a pass are counted as their visits give it, whatever has changed, and in whatever order."""

from collections import Counter, defaultdict
from datetime import date
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, func, select, update

from sync.domain.ids import pass_subject
from sync.domain.pass_state import PassState
from sync.domain.visit import Visit
from sync.ledger import tables as ledger_tables
from sync.ledger.hot_path_sql import hot_path
from sync.ledger.ledger import Ledger
from sync.ledger.projections import read_visit
from sync.server import tables
from sync.server.auth.scope import command_scope
from sync.server.kiosks import repository as kiosk_repository
from sync.server.kiosks.repository import all_venues
from sync.server.reports import pass_days, rollups
from sync.server.reports.pass_figures import PassFigures
from sync.server.reports.unduplicated import PassReader
from sync.server.web.venue_time import day_of
from tests.support.empty_venues import make_empty_venues
from tests.support.soak import times

HOUR = 3_600_000
START = 1_793_000_000_000  # 2026-10-26
ZONES = ("Europe/Amsterdam", "Pacific/Kiritimati", "Etc/GMT+12")  # the last two are a day apart
VENUES = tuple(UUID(int=number) for number in (1, 2, 3))
PASSES = ("a" * 32, "b" * 32, "c" * 32)
MONTHS = date(2026, 11, 1), date(2026, 12, 31)
PERIODS = (MONTHS, (date(2026, 10, 1), date(2026, 10, 31)), (date(2026, 11, 3), date(2026, 11, 20)))
RANGES = ((1, 7), (8, 28), (29, 91), (92, 365), (366, 10**6))

MOMENTS = st.one_of(st.none(), st.integers(0, 200).map(lambda eighths: START + eighths * 9 * HOUR))
VISITS = st.builds(
    Visit,
    id=st.sampled_from([UUID(int=number) for number in range(20, 32)]),
    code=st.just("0000"),
    checked_in=MOMENTS,
    pass_=st.sampled_from([*PASSES, None]),
    voided=st.sampled_from([False, False, False, True]),
)
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("upsert"), st.sampled_from(VENUES), st.lists(VISITS, max_size=6, unique_by=lambda v: v.id)),
        st.tuples(st.just("upsert"), st.sampled_from(VENUES), st.lists(VISITS, max_size=6, unique_by=lambda v: v.id)),
        st.tuples(st.just("delete"), st.sampled_from(VENUES), st.none()),
        st.tuples(st.just("forget"), st.sampled_from(VENUES), st.sampled_from(PASSES)),
        st.tuples(st.just("revoke"), st.sampled_from(VENUES), st.sampled_from(PASSES)),
        st.tuples(st.just("time zone"), st.sampled_from(VENUES), st.sampled_from(ZONES)),
        st.tuples(st.just("refresh"), st.sampled_from(VENUES), st.none()),
        st.tuples(st.just("rebuild"), st.sampled_from(VENUES), st.none()),
    ),
    max_size=10,
)
ANY = settings(max_examples=times(12, 3000), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def perform(ledger: Ledger, step: str, venue: UUID, argument: object) -> None:
    match step, argument:
        case "refresh", _:
            refresh(ledger)
            return
        case "rebuild", _:
            rollups.mark_all(ledger.store)
            return
    with ledger.store.writing() as connection:
        match step, argument:
            case "upsert", list():
                hot_path(connection).upsert(venue, argument)
            case "delete", _:
                connection.execute(delete(ledger_tables.visit).where(ledger_tables.visit.c.venue == venue))
            case "forget", str():  # the visits of this venue lose the hash later
                hot_path(connection).upsert(venue, [PassState(pass_subject(argument), forgotten=True)])
            case "revoke", str():
                state = ledger_tables.pass_state.c
                known = select(state.forgotten).where(state.id == pass_subject(argument), state.venue == venue)
                forgotten = bool(connection.execute(known).scalar())
                revoked = PassState(pass_subject(argument), revoked=True, forgotten=forgotten)
                hot_path(connection).upsert(venue, [revoked])
            case "time zone", str():
                is_venue = tables.venue.c.id == venue
                connection.execute(update(tables.venue).where(is_venue).values(time_zone=argument))


def venues(ledger: Ledger) -> list[kiosk_repository.Venue]:
    return kiosk_repository.venues(ledger.store, command_scope(ledger.store))


def refresh(ledger: Ledger) -> None:
    while rollups.refresh(ledger.store, venues(ledger), ledger.clock.read().at):
        pass


def days_by_pass(ledger: Ledger) -> dict[str, set[tuple[UUID, date]]]:
    """Where and when each pass came, by looking at every visit in Python."""
    zones = {venue.id: ZoneInfo(venue.time_zone) for venue in venues(ledger)}
    with ledger.store.reading() as connection:
        rows = connection.execute(select(ledger_tables.visit)).all()
        state = ledger_tables.pass_state.c
        forgotten = set(connection.execute(select(state.id).where(state.forgotten)).scalars())
    days: dict[str, set[tuple[UUID, date]]] = defaultdict(set)
    for row in rows:
        visit = read_visit(row)
        if visit.pass_ and visit.checked_in and not visit.voided and pass_subject(visit.pass_) not in forgotten:
            days[visit.pass_].add((row.venue, day_of(visit.checked_in, zones[row.venue])))
    return days


def independent(ledger: Ledger, chosen: tuple[UUID, ...], first: date, last: date) -> PassFigures:
    """The figures, person by person."""
    figures = PassFigures()
    for places in days_by_pass(ledger).values():
        if not any(venue in chosen and first <= day <= last for venue, day in places):
            continue
        days = sorted({day for venue, day in places if len(chosen) > 1 or venue in chosen})
        inside = [day for day in days if first <= day <= last]
        before = [day for day in days if day < first]
        if before:
            figures.returning += 1
            figures.came_back[range_of(inside[0] - before[-1])] += 1
        else:
            figures.first_visits += 1
            if len(inside) > 1:
                figures.came_back[range_of(inside[1] - inside[0])] += 1
    return figures


def range_of(gap) -> int:
    return next(place for place, (least, most) in enumerate(RANGES, 1) if least <= gap.days <= most)


def shown(ledger: Ledger, chosen: tuple[UUID, ...], first: date, last: date) -> PassFigures:
    with ledger.store.reading() as connection:
        reader = PassReader(connection, all_venues(connection), first, last)
        figures = reader.people([venue for venue in venues(ledger) if venue.id in chosen])
    assert min([figures.first_visits, figures.returning, *figures.came_back.values()]) >= 0
    return PassFigures(figures.first_visits, figures.returning, +figures.came_back)


def stored(ledger: Ledger, table) -> list[tuple[object, ...]]:
    with ledger.store.reading() as connection:
        return sorted(tuple(row) for row in connection.execute(select(table)))


def visit(number: int, days: int, pass_hash: str) -> Visit:
    return Visit(id=UUID(int=number), code="0000", checked_in=START + days * 24 * HOUR, pass_=pass_hash)


A, B = PASSES[0], PASSES[1]
AN_EARLIER_DAY = [
    ("upsert", VENUES[0], [visit(20, 10, A), visit(21, 20, A), visit(22, 50, A)]),
    ("refresh", VENUES[0], None),
    ("upsert", VENUES[1], [visit(23, 1, A)]),
    ("refresh", VENUES[0], None),
    ("upsert", VENUES[0], [visit(24, 5, A)]),
]
TWO_VENUES_ON_A_DAY = [
    ("upsert", VENUES[1], [visit(20, 10, A), visit(21, 12, B)]),
    ("refresh", VENUES[0], None),
    ("upsert", VENUES[0], [visit(22, 10, A), visit(23, 30, B)]),
]
ANOTHER_ZONE = [
    ("upsert", VENUES[0], [visit(20, 10, A)]),
    ("refresh", VENUES[0], None),
    ("time zone", VENUES[0], ZONES[1]),
]


def test_people_are_what_the_visits_give_at_every_moment(ledger: Ledger) -> None:
    @ANY
    @example(AN_EARLIER_DAY)
    @example(TWO_VENUES_ON_A_DAY)
    @example(ANOTHER_ZONE)
    @given(STEPS)
    def play(steps: list[tuple[str, UUID, object]]) -> None:
        make_empty_venues(ledger, VENUES, ZONES[0])
        for step in steps:
            perform(ledger, *step)
            for chosen in (VENUES, VENUES[:1], VENUES[:2]):
                for period in PERIODS:
                    assert shown(ledger, chosen, *period) == independent(ledger, chosen, *period), (step, chosen)
        refresh(ledger)
        for chosen in (VENUES, VENUES[1:2], VENUES[1:]):
            for period in PERIODS:
                assert shown(ledger, chosen, *period) == independent(ledger, chosen, *period), chosen
        came = {
            (venue, day.toordinal(), pass_subject(pass_hash))
            for pass_hash, places in days_by_pass(ledger).items()
            for venue, day in places
        }
        assert {row[:3] for row in stored(ledger, tables.pass_day)} == came
        counts = stored(ledger, tables.return_count)
        rollups.mark_all(ledger.store)
        refresh(ledger)
        assert stored(ledger, tables.return_count) == counts, "the same as computed anew"

    play()


def test_a_forgotten_pass_is_in_no_row_from_that_moment_on(ledger: Ledger) -> None:
    make_empty_venues(ledger, VENUES, ZONES[0])
    perform(ledger, "upsert", VENUES[0], [visit(20, 1, A), visit(21, 2, B)])
    perform(ledger, "upsert", VENUES[1], [visit(22, 3, A)])
    refresh(ledger)

    perform(ledger, "forget", VENUES[0], A)

    assert pass_subject(A) not in {row[2] for row in stored(ledger, tables.pass_day)}
    refresh(ledger)
    assert [row[2] for row in stored(ledger, tables.pass_day)] == [pass_subject(B)]
    assert Counter(row[0] for row in stored(ledger, tables.return_count)) == {VENUES[0]: 1, pass_days.ANYWHERE: 1}


def test_a_visit_without_a_pass_writes_no_row_of_passes(ledger: Ledger) -> None:
    make_empty_venues(ledger, VENUES, ZONES[0])
    perform(ledger, "upsert", VENUES[0], [visit(20, 1, A)])
    refresh(ledger)
    perform(ledger, "upsert", VENUES[0], [Visit(id=uuid4(), code="0000", checked_in=START)])
    refresh(ledger)

    with ledger.store.reading() as connection:
        assert connection.execute(select(func.count()).select_from(tables.pass_day)).scalar() == 1
