"""What a lead alone may do: settings, hosts, pairing, voids."""

from kiosk.services.records.host_records import HostSession


class LeadNeeded(Exception):
    """Only a lead may do that."""


def require_lead(host: HostSession) -> None:
    """Raises LeadNeeded for a host who is no lead."""
    if host.role != "lead":
        raise LeadNeeded(f"host {host.number} is not a lead")
