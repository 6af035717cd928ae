"""The venue's hosts as far as this kiosk's keys decrypt them, and their sealed facts."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from kiosk.rules import host_record, venue_key
from kiosk.rules.host_record import HostRecord, NotSealed
from kiosk.services import keyring
from kiosk.services.context import KioskContext
from kiosk.services.keyring import Keyring
from kiosk.services.records.host_records import ListedHost
from sync.domain.events import HostSealed
from sync.domain.host import SealedHost
from sync.ledger import hosts as ledger_hosts

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class KnownHost:
    """A host whose record this kiosk can read, by the latest key that it has."""

    id: UUID
    number: int
    key: str  # the id of that key
    record: HostRecord

    @property
    def listed(self) -> ListedHost:
        """The host as the screens show it."""
        return ListedHost(self.id, self.number, self.record.name, self.record.role)


@dataclass(frozen=True)
class VenueHosts:
    """All hosts that were not removed, those that can be read, and the highest number that was ever given."""

    keys: Keyring
    present: tuple[SealedHost, ...]
    known: tuple[KnownHost, ...]
    last_number: int

    @property
    def unknown(self) -> int:
        """How many hosts were sealed last with a key that this kiosk lacks, and that it was not made to forget."""
        return _count_unknown(self.present, self.keys)

    @property
    def wanted_keys(self) -> frozenset[str]:
        """The ids of the keys with which hosts were sealed last."""
        return frozenset(host.key for host in self.present if host.key)

    def find(self, host: UUID) -> KnownHost:
        """The host with this id. Raises LookupError."""
        for known in self.known:
            if known.id == host:
                return known
        raise LookupError(f"there is no host {host}")


def read(context: KioskContext) -> VenueHosts:
    """Read and decrypt the hosts. Raises StorageError."""
    keys, hosts = keyring.load(context.ledger), ledger_hosts.sealed_hosts(context.ledger.store)
    present = tuple(host for host in hosts if not host.removed)
    by_id = keys.by_id()
    known = (_decrypt(host, by_id) for host in present)
    last_number = max((host.number or 0 for host in hosts), default=0)
    return VenueHosts(keys, present, tuple(host for host in known if host), last_number)


def count_unknown(context: KioskContext) -> int:
    """As :attr:`VenueHosts.unknown`, without decrypting anything."""
    hosts = ledger_hosts.sealed_hosts(context.ledger.store)
    return _count_unknown([host for host in hosts if not host.removed], keyring.load(context.ledger))


def _count_unknown(present: Sequence[SealedHost], keys: Keyring) -> int:
    accounted = keys.renounced.union(keys.by_id(), [None])
    return len([host for host in present if host.key not in accounted])


def _decrypt(host: SealedHost, keys: dict[str, bytes]) -> KnownHost | None:
    """The host by its latest seal that a key of ours opens; None: none does."""
    for seal in reversed(host.seals):
        if seal.key in keys:
            try:
                record = host_record.unseal(seal.sealed, keys[seal.key], host.id)
            except NotSealed:
                log.error("host %s can't be decrypted under key %s; an earlier record is used", host.id, seal.key)
                continue
            return KnownHost(host.id, host.number or 0, seal.key, record)
    return None


def can_read_any(context: KioskContext) -> bool:
    """Whether a host is sealed with a key that this kiosk has; decrypts nothing."""
    ids = keyring.load(context.ledger).by_id().keys()
    hosts = ledger_hosts.sealed_hosts(context.ledger.store) if ids else []
    return any(seal.key in ids for host in hosts if not host.removed for seal in host.seals)


def sealed_fact(record: HostRecord, number: int, key: bytes) -> tuple[UUID, HostSealed]:
    """The fact of a host's record, encrypted with this key."""
    return record.host, HostSealed(number, venue_key.key_id(key), host_record.seal(record, key))


def first_use(hosts: Sequence[SealedHost], key: str) -> int | None:
    """The tick at which a host was first sealed with this key; None: never."""
    return min((seal.since for host in hosts for seal in host.seals if seal.key == key), default=None)
