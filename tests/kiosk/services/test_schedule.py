"""Planned sessions are offered to the host on their day, and opened as planned."""

from collections.abc import Callable
from dataclasses import replace
from uuid import UUID, uuid4

import pytest

from kiosk.services import occupancy, sessions
from kiosk.services.context import KioskContext
from kiosk.services.records.host_records import HostSession
from kiosk.services.records.shared_records import OpenedSession
from sync.domain.events import Phase, SessionCancelled, SessionPlanned
from sync.ledger.ledger import Ledger
from sync.manual_clock import ManualClock

HOUR = 60 * 60_000
EIGHT = 1_795_507_200_000  # UTC, on 24 November 2026; the venue's clocks in Amsterdam show nine
RHYTHM = (Phase("quiet", 60), Phase("talk", 60))


@pytest.fixture
def server(open_ledger: Callable[[str], Ledger]) -> Ledger:
    return open_ledger("server")


@pytest.fixture
def plan(context: KioskContext, server: Ledger) -> Callable[..., UUID]:
    """Plans a session that begins so many hours after nine, and sends the plan to the kiosk."""

    def plan_(hours: float, lasts: float = 2, zone: str = "main", title: str = "Quiet evening") -> UUID:
        session, start = uuid4(), EIGHT + round(hours * HOUR)
        end = start + round(lasts * HOUR)
        apply_plan(
            context, server, session, SessionPlanned(zone, title, "event", start, end, capacity=16, rhythm=RHYTHM)
        )
        return session

    return plan_


def apply_plan(context: KioskContext, server: Ledger, session: UUID, event: SessionPlanned | SessionCancelled) -> None:
    [entry] = server.record((session, event))
    context.ledger.apply_feed([line.encode() for line in server.lines(entry.journal, entry.seq - 1, 1)], {})


def plan_ids(context: KioskContext) -> list[UUID]:
    return [plan.id for plan in occupancy.read_board(context).timetable.planned]


def test_todays_plan_is_offered_in_the_venues_time_zone(context: KioskContext, plan: Callable[..., UUID]) -> None:
    session = plan(10.5)

    [shown] = occupancy.read_board(context).timetable.planned

    assert (shown.id, shown.title, shown.capacity) == (session, "Quiet evening", 16)
    assert (f"{shown.start:%H:%M}", f"{shown.end:%H:%M}") == ("19:30", "21:30")


def test_planned_practice_is_offered_to_hosts_alone_and_opens_as_practice(
    context: KioskContext, server: Ledger, host: HostSession
) -> None:
    session, start = uuid4(), EIGHT + HOUR
    apply_plan(context, server, session, SessionPlanned("main", "Try it", "event", start, start + HOUR, practice=True))

    assert occupancy.read_door(context).coming == ()
    [shown] = occupancy.read_board(context).timetable.planned
    assert shown.is_practice

    opened = sessions.open_planned(context, session, host)
    assert opened is not None and opened.is_practice


def test_practice_does_not_open_beside_an_ordinary_session(
    context: KioskContext, server: Ledger, opened: OpenedSession, host: HostSession
) -> None:
    session, start = uuid4(), EIGHT + HOUR
    apply_plan(context, server, session, SessionPlanned("main", "Try it", "event", start, start + HOUR, practice=True))

    assert sessions.open_planned(context, session, host, another=True) == opened


def test_plans_are_sorted_and_the_day_is_the_venues(context: KioskContext, plan: Callable[..., UUID]) -> None:
    late, early = plan(14.9), plan(2)
    plan(15)  # at midnight in Amsterdam, at eleven by UTC
    plan(5, zone="attic")

    assert plan_ids(context) == [early, late]


def test_a_running_plan_is_offered_and_a_past_one_is_not(
    context: KioskContext, plan: Callable[..., UUID], clock: ManualClock
) -> None:
    plan(0, lasts=1)
    running = plan(0.5, lasts=2)

    clock.move(minutes=60)

    assert plan_ids(context) == [running]


def test_a_cancelled_plan_is_not_offered(context: KioskContext, server: Ledger, plan: Callable[..., UUID]) -> None:
    session = plan(3)

    apply_plan(context, server, session, SessionCancelled())

    assert plan_ids(context) == []


def test_it_is_opened_as_it_was_planned(context: KioskContext, host: HostSession, plan: Callable[..., UUID]) -> None:
    session = plan(3)

    opened = sessions.open_planned(context, session, host)

    assert opened is not None and opened.id == session
    assert opened.until is not None and f"{opened.until:%H:%M}" == "14:00"
    written = context.ledger.session(session)
    assert written is not None and written.is_open
    assert (written.title, written.capacity, written.rhythm) == ("Quiet evening", 16, RHYTHM)
    assert (written.planned_start, written.opened_by) == (EIGHT + 3 * HOUR, str(host.host_id))
    assert plan_ids(context) == []


def test_a_plan_is_offered_once(context: KioskContext, host: HostSession, plan: Callable[..., UUID]) -> None:
    session = plan(3)
    sessions.open_planned(context, session, host)
    sessions.close_session(context, session, host)

    assert plan_ids(context) == []
    assert sessions.open_planned(context, session, host) is None


def test_a_plan_that_was_cancelled_meanwhile_is_not_opened(
    context: KioskContext, host: HostSession, server: Ledger, plan: Callable[..., UUID]
) -> None:
    session = plan(3)
    apply_plan(context, server, session, SessionCancelled())

    assert sessions.open_planned(context, session, host) is None
    assert occupancy.current_session(context) is None


def test_an_open_session_is_kept_unless_another_is_wanted(
    context: KioskContext, host: HostSession, opened: OpenedSession, plan: Callable[..., UUID]
) -> None:
    session = plan(3)

    assert sessions.open_planned(context, session, host) == opened
    assert sessions.open_planned(context, session, host, another=True) is not None
    assert plan_ids(context) == []


def test_a_kiosk_whose_clock_is_at_1970_offers_no_plan(
    context: KioskContext, clock: ManualClock, plan: Callable[..., UUID]
) -> None:
    plan(3)
    clock.reboot(at=5_000)

    assert plan_ids(context) == []


def test_the_venues_settings_may_change_while_a_session_is_open(context: KioskContext, opened: OpenedSession) -> None:
    context.profile = replace(context.profile, pouches=2, venue="Mill house")

    assert (occupancy.read_board(context).capacity.pouches.total, occupancy.read_door(context).venue) == (
        2,
        "Mill house",
    )
