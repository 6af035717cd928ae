"""The night: what was left open is closed as an estimate that carries its own time, also after a weekend."""

from datetime import datetime
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import pytest

from kiosk.services import closeout, night, occupancy, sessions, visits
from kiosk.services.context import KioskContext
from kiosk.services.records.closeout_records import CloseoutFigures, MorningReport, NightClosing
from kiosk.services.records.host_records import HostSession, Template
from kiosk.services.records.visitor_records import CheckedIn, CheckedOut, CheckInRequest
from sync.domain.events import SessionOpened, VisitCheckedIn
from sync.domain.visit import Visit
from sync.manual_clock import ManualClock

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
MIN, HOUR = 60_000, 3_600_000
PLANNED = Template("Open hours", "open_hours", minutes=240, capacity=10)
ENDLESS = Template("Until late", "open_hours", minutes=None, capacity=None)


@pytest.fixture(autouse=True)
def friday_evening(clock: ManualClock) -> None:
    """18:00 in Amsterdam on a Friday in November."""
    clock.jump(at(datetime(2026, 11, 27, 18, tzinfo=AMSTERDAM)) - clock.read().at)


def at(when: datetime) -> int:
    return int(when.timestamp() * 1000)


def move_to(clock: ManualClock, *when: int) -> None:
    minutes = (at(datetime(*when, tzinfo=AMSTERDAM)) - clock.read().at) / MIN  # type: ignore[misc]
    assert minutes > 0
    clock.move(minutes)


def check_in(context: KioskContext) -> CheckedIn:
    answer = visits.check_in(context, CheckInRequest(1, 1, 0))
    assert isinstance(answer, CheckedIn)
    return answer


def only_visit(context: KioskContext) -> Visit:
    [visit] = context.ledger.visits()
    return visit


def test_a_session_ends_at_its_planned_end(context: KioskContext, host: HostSession, clock: ManualClock) -> None:
    opened = sessions.open_session(context, PLANNED, host)
    clock.move(minutes=30)
    party = check_in(context)
    move_to(clock, 2026, 11, 28, 3, 59)
    assert night.close_ended_days(context) == 0
    move_to(clock, 2026, 11, 28, 4, 0)

    assert night.close_ended_days(context) == 1

    session, visit = context.ledger.session(opened.id), only_visit(context)
    assert session and session.closed == session.planned_end and session.estimated and session.closeout
    assert (visit.stay, visit.phone_free, visit.estimated) == (210 * MIN, 210 * MIN, True)
    assert visit.held == party.numbers, "the phone was not seen leaving"
    assert occupancy.read_door(context).live == ()
    assert night.close_ended_days(context) == 0, "once"


def test_a_kiosk_that_was_off_for_a_weekend_gives_no_stay_of_63_hours(
    context: KioskContext, host: HostSession, clock: ManualClock
) -> None:
    sessions.open_session(context, ENDLESS, host)
    check_in(context)
    clock.move(minutes=70)
    gone = check_in(context)
    clock.move(minutes=20)
    visits.check_out(context, gone.code)
    monday = at(datetime(2026, 11, 30, 9, tzinfo=AMSTERDAM))
    clock.reboot(monday)

    assert night.close_ended_days(context) == 1

    stays = {visit.id: visit.stay for visit in context.ledger.visits()}
    assert sorted(stays.values()) == [20 * MIN, 90 * MIN], "until the last act that was seen"


def test_a_session_that_lasted_longer_than_planned_ends_with_its_last_act(
    context: KioskContext, host: HostSession, clock: ManualClock
) -> None:
    opened = sessions.open_session(context, PLANNED, host)
    late = check_in(context)
    check_in(context)
    clock.move(minutes=240 + 100)
    visits.check_out(context, late.code)
    move_to(clock, 2026, 11, 28, 4, 0)

    night.close_ended_days(context)

    stays = sorted((visit.stay, visit.estimated) for visit in context.ledger.visits())
    assert stays == [(240 * MIN, True), (340 * MIN, False)], "what was seen stays seen"
    session = context.ledger.session(opened.id)
    assert session and session.closed == session.opened + 340 * MIN  # type: ignore[operator]


def test_an_arrival_after_the_planned_end_leaves_with_the_last_act(
    context: KioskContext, host: HostSession, clock: ManualClock
) -> None:
    sessions.open_session(context, PLANNED, host)
    clock.move(minutes=300)
    check_in(context)
    clock.move(minutes=15)
    gone = check_in(context)
    visits.check_out(context, gone.code)
    move_to(clock, 2026, 11, 28, 4, 0)

    night.close_ended_days(context)

    assert sorted(visit.stay or 0 for visit in context.ledger.visits()) == [0, 15 * MIN]


@pytest.mark.parametrize(
    ("opened", "closes"),
    [
        ((2026, 11, 28, 0, 30), (2026, 11, 29, 4, 0)),  # after midnight, and perhaps until the morning
        ((2026, 11, 27, 23, 0), (2026, 11, 28, 4, 0)),
        ((2026, 11, 28, 4, 10), (2026, 11, 29, 4, 0)),
        ((2026, 11, 28, 3, 50), (2026, 11, 29, 4, 0)),
    ],
)
def test_a_session_without_a_planned_end_closes_with_the_day_it_was_opened_on(
    context: KioskContext, host: HostSession, clock: ManualClock, opened: tuple[int, ...], closes: tuple[int, ...]
) -> None:
    move_to(clock, *opened)
    sessions.open_session(context, ENDLESS, host)
    move_to(clock, *closes)
    clock.move(minutes=-1)
    assert night.close_ended_days(context) == 0

    clock.move(minutes=1)

    assert night.close_ended_days(context) == 1


def test_a_session_planned_into_the_morning_is_left_open_until_it_is_over(
    context: KioskContext, host: HostSession, clock: ManualClock
) -> None:
    sessions.open_session(context, Template("Sleepover", "event", minutes=13 * 60, capacity=None), host)
    move_to(clock, 2026, 11, 28, 7, 59)
    assert night.close_ended_days(context) == 0

    move_to(clock, 2026, 11, 28, 8, 0)

    assert night.close_ended_days(context) == 1


def test_a_session_that_a_host_opens_after_its_planned_end_is_not_closed(
    context: KioskContext, host: HostSession, clock: ManualClock
) -> None:
    ended = at(datetime(2026, 11, 26, 21, tzinfo=AMSTERDAM))
    context.ledger.record((uuid4(), SessionOpened("main", "Late", "event", planned_end=ended)))

    clock.move(minutes=5)

    assert night.close_ended_days(context) == 0


def test_nothing_is_closed_while_the_clock_is_not_sure(
    context: KioskContext, host: HostSession, clock: ManualClock
) -> None:
    sessions.open_session(context, PLANNED, host)
    move_to(clock, 2026, 11, 28, 9, 0)
    clock.source = None
    assert night.close_ended_days(context) == 0

    clock.source = "ntp"

    assert night.close_ended_days(context) == 1


def test_a_session_opened_before_the_clock_was_set_is_not_taken_for_yesterdays(
    context: KioskContext, host: HostSession, clock: ManualClock
) -> None:
    now = clock.read().at
    clock.source = None
    clock.jump(-30 * HOUR)
    sessions.open_session(context, PLANNED, host)
    clock.move(minutes=10)
    check_in(context)
    clock.jump(now - clock.read().at)
    clock.source = "ntp"

    assert night.close_ended_days(context) == 0


@pytest.mark.parametrize(
    ("evening", "ends"),
    [
        (datetime(2026, 3, 28, 20, tzinfo=AMSTERDAM), datetime(2026, 3, 29, 4, tzinfo=AMSTERDAM)),
        (datetime(2026, 10, 24, 20, tzinfo=AMSTERDAM), datetime(2026, 10, 25, 4, tzinfo=AMSTERDAM)),
        (datetime(2026, 10, 25, 3, 59, tzinfo=AMSTERDAM), datetime(2026, 10, 25, 4, tzinfo=AMSTERDAM)),
        (datetime(2026, 10, 25, 4, tzinfo=AMSTERDAM), datetime(2026, 10, 26, 4, tzinfo=AMSTERDAM)),
    ],
)
def test_the_day_ends_at_four_also_when_the_clocks_change(evening: datetime, ends: datetime) -> None:
    assert night.end_of_day(at(evening), AMSTERDAM) == at(ends)


def test_a_session_of_another_kiosk_is_closed_an_hour_later(
    context: KioskContext, host: HostSession, clock: ManualClock, other_journal: UUID
) -> None:
    move_to(clock, 2026, 11, 28, 4, 59)
    assert night.close_ended_days(context) == 0

    move_to(clock, 2026, 11, 28, 5, 0)

    assert night.close_ended_days(context) == 1


@pytest.fixture
def other_journal(context: KioskContext, clock: ManualClock) -> UUID:
    """The journal of another kiosk, whose session and visit this one has learnt."""
    from pathlib import Path

    from sync.domain.events import write_entry
    from sync.ledger.ledger import Ledger
    from sync.ledger.store import open_sqlite

    other = Ledger(open_sqlite(Path(":memory:")), clock)
    session = uuid4()
    planned_end = clock.read().at + 3 * HOUR
    entries = other.record(
        (session, SessionOpened("main", "Evening", "event", planned_end=planned_end)),
        (uuid4(), VisitCheckedIn(session, 1, 1, stow="pouch", numbers=(5,))),
    )
    other.close()
    context.ledger.apply_feed([write_entry(entry).encode() for entry in entries], {})
    return entries[0].journal


def test_a_visit_that_came_in_where_the_session_was_closed_already_is_checked_out(
    context: KioskContext, host: HostSession, clock: ManualClock
) -> None:
    opened = sessions.open_session(context, PLANNED, host)
    clock.move(minutes=60)
    sessions.close_session(context, opened.id, host)
    clock.move(minutes=30)
    context.ledger.record((uuid4(), VisitCheckedIn(opened.id, 2, 1, stow="pouch", numbers=(3,))))
    assert only_visit(context).is_in

    move_to(clock, 2026, 11, 28, 4, 0)
    night.close_ended_days(context)

    visit = only_visit(context)
    assert (visit.is_in, visit.estimated, visit.stay, visit.held) == (False, True, 0, (3,))


def test_the_host_sees_in_the_morning_what_was_closed_until_it_is_dismissed(
    context: KioskContext, host: HostSession, clock: ManualClock
) -> None:
    assert night.morning_report(context) is None
    sessions.open_session(context, PLANNED, host)
    party = check_in(context)
    move_to(clock, 2026, 11, 28, 9, 0)
    night.close_ended_days(context)

    ended = datetime(2026, 11, 27, 22, tzinfo=AMSTERDAM)
    assert night.morning_report(context) == MorningReport(
        (NightClosing("Open hours", ended),), 1, CloseoutFigures(1, party.numbers, ())
    )
    visits.check_out(context, party.code)
    report = night.morning_report(context)
    assert report and report.still_here.is_clear

    night.dismiss_report(context)

    assert night.morning_report(context) is None


def test_a_session_that_a_host_closed_is_not_reported(
    context: KioskContext, host: HostSession, clock: ManualClock
) -> None:
    opened = sessions.open_session(context, PLANNED, host)
    check_in(context)
    sessions.close_session(context, opened.id, host)
    move_to(clock, 2026, 11, 28, 9, 0)
    night.close_ended_days(context)

    assert night.morning_report(context) is None
    assert not closeout.read_figures(context).is_clear


def test_a_visitor_of_yesterday_gets_the_phone_in_the_morning(
    context: KioskContext, host: HostSession, clock: ManualClock
) -> None:
    sessions.open_session(context, PLANNED, host)
    party = check_in(context)
    move_to(clock, 2026, 11, 28, 9, 0)
    night.close_ended_days(context)

    left = visits.check_out(context, party.code)

    assert isinstance(left, CheckedOut) and left.late and left.phones == 1
    assert only_visit(context).stay == 240 * MIN
