"""The first start: what a new kiosk is asked before its first host can sign in."""

from dataclasses import replace

from kiosk.services import hosts
from kiosk.services.context import KioskContext
from kiosk.services.records.host_records import HostSession, NoAccess, Setup
from kiosk.services.settings import StoredSettings, save_settings
from sync.ledger import hosts as ledger_hosts


def choose_language(context: KioskContext, language: str) -> Setup | NoAccess:
    """Store the venue's language; returns what else is known, or that other kiosks' hosts have come by the feed.

    The venue is asked for where no server and no earlier first start has named it. Raises StorageError.
    """
    save_settings(context.ledger, StoredSettings(language=language))
    access = hosts.read_access(context)
    if access is not None and access.why != "first":
        return access
    profile = context.profile
    is_new = not profile.paired and not ledger_hosts.sealed_hosts(context.ledger.store)
    return Setup(profile.venue, profile.zone, profile.pouches, profile.lockers, is_new)


def finish(context: KioskContext, setup: Setup, pin: str) -> HostSession | NoAccess:
    """Store the setup, and create the first host, unless hosts have come by the feed meanwhile. Raises StorageError."""
    access = hosts.read_access(context)
    if access is not None and access.why != "first":
        return access
    if setup.is_new:
        chosen = StoredSettings(venue=setup.venue, zone=setup.zone, pouches=setup.pouches, lockers=setup.lockers)
        save_settings(context.ledger, chosen)
        context.profile = replace(
            context.profile, venue=setup.venue, zone=setup.zone, pouches=setup.pouches, lockers=setup.lockers
        )
        context.allocation.set_counts(setup.pouches, setup.lockers)
    return hosts.set_first_pin(context, pin, setup.host_name)
