"""What a kiosk reports of its devices with every heartbeat."""

from kiosk.rules.device_states import DeviceState
from kiosk.rules.locker_wall import LockerWall
from kiosk.services.device_health import reported_states


def test_lockers_that_need_a_hand_are_reported_beside_the_devices(context):
    context.device_states = lambda: (DeviceState("board", "lockers", "ready"),)
    context.locker_wall = lambda: LockerWall({1: "closed", 2: "unsteady", 3: "stuck", 4: "open"})

    assert reported_states(context) == {"board": "ready", "locker 2": "loose_wire", "locker 3": "stuck"}
