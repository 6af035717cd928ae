"""Hosts: the first one, authentication by PIN, and a lead's changes: add, rename, new PIN, role, remove.

A PIN's check computes argon2id for a second or so: run it on the bridge's second thread, never on the writer's.
"""

import hmac
import logging
from dataclasses import replace
from uuid import UUID

from msgspec import structs

from kiosk.rules import host_record, pins, venue_key
from kiosk.rules.host_record import HostRecord, HostRole
from kiosk.services import keyring, known_hosts, lockout, venue_keys
from kiosk.services.context import KioskContext
from kiosk.services.keyring import Keyring
from kiosk.services.known_hosts import KnownHost, VenueHosts
from kiosk.services.records.host_records import (
    HostList,
    HostSession,
    LastLead,
    ListedHost,
    NewPin,
    NoAccess,
    WrongPin,
)
from kiosk.services.roles import require_lead
from sync.domain import host_numbers
from sync.domain.events import HostRemoved
from sync.domain.ids import uuid7
from sync.ledger import local_keys
from sync.ledger.store import StorageError

OLD_KEY = "hosts"  # under which earlier releases stored the id of a host and the scrypt hash of the PIN

log = logging.getLogger(__name__)


def has_hosts(context: KioskContext) -> bool:
    """Whether a host can sign in here."""
    return bool(context.ledger.recall(OLD_KEY)) or known_hosts.can_read_any(context)


def read_access(context: KioskContext) -> NoAccess | None:
    """Why no host can sign in here; None: one can."""
    if has_hosts(context):
        return None
    if known_hosts.count_unknown(context):
        return NoAccess("key")
    rebuilt = context.ledger.recall(local_keys.REBUILT) or {}
    has_forgotten = bool(rebuilt.get("forgot")) and not keyring.is_stored(context.ledger)
    return NoAccess("lost" if context.marker.is_set or has_forgotten else "first")


def read_access_if_possible(context: KioskContext) -> NoAccess | None:
    """The same; None also where the ledger can't be read: then the check of a PIN fails."""
    try:
        return read_access(context)
    except StorageError as error:
        log.warning("whether a host can sign in is not known: %s", error)
        return None


def mark(context: KioskContext) -> None:
    """Mark the data folder of a kiosk that has hosts; kiosks of earlier releases have no mark yet."""
    if not context.marker.is_set and has_hosts(context):
        context.marker.set()


def set_first_pin(context: KioskContext, pin: str, name: str = "") -> HostSession:
    """Create the first host, who is a lead, and the venue key. Raises ValueError where one exists or the PIN is none.

    Also where hosts of other kiosks are known, or this kiosk's were lost.
    """
    if read_access(context) != NoAccess("first"):
        raise ValueError("there is a host already")
    _check_pin_format(pin)
    key, host_id = venue_key.new_key(), uuid7(context.ledger.clock.read().at)
    hosts = known_hosts.read(context)
    record = _record(host_id, host_record.clean_name(name) if name else "", "lead", pin, key)
    return _make_first(context, hosts, record, key)


def _make_first(context: KioskContext, hosts: VenueHosts, record: HostRecord, key: bytes) -> HostSession:
    number = host_numbers.draw(hosts.numbers)
    remember = hosts.keys.with_current(key).stored_value()
    context.ledger.record(known_hosts.first_fact(record, number, key), actor=record.host, remember=remember)
    context.marker.set()
    return HostSession(record.host, number, record.role, record.name)


def check_pin(context: KioskContext, pin: str, counter: lockout.AttemptLockout = lockout.PIN) -> HostSession | WrongPin:
    """Authenticate the host with this PIN. During a lockout every PIN is refused. Raises StorageError.

    The attempt counts as a failure before it is checked, so that no cut of the power makes it one that never was.
    ``counter``: of failures; opening all lockers has one of its own.
    """
    if seconds := lockout.seconds_left(context.ledger, counter):
        return WrongPin(seconds)
    wait = lockout.record_failure(context.ledger, counter)
    host = _find_by_pin(context, pin) if pins.is_pin(pin) else None
    if host is None:
        return WrongPin(wait)
    lockout.reset(context.ledger, counter)
    return host


def _find_by_pin(context: KioskContext, pin: str) -> HostSession | None:
    """The host with this PIN: one hash for each salt in use, which is one, compared with every host's tag."""
    hosts = known_hosts.read(context)
    salts = {host.record.salt for host in hosts.known}
    tags = {salt: pins.tag(pin, salt) for salt in sorted(salts)}
    matching = [host for host in hosts.known if hmac.compare_digest(tags[host.record.salt], host.record.tag)]
    if matching:
        return _signed_in(context, hosts.keys, matching[0], pin)
    return _find_of_earlier_release(context, hosts, pin)


def _signed_in(context: KioskContext, keys: Keyring, host: KnownHost, pin: str) -> HostSession:
    """The host's session. A PIN with the salt of an earlier key gets the current one's, so that one hash is enough."""
    assert keys.current is not None
    if host.record.salt != venue_key.pin_salt(keys.current) and not venue_keys.is_outdated(context, keys.current):
        record = _record(host.id, host.record.name, host.record.role, pin, keys.current)
        context.ledger.record(known_hosts.changed_fact(host, record, keys.current, "pin"), actor=host.id)
    return HostSession(host.id, host.number, host.record.role, host.record.name)


def _find_of_earlier_release(context: KioskContext, hosts: VenueHosts, pin: str) -> HostSession | None:
    """A host whose PIN is stored as earlier releases did: sealed now, as a lead, for there was one PIN for all."""
    for stored in context.ledger.recall(OLD_KEY) or []:
        if pins.matches_old(pin, stored["pin"]):
            break
    else:
        return None
    rest = [other for other in context.ledger.recall(OLD_KEY) if other["id"] != stored["id"]]
    key = hosts.keys.current or venue_key.new_key()
    record = _record(UUID(stored["id"]), "", "lead", pin, key)
    number = host_numbers.draw(hosts.numbers)
    remember = hosts.keys.with_current(key).stored_value() | {OLD_KEY: rest}
    context.ledger.record(known_hosts.first_fact(record, number, key), actor=record.host, remember=remember)
    return HostSession(record.host, number, record.role)


def read_hosts(context: KioskContext, host: HostSession) -> HostList:
    """The hosts by number. Raises LeadNeeded."""
    require_lead(host)
    hosts = known_hosts.read(context)
    listed = sorted((known.listed for known in hosts.known), key=lambda listed: (listed.number, listed.id))
    return HostList(tuple(listed), hosts.unknown, venue_keys.must_change(context))


def propose_pin(context: KioskContext, host: ListedHost | None = None) -> NewPin:
    """A PIN that no host has, for a host or (None) for one who is about to be added."""
    hosts = known_hosts.read(context)
    while True:
        pin = pins.propose()
        tags = {salt: pins.tag(pin, salt) for salt in {known.record.salt for known in hosts.known}}
        if all(tags[known.record.salt] != known.record.tag for known in hosts.known):
            return NewPin(host or ListedHost(UUID(int=0), 0, "", "host"), pin)


def add_host(context: KioskContext, lead: HostSession, name: str, role: HostRole, pin: str) -> ListedHost:
    """Add a host with the proposed PIN. Raises LeadNeeded, ValueError for a name that is none, StorageError."""
    require_lead(lead)
    _check_pin_format(pin)
    hosts = known_hosts.read(context)
    host_id, number = uuid7(context.ledger.clock.read().at), host_numbers.draw(hosts.numbers)
    record = _record(host_id, host_record.clean_name(name), role, pin, _current_key(hosts))
    context.ledger.record(known_hosts.first_fact(record, number, _current_key(hosts)), actor=lead.host_id)
    return ListedHost(host_id, number, record.name, role)


def rename_host(context: KioskContext, lead: HostSession, host: UUID, name: str) -> ListedHost:
    """Correct a host's name. Raises LeadNeeded, LookupError, ValueError for a name that is none, StorageError."""
    require_lead(lead)
    hosts = known_hosts.read(context)
    known = hosts.find(host)
    name = host_record.clean_name(name)
    if name != known.record.name:
        record = structs.replace(known.record, name=name)
        context.ledger.record(known_hosts.changed_fact(known, record, _current_key(hosts), "name"), actor=lead.host_id)
    return replace(known.listed, name=name)


def set_pin(context: KioskContext, lead: HostSession, host: UUID, pin: str) -> ListedHost:
    """Give a host the proposed PIN. Raises LeadNeeded, LookupError, StorageError."""
    require_lead(lead)
    _check_pin_format(pin)
    hosts = known_hosts.read(context)
    known = hosts.find(host)
    record = _record(host, known.record.name, known.record.role, pin, _current_key(hosts))
    context.ledger.record(known_hosts.changed_fact(known, record, _current_key(hosts), "pin"), actor=lead.host_id)
    return known.listed


def set_role(context: KioskContext, lead: HostSession, host: UUID, role: HostRole) -> ListedHost | LastLead:
    """Make a host a lead or no lead. Raises LeadNeeded, LookupError, StorageError."""
    require_lead(lead)
    hosts = known_hosts.read(context)
    known = hosts.find(host)
    if role != "lead" and _is_last_lead(hosts, known):
        return LastLead(known.listed)
    if role != known.record.role:
        record = structs.replace(known.record, role=role)
        context.ledger.record(known_hosts.changed_fact(known, record, _current_key(hosts), "role"), actor=lead.host_id)
    return replace(known.listed, role=role)


def remove_host(context: KioskContext, lead: HostSession, host: UUID) -> ListedHost | LastLead:
    """Remove a host, for ever. Raises LeadNeeded, LookupError, StorageError."""
    require_lead(lead)
    hosts = known_hosts.read(context)
    known = hosts.find(host)
    if _is_last_lead(hosts, known):
        return LastLead(known.listed)
    context.ledger.record((host, HostRemoved()), actor=lead.host_id)
    return known.listed


def _is_last_lead(hosts: VenueHosts, host: KnownHost) -> bool:
    return [known.id for known in hosts.known if known.record.role == "lead"] == [host.id]


def _record(host: UUID, name: str, role: HostRole, pin: str, key: bytes) -> HostRecord:
    salt = venue_key.pin_salt(key)
    return HostRecord(host, name, role, salt, pins.tag(pin, salt))


def _current_key(hosts: VenueHosts) -> bytes:
    """The current key: a lead has signed in, so there is one."""
    assert hosts.keys.current is not None
    return hosts.keys.current


def _check_pin_format(pin: str) -> None:
    if not pins.is_pin(pin):
        raise ValueError("a PIN is six to eight digits")
