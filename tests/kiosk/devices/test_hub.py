"""The hub: states of all devices, and events from them, on pseudo-terminals."""

import queue
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from kiosk.devices.hub import DeviceHub
from kiosk.devices.simulators.pty_port import SimulatedPort
from kiosk.rules.device_commands import TestDevice
from kiosk.rules.device_events import DeviceEvent, DeviceStateChanged, UnreadableScan
from kiosk.rules.device_settings import ScannerSettings
from kiosk.rules.device_states import Condition

PATIENCE = 20.0  # seconds, against a test that hangs


class Mute:
    """A simulated device that listens to nothing."""

    write: Callable[[bytes], None]

    def receive(self, data: bytes, now: float) -> None:
        """Nothing."""

    def tick(self, now: float) -> float:
        return now + 60


@pytest.fixture
def port(tmp_path: Path) -> Iterator[SimulatedPort]:
    port = SimulatedPort(Mute(), tmp_path / "port")
    yield port
    port.close()


def test_devices_are_reported_by_name(port: SimulatedPort, tmp_path: Path) -> None:
    hub = DeviceHub(
        [
            ScannerSettings(name="door", port=str(port.path)),
            ScannerSettings(name="desk", port=str(tmp_path / "nothing")),
        ]
    )
    events: queue.SimpleQueue[DeviceEvent] = queue.SimpleQueue()
    port.plug_in()
    hub.start(events.put)
    try:
        event = events.get(timeout=PATIENCE)
        assert isinstance(event, DeviceStateChanged) and event.state.name == "door"
        assert [(state.name, state.condition) for state in hub.states()] == [
            ("door", Condition.UNKNOWN),
            ("desk", Condition.ABSENT),
        ]
        port.device.write(b"not a slip\r")
        assert events.get(timeout=PATIENCE) == UnreadableScan()
        assert not hub.send(TestDevice("door"))  # a scanner takes no commands
    finally:
        hub.stop()
