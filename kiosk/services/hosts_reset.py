"""Resets a kiosk's hosts after all PINs were lost; run on the machine's own console."""

from uuid import UUID

from kiosk.services import hosts, keyring
from kiosk.services.hosts_marker import HostsMarker
from kiosk.services.keyring import Keyring
from sync.domain.events import HostsReset
from sync.ledger import hosts as ledger_hosts
from sync.ledger.ledger import Ledger


def reset(ledger: Ledger, marker: HostsMarker, kiosk: UUID) -> None:
    """Drop the venue keys of this kiosk, so that its next start asks for a first host. Raises StorageError.

    No fact is erased, and at the venue's other kiosks every host stays.
    """
    known = ledger_hosts.sealed_hosts(ledger.store)
    renounced = keyring.load(ledger).renounced.union(seal.key for host in known for seal in host.seals)
    remember = Keyring((), renounced).stored_value() | {hosts.OLD_KEY: []}
    ledger.record((kiosk, HostsReset()), remember=remember)
    marker.clear()
