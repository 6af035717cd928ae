"""The machine and the program: health, export of the log, power. bootstrap names the devices and provides the means."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from kiosk.services import occupancy
from kiosk.services.context import KioskContext, Machine
from kiosk.services.records.health_record import KioskHealth
from kiosk.services.records.host_records import HostSession, Trouble
from kiosk.services.roles import require_lead
from sync.errors import UserError


@dataclass(frozen=True)
class HealthReport:
    """The health, what needs a hand, and whether the machine can be powered off here."""

    health: KioskHealth
    trouble: Trouble | None
    can_power_off: bool
    oldest_at: datetime | None = None  # of the entries that wait, in the venue's time zone
    contact_at: datetime | None = None
    backup_at: datetime | None = None


class NoMachine(Exception):
    """This context was built without a machine."""


def read_health(context: KioskContext) -> HealthReport:
    """The kiosk's health."""
    machine = _machine(context)
    health = machine.read_health()

    def local(at: int | None) -> datetime | None:
        return None if at is None else context.local_time(at)

    return HealthReport(
        health,
        occupancy.read_board(context).health.trouble,
        machine.power_off is not None,
        oldest_at=local(health.sync.oldest_at),
        contact_at=local(health.sync.contact_at),
        backup_at=local(health.database.backup_at),
    )


def export_log(context: KioskContext, lead: HostSession) -> Path | None:
    """Export the log; returns where it is, None: it could not be written. Raises LeadNeeded."""
    require_lead(lead)
    try:
        return _machine(context).export_log(context.local_time(context.ledger.clock.read().at))
    except UserError:
        return None


def power_off(context: KioskContext, lead: HostSession) -> bool:
    """Power the machine off; False: it can't be. Waits for a command: run it on the bridge's second thread."""
    require_lead(lead)
    command = _machine(context).power_off
    return command is not None and command()


def _machine(context: KioskContext) -> Machine:
    if context.machine is None:
        raise NoMachine
    return context.machine
