"""What is known of the lockers' doors, and the whole way to them: hub, port, driver and boards on a pseudo-terminal."""

import queue
from collections.abc import Callable
from pathlib import Path

from kiosk.devices.hub import DeviceHub
from kiosk.devices.simulators.locker_board import SimulatedLockerBoards
from kiosk.devices.simulators.pty_port import SimulatedPort
from kiosk.rules.device_commands import OpenLocker
from kiosk.rules.device_events import (
    BoardAnswers,
    BoardSilent,
    DeviceEvent,
    DoorClosed,
    DoorLeftOpen,
    DoorOpened,
    DoorStuck,
    DoorUnsteady,
)
from kiosk.rules.device_settings import LockerBoardSettings
from kiosk.rules.locker_wall import LockerWall

PATIENCE = 20.0  # seconds, against a test that hangs


def test_a_locker_is_offered_only_while_its_board_answers_and_its_door_is_closed() -> None:
    wall = LockerWall({1: "silent", 2: "silent"})
    assert not wall.can_offer(1) and wall.can_offer(3), "locker 3 is on no board"
    wall = wall.after_event(BoardAnswers((1, 2), (2,)))
    assert wall.can_offer(1) and not wall.can_offer(2)
    wall = wall.after_command(OpenLocker(1))
    assert not wall.can_offer(1)
    for event, door in (
        (DoorOpened(1), "open"),
        (DoorLeftOpen(1), "left_open"),
        (DoorClosed(1), "closed"),
        (DoorStuck(1), "stuck"),
        (BoardSilent((1, 2)), "stuck"),
        (BoardAnswers((1, 2), ()), "stuck"),
        (DoorOpened(1), "open"),
        (BoardSilent((1, 2)), "silent"),
        (DoorUnsteady(1), "unsteady"),
        (BoardAnswers((2,), ()), "unsteady"),
        (BoardAnswers((1,), ()), "closed"),
    ):
        wall = wall.after_event(event)
        assert wall.doors[1] == door
    assert wall.after_event(DoorOpened(9)).doors == wall.doors


def test_the_boards_open_a_door_through_the_hub(tmp_path: Path) -> None:
    boards = SimulatedLockerBoards(echoes=True, is_noisy=True)
    port = SimulatedPort(boards, tmp_path / "port")
    hub = DeviceHub([LockerBoardSettings(name="wall", port=str(port.path), first=11)])
    events: queue.SimpleQueue[DeviceEvent] = queue.SimpleQueue()

    def wait_for(event: DeviceEvent) -> None:
        while events.get(timeout=PATIENCE) != event:
            pass

    assert not hub.read_locker_wall().can_offer(11)
    port.plug_in()
    hub.start(events.put)
    try:
        wait_for(BoardAnswers(tuple(range(11, 19)), ()))
        assert hub.read_locker_wall().can_offer(11)
        assert hub.send(OpenLocker(13)) and not hub.send(OpenLocker(99))
        wait_for(DoorOpened(13))
        with port.lock:
            boards.door(3).is_open = False
        wait_for(DoorClosed(13))
        port.unplug()
        wait_for(BoardSilent(tuple(range(11, 19))))
        assert not hub.read_locker_wall().can_offer(11)
        press(boards, "jam a door")("3")
        port.plug_in()
        wait_for(BoardAnswers(tuple(range(11, 19)), ()))
        hub.send(OpenLocker(13))
        wait_for(DoorStuck(13))
    finally:
        hub.stop()
        port.close()


def press(boards: SimulatedLockerBoards, label: str) -> Callable[[str], None]:
    return next(button.press for button in boards.buttons() if button.label == label)
