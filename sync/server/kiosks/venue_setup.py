"""What a venue has, as its page shows and changes it: its configuration and its zones; and new venues."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Connection, insert, select, update

from sync.domain.events import VenueConfigured, ZoneName
from sync.domain.ids import uuid7
from sync.errors import UserError
from sync.ledger import tables as ledger_tables
from sync.ledger.ledger import Ledger
from sync.ledger.store import Store
from sync.names import compared
from sync.server import tables
from sync.server.auth.scope import Scope
from sync.server.kiosks import repository as kiosk_repository
from sync.server.kiosks.pairing import FIRST_ZONE, clean_name
from sync.server.kiosks.repository import Venue, Zone
from sync.server.local_time import read_time_zone
from sync.server.web.i18n import say


class NameTaken(UserError):
    """Another venue, or another zone of the venue, has this name."""


@dataclass(frozen=True)
class VenueSetup:
    """A venue with its zones; None: its kiosks' own settings say how many there are, or the telephone."""

    venue: Venue
    zones: tuple[Zone, ...]
    pouches: int | None
    lockers: int | None
    reach: str | None


def find_venue(store: Store, scope: Scope, venue: UUID) -> Venue | None:
    """The venue with this id; None: there is none in the scope."""
    venues = kiosk_repository.venues(store, scope)
    return next((candidate for candidate in venues if candidate.id == venue), None)


def read_setup(store: Store, venue: Venue) -> VenueSetup:
    """What the venue has. Raises StorageError."""
    configuration = ledger_tables.configuration.c
    query = select(configuration.pouches, configuration.lockers, configuration.reach)
    query = query.where(configuration.id == venue.id, configuration.venue == venue.id)
    with store.reading() as connection:
        row = connection.execute(query).one_or_none()
        zones = tuple(kiosk_repository.zones_in(connection, venue.id))
    return VenueSetup(venue, zones, *((row.pouches, row.lockers, row.reach) if row else (None, None, None)))


def add_venue(store: Store, name: str, time_zone: str, zone_name: str, now: int) -> UUID:
    """Make a venue with its first zone; returns its id. ``now``: ms since 1970 UTC.

    Raises BadName, NameTaken, UserError for an unknown time zone, StorageError.
    """
    name, zone_name = clean_name(name, "venue"), clean_name(zone_name or FIRST_ZONE, "zone")
    time_zone = read_time_zone(time_zone.strip()).key
    with store.writing() as connection:
        for other in kiosk_repository.all_venues(connection):
            if compared(other.name) == compared(name):
                raise NameTaken(say("a venue is called “{name}” already", name=other.name))
        venue = uuid7(now)
        connection.execute(insert(tables.venue).values(id=venue, name=name, time_zone=time_zone))
        connection.execute(insert(tables.zone).values(id=uuid7(now), venue=venue, name=zone_name))
    return venue


def add_zone(store: Store, venue: UUID, name: str, now: int) -> UUID:
    """Make a zone; returns its id. ``now``: ms since 1970 UTC. Raises BadName, NameTaken, StorageError."""
    name, zone = clean_name(name, "zone"), uuid7(now)
    with store.writing() as connection:
        _check_free(kiosk_repository.zones_in(connection, venue), name)
        connection.execute(insert(tables.zone).values(id=zone, venue=venue, name=name))
    return zone


def rename_zone(ledger: Ledger, venue: UUID, zone: UUID, name: str) -> None:
    """Rename a zone of the venue; its kiosks learn it from the feed.

    Raises BadName, NameTaken, UserError where it is not there, StorageError.
    """
    name = clean_name(name, "zone")

    def update_zone(connection: Connection) -> None:
        zones = kiosk_repository.zones_in(connection, venue)
        if all(other.id != zone for other in zones):
            raise UserError(say("this zone is not at this venue any more"))
        _check_free([other for other in zones if other.id != zone], name)
        connection.execute(update(tables.zone).where(tables.zone.c.id == zone).values(name=name))

    ledger.record((venue, VenueConfigured(zones=(ZoneName(str(zone), name),))), stream=venue, then=update_zone)


def _check_free(zones: list[Zone], name: str) -> None:
    for other in zones:
        if compared(other.name) == compared(name):
            raise NameTaken(say("a zone here is called “{name}” already", name=other.name))
