"""How the devices on wires are: stored for other processes, and what of it needs a hand."""

from msgspec import ValidationError, convert, to_builtins

from kiosk.rules.device_states import DeviceState
from kiosk.services.context import KioskContext
from sync.ledger import local_keys
from sync.ledger.ledger import Ledger

DOORS = {"unsteady": "loose_wire", "stuck": "stuck"}


def store_states(context: KioskContext) -> None:
    """Store how the devices are now, for ``hearth-kiosk status``, which runs in another process."""
    context.ledger.remember(local_keys.DEVICES, to_builtins(context.device_states()))


def stored_states(ledger: Ledger) -> tuple[DeviceState, ...]:
    """How the devices were when the running kiosk last saw a change; those of a newer release are left out."""
    try:
        return convert(ledger.recall(local_keys.DEVICES) or (), tuple[DeviceState, ...])
    except ValidationError:
        return ()


def reported_states(context: KioskContext) -> dict[str, str]:
    """What the heartbeat says: how each device is, and which lockers' doors or wires need a hand."""
    states: dict[str, str] = {state.name: state.condition for state in context.device_states()}
    doors = context.locker_wall().doors
    return states | {f"locker {number}": DOORS[door] for number, door in sorted(doors.items()) if door in DOORS}


def states_that_need_a_hand(context: KioskContext) -> tuple[DeviceState, ...]:
    """The devices that a host should look at, in the order of kiosk.toml."""
    return tuple(state for state in context.device_states() if state.condition.needs_hand)
