"""What becomes of a venue: it is merged into another, or removed while nothing has happened there."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Connection, delete, func, select, update

from sync.folder import Mistake
from sync.ledger import merging
from sync.ledger import tables as ledger_tables
from sync.ledger.engine import Store
from sync.names import compared
from sync.server import fleet, tables
from sync.server.fleet import Venue, Zone

HALF = 36  # characters of each name in a zone's name, which has 80 at most


@dataclass(frozen=True)
class Listed:
    """A venue with what it has: paired kiosks, zones, entries."""

    venue: Venue
    zones: int
    kiosks: int
    entries: int


def listed(store: Store) -> list[Listed]:
    """All venues, by name."""
    with store.reading() as connection:
        return [
            Listed(
                venue,
                len(fleet.zones_in(connection, venue.id)),
                _paired(connection, venue.id),
                _entries(connection, venue.id),
            )
            for venue in fleet.venues_in(connection)
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
    """Remove a venue whose kiosks have sent nothing, with its zones and codes. Raises Mistake."""
    with store.writing() as connection:
        _check_unpaired(connection, venue, "removed")
        if count := _entries(connection, venue.id):
            raise Mistake(
                f"{venue.name} can't be removed: its kiosks have sent {count:,} entries, which are in the reports. "
                "Merge it into another venue, or rename it"
            )
        connection.execute(delete(tables.pairing_code).where(tables.pairing_code.c.venue == venue.id))
        connection.execute(delete(tables.kiosk).where(tables.kiosk.c.venue == venue.id))
        connection.execute(delete(tables.zone).where(tables.zone.c.venue == venue.id))
        connection.execute(delete(tables.venue).where(tables.venue.c.id == venue.id))


def merge(store: Store, old: Venue, into: Venue) -> list[tuple[str, str]]:
    """Make one venue of two: all that happened at ``old`` has happened at ``into``. In one transaction.

    Returns the zones that got another name on the way, with that name. Raises Mistake where a kiosk is still paired
    with ``old``, since it knows that venue's feed, and where their days are not the same.
    """
    if old.id == into.id:
        raise Mistake(f"{old.name} is one venue already")
    if old.time_zone != into.time_zone:
        raise Mistake(
            f"{old.name} goes by {old.time_zone} and {into.name} by {into.time_zone}, so their days differ; change "
            "one with `hearth-server configure --time-zone` first"
        )
    with store.writing() as connection:
        _check_unpaired(connection, old, "merged")
        renamed = _move_zones(connection, old, into)
        for table in (tables.kiosk, tables.pairing_code):
            connection.execute(update(table).where(table.c.venue == old.id).values(venue=into.id))
        merging.merge(connection, old.id, into.id)
        connection.execute(delete(tables.venue).where(tables.venue.c.id == old.id))
        return renamed


def _check_unpaired(connection: Connection, venue: Venue, what: str) -> None:
    if count := _paired(connection, venue.id):
        kiosks = "1 kiosk is" if count == 1 else f"{count} kiosks are"
        raise Mistake(
            f"{venue.name} can't be {what}: {kiosks} still paired with it. End that with `hearth-server revoke`, and "
            "pair anew with the other venue; its door goes on working, and nothing that it has recorded is lost"
        )


def _move_zones(connection: Connection, old: Venue, into: Venue) -> list[tuple[str, str]]:
    """Zones keep their ids, for facts and plans name them; one whose name is taken gets the old venue's added."""
    taken = {compared(zone.name) for zone in fleet.zones_in(connection, into.id)}
    renamed = []
    for zone in fleet.zones_in(connection, old.id):
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
