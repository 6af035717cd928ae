"""What a lead alone may do (settings, hosts, pairing, voids), and what takes a PIN even where a host has a card."""

from kiosk.services.records.host_records import HostSession


class LeadNeeded(Exception):
    """Only a lead may do that."""


class PinNeeded(LeadNeeded):
    """It takes the PIN: a staff card can be copied."""


def require_lead(host: HostSession | None) -> None:
    """Raises LeadNeeded for a host who is no lead, and where no host has signed in (None); PinNeeded after a card."""
    if host is None or host.role != "lead":
        raise LeadNeeded(f"host {host.number} is not a lead" if host else "no host has signed in")
    require_pin(host)


def require_pin(host: HostSession) -> None:
    """Raises PinNeeded for a host who has signed in by a card alone."""
    if host.by_card:
        raise PinNeeded(f"host {host.number} has not typed the PIN")
