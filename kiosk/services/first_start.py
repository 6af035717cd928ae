"""The first start: what a new kiosk is asked before its first host can sign in."""

from dataclasses import replace

from kiosk.services import hosts
from kiosk.services.context import KioskContext
from kiosk.services.records.host_records import HostSession, Setup
from kiosk.services.settings import StoredSettings, save_settings
from sync.ledger import hosts as ledger_hosts


def read_setup(context: KioskContext) -> Setup:
    """What is known so far. The venue is asked for where no server and no earlier first start has named it."""
    profile = context.profile
    is_new = not profile.paired and not ledger_hosts.sealed_hosts(context.ledger.store)
    return Setup(profile.venue, profile.zone, profile.pouches, profile.lockers, is_new)


def finish(context: KioskContext, setup: Setup, pin: str) -> HostSession:
    """Store the setup, and create the first host. Raises ValueError as hosts.set_first_pin, StorageError."""
    if setup.is_new:
        save_settings(
            context.ledger,
            StoredSettings(setup.language, setup.venue, setup.zone, setup.pouches, setup.lockers),
        )
        context.profile = replace(
            context.profile, venue=setup.venue, zone=setup.zone, pouches=setup.pouches, lockers=setup.lockers
        )
        context.allocation.set_counts(setup.pouches, setup.lockers)
    return hosts.set_first_pin(context, pin, setup.host_name)
