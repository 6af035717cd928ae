"""What a lead alone may do: settings, hosts, pairing, voids."""

from kiosk.services.records.host_records import HostSession


class LeadNeeded(Exception):
    """Only a lead may do that."""


def require_lead(host: HostSession | None) -> None:
    """Raises LeadNeeded for a host who is no lead, and where no host has signed in (None)."""
    if host is None or host.role != "lead":
        raise LeadNeeded(f"host {host.number} is not a lead" if host else "no host has signed in")
