"""The first start: what a new kiosk is asked before its first host can sign in."""

from kiosk.rules.setting_values import LanguageCode, StoredSettings
from kiosk.services import hosts, settings
from kiosk.services.context import KioskContext
from kiosk.services.records.host_records import HostSession, NoAccess, Setup
from sync.ledger import hosts as ledger_hosts


def choose_language(context: KioskContext, language: LanguageCode) -> Setup | NoAccess:
    """Store the venue's language; returns what else is known, or that other kiosks' hosts have come by the feed.

    The venue is asked for where no server and no earlier first start has named it. Raises StorageError.
    """
    settings.save_settings(context.ledger, StoredSettings(language=language))
    access = hosts.read_access(context)
    if access is not None and access.why != "first":
        return access
    settings.apply(context)  # the default names are in that language
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
        settings.save_settings(context.ledger, chosen)
        settings.apply(context)
    return hosts.set_first_pin(context, pin, setup.host_name)
