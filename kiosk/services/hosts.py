"""Hosts: the first PIN, and authentication by PIN."""

from uuid import UUID

from kiosk.rules import pins
from kiosk.services import lockout
from kiosk.services.context import KioskContext
from kiosk.services.records.host_records import HostSession, WrongPin
from sync.domain.ids import uuid7

KEY = "hosts"


def has_hosts(context: KioskContext) -> bool:
    """Whether a PIN has been set."""
    return bool(context.ledger.recall(KEY))


def set_first_pin(context: KioskContext, pin: str) -> HostSession:
    """Create the first host. Raises ValueError where one exists already or the PIN is not six to eight digits."""
    if has_hosts(context):
        raise ValueError("there is a host already")
    if not pins.is_pin(pin):
        raise ValueError("a PIN is six to eight digits")
    host = uuid7(context.ledger.clock.read().at)
    context.ledger.remember(KEY, [{"id": str(host), "pin": pins.hash_pin(pin)}])
    return HostSession(host)


def check_pin(context: KioskContext, pin: str) -> HostSession | WrongPin:
    """Authenticate the host with this PIN. During a lockout every PIN is refused."""
    if seconds := lockout.seconds_left(context.ledger, lockout.PIN):
        return WrongPin(seconds)
    host = next((host for host in context.ledger.recall(KEY) or [] if pins.matches(pin, host["pin"])), None)
    if host is None:
        return WrongPin(lockout.record_failure(context.ledger, lockout.PIN))
    lockout.reset(context.ledger, lockout.PIN)
    return HostSession(UUID(host["id"]))
