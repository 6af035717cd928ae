"""All devices of a kiosk: a port and a driver for each, their states, and the commands for them."""

from collections.abc import Sequence
from functools import partial

from kiosk.devices.catalogue import make_driver
from kiosk.devices.discovery import find_port
from kiosk.devices.driver import Report
from kiosk.devices.port import Port
from kiosk.rules.device_commands import DeviceCommand
from kiosk.rules.device_events import DeviceEvent, DeviceStateChanged
from kiosk.rules.device_settings import DeviceSettings
from kiosk.rules.device_states import Condition, DeviceState


class DeviceHub:
    """The devices of kiosk.toml."""

    def __init__(self, devices: Sequence[DeviceSettings]) -> None:
        self._report: Report = lambda event: None
        self._devices = devices
        self._ports = [
            Port(settings.name, make_driver(settings, self._pass_on), partial(self._find, settings), self._pass_state)
            for settings in devices
        ]

    def _find(self, settings: DeviceSettings) -> str | None:
        """The path to open for a device: none that is configured for another one, or open for it."""
        configured = [other.port for other in self._devices if other.name != settings.name and other.port]
        in_use = [
            port.state.port
            for port in self._ports
            if port.state.name != settings.name and port.state.condition is not Condition.ABSENT
        ]
        return find_port(settings, configured + in_use)

    def start(self, report: Report) -> None:
        """Open the ports, and call ``report`` with each event, on the threads of the ports."""
        self._report = report
        for port in self._ports:
            port.start()

    def stop(self) -> None:
        """Close the ports and end their threads."""
        self._report = lambda event: None
        for port in self._ports:
            port.stop()

    def states(self) -> tuple[DeviceState, ...]:
        """How the devices are, in the order of kiosk.toml."""
        return tuple(port.state for port in self._ports)

    def send(self, command: DeviceCommand) -> bool:
        """Queue a command for the first device that carries it out; False where there is none. Returns at once."""
        return any(port.submit(command) for port in self._ports)

    def _pass_on(self, event: DeviceEvent) -> None:
        self._report(event)

    def _pass_state(self, state: DeviceState) -> None:
        self._pass_on(DeviceStateChanged(state))
