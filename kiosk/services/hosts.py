"""Hosts: the first PIN, and showing who they are."""

from uuid import UUID

from kiosk.rules import pins
from kiosk.services import lockout
from kiosk.services.context import KioskContext
from kiosk.services.records import HostSession, WrongPin
from sync.domain.ids import uuid7

KEY = "hosts"


def has_hosts(context: KioskContext) -> bool:
    """Whether anybody has a PIN yet."""
    return bool(context.ledger.recall(KEY))


def set_first_pin(context: KioskContext, pin: str) -> HostSession:
    """Make the first host. Raises ValueError where one exists already or the PIN is not six to eight digits."""
    if has_hosts(context):
        raise ValueError("there is a host already")
    if not pins.is_pin(pin):
        raise ValueError("a PIN is six to eight digits")
    host = uuid7(context.ledger.clock.read().at)
    context.ledger.remember(KEY, [{"id": str(host), "pin": pins.seal(pin)}])
    return HostSession(host)


def check_pin(context: KioskContext, pin: str) -> HostSession | WrongPin:
    """Who has this PIN. While tries are held back nobody has, right or wrong."""
    if seconds := lockout.wait(context.ledger, lockout.PIN):
        return WrongPin(seconds)
    host = next((host for host in context.ledger.recall(KEY) or [] if pins.opens(pin, host["pin"])), None)
    if host is None:
        return WrongPin(lockout.wrong(context.ledger, lockout.PIN))
    lockout.right(context.ledger, lockout.PIN)
    return HostSession(UUID(host["id"]))
