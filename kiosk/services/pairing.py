"""Pairing a kiosk with a server at its screen. The network is named by bootstrap alone, which provides the means."""

from kiosk.services.context import KioskContext
from kiosk.services.records.host_records import HostSession, NotPaired, Paired
from kiosk.services.roles import require_lead


def pair(context: KioskContext, server: str, code: str) -> Paired | NotPaired:
    """Pair with the server of this address. It waits for the network: run it on the bridge's second thread."""
    if context.pair is None:
        return NotPaired("server")
    return context.pair(server, code)


def unpair(context: KioskContext, lead: HostSession) -> None:
    """End the pairing. It waits for the replicator: run it on the bridge's second thread. Raises LeadNeeded."""
    require_lead(lead)
    if context.unpair is not None and context.place.is_paired:
        context.unpair(lead)
