"""Cards: whose a card is that was held to a reader, and the staff cards of the hosts.

Of a staff card nothing is kept but a tag, in its host's sealed record. What leaves the venue's kiosks can't be turned
back into a card's id.
"""

import hmac
from dataclasses import dataclass
from uuid import UUID

from msgspec import structs

from kiosk.rules import venue_key
from kiosk.services import known_hosts
from kiosk.services.context import KioskContext
from kiosk.services.known_hosts import KnownHost, VenueHosts
from kiosk.services.records.host_records import CardTaken, HostSession, ListedHost
from kiosk.services.roles import require_lead


@dataclass(frozen=True)
class UnknownCard:
    """Nobody here knows the card. What it was is not kept."""


def look_up(context: KioskContext, card: str) -> HostSession | UnknownCard:
    """Whose this card is, given in its normal form: a host's, who has signed in by it. Raises StorageError."""
    owners = _owners(known_hosts.read(context), card)
    if len(owners) != 1:  # two: at kiosks that were offline, a lead each taught it to a host
        return UnknownCard()
    host = owners[0]
    return HostSession(host.id, host.number, host.record.role, host.record.name, by_card=True)


def teach(context: KioskContext, lead: HostSession, host: UUID, card: str) -> ListedHost | CardTaken:
    """Make this card, given in its normal form, the host's, in place of an earlier one.

    Raises LeadNeeded, LookupError, StorageError.
    """
    require_lead(lead)
    hosts = known_hosts.read(context)
    known, owners = hosts.find(host), _owners(hosts, card)
    if others := [owner for owner in owners if owner.id != host]:
        return CardTaken(others[0].listed)
    if not owners:
        assert hosts.keys.current is not None  # a lead has signed in
        _record(context, lead, hosts, known, venue_key.card_tag(hosts.keys.current, card))
    return known_hosts.read(context).find(host).listed


def remove(context: KioskContext, lead: HostSession, host: UUID) -> ListedHost:
    """End the host's card. Raises LeadNeeded, LookupError, StorageError."""
    require_lead(lead)
    hosts = known_hosts.read(context)
    known = hosts.find(host)
    if known.record.card:
        _record(context, lead, hosts, known, b"")
    return known_hosts.read(context).find(host).listed


def _owners(hosts: VenueHosts, card: str) -> list[KnownHost]:
    """The hosts with this card."""
    tags = {key_id: venue_key.card_tag(key, card) for key_id, key in hosts.keys.by_id().items()}
    return [
        host for host in hosts.known if host.card_key and hmac.compare_digest(host.record.card, tags[host.card_key])
    ]


def _record(context: KioskContext, lead: HostSession, hosts: VenueHosts, host: KnownHost, tag: bytes) -> None:
    assert hosts.keys.current is not None
    record = structs.replace(host.record, card=tag)
    context.ledger.record(known_hosts.changed_fact(host, record, hosts.keys.current, "card"), actor=lead.host_id)
