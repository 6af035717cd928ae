"""The venue's hosts as far as this kiosk's keys decrypt them, and their sealed facts."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from msgspec import structs

from kiosk.rules import host_record, venue_key
from kiosk.rules.host_record import HostField, HostRecord, NotSealed
from kiosk.services import keyring
from kiosk.services.context import KioskContext
from kiosk.services.keyring import Keyring
from kiosk.services.records.host_records import ListedHost
from sync.domain import host_numbers
from sync.domain.events import HostSealed
from sync.domain.fold import host_records
from sync.domain.host import SealedHost
from sync.ledger import hosts as ledger_hosts
from sync.ledger import subject_facts

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class KnownHost:
    """A host whose record this kiosk can read: what all records that its keys decrypt add up to."""

    id: UUID
    number: int  # as it is shown
    drawn_number: int  # as it was drawn; the same unless another host has drawn it too
    key: str  # the id of the key that the PIN was sealed with last
    record: HostRecord
    card_key: str | None = None  # the id of the key under which the staff card is recognised; None: there is no card

    @property
    def listed(self) -> ListedHost:
        """The host as the screens show it."""
        return ListedHost(self.id, self.number, self.record.name, self.record.role, has_card=self.card_key is not None)


@dataclass(frozen=True)
class VenueHosts:
    """All hosts that were not removed, those that can be read, and all numbers that are or were a host's."""

    keys: Keyring
    present: tuple[SealedHost, ...]
    known: tuple[KnownHost, ...]
    numbers: frozenset[int]

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
    drawn = {host.id: host.number for host in hosts if host.number is not None}
    shown = host_numbers.shown_numbers(drawn)
    facts = subject_facts.read_facts(context.ledger.store, [host.id for host in present])
    card_keys = _card_keys(context, hosts, keys)
    known = []
    for host in present:
        if host.number is not None and (decrypted := _decrypt(host.id, host_records(facts[host.id]), keys.by_id())):
            key, card_key, record = decrypted
            valid_card_key = card_key if record.card and card_key in card_keys else None
            known.append(KnownHost(host.id, shown[host.id], host.number, key, record, valid_card_key))
    return VenueHosts(keys, present, tuple(known), frozenset([*drawn.values(), *shown.values()]))


def count_unknown(context: KioskContext) -> int:
    """As :attr:`VenueHosts.unknown`, without decrypting anything."""
    hosts = ledger_hosts.sealed_hosts(context.ledger.store)
    return _count_unknown([host for host in hosts if not host.removed], keyring.load(context.ledger))


def _count_unknown(present: Sequence[SealedHost], keys: Keyring) -> int:
    accounted = keys.renounced.union(keys.by_id(), [None])
    return len([host for host in present if host.key not in accounted])


def _card_keys(context: KioskContext, hosts: Sequence[SealedHost], keys: Keyring) -> frozenset[str]:
    """The ids of the keys whose cards are accepted: the current one, and those that no kiosk has left with."""
    revoked = ledger_hosts.last_revocation(context.ledger.store)
    current = venue_key.key_id(keys.current) if keys.current else None
    return frozenset(key for key in keys.by_id() if key == current or (first_use(hosts, key) or 0) >= revoked)


def _decrypt(host: UUID, seals: Sequence[HostSealed], keys: dict[str, bytes]) -> tuple[str, str, HostRecord] | None:
    """The ids of the keys of PIN and card, and what the host's records add up to; None: no key of ours opens any."""
    key, card_key, merged = "", "", None
    for seal in seals:
        if seal.key not in keys:
            continue
        try:
            record = host_record.unseal(seal.sealed, keys[seal.key], host)
        except NotSealed:
            log.error("a record of host %s can't be decrypted under key %s; the others are used", host, seal.key)
            continue
        if merged is None or "pin" in record.changed or not record.changed:
            key = seal.key
        if merged is None or "card" in record.changed:
            card_key = seal.key
        merged = host_record.merge(merged, record) if merged else record
    return (key, card_key, merged) if merged else None


def can_read_any(context: KioskContext) -> bool:
    """Whether a host is sealed with a key that this kiosk has; decrypts nothing."""
    ids = keyring.load(context.ledger).by_id().keys()
    hosts = ledger_hosts.sealed_hosts(context.ledger.store) if ids else []
    return any(seal.key in ids for host in hosts if not host.removed for seal in host.seals)


def first_fact(record: HostRecord, number: int, key: bytes) -> tuple[UUID, HostSealed]:
    """The fact of a new host's record, encrypted with this key."""
    return record.host, HostSealed(number, venue_key.key_id(key), host_record.seal(record, key))


def changed_fact(host: KnownHost, record: HostRecord, key: bytes, *changed: HostField) -> tuple[UUID, HostSealed]:
    """The fact of a host's changed record; with no field ``changed``, it is only encrypted with another key."""
    return first_fact(structs.replace(record, changed=changed), host.drawn_number, key)


def first_use(hosts: Sequence[SealedHost], key: str) -> int | None:
    """The tick at which a host was first sealed with this key; None: never."""
    return min((seal.since for host in hosts for seal in host.seals if seal.key == key), default=None)
