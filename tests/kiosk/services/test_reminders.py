"""Who says how long they can stay gets a gentle sign, and a full room knows when a place is free."""

from datetime import timedelta
from uuid import UUID

import pytest

from kiosk.services import occupancy, reminders, visits
from kiosk.services.context import KioskContext
from kiosk.services.records import CheckedIn, CheckInRequest, OpenedSession
from sync.manual_clock import ManualClock

HOUR = 60 * 60_000


def come_in(desk: KioskContext, party_size: int = 1, phones: int = 1) -> CheckedIn:
    answer = visits.check_in(desk, CheckInRequest(party_size, phones, 0))
    assert isinstance(answer, CheckedIn)
    return answer


def signs(desk: KioskContext) -> list[tuple[int, ...]]:
    return [sign.numbers for sign in occupancy.door(desk).signs]


def test_a_sign_is_given_when_it_is_time_and_not_for_ever(
    desk: KioskContext, opened: OpenedSession, clock: ManualClock
) -> None:
    welcomed = come_in(desk)
    at = reminders.choose(desk, welcomed.visit, 30)
    assert welcomed.now is not None
    assert (at - welcomed.now).total_seconds() == 30 * 60

    clock.move(minutes=29)
    assert signs(desk) == []
    clock.move(minutes=1)
    assert signs(desk) == [(1,)]
    clock.move(minutes=15)
    assert signs(desk) == []


def test_who_has_left_or_stepped_out_needs_no_sign(
    desk: KioskContext, opened: OpenedSession, clock: ManualClock
) -> None:
    out, gone = come_in(desk), come_in(desk)
    for one in (out, gone):
        reminders.choose(desk, one.visit, 30)
    visits.step(desk, out.code)
    visits.check_out(desk, gone.code)
    clock.move(minutes=31)

    assert signs(desk) == []
    visits.step(desk, out.code)
    assert signs(desk) == [out.numbers]


def test_the_last_word_counts(desk: KioskContext, opened: OpenedSession, clock: ManualClock) -> None:
    changed, until_the_end = come_in(desk), come_in(desk)
    for one in (changed, until_the_end):
        reminders.choose(desk, one.visit, 30)
    reminders.choose(desk, changed.visit, 60)
    reminders.forget(desk, until_the_end.visit)

    clock.move(minutes=31)
    assert signs(desk) == []
    clock.move(minutes=30)
    assert signs(desk) == [changed.numbers]


def test_setting_the_clock_hurries_nobody_and_a_restart_forgets_nothing(
    desk: KioskContext, opened: OpenedSession, clock: ManualClock
) -> None:
    reminders.choose(desk, come_in(desk).visit, 30)
    clock.jump(2 * HOUR)
    assert signs(desk) == []
    clock.jump(-2 * HOUR)

    clock.move(minutes=30)
    clock.reboot()

    assert signs(desk) == [(1,)]


def test_nothing_of_it_travels(desk: KioskContext, opened: OpenedSession) -> None:
    welcomed = come_in(desk)
    before = desk.ledger.waiting().count

    reminders.choose(desk, welcomed.visit, 90)

    assert desk.ledger.waiting().count == before


def test_a_full_room_knows_when_the_next_places_are_free(
    desk: KioskContext, opened: OpenedSession, clock: ManualClock
) -> None:
    welcomed = come_in(desk, party_size=9)
    reminders.choose(desk, welcomed.visit, 33)
    assert occupancy.door(desk).free_at is None, "there is a place"

    come_in(desk)
    assert welcomed.now is not None
    free_at = occupancy.door(desk).free_at

    assert free_at is not None
    assert 33 <= (free_at - welcomed.now).total_seconds() / 60 < 38
    assert free_at.minute % 5 == 0


def test_where_nobody_has_said_so_places_are_free_at_the_end(desk: KioskContext, opened: OpenedSession) -> None:
    come_in(desk, party_size=10)

    assert occupancy.door(desk).free_at == opened.until


def test_a_visit_that_nobody_knows_gets_no_sign(desk: KioskContext, opened: OpenedSession, clock: ManualClock) -> None:
    reminders.choose(desk, UUID(int=1), 30)
    clock.move(minutes=31)

    assert signs(desk) == []


@pytest.mark.parametrize("drift", [-40, 0, 40])
def test_a_sign_is_the_same_sign_at_every_look_whatever_the_two_clocks_do(
    desk: KioskContext, opened: OpenedSession, drift: int
) -> None:
    desk.ledger.clock = clock = ManualClock(drift=drift)
    reminders.choose(desk, come_in(desk).visit, 30)
    clock.move(minutes=30)

    looks = []
    for _ in range(500):
        clock.move(ms=1.7)
        looks.append(occupancy.door(desk).signs)

    assert len(looks[0]) == 1
    assert set(looks) == {looks[0]}
    assert len({sign.at for signs in looks for sign in signs}) == 1, "nor does the time on it flicker"


def test_when_a_place_is_free_does_not_flicker_at_a_full_five_minutes(
    desk: KioskContext, opened: OpenedSession
) -> None:
    desk.ledger.clock = clock = ManualClock()
    reminders.choose(desk, come_in(desk, party_size=10).visit, 30)

    looks = set()
    for _ in range(500):
        clock.move(ms=1.7)
        looks.add(occupancy.door(desk).free_at)

    assert len(looks) == 1


def test_a_sign_says_the_right_time_after_the_wall_clock_was_set(
    desk: KioskContext, opened: OpenedSession, clock: ManualClock
) -> None:
    at = reminders.choose(desk, come_in(desk).visit, 30)
    clock.jump(2 * HOUR)
    clock.move(minutes=30)

    [sign] = occupancy.door(desk).signs

    assert sign.at - at == timedelta(hours=2)


def test_another_choice_is_another_sign(desk: KioskContext, opened: OpenedSession, clock: ManualClock) -> None:
    welcomed = come_in(desk)
    reminders.choose(desk, welcomed.visit, 30)
    clock.move(minutes=31)
    first = occupancy.door(desk).signs
    reminders.choose(desk, welcomed.visit, 30)
    clock.move(minutes=31)

    assert occupancy.door(desk).signs != first
