"""Texts about the devices on wires: what each is called, and how it is."""

from kiosk.rules.device_states import Condition, DeviceKind, DeviceState
from kiosk.ui.text.i18n import say

ICONS: dict[DeviceKind, str] = {
    "scanner": "qrcode_scan",
    "card_reader": "card_account_details_outline",
    "printer": "printer",
    "lockers": "locker_multiple",
}


def device_name(kind: DeviceKind) -> str:
    """What hosts call a device of this kind."""
    match kind:
        case "scanner":
            return say("Scanner")
        case "card_reader":
            return say("Card reader")
        case "printer":
            return say("Printer")
        case "lockers":
            return say("Lockers")


def device_condition(condition: Condition) -> str:
    """How a device is."""
    match condition:
        case Condition.READY:
            return say("Ready")
        case Condition.UNKNOWN:
            return say("Plugged in")
        case Condition.ABSENT:
            return say("Not plugged in")
        case Condition.BUSY:
            return say("In use by another program")
        case Condition.SILENT:
            return say("No answer: is it on?")
        case Condition.PAPER_LOW:
            return say("Paper runs low")
        case Condition.PAPER_OUT:
            return say("Out of paper")
        case Condition.COVER_OPEN:
            return say("Cover is open")
        case Condition.FAULT:
            return say("Stuck: switch it off and on")


def device_trouble(state: DeviceState) -> str:
    """A device that needs a hand, in a line of the board."""
    return say("{device}: {trouble}", device=device_name(state.kind), trouble=device_condition(state.condition))
