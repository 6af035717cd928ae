"""What becomes of a venue: it is merged into another, or removed while nothing has happened there."""

from dataclasses import dataclass
from uuid import UUID

from msgspec import UNSET, structs
from sqlalchemy import Connection, delete, func, select, update

from sync.domain.events import VenueConfigured
from sync.errors import UserError
from sync.ledger import feed_merge
from sync.ledger import tables as ledger_tables
from sync.ledger.ledger import Ledger
from sync.ledger.store import Store
from sync.names import compared
from sync.server import tables
from sync.server.kiosks import repository as kiosk_repository
from sync.server.kiosks.repository import Venue, Zone
from sync.server.local_time import read_time_zone
from sync.server.typed_events import checked

HALF = 36  # characters of each name in a zone's name, which has 80 at most


@dataclass(frozen=True)
class ListedVenue:
    """A venue with what it has: paired kiosks, zones, entries."""

    venue: Venue
    zones: int
    kiosks: int
    entries: int


def listed(store: Store) -> list[ListedVenue]:
    """All venues, by name."""
    with store.reading() as connection:
        return [
            ListedVenue(
                venue,
                len(kiosk_repository.zones_in(connection, venue.id)),
                _paired(connection, venue.id),
                _entries(connection, venue.id),
            )
            for venue in kiosk_repository.venues_in(connection)
        ]


def _paired(connection: Connection, venue: UUID) -> int:
    here = (tables.kiosk.c.venue == venue) & tables.kiosk.c.revoked_at.is_(None)
    return connection.execute(select(func.count()).where(here)).scalar_one()


def _entries(connection: Connection, venue: UUID) -> int:
    """How many entries its kiosks have sent, readable or not; what the server itself has said of it is not counted."""
    entry, journal = ledger_tables.entry.c, ledger_tables.journal.c
    query = select(func.count()).join_from(ledger_tables.entry, ledger_tables.journal, journal.id == entry.journal)
    return connection.execute(query.where(entry.stream == venue, journal.kiosk.is_not(None))).scalar_one()


def remove(store: Store, venue: Venue) -> None:
    """Remove a venue whose kiosks have sent nothing, with its zones and codes. Raises UserError."""
    with store.writing() as connection:
        _check_unpaired(connection, venue, "removed")
        if count := _entries(connection, venue.id):
            raise UserError(
                f"{venue.name} can't be removed: its kiosks have sent {count:,} entries, which are in the reports. "
                "Merge it into another venue, or rename it"
            )
        connection.execute(delete(tables.pairing_code).where(tables.pairing_code.c.venue == venue.id))
        connection.execute(delete(tables.kiosk).where(tables.kiosk.c.venue == venue.id))
        connection.execute(delete(tables.zone).where(tables.zone.c.venue == venue.id))
        connection.execute(delete(tables.venue).where(tables.venue.c.id == venue.id))


def merge(store: Store, old: Venue, into: Venue) -> list[tuple[str, str]]:
    """Make one venue of two: all that happened at ``old`` has happened at ``into``. In one transaction.

    Returns the zones that got another name on the way, with that name. Raises UserError where a kiosk is still paired
    with ``old``, since it knows that venue's feed, and where their days are not the same.
    """
    if old.id == into.id:
        raise UserError(f"{old.name} is one venue already")
    if old.time_zone != into.time_zone:
        raise UserError(
            f"{old.name} goes by {old.time_zone} and {into.name} by {into.time_zone}, so their days differ; change "
            "one with `hearth-server configure --time-zone` first"
        )
    with store.writing() as connection:
        _check_unpaired(connection, old, "merged")
        renamed = _move_zones(connection, old, into)
        for table in (tables.kiosk, tables.pairing_code):
            connection.execute(update(table).where(table.c.venue == old.id).values(venue=into.id))
        feed_merge.merge(connection, old.id, into.id)
        connection.execute(delete(tables.venue).where(tables.venue.c.id == old.id))
        return renamed


def _check_unpaired(connection: Connection, venue: Venue, what: str) -> None:
    if count := _paired(connection, venue.id):
        kiosks = "1 kiosk is" if count == 1 else f"{count} kiosks are"
        raise UserError(
            f"{venue.name} can't be {what}: {kiosks} still paired with it. End that with `hearth-server revoke`, and "
            "pair anew with the other venue; its door goes on working, and nothing that it has recorded is lost"
        )


def _move_zones(connection: Connection, old: Venue, into: Venue) -> list[tuple[str, str]]:
    """Zones keep their ids, for facts and plans name them; one whose name is taken gets the old venue's added."""
    taken = {compared(zone.name) for zone in kiosk_repository.zones_in(connection, into.id)}
    renamed = []
    for zone in kiosk_repository.zones_in(connection, old.id):
        name = _free_name(zone, old, taken)
        taken.add(compared(name))
        values = {"venue": into.id, "name": name}
        connection.execute(update(tables.zone).where(tables.zone.c.id == zone.id).values(values))
        if name != zone.name:
            renamed.append((zone.name, name))
    return renamed


def _free_name(zone: Zone, old: Venue, taken: set[str]) -> str:
    """The zone's name; where that is taken, with as much of the old venue's as there is room for, and a number."""
    name, number = zone.name, 1
    while compared(name) in taken:
        end = f" {number}" if number > 1 else ""
        name = f"{zone.name[:HALF]} ({old.name[:HALF]}{end})"
        number += 1
    return name


def configure(ledger: Ledger, venue: UUID, said: VenueConfigured) -> None:
    """Change what a venue's kiosks and reports go by; what is UNSET stays. Raises UserError, StorageTrouble."""
    given = {name: value for name, value in structs.asdict(checked(said)).items() if value is not UNSET}
    if not given:
        raise UserError("nothing to change: say what, for example --pouches 40")
    if said.time_zone is not UNSET:
        read_time_zone(said.time_zone)
    if said.name is not UNSET:
        _check_name(ledger, venue, said.name)
    own = {name: given[name] for name in ("name", "time_zone") if name in given}

    def keep(connection: Connection) -> None:
        if own:
            connection.execute(update(tables.venue).where(tables.venue.c.id == venue).values(own))

    ledger.record((venue, said), stream=venue, then=keep)


def _check_name(ledger: Ledger, venue: UUID, name: str) -> None:
    for other in kiosk_repository.venues(ledger.store):
        if other.id != venue and compared(other.name) == compared(name):
            raise UserError(f"another venue is called “{other.name}”; `hearth-server venue merge` makes one of two")
