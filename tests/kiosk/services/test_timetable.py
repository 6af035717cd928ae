"""The weekly timetable: what is expected, and what opens and closes by itself."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from uuid import UUID, uuid4

import pytest

from kiosk.services import occupancy, schedule, sessions, timetable, visits
from kiosk.services.context import KioskContext
from kiosk.services.records.host_records import HostSession, Template
from kiosk.services.records.session_records import WeeklySession, WeeklyTimes
from kiosk.services.records.visitor_records import CheckInRequest
from sync.allocation.kiosk_side import KioskAllocation
from sync.domain.events import Phase, SeriesSet, SessionCancelled, SessionOpened, SessionPlanned, read_entry
from sync.domain.series import occurrence_id
from sync.domain.session import Session
from sync.ledger import plans
from sync.ledger.ledger import Ledger
from sync.manual_clock import ManualClock

EVENING = Template(
    "Quiet evening", "event", 120, 16, (Phase("quiet", 60), Phase("talk", 60)), stow_ways=("pouch",), firm_limit=20
)
TUESDAYS = WeeklyTimes((2,), 19 * 60, opens_itself=True, closes_itself=True)  # today, at seven
SEVEN = 1_795_543_200_000  # the clock begins ten hours before, at nine in Amsterdam
HOUR = 60 * 60_000
VENUE = UUID(int=5)  # on the server


@pytest.fixture
def weekly(context: KioskContext, host: HostSession) -> WeeklySession:
    """A series that opens and closes by itself."""
    [weekly_] = timetable.add_series(context, EVENING, TUESDAYS, host).weekly
    return weekly_


def wait_until(clock: ManualClock, context: KioskContext, at: int) -> None:
    clock.move(ms=at - clock.read().at)
    timetable.keep_timetable(context)


def running(context: KioskContext) -> list[UUID]:
    return [session.id for session in occupancy.read_occupancy(context).sessions]


def written(context: KioskContext, session: UUID) -> Session:
    session_ = context.ledger.session(session)
    assert session_ is not None
    return session_


def facts(ledger: Ledger) -> list[str]:
    journal = ledger.waiting().journal
    return [entry.kind for entry in map(read_entry, ledger.lines(journal, 0, 1000))] if journal else []


def tell(teller: Ledger, hearer: Ledger) -> None:
    journal = teller.waiting().journal
    assert journal is not None
    hearer.apply_feed([line.encode() for line in teller.lines(journal, 0, 1000)], {})


def push(kiosk: Ledger, server: Ledger, id: UUID) -> None:
    journal = kiosk.waiting().journal
    assert journal is not None
    server.absorb(journal, [line.encode() for line in kiosk.lines(journal, 0, 1000)], id, VENUE)


# what is expected


def test_a_series_is_offered_on_its_day_and_shown_at_the_door(context: KioskContext, weekly: WeeklySession) -> None:
    [today] = schedule.planned_today(context)

    assert (today.id, today.title, today.capacity) == (occurrence_id(weekly.id, SEVEN), "Quiet evening", 16)
    assert (f"{today.start:%a %H:%M}", f"{today.end:%H:%M}", today.opens_itself) == ("Tue 19:00", "21:00", True)
    assert [f"{plan.start:%d.%m}" for plan in occupancy.read_door(context).coming] == ["24.11", "01.12"]
    assert weekly.next == today


def test_plans_and_series_are_listed_together(
    context: KioskContext, weekly: WeeklySession, open_ledger: Callable[[str], Ledger]
) -> None:
    """A plan with the id of an occurrence moves it; a cancellation takes it off."""
    server = open_ledger("server")
    moved, cancelled, single = (occurrence_id(weekly.id, SEVEN + week * 168 * HOUR) for week in (0, 1, 9))
    server.record(
        (single, SessionPlanned("main", "Concert", "event", SEVEN - 3 * HOUR, SEVEN - HOUR)),
        (moved, SessionPlanned("main", "Quiet evening", "event", SEVEN + HOUR, SEVEN + 2 * HOUR)),
        (cancelled, SessionCancelled()),
    )
    tell(server, context.ledger)

    coming = [(plan.id, f"{plan.start:%d.%m %H:%M}") for plan in schedule.upcoming(context)]
    assert coming == [(single, "24.11 16:00"), (moved, "24.11 20:00")]


def test_a_host_opens_it_as_it_is_set(context: KioskContext, host: HostSession, weekly: WeeklySession) -> None:
    assert weekly.next is not None

    opened = sessions.open_planned(context, weekly.next.id, host)

    assert opened is not None and opened.id == weekly.next.id
    session = written(context, opened.id)
    assert (session.title, session.session_kind, session.capacity, session.firm_limit) == (
        "Quiet evening",
        "event",
        16,
        20,
    )
    assert (session.planned_end, session.rhythm, session.stow_ways) == (SEVEN + 2 * HOUR, EVENING.rhythm, ("pouch",))
    assert session.opened_by == str(host.host_id)
    assert schedule.planned_today(context) == ()
    assert sessions.open_planned(context, opened.id, host, another=True) is None


def test_only_series_of_this_zone_are_listed(context: KioskContext, open_ledger: Callable[[str], Ledger]) -> None:
    attic = SeriesSet(str(uuid4()), "Chess", "club", (2,), 600, 60)
    context.ledger.record((uuid4(), attic))
    other = open_ledger("other")
    other.record((uuid4(), SeriesSet("hall", "Choir", "club", (2,), 600, 60)))
    tell(other, context.ledger)

    assert timetable.read_timetable(context).weekly == ()


def test_a_series_from_before_the_pairing_stays(context: KioskContext, weekly: WeeklySession) -> None:
    """The zone had a name then, and has an id now."""
    context.profile = replace(context.profile, zone=str(uuid4()), paired=True)

    assert [series.id for series in timetable.read_timetable(context).weekly] == [weekly.id]


def test_a_series_can_be_changed_skipped_and_ended(
    context: KioskContext, host: HostSession, weekly: WeeklySession
) -> None:
    assert weekly.next is not None
    [skipped] = timetable.skip_next(context, weekly.id, weekly.next.id, host).weekly
    assert skipped.next is not None and skipped.next.start.date() == date(2026, 12, 1)

    later = WeeklyTimes((5, 6), 8 * 60 + 30, opens_itself=False, closes_itself=True)
    [changed] = timetable.change_series(context, weekly.id, later, host).weekly
    assert (changed.weekdays, f"{changed.start:%H:%M}", changed.minutes) == ((5, 6), "08:30", 120)
    assert (changed.opens_itself, changed.closes_itself, changed.capacity) == (False, True, 16)
    [series] = plans.series(context.ledger.store)
    assert (series.skipped_days, series.firm_limit, series.rhythm) == ((date(2026, 11, 24),), 20, EVENING.rhythm)

    assert timetable.end_series(context, weekly.id, host).weekly == ()
    assert timetable.change_series(context, weekly.id, later, host).weekly == ()


def test_what_was_cancelled_or_moved_alone_is_not_doubled_by_another_time(
    context: KioskContext, host: HostSession, weekly: WeeklySession
) -> None:
    """By the coordinator: the next one is cancelled, the one after it begins two days later."""
    cancelled, moved = (occurrence_id(weekly.id, SEVEN + weeks * 7 * 24 * HOUR) for weeks in (0, 1))
    start = SEVEN + 9 * 24 * HOUR
    context.ledger.record((cancelled, SessionCancelled()))
    context.ledger.record(
        (moved, SessionPlanned(context.profile.zone, "Quiet evening", "event", start, start + 2 * HOUR))
    )

    later = WeeklyTimes((2,), 20 * 60, opens_itself=True, closes_itself=True)
    timetable.change_series(context, weekly.id, later, host)

    expected = [(session.id, session.start.date()) for session in schedule.upcoming(context)]
    assert expected == [(moved, date(2026, 12, 3))]
    [series] = plans.series(context.ledger.store)
    assert series.skipped_days == (date(2026, 11, 24), date(2026, 12, 1))


def test_a_series_whose_last_day_has_passed_is_not_listed(context: KioskContext, host: HostSession) -> None:
    for last_day in (date(2026, 11, 23), date(2026, 11, 24)):
        context.ledger.record(
            (uuid4(), SeriesSet(context.profile.zone, str(last_day), "club", (2,), 600, 60, last_day=last_day))
        )

    assert [series.title for series in timetable.read_timetable(context).weekly] == ["2026-11-24"]


# what opens by itself


def test_it_opens_at_its_start(context: KioskContext, weekly: WeeklySession, clock: ManualClock) -> None:
    wait_until(clock, context, SEVEN - 1)
    assert running(context) == []

    wait_until(clock, context, SEVEN)
    wait_until(clock, context, SEVEN + 1)

    session = occurrence_id(weekly.id, SEVEN)
    assert running(context) == [session]
    assert written(context, session).opened_by is None
    assert facts(context.ledger).count("session.opened") == 1


@pytest.mark.parametrize(("minutes", "opens"), [(14, True), (15, False)])
def test_a_kiosk_that_is_started_late_opens_it_within_the_grace_period(
    context: KioskContext, weekly: WeeklySession, clock: ManualClock, minutes: int, opens: bool
) -> None:
    wait_until(clock, context, SEVEN + minutes * 60_000)

    assert bool(running(context)) == opens
    assert bool(schedule.planned_today(context)) != opens, "the host can still open it"


def test_practice_is_not_in_its_way_and_ends(
    context: KioskContext, host: HostSession, weekly: WeeklySession, clock: ManualClock
) -> None:
    clock.move(ms=SEVEN - 60_000 - clock.read().at)
    sessions.open_practice(context, host)

    wait_until(clock, context, SEVEN)

    assert running(context) == [occurrence_id(weekly.id, SEVEN)]


def test_only_while_the_clock_is_sure(context: KioskContext, weekly: WeeklySession, clock: ManualClock) -> None:
    clock.source = None
    wait_until(clock, context, SEVEN)
    assert running(context) == []

    clock.source = "ntp"
    wait_until(clock, context, SEVEN + 1)
    assert running(context)

    clock.source = None
    wait_until(clock, context, SEVEN + 3 * HOUR)
    assert running(context)


def test_nothing_opens_by_itself_unless_it_is_so_set(
    context: KioskContext, host: HostSession, clock: ManualClock
) -> None:
    timetable.add_series(context, EVENING, replace(TUESDAYS, opens_itself=False), host)

    wait_until(clock, context, SEVEN)

    assert running(context) == []


def test_what_a_host_has_closed_is_not_opened_again(
    context: KioskContext, host: HostSession, weekly: WeeklySession, clock: ManualClock
) -> None:
    wait_until(clock, context, SEVEN)
    sessions.close_session(context, occurrence_id(weekly.id, SEVEN), host)

    wait_until(clock, context, SEVEN + 60_000)

    assert running(context) == []


def test_a_session_that_a_host_has_opened_into_its_time_goes_on_alone(
    context: KioskContext, host: HostSession, weekly: WeeklySession, clock: ManualClock
) -> None:
    wait_until(clock, context, SEVEN - HOUR)
    own = sessions.open_session(context, EVENING, host)

    wait_until(clock, context, SEVEN)
    assert running(context) == [own.id]

    sessions.close_session(context, own.id, host)
    wait_until(clock, context, SEVEN + 1)
    assert running(context) == [occurrence_id(weekly.id, SEVEN)]


def test_series_that_overlap_by_the_timetable_are_open_side_by_side(
    context: KioskContext, host: HostSession, weekly: WeeklySession, clock: ManualClock
) -> None:
    timetable.add_series(context, Template("Chess", "club", 60, 8), replace(TUESDAYS, start_minute=20 * 60), host)

    wait_until(clock, context, SEVEN)
    wait_until(clock, context, SEVEN + HOUR)

    assert len(running(context)) == 2


def test_two_kiosks_that_cannot_hear_each_other_open_the_same_session(
    context: KioskContext, weekly: WeeklySession, clock: ManualClock, open_ledger: Callable[[str], Ledger]
) -> None:
    """They merge into one session, to which the visits of both belong."""
    other_ledger, server = open_ledger("other"), open_ledger("server")
    tell(context.ledger, other_ledger)
    other = KioskContext(other_ledger, context.profile, KioskAllocation(other_ledger, 6))

    wait_until(clock, context, SEVEN)
    wait_until(clock, other, SEVEN + 60_000)
    for kiosk in (context, other):
        visits.check_in(kiosk, CheckInRequest(2, 0, 0))
    ids = uuid4(), uuid4()
    for kiosk, id in zip((context, other), ids, strict=True):
        push(kiosk.ledger, server, id)
    for kiosk, id in zip((context, other), ids, strict=True):
        page = server.feed(VENUE, 0, 1000, id)
        kiosk.ledger.apply_feed([line.encode() for line in page.lines], {})

    session = occurrence_id(weekly.id, SEVEN)
    assert running(context) == running(other) == [session]
    assert [session.id for session in server.open_sessions()] == [session]
    assert written(context, session).opened == SEVEN
    assert [len(ledger.present(session)) for ledger in (context.ledger, other_ledger, server)] == [2, 2, 2]


# what closes by itself


def test_it_closes_some_time_after_its_end(context: KioskContext, weekly: WeeklySession, clock: ManualClock) -> None:
    wait_until(clock, context, SEVEN)
    visits.check_in(context, CheckInRequest(2, 0, 0))

    wait_until(clock, context, SEVEN + 2 * HOUR + timetable.CLOSING_GRACE - 1)
    assert running(context)
    wait_until(clock, context, SEVEN + 2 * HOUR + timetable.CLOSING_GRACE)

    assert running(context) == []
    assert context.ledger.present() == []
    session = written(context, occurrence_id(weekly.id, SEVEN))
    assert session.closed == SEVEN + 2 * HOUR + timetable.CLOSING_GRACE
    [visit] = context.ledger.visits()
    assert (visit.checked_out, visit.estimated) == (session.closed, True)


@pytest.mark.parametrize("is_ended", [False, True])
def test_it_closes_although_its_series_was_moved_or_ended_meanwhile(
    context: KioskContext, host: HostSession, weekly: WeeklySession, clock: ManualClock, is_ended: bool
) -> None:
    wait_until(clock, context, SEVEN)
    [session] = running(context)
    if is_ended:
        timetable.end_series(context, weekly.id, host)
    else:
        timetable.change_series(context, weekly.id, WeeklyTimes((5,), 8 * 60, True, False), host)

    wait_until(clock, context, SEVEN + 2 * HOUR + timetable.CLOSING_GRACE - 1)
    assert running(context) == [session]
    wait_until(clock, context, SEVEN + 2 * HOUR + timetable.CLOSING_GRACE)

    assert running(context) == []


def test_what_an_earlier_release_has_opened_closes_as_its_series_says(
    context: KioskContext, host: HostSession, weekly: WeeklySession, clock: ManualClock
) -> None:
    wait_until(clock, context, SEVEN - HOUR)
    session = occurrence_id(weekly.id, SEVEN)
    opened = SessionOpened(context.profile.zone, EVENING.title, "event", planned_end=SEVEN + 2 * HOUR)
    context.ledger.record((session, opened))

    wait_until(clock, context, SEVEN + 2 * HOUR + timetable.CLOSING_GRACE)

    assert running(context) == []


def test_a_kiosk_that_was_off_closes_at_the_time_it_was_due(
    context: KioskContext, weekly: WeeklySession, clock: ManualClock
) -> None:
    wait_until(clock, context, SEVEN)
    visits.check_in(context, CheckInRequest(2, 0, 0))

    wait_until(clock, context, SEVEN + 5 * HOUR)

    session = written(context, occurrence_id(weekly.id, SEVEN))
    assert (session.closed, session.estimated) == (SEVEN + 2 * HOUR + timetable.CLOSING_GRACE, True)
    [visit] = context.ledger.visits()
    assert (visit.checked_out, visit.estimated) == (session.closed, True)


def test_what_a_host_extends_closes_at_its_new_end(
    context: KioskContext, host: HostSession, weekly: WeeklySession, clock: ManualClock
) -> None:
    wait_until(clock, context, SEVEN)
    sessions.extend_session(context, occurrence_id(weekly.id, SEVEN), 60, host)

    wait_until(clock, context, SEVEN + 2 * HOUR + timetable.CLOSING_GRACE)
    assert running(context)
    wait_until(clock, context, SEVEN + 3 * HOUR + timetable.CLOSING_GRACE)
    assert running(context) == []


def test_what_a_host_leaves_open_ended_stays_open(
    context: KioskContext, host: HostSession, weekly: WeeklySession, clock: ManualClock
) -> None:
    wait_until(clock, context, SEVEN)
    sessions.extend_session(context, occurrence_id(weekly.id, SEVEN), None, host)

    wait_until(clock, context, SEVEN + 9 * HOUR)

    assert running(context)


def test_what_a_host_opens_from_a_template_is_closed_by_a_host(
    context: KioskContext, host: HostSession, weekly: WeeklySession, clock: ManualClock
) -> None:
    own = sessions.open_session(context, EVENING, host)

    wait_until(clock, context, SEVEN + 9 * HOUR)

    assert running(context) == [own.id]


def test_a_closing_that_had_not_learnt_of_an_extension_ends_nothing(
    context: KioskContext,
    host: HostSession,
    weekly: WeeklySession,
    clock: ManualClock,
    open_ledger: Callable[[str], Ledger],
) -> None:
    session = occurrence_id(weekly.id, SEVEN)
    wait_until(clock, context, SEVEN)
    visits.check_in(context, CheckInRequest(2, 0, 0))
    other_ledger = open_ledger("other")
    tell(context.ledger, other_ledger)
    other = KioskContext(other_ledger, context.profile, KioskAllocation(other_ledger, 6))
    sessions.extend_session(context, session, 60, host)

    wait_until(clock, other, SEVEN + 2 * HOUR + timetable.CLOSING_GRACE)
    assert running(other) == [] and other_ledger.present() == []
    tell(other_ledger, context.ledger)
    tell(context.ledger, other_ledger)

    for kiosk in (context, other):
        assert running(kiosk) == [session]
        assert [visit.party_size for visit in kiosk.ledger.present(session)] == [2]


def test_a_session_that_is_opened_again_closes_at_its_new_end(
    context: KioskContext, host: HostSession, weekly: WeeklySession, clock: ManualClock
) -> None:
    session = occurrence_id(weekly.id, SEVEN)
    wait_until(clock, context, SEVEN)
    clock.move(minutes=90)
    sessions.close_session(context, session, host)
    again = sessions.reopen_session(context, session, host)

    assert again is not None and again.id == occurrence_id(weekly.id, SEVEN, 1)
    wait_until(clock, context, SEVEN + 2 * HOUR + timetable.CLOSING_GRACE - 1)
    assert running(context) == [again.id]
    wait_until(clock, context, SEVEN + 2 * HOUR + timetable.CLOSING_GRACE)
    assert running(context) == []


def test_what_has_just_closed_can_be_opened_again(
    context: KioskContext, host: HostSession, weekly: WeeklySession, clock: ManualClock
) -> None:
    wait_until(clock, context, SEVEN)
    sessions.close_session(context, occurrence_id(weekly.id, SEVEN), host)

    [closed] = timetable.read_timetable(context).closed
    assert closed.id == occurrence_id(weekly.id, SEVEN)
    clock.move(minutes=180)
    assert timetable.read_timetable(context).closed == ()


def test_over_the_change_of_the_clocks(context: KioskContext, host: HostSession, clock: ManualClock) -> None:
    """On 28 March 2027 the clocks in Amsterdam go from two to three."""
    night = WeeklyTimes((7,), 2 * 60 + 30, opens_itself=True, closes_itself=True)
    timetable.add_series(context, Template("Night watch", "event", 60, None), night, host)
    half_past_three = round(datetime(2027, 3, 28, 1, 30, tzinfo=UTC).timestamp()) * 1000

    wait_until(clock, context, half_past_three - 1)
    assert running(context) == []
    wait_until(clock, context, half_past_three)
    [opened] = occupancy.read_door(context).live
    assert opened.session.until is not None and f"{opened.session.until:%H:%M}" == "04:30"
