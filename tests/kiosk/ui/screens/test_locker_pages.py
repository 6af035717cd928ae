"""Pages about lockers on boards: the confirmation follows the door, hosts open one, and all in an evacuation."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from kiosk.navigation import AllLockersAsked, LockersAsked, OpenAllAsked, RollCallAsked, SettingsAsked
from kiosk.rules.device_events import DoorClosed, DoorOpened, DoorStuck
from kiosk.services import evacuation, hosts, lockers, lockout
from kiosk.services.records import evacuation_records, host_records, visitor_records
from kiosk.services.records.locker_records import LockerList, LockerState
from tests.support.single_page import ID, SinglePage

HOST = host_records.HostSession(ID)
WELCOMED = visitor_records.CheckedIn(
    (7,), 1, 0, 1, "4827", "HS1:ABCDEFGHIJKLMNOP", "from the shelf", None, stow="locker", doors=(7,)
)
LOCKERS = LockerList((LockerState(1, "closed", is_held=True), LockerState(2, "open", is_held=False)), "in the kitchen")
ROLL = evacuation_records.RollCall(datetime(2026, 11, 24, 19, 12, tzinfo=UTC), (), has_lockers=True, has_board=True)


def test_the_confirmation_follows_the_door(stage: SinglePage) -> None:
    stage.context.answers |= {lockers.read_doors: {7: "opening"}}
    stage.open("confirmed", WELCOMED)
    assert "Your locker is opening" in stage.texts()
    for event, door, text in (
        (DoorOpened(7), "open", "Lay your phone in and close the door"),
        (DoorClosed(7), "closed", "It is closed. Enjoy your time"),
    ):
        stage.context.answers |= {lockers.read_doors: {7: door}}
        stage.page.device_event(event)
        assert text in stage.texts()
    assert "replace_stuck" not in stage.tappable()


def test_a_stuck_locker_can_be_tried_again_or_given_up_for_a_pouch(stage: SinglePage) -> None:
    stage.context.answers |= {lockers.read_doors: {7: "closed"}}
    stage.open("confirmed", WELCOMED)
    stage.context.answers |= {
        lockers.read_doors: {7: "stuck"},
        lockers.replace_stuck: replace(WELCOMED, stow="pouch", numbers=(14,), doors=()),
    }
    stage.page.device_event(DoorStuck(7))
    assert {"open_again", "replace_stuck"} <= stage.tappable()
    stage.tap("open_again")
    assert stage.carried(lockers.open_again) == [[WELCOMED.visit, (7,)]]
    stage.tap("replace_stuck")
    assert "14" in stage.texts() and "done" in stage.tappable()


def test_a_locker_at_another_kiosk_is_said_instead_of_the_mood_question(stage: SinglePage) -> None:
    text = "Locker 7 opens with your code at the screen where you came in. Your host can open it too."
    left = visitor_records.CheckedOut(ID, (7,), 1, timedelta(minutes=5), "locker", elsewhere=(7,))
    stage.open("thanks", left)
    assert text in stage.texts() and "done" in stage.tappable()
    stage.open("notice", visitor_records.LockersElsewhere((7,)))
    assert text in stage.texts()


def test_a_host_opens_a_locker_by_hand(stage: SinglePage) -> None:
    stage.context.answers |= {lockers.read_lockers: LOCKERS, lockers.open_by_hand: LOCKERS}
    stage.open("lockers", LockersAsked(HOST))
    assert "Door closed · In use" in stage.texts()
    stage.tap("locker_1")
    assert stage.carried(lockers.open_by_hand) == [[1, HOST]]
    stage.page.back()
    assert stage.answers[-1] == SettingsAsked(HOST)


@pytest.mark.parametrize("role", ["host", "lead"])
def test_every_host_gets_there_where_a_board_is(stage: SinglePage, role: host_records.HostRole) -> None:
    stage.context.answers |= {lockers.read_lockers: LOCKERS}
    stage.open("settings", SettingsAsked(replace(HOST, role=role)))
    assert "lockers" in stage.tappable()
    stage.context.answers |= {lockers.read_lockers: LockerList(())}
    stage.open("settings", SettingsAsked(replace(HOST, role=role)))
    assert "lockers" not in stage.tappable()


def test_all_lockers_are_opened_with_a_pin_that_is_counted_apart(stage: SinglePage) -> None:
    stage.context.answers |= {
        evacuation.read: ROLL,
        hosts.check_pin: HOST,
        lockers.read_all: LOCKERS,
        lockers.open_all: LOCKERS,
        lockers.stop_opening: LOCKERS,
    }
    stage.open("evacuation", RollCallAsked())
    stage.tap("open_all")
    assert stage.answers[-1] == OpenAllAsked()
    stage.open("host_pin", OpenAllAsked())
    stage.type("482913")
    stage.page.check()
    assert stage.carried(hosts.check_pin) == [["482913", lockout.EVACUATION]]
    assert stage.answers[-1] == AllLockersAsked(HOST)
    stage.open("open_all", AllLockersAsked(HOST))
    assert "1 of 2 lockers open · Lockers’ key: in the kitchen" in stage.texts()
    stage.tap("open_all")
    stage.tap("stop")
    assert stage.carried(lockers.open_all) == [[HOST]] and stage.carried(lockers.stop_opening) == [[]]


def test_without_a_board_the_roll_call_is_as_it_was(stage: SinglePage) -> None:
    stage.context.answers |= {evacuation.read: replace(ROLL, has_board=False)}
    stage.open("evacuation", RollCallAsked())
    assert "open_all" not in stage.tappable() and "Lockers open by key." in stage.texts()
