"""Who may say that a party did not stay."""

from kiosk.services.records.host_records import HostSession


def may_void(host: HostSession) -> bool:
    """Whether this host is a lead. Hosts without roles are all leads."""
    return getattr(host, "role", "lead") == "lead"
