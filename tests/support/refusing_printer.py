"""A printer that refuses every job before the page that has asked for it is answered."""

from kiosk.rules.device_commands import DeviceCommand, PrintPaper
from kiosk.rules.device_events import PaperNotPrinted
from kiosk.rules.device_states import Condition, DeviceState
from tests.support.kiosk_window import KioskWindow


def refuse_paper(kiosk: KioskWindow) -> list[DeviceCommand]:
    """Connect such a printer to the kiosk; returns what it is sent."""
    commands: list[DeviceCommand] = []

    def send(command: DeviceCommand) -> bool:
        commands.append(command)
        if isinstance(command, PrintPaper):
            kiosk.app.bridge.deliver(PaperNotPrinted(command.job))
        return True

    context = kiosk.runtime.context
    context.device_states = lambda: (DeviceState("printer", "printer", Condition.ABSENT),)
    context.send_command = send
    return commands
