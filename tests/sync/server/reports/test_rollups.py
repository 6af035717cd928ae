"""Roll-ups are what the visits give, whatever has changed, and in whatever order: on both engines."""

from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack, closing
from dataclasses import fields, replace
from datetime import date
from math import ceil
from pathlib import Path
from typing import get_args
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, insert, select, update

from sync.domain.session import Session
from sync.domain.visit import Visit
from sync.ledger import store
from sync.ledger import tables as ledger_tables
from sync.ledger.hot_path_sql import hot_path
from sync.ledger.ledger import Ledger
from sync.ledger.projections import read_session, read_visit
from sync.manual_clock import ManualClock
from sync.server import tables
from sync.server.auth.scope import command_scope
from sync.server.kiosks import repository as kiosk_repository
from sync.server.reports import rollups
from sync.server.reports.day_counts import CountKey, CountQuery, Measure
from sync.server.reports.rollup_thread import RollupThread
from sync.server.reports.rollups import DayFigures, RebuildProgress
from sync.server.reports.session_filter import SessionFilter
from sync.server.web.venue_time import day_of, midnight
from tests.support.empty_venues import make_empty_venues
from tests.support.soak import times

HOUR = 3_600_000
START = 1_793_000_000_000  # in autumn 2026: two of the zones put their clocks back within the days that follow
PERIOD = date(2026, 9, 1), date(2026, 12, 31)
ZONES = ("Europe/Amsterdam", "Asia/Kathmandu", "America/New_York")
VENUES = tuple(UUID(int=number) for number in (1, 2))
SESSIONS = tuple(UUID(int=number) for number in (11, 12, 13))

MOMENTS = st.one_of(st.none(), st.integers(0, 24 * 20).map(lambda quarters: START + quarters * HOUR // 4 + 1))
VISITS = st.builds(
    Visit,
    id=st.sampled_from([UUID(int=number) for number in range(20, 26)]),
    code=st.just("0000"),
    session=st.sampled_from([*SESSIONS, None]),
    party_size=st.integers(1, 9),
    phones=st.integers(0, 9),
    kept=st.integers(0, 12),
    checked_in=MOMENTS,
    checked_out=MOMENTS,
    phone_free=st.one_of(st.none(), st.integers(0, 10 * HOUR)),
    voided=st.booleans(),
    estimated=st.booleans(),
    stay=st.one_of(st.none(), st.integers(0, 10 * HOUR)),
    before=st.one_of(st.none(), st.integers(1, 5)),
    after=st.one_of(st.none(), st.integers(1, 5)),
    taken_early=st.booleans(),
    phones_lost=st.integers(0, 2),
    outstanding=st.booleans(),
    over_capacity=st.booleans(),
    stow=st.sampled_from(["pouch", "locker", "none"]),
    lost=st.sampled_from([(), (), (3,), (3, 7)]),
)
SESSION_ROWS = st.builds(
    Session,
    id=st.sampled_from(SESSIONS),
    zone=st.sampled_from(["hall", "garden", None]),
    session_kind=st.sampled_from(["event", "class"]),
    title=st.sampled_from(["Chess", "Choir"]),
    opened=MOMENTS,
    practice=st.booleans(),
)
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("upsert"), st.sampled_from(VENUES), st.lists(VISITS, max_size=4, unique_by=lambda v: v.id)),
        st.tuples(st.just("upsert"), st.sampled_from(VENUES), SESSION_ROWS.map(lambda session: [session])),
        st.tuples(st.just("delete"), st.sampled_from(VENUES), st.sampled_from(["visit", "session"])),
        st.tuples(st.just("move"), st.sampled_from(VENUES), st.just("visit")),
        st.tuples(st.just("time zone"), st.sampled_from(VENUES), st.sampled_from(ZONES)),
        st.tuples(st.just("refresh"), st.sampled_from(VENUES), st.none()),
    ),
    max_size=12,
)
CHOICES = ((None, None, None), ("hall", None, None), (None, "class", None), (None, None, "Chess"))
ANY = settings(max_examples=times(15, 3000), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def perform(ledger: Ledger, step: str, venue: UUID, argument: object) -> None:
    if step == "refresh":
        rollups.refresh(ledger.store, venues(ledger), ledger.clock.read().at)
        return
    with ledger.store.writing() as connection:
        match step, argument:
            case "upsert", list():
                hot_path(connection).upsert(venue, argument)
            case "delete", str():
                table = ledger_tables.metadata.tables[argument]
                connection.execute(delete(table).where(table.c.venue == venue))
            case "move", _:  # as merging two venues does
                others = select(ledger_tables.visit.c.id).where(ledger_tables.visit.c.venue == VENUES[0])
                visit = ledger_tables.visit
                is_free = (visit.c.venue == VENUES[1]) & visit.c.id.not_in(others)
                connection.execute(update(visit).where(is_free).values(venue=VENUES[0]))
            case "time zone", str():
                is_venue = tables.venue.c.id == venue
                connection.execute(update(tables.venue).where(is_venue).values(time_zone=argument))


def venues(ledger: Ledger) -> list[kiosk_repository.Venue]:
    return kiosk_repository.venues(ledger.store, command_scope(ledger.store))


def independent(ledger: Ledger) -> set[DayFigures]:
    """The figures by counting every visit and session in Python."""
    zones = {venue.id: ZoneInfo(venue.time_zone) for venue in venues(ledger)}
    sums: Counter[tuple[UUID, date, str, str, str, str]] = Counter()
    with ledger.store.reading() as connection:
        session_rows = connection.execute(select(ledger_tables.session)).all()
        visit_rows = connection.execute(select(ledger_tables.visit)).all()
    sessions = {}
    for row in session_rows:
        session = read_session(row)
        sessions[row.venue, session.id] = session
        if session.opened is not None and not session.practice:
            day = day_of(session.opened, zones[row.venue])
            sums[row.venue, day, session.zone or "", session.session_kind, session.title, "sessions"] += 1
    for row in visit_rows:
        visit = read_visit(row)
        if visit.checked_in is None or visit.voided:
            continue
        session = sessions.get((row.venue, visit.session), Session(id=UUID(int=0), session_kind="", title=""))
        if session.practice:
            continue
        day = day_of(visit.checked_in, zones[row.venue])
        key = row.venue, day, session.zone or "", session.session_kind, session.title
        counted = {
            "visits": 1,
            "people": visit.party_size,
            "phones": visit.phones,
            "kept": visit.kept,
            "phone_free_ms": visit.phone_free_people_ms,
            "estimated": int(visit.estimated),
            "still_in": int(visit.checked_out is None),
        }
        for name, number in counted.items():
            sums[(*key, name)] += number
    keys = {key[:5] for key in sums}
    return {DayFigures(*key, **{name: sums[(*key, name)] for name in rollups.FIGURES}) for key in keys}


def shown(ledger: Ledger) -> set[DayFigures]:
    with ledger.store.reading() as connection:
        rows = rollups.read_days(connection, venues(ledger), *PERIOD)
    assert len(rows) == len({(row.venue, row.day, row.zone, row.session_kind, row.title) for row in rows})
    return {replace(row, changed_at=None) for row in rows}


def totals(ledger: Ledger, sessions: SessionFilter) -> dict[str, int]:
    with ledger.store.reading() as connection:
        sums, _ = rollups.read_totals(connection, venues(ledger), *PERIOD, sessions)
    return dict(sums)


def sum_of(rows: set[DayFigures], zone: str | None, kind: str | None, title: str | None) -> dict[str, int]:
    chosen = [
        row
        for row in rows
        if zone in (None, row.zone) and kind in (None, row.session_kind) and title in (None, row.title)
    ]
    return {name: sum(getattr(row, name) for row in chosen) for name in rollups.FIGURES}


def independent_counts(ledger: Ledger, title: str | None = None) -> Counter[CountKey]:
    """The counts by looking at every visit in Python; ``title``: of their sessions."""
    zones = {venue.id: ZoneInfo(venue.time_zone) for venue in venues(ledger)}
    sums: Counter[CountKey] = Counter()
    practised = ledger_tables.session.c.practice.is_(True)
    with ledger.store.reading() as connection:
        rows = connection.execute(select(ledger_tables.visit)).all()
        practice = {(row.venue, row.id) for row in connection.execute(select(ledger_tables.session).where(practised))}
        titles = {(row.venue, row.id): row.title for row in connection.execute(select(ledger_tables.session))}
    for row in rows:
        visit = read_visit(row)
        if title is not None and titles.get((row.venue, visit.session)) != title:
            continue
        if visit.checked_in is None or visit.voided or (row.venue, visit.session) in practice:
            continue
        day = day_of(visit.checked_in, zones[row.venue])
        begin = midnight(day, zones[row.venue])
        if visit.checked_out is not None and visit.checked_out >= visit.checked_in:
            for measure, at in (("arrived", visit.checked_in), ("left", visit.checked_out)):
                sums[measure, day, ceil((at - begin) / HOUR) - 1] += visit.party_size
        if visit.stay is not None and visit.estimated:
            sums["guessed_stay", day, 0] += 1
        elif visit.stay is not None:
            sums["stay", day, min(visit.stay // (15 * 60_000), 32)] += 1
        if visit.before is not None and visit.after is not None:
            sums["mood_change", day, visit.after - visit.before] += 1
        sums["early", day, 0] += visit.taken_early
        sums["lost_phones", day, 0] += visit.phones_lost
        sums["not_back", day, 0] += visit.outstanding and visit.checked_out is not None
        sums["over_capacity", day, 0] += visit.party_size * visit.over_capacity
        if visit.stow != "none":
            sums["lost_pouches" if visit.stow == "pouch" else "lost_lockers", day, 0] += len(visit.lost)
    return +sums


def without_days(counts: Counter[CountKey]) -> Counter[CountKey]:
    sums: Counter[CountKey] = Counter()
    for (measure, _, bucket), amount in counts.items():
        sums[measure, PERIOD[0], bucket] += amount
    return sums


def shown_counts(ledger: Ledger, *, is_by_day: bool = True) -> Counter[CountKey]:
    all_venues = venues(ledger)
    query = CountQuery(get_args(Measure), [venue.id for venue in all_venues], *PERIOD, is_by_day=is_by_day)
    with ledger.store.reading() as connection:
        return rollups.read_counts(connection, all_venues, query)


def counts_of_title(ledger: Ledger, title: str) -> Counter[CountKey]:
    all_venues = venues(ledger)
    ids = [venue.id for venue in all_venues]
    query = CountQuery(get_args(Measure), ids, *PERIOD, SessionFilter(title=title))
    with ledger.store.reading() as connection:
        return rollups.read_counts(connection, all_venues, query)


def counts_by_venue(ledger: Ledger) -> Counter[CountKey]:
    """The counts of each venue, read together, and added up."""
    all_venues = venues(ledger)
    query = CountQuery(get_args(Measure), [venue.id for venue in all_venues], *PERIOD)
    with ledger.store.reading() as connection:
        counts = rollups.read_counts_by_venue(connection, all_venues, query)
        for venue in all_venues:
            alone = rollups.read_counts(connection, [venue], replace(query, venues=[venue.id]))
            assert counts[venue.id] == alone
    return sum(counts.values(), Counter())


def sums_by_venue(ledger: Ledger) -> dict[UUID, dict[str, int]]:
    with ledger.store.reading() as connection:
        sums = rollups.read_sums_by_venue(connection, venues(ledger), *PERIOD)
    return {venue: dict(of_venue) for venue, of_venue in sums.items() if any(of_venue.values())}


def independent_sums(rows: set[DayFigures]) -> dict[UUID, dict[str, int]]:
    return {
        venue: sum_of({row for row in rows if row.venue == venue}, None, None, None)
        for venue in {row.venue for row in rows}
    }


def test_roll_ups_are_what_the_visits_give_at_every_moment(ledger: Ledger) -> None:
    @ANY
    @given(STEPS)
    def play(steps: list[tuple[str, UUID, object]]) -> None:
        make_empty_venues(ledger, VENUES, ZONES[0])
        for step in steps:
            perform(ledger, *step)
            assert shown(ledger) == independent(ledger), step
            assert shown_counts(ledger) == independent_counts(ledger), step
            assert shown_counts(ledger, is_by_day=False) == without_days(independent_counts(ledger)), step
            assert counts_by_venue(ledger) == independent_counts(ledger), step
            assert sums_by_venue(ledger) == independent_sums(independent(ledger)), step
            for chosen in CHOICES:
                assert totals(ledger, SessionFilter(*chosen)) == sum_of(independent(ledger), *chosen), step
            assert counts_of_title(ledger, "Chess") == independent_counts(ledger, "Chess"), step
        while rollups.refresh(ledger.store, venues(ledger), ledger.clock.read().at):
            pass
        with ledger.store.reading() as connection:
            stored = {
                replace(DayFigures(*row), changed_at=None) for row in connection.execute(select(tables.day_rollup))
            }
        assert stored == independent(ledger)
        assert shown_counts(ledger) == independent_counts(ledger)

    play()


def test_visits_of_a_deleted_session_are_of_no_zone_any_more(ledger: Ledger) -> None:
    make_empty_venues(ledger, VENUES, ZONES[0])
    session = Session(id=SESSIONS[0], zone="hall", session_kind="event", opened=START)
    visit = Visit(id=uuid4(), code="0000", party_size=2, checked_in=START + 3 * HOUR, session=session.id)
    perform(ledger, "upsert", VENUES[0], [session])
    perform(ledger, "upsert", VENUES[0], [visit])
    perform(ledger, "refresh", VENUES[0], None)

    perform(ledger, "delete", VENUES[0], "session")

    assert {(row.zone, row.people) for row in shown(ledger)} == {("", 2)}


def enter(ledger: Ledger, party_size: int, at: int = START) -> None:
    visit = Visit(id=uuid4(), code="0000", party_size=party_size, checked_in=at)
    with ledger.store.writing() as connection:
        hot_path(connection).upsert(VENUES[0], [visit])


def stored_people(ledger: Ledger) -> list[tuple[int, int]]:
    """People and time of the last change of each stored roll-up, by day."""
    query = select(tables.day_rollup.c.people, tables.day_rollup.c.changed_at).order_by(tables.day_rollup.c.day)
    with ledger.store.reading() as connection:
        return [(row.people, row.changed_at) for row in connection.execute(query)]


def test_a_row_says_when_its_figures_last_changed(ledger: Ledger) -> None:
    make_empty_venues(ledger, VENUES, ZONES[0])
    enter(ledger, 3)
    enter(ledger, 5, START + 48 * HOUR)
    rollups.refresh(ledger.store, venues(ledger), now=1000)

    enter(ledger, 1)
    with ledger.store.writing() as connection:  # touched, but not changed
        connection.execute(update(ledger_tables.visit).values(code="1111"))
    rollups.refresh(ledger.store, venues(ledger), now=2000)

    assert stored_people(ledger) == [(4, 2000), (5, 1000)]


def test_the_servers_thread_keeps_them_up_to_date(ledger: Ledger, clock: ManualClock) -> None:
    make_empty_venues(ledger, VENUES, ZONES[0])
    enter(ledger, 3)
    thread = RollupThread(ledger.store, clock, interval=0.01)
    thread.start()
    try:
        while not stored_people(ledger):
            pass
    finally:
        thread.stop()

    assert [people for people, _ in stored_people(ledger)] == [3]


def test_all_are_computed_again_by_command(ledger: Ledger) -> None:
    make_empty_venues(ledger, VENUES, ZONES[0])
    enter(ledger, 3)
    enter(ledger, 4, START + 30 * 24 * HOUR)
    with ledger.store.writing() as connection:
        connection.execute(delete(tables.rollup_change))
        wrong = {field.name: 0 for field in fields(DayFigures)} | {"venue": VENUES[0], "day": date(2026, 10, 26)}
        connection.execute(
            insert(tables.day_rollup).values(**wrong | {"zone": "", "session_kind": "", "title": "", "people": 99})
        )

    *_, progress = rollups.rebuild(ledger.store, command_scope(ledger.store), ledger.clock)

    assert (progress.done, progress.of) == (2, 2)
    assert [people for people, _ in stored_people(ledger)] == [3, 4]


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """The databases that are opened from here on give up after 50 ms where another one writes."""
    monkeypatch.setattr(store, "BUSY_MS", 50)


def test_a_rebuild_tries_again_where_another_process_writes_for_long(
    impatient: None, ledger: Ledger, place: Callable[[str], Path | str], monkeypatch: pytest.MonkeyPatch
) -> None:
    make_empty_venues(ledger, VENUES, ZONES[0])
    enter(ledger, 3)
    pauses = []
    with closing(store.open_store(place("central"))) as other, ExitStack() as writing:

        def pause(seconds: float) -> None:
            pauses.append(seconds)
            if len(pauses) == 2:
                writing.close()

        monkeypatch.setattr(rollups.time, "sleep", pause)
        writing.enter_context(other.writing())

        *_, progress = rollups.rebuild(ledger.store, command_scope(ledger.store), ledger.clock)

    assert (progress.done, progress.of) == (1, 1)
    assert [people for people, _ in stored_people(ledger)] == [3]


def test_a_rebuild_gives_up_where_others_never_let_it_write(
    impatient: None, ledger: Ledger, place: Callable[[str], Path | str], monkeypatch: pytest.MonkeyPatch
) -> None:
    make_empty_venues(ledger, VENUES, ZONES[0])
    monkeypatch.setattr(rollups.time, "sleep", lambda _: None)
    with closing(store.open_store(place("central"))) as other, other.writing(), pytest.raises(store.StoreBusy):
        list(rollups.rebuild(ledger.store, command_scope(ledger.store), ledger.clock))


def test_an_interrupted_rebuild_is_resumed(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    make_empty_venues(ledger, VENUES, ZONES[0])
    for days in range(3):
        enter(ledger, 3 + days, START + days * 24 * HOUR)
    monkeypatch.setattr(rollups, "MOST_CHANGES", 1)
    scope = command_scope(ledger.store)
    rebuild = rollups.rebuild(ledger.store, scope, ledger.clock)
    assert next(rebuild) == RebuildProgress(1, 3)
    rebuild.close()

    assert list(rollups.rebuild(ledger.store, scope, ledger.clock, resume=True))[-1] == RebuildProgress(2, 2)
    assert [people for people, _ in stored_people(ledger)] == [3, 4, 5]


def test_all_changed_hours_of_a_day_are_taken_up_at_once(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    make_empty_venues(ledger, VENUES, ZONES[0])
    monkeypatch.setattr(rollups, "MOST_CHANGES", 1)
    at = midnight(date(2026, 11, 20), ZoneInfo(ZONES[0]))
    for hours in (0, 9, 23, 24):  # the last one is of the next day
        enter(ledger, 1, at + hours * HOUR)

    assert rollups.refresh(ledger.store, venues(ledger), now=1000) == 3


def test_counts_leave_a_day_that_a_time_zone_has_taken_its_visits_from(ledger: Ledger) -> None:
    make_empty_venues(ledger, VENUES, ZONES[0])
    at = midnight(date(2026, 11, 20), ZoneInfo(ZONES[0])) + HOUR  # still the day before in New York
    visit = Visit(id=uuid4(), code="0000", party_size=3, checked_in=at, checked_out=at + HOUR, stay=HOUR)
    with ledger.store.writing() as connection:
        hot_path(connection).upsert(VENUES[0], [visit])
    rollups.refresh(ledger.store, venues(ledger), now=1000)

    perform(ledger, "time zone", VENUES[0], ZONES[2])
    rollups.refresh(ledger.store, venues(ledger), now=2000)

    assert shown_counts(ledger) == independent_counts(ledger)


def test_a_day_that_waits_to_be_computed_again_counts_once(ledger: Ledger) -> None:
    make_empty_venues(ledger, VENUES, ZONES[0])
    for _ in range(2):
        visit = Visit(id=uuid4(), code="0000", party_size=3, checked_in=START, checked_out=START + HOUR, stay=HOUR)
        with ledger.store.writing() as connection:
            hot_path(connection).upsert(VENUES[0], [visit])
        assert totals(ledger, SessionFilter()) == sum_of(independent(ledger), None, None, None)
        assert shown_counts(ledger) == independent_counts(ledger)
        assert shown_counts(ledger, is_by_day=False) == without_days(independent_counts(ledger))
        rollups.refresh(ledger.store, venues(ledger), now=1000)
    with ledger.store.reading() as connection:
        assert rollups.read_totals(connection, venues(ledger), *PERIOD)[0]["people"] == 6
