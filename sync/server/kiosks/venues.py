"""The use cases of venues: list, configure, merge, remove."""

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
from sync.server.auth.scope import Scope
from sync.server.kiosks import repository as kiosk_repository
from sync.server.kiosks.repository import Venue, Zone
from sync.server.local_time import read_time_zone
from sync.server.typed_events import validated

HALF = 36  # characters of each name in a zone's name, which has 80 at most


class VenueNameTaken(UserError):
    """Another venue is called ``name``; the text is for the commands."""

    def __init__(self, name: str) -> None:
        super().__init__(f"another venue is called “{name}”; `hearth-server venue merge` makes one of two")
        self.name = name


@dataclass(frozen=True)
class ListedVenue:
    """A venue with its numbers of zones, paired kiosks and entries."""

    venue: Venue
    zones: int
    kiosks: int
    entries: int


def listed(store: Store, scope: Scope) -> list[ListedVenue]:
    """The venues of the scope, by name."""
    with store.reading() as connection:
        return [
            ListedVenue(
                venue,
                len(kiosk_repository.zones_in(connection, venue.id)),
                _count_paired(connection, venue.id),
                _count_entries(connection, venue.id),
            )
            for venue in kiosk_repository.venues_in(connection, scope)
        ]


def _count_paired(connection: Connection, venue: UUID) -> int:
    kiosk = tables.kiosk.c
    query = select(func.count()).where(kiosk.venue == venue, kiosk.revoked_at.is_(None))
    return connection.execute(query).scalar_one()


def _count_entries(connection: Connection, venue: UUID) -> int:
    """How many entries its kiosks have sent, readable or not; the server's own are not counted."""
    entry, journal = ledger_tables.entry.c, ledger_tables.journal.c
    query = select(func.count()).join_from(ledger_tables.entry, ledger_tables.journal, journal.id == entry.journal)
    return connection.execute(query.where(entry.stream == venue, journal.kiosk.is_not(None))).scalar_one()


def remove(store: Store, venue: Venue) -> None:
    """Remove a venue whose kiosks have sent nothing, with its zones and codes. Raises UserError."""
    with store.writing() as connection:
        _check_unpaired(connection, venue, "removed")
        if count := _count_entries(connection, venue.id):
            raise UserError(
                f"{venue.name} can't be removed: its kiosks have sent {count:,} entries, which are in the reports. "
                "Merge it into another venue, or rename it"
            )
        _remove_calendars(connection, venue)
        connection.execute(delete(tables.pairing_code).where(tables.pairing_code.c.venue == venue.id))
        _remove_saved_reports(connection, venue)
        connection.execute(delete(tables.kiosk).where(tables.kiosk.c.venue == venue.id))
        connection.execute(delete(tables.zone).where(tables.zone.c.venue == venue.id))
        connection.execute(delete(tables.venue).where(tables.venue.c.id == venue.id))


def _remove_calendars(connection: Connection, venue: Venue) -> None:
    """Remove the venue's calendars, and what was planned for them, of which no kiosk has read anything."""
    _unpublish(connection, venue)
    calendars = select(tables.calendar.c.id).where(tables.calendar.c.venue == venue.id)
    connection.execute(delete(tables.calendar_session).where(tables.calendar_session.c.calendar.in_(calendars)))
    connection.execute(delete(tables.calendar).where(tables.calendar.c.venue == venue.id))


def _unpublish(connection: Connection, venue: Venue) -> None:
    """End the address at which its plans are published: it names this venue alone."""
    connection.execute(delete(tables.published_calendar).where(tables.published_calendar.c.venue == venue.id))


def _remove_saved_reports(connection: Connection, venue: Venue) -> None:
    """Remove the venue from saved reports; those that are of no other venue are removed: they must not be of all."""
    of = tables.saved_report_venue
    reports = set(connection.execute(select(of.c.saved_report).where(of.c.venue == venue.id)).scalars())
    connection.execute(delete(of).where(of.c.venue == venue.id))
    others = set(connection.execute(select(of.c.saved_report).where(of.c.saved_report.in_(reports))).scalars())
    connection.execute(delete(tables.saved_report).where(tables.saved_report.c.id.in_(reports - others)))


def _merge_saved_reports(connection: Connection, old: Venue, into: Venue) -> None:
    of = tables.saved_report_venue
    of_both = select(of.c.saved_report).where(of.c.venue == into.id).scalar_subquery()
    connection.execute(delete(of).where(of.c.venue == old.id, of.c.saved_report.in_(of_both)))
    connection.execute(update(of).where(of.c.venue == old.id).values(venue=into.id))


def merge(store: Store, old: Venue, into: Venue) -> list[tuple[str, str]]:
    """Move everything from ``old`` to ``into`` and remove ``old``, in one transaction.

    Returns the zones that were renamed: (old name, new name). Raises UserError where a kiosk is still paired with
    ``old``, since it knows that venue's feed, and where the time zones differ.
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
        _unpublish(connection, old)
        for table in (tables.kiosk, tables.pairing_code, tables.calendar):
            connection.execute(update(table).where(table.c.venue == old.id).values(venue=into.id))
        _merge_saved_reports(connection, old, into)
        feed_merge.merge(connection, old.id, into.id)
        connection.execute(delete(tables.venue).where(tables.venue.c.id == old.id))
        return renamed


def _check_unpaired(connection: Connection, venue: Venue, action: str) -> None:
    if count := _count_paired(connection, venue.id):
        kiosks = "1 kiosk is" if count == 1 else f"{count} kiosks are"
        raise UserError(
            f"{venue.name} can't be {action}: {kiosks} still paired with it. End that with `hearth-server revoke`, and "
            "pair again with the other venue; the kiosk keeps working, and nothing that it has recorded is lost"
        )


def _move_zones(connection: Connection, old: Venue, into: Venue) -> list[tuple[str, str]]:
    """Move the zones. They keep their ids, which facts and plans contain; one whose name is taken is renamed."""
    taken_names = {compared(zone.name) for zone in kiosk_repository.zones_in(connection, into.id)}
    renamed = []
    for zone in kiosk_repository.zones_in(connection, old.id):
        name = _free_name(zone, old, taken_names)
        taken_names.add(compared(name))
        values = {"venue": into.id, "name": name}
        connection.execute(update(tables.zone).where(tables.zone.c.id == zone.id).values(values))
        if name != zone.name:
            renamed.append((zone.name, name))
    return renamed


def _free_name(zone: Zone, old: Venue, taken_names: set[str]) -> str:
    """The zone's name; where it is taken, followed by the old venue's name and, if need be, a number."""
    name, number = zone.name, 1
    while compared(name) in taken_names:
        suffix = f" {number}" if number > 1 else ""
        name = f"{zone.name[:HALF]} ({old.name[:HALF]}{suffix})"
        number += 1
    return name


def configure(ledger: Ledger, venue: UUID, changes: VenueConfigured) -> None:
    """Change a venue's configuration; UNSET fields keep their values.

    Raises VenueNameTaken, UserError, StorageError.
    """
    fields = {name: value for name, value in structs.asdict(validated(changes)).items() if value is not UNSET}
    if not fields:
        raise UserError("nothing to change: say what, for example --pouches 40")
    if changes.time_zone is not UNSET:
        read_time_zone(changes.time_zone)
    if changes.name is not UNSET:
        _check_name(ledger, venue, changes.name)
    columns = {name: fields[name] for name in ("name", "time_zone") if name in fields}

    def update_venue(connection: Connection) -> None:
        if columns:
            connection.execute(update(tables.venue).where(tables.venue.c.id == venue).values(columns))

    ledger.record((venue, changes), stream=venue, then=update_venue)


def _check_name(ledger: Ledger, venue: UUID, name: str) -> None:
    with ledger.store.reading() as connection:
        venues = kiosk_repository.all_venues(connection)
    for other in venues:
        if other.id != venue and compared(other.name) == compared(name):
            raise VenueNameTaken(other.name)
