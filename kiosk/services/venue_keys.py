"""Sharing the venue key between kiosks, and changing it after a kiosk has left the venue with it."""

from collections.abc import Sequence

from msgspec import structs

from kiosk.rules import pins, venue_key
from kiosk.rules.host_record import HostRecord
from kiosk.services import keyring, known_hosts
from kiosk.services.context import KioskContext
from kiosk.services.known_hosts import KnownHost
from kiosk.services.records.host_records import HostSession, NewPin, WrongKey
from kiosk.services.roles import require_lead
from sync.ledger import hosts as ledger_hosts


def read_key(context: KioskContext, lead: HostSession) -> tuple[str, ...]:
    """The current key as the groups of digits that a lead types on another kiosk. Raises LeadNeeded."""
    require_lead(lead)
    key = keyring.load(context.ledger).current
    return venue_key.groups_of(key) if key else ()


def add_key(context: KioskContext, groups: Sequence[str], host: HostSession | None = None) -> int | WrongKey:
    """Unlock the hosts that were sealed with this key at another kiosk; returns how many hosts are known now.

    It becomes this kiosk's current key, and the hosts of its own are sealed with it: they keep their PINs. Where a host
    can sign in, it takes a lead. Raises LeadNeeded, StorageError.
    """
    key, hosts = venue_key.key_of(groups), known_hosts.read(context)
    if hosts.known:
        require_lead(host)
    if key is None or venue_key.key_id(key) not in hosts.wanted_keys:
        return WrongKey()
    keys = hosts.keys.with_current(key)
    ours = hosts.keys.by_id().keys() - {venue_key.key_id(key)}
    only_ours = {host.id for host in hosts.present if host.key in ours}  # of others a newer record may be elsewhere
    facts = [
        known_hosts.changed_fact(known, structs.replace(known.record, card=b""), key)  # its card is of the other key
        for known in hosts.known
        if known.id in only_ours
    ]
    if facts:
        actor = host.host_id if host else None
        context.ledger.record(*facts, actor=actor, remember=keys.stored_value())
    else:
        context.ledger.remember(keyring.KEY, keys.stored_value()[keyring.KEY])
    context.marker.set()
    return len(known_hosts.read(context).known)


def is_outdated(context: KioskContext, key: bytes) -> bool:
    """Whether a kiosk has left the venue since hosts were first sealed with this key."""
    revoked = ledger_hosts.last_revocation(context.ledger.store)
    since = known_hosts.first_use(ledger_hosts.sealed_hosts(context.ledger.store), venue_key.key_id(key))
    return since is not None and since < revoked


def must_change(context: KioskContext) -> bool:
    """Whether a host has a PIN under an outdated key. Old PINs are valid until a lead has changed the key."""
    if not ledger_hosts.last_revocation(context.ledger.store):
        return False
    hosts = known_hosts.read(context)
    keys = hosts.keys.by_id()
    return not hosts.unknown and any(is_outdated(context, keys[key]) for key in {host.key for host in hosts.known})


def propose_change(context: KioskContext) -> tuple[NewPin, ...]:
    """A new PIN for each host, by number, all different; nothing is changed before :func:`change_key`."""
    known = sorted(known_hosts.read(context).known, key=lambda host: (host.number, host.id))
    proposed: set[str] = set()
    while len(proposed) < len(known):
        proposed.add(pins.propose())
    return tuple(NewPin(host.listed, pin) for host, pin in zip(known, proposed, strict=True))


def change_key(context: KioskContext, lead: HostSession, new_pins: Sequence[NewPin]) -> None:
    """Make a new key, and seal each host with it and the new PIN, all or none. Raises LeadNeeded, StorageError."""
    require_lead(lead)
    hosts, key = known_hosts.read(context), venue_key.new_key()
    by_id = {new_pin.host.id: new_pin.pin for new_pin in new_pins}
    facts = [
        known_hosts.changed_fact(known, _with_pin(known, by_id[known.id], key), key, "pin")
        for known in hosts.known
        if known.id in by_id
    ]
    context.ledger.record(*facts, actor=lead.host_id, remember=hosts.keys.with_current(key).stored_value())


def _with_pin(known: KnownHost, pin: str, key: bytes) -> HostRecord:
    salt = venue_key.pin_salt(key)
    return HostRecord(known.id, known.record.name, known.record.role, salt, pins.tag(pin, salt))
