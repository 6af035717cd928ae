"""Reminders for visits that chose when to leave, and the expected time of the next free places."""

from datetime import timedelta
from uuid import UUID

import pytest

from kiosk.services import occupancy, reminders, visits
from kiosk.services.context import KioskContext
from kiosk.services.records.shared_records import OpenedSession
from sync.manual_clock import ManualClock
from tests.support.checked_in_party import check_in_party

HOUR = 60 * 60_000


def due_numbers(context: KioskContext) -> list[tuple[int, ...]]:
    return [reminder.numbers for reminder in occupancy.read_door(context).reminders]


def test_a_reminder_is_shown_when_due_and_for_a_limited_time(
    context: KioskContext, opened: OpenedSession, clock: ManualClock
) -> None:
    checked_in = check_in_party(context)
    at = reminders.set_reminder(context, checked_in.visit, 30)
    assert checked_in.now is not None
    assert (at - checked_in.now).total_seconds() == 30 * 60

    clock.move(minutes=29)
    assert due_numbers(context) == []
    clock.move(minutes=1)
    assert due_numbers(context) == [(1,)]
    clock.move(minutes=15)
    assert due_numbers(context) == []


def test_no_reminder_for_visits_that_left_or_are_on_a_break(
    context: KioskContext, opened: OpenedSession, clock: ManualClock
) -> None:
    out, gone = check_in_party(context), check_in_party(context)
    for visit in (out, gone):
        reminders.set_reminder(context, visit.visit, 30)
    visits.toggle_break(context, out.code)
    visits.check_out(context, gone.code)
    clock.move(minutes=31)

    assert due_numbers(context) == []
    visits.toggle_break(context, out.code)
    assert due_numbers(context) == [out.numbers]


def test_the_last_choice_counts(context: KioskContext, opened: OpenedSession, clock: ManualClock) -> None:
    changed, until_the_end = check_in_party(context), check_in_party(context)
    for visit in (changed, until_the_end):
        reminders.set_reminder(context, visit.visit, 30)
    reminders.set_reminder(context, changed.visit, 60)
    reminders.cancel_reminder(context, until_the_end.visit)

    clock.move(minutes=31)
    assert due_numbers(context) == []
    clock.move(minutes=30)
    assert due_numbers(context) == [changed.numbers]


def test_reminders_survive_clock_changes_and_restarts(
    context: KioskContext, opened: OpenedSession, clock: ManualClock
) -> None:
    reminders.set_reminder(context, check_in_party(context).visit, 30)
    clock.jump(2 * HOUR)
    assert due_numbers(context) == []
    clock.jump(-2 * HOUR)

    clock.move(minutes=30)
    clock.reboot()

    assert due_numbers(context) == [(1,)]


def test_reminders_are_not_sent(context: KioskContext, opened: OpenedSession) -> None:
    checked_in = check_in_party(context)
    before = context.ledger.waiting().count

    reminders.set_reminder(context, checked_in.visit, 90)

    assert context.ledger.waiting().count == before


def test_a_full_session_shows_when_the_next_places_are_free(
    context: KioskContext, opened: OpenedSession, clock: ManualClock
) -> None:
    checked_in = check_in_party(context, party_size=9)
    reminders.set_reminder(context, checked_in.visit, 33)
    assert occupancy.read_door(context).free_at is None, "there is a place"

    check_in_party(context)
    assert checked_in.now is not None
    free_at = occupancy.read_door(context).free_at

    assert free_at is not None
    assert 33 <= (free_at - checked_in.now).total_seconds() / 60 < 38
    assert free_at.minute % 5 == 0


def test_without_reminders_places_are_free_at_the_sessions_end(context: KioskContext, opened: OpenedSession) -> None:
    check_in_party(context, party_size=10)

    assert occupancy.read_door(context).free_at == opened.until


def test_an_unknown_visit_gets_no_reminder(context: KioskContext, opened: OpenedSession, clock: ManualClock) -> None:
    reminders.set_reminder(context, UUID(int=1), 30)
    clock.move(minutes=31)

    assert due_numbers(context) == []


@pytest.mark.parametrize("drift", [-40, 0, 40])
def test_a_reminder_is_equal_at_every_poll_whatever_the_clocks_do(
    context: KioskContext, opened: OpenedSession, drift: int
) -> None:
    context.ledger.clock = clock = ManualClock(drift=drift)
    reminders.set_reminder(context, check_in_party(context).visit, 30)
    clock.move(minutes=30)

    polls = []
    for _ in range(500):
        clock.move(ms=1.7)
        polls.append(occupancy.read_door(context).reminders)

    assert len(polls[0]) == 1
    assert set(polls) == {polls[0]}
    assert len({reminder.at for shown in polls for reminder in shown}) == 1, "and its time does not flicker"


def test_when_a_place_is_free_does_not_flicker_at_a_full_five_minutes(
    context: KioskContext, opened: OpenedSession
) -> None:
    context.ledger.clock = clock = ManualClock()
    reminders.set_reminder(context, check_in_party(context, party_size=10).visit, 30)

    polls = set()
    for _ in range(500):
        clock.move(ms=1.7)
        polls.add(occupancy.read_door(context).free_at)

    assert len(polls) == 1


def test_a_reminder_has_the_right_time_after_the_wall_clock_was_set(
    context: KioskContext, opened: OpenedSession, clock: ManualClock
) -> None:
    at = reminders.set_reminder(context, check_in_party(context).visit, 30)
    clock.jump(2 * HOUR)
    clock.move(minutes=30)

    [reminder] = occupancy.read_door(context).reminders

    assert reminder.at - at == timedelta(hours=2)


def test_another_choice_is_another_reminder(context: KioskContext, opened: OpenedSession, clock: ManualClock) -> None:
    checked_in = check_in_party(context)
    reminders.set_reminder(context, checked_in.visit, 30)
    clock.move(minutes=31)
    first = occupancy.read_door(context).reminders
    reminders.set_reminder(context, checked_in.visit, 30)
    clock.move(minutes=31)

    assert occupancy.read_door(context).reminders != first
