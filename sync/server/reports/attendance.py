"""How many came, by day and venue, and how long their phones rested."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from msgspec import Struct
from sqlalchemy import Connection, select

from sync.domain.visit import Visit
from sync.ledger import tables as ledger_tables
from sync.ledger.projections import read_visit
from sync.ledger.store import Store
from sync.server.kiosks import repository as kiosk_repository
from sync.server.kiosks.missing import FIRST_KNOWN
from sync.server.kiosks.repository import Kiosk, Venue
from sync.server.web.venue_time import day_of, iso, midnight

HOUR_MS = 60 * 60 * 1000


class AttendanceRow(Struct, frozen=True):
    """One venue's day. Its fields are the columns of every form of this report, in this order."""

    day: date
    venue: str
    sessions: int
    visits: int
    people: int
    phones: int
    kept: int
    phone_free_hours: float  # rounded to two decimals
    estimated: int  # visits whose times are not known for sure
    reported_up_to: str | None  # ISO 8601 with the venue's offset: all before it is counted


@dataclass(frozen=True)
class Day:
    """What is counted of a venue's day."""

    sessions: int
    visits: list[Visit]


def rows(store: Store, from_day: date, to_day: date, venue: str | None = None) -> list[AttendanceRow]:
    """The rows of both days and all between, by day and venue name; ``venue`` is one's whole name.

    A day is the venue's own, of the check-in (of a session: of its opening). A voided visit counts nowhere, one whose
    check-in has not arrived nowhere yet; a visit that goes on counts everywhere but in the hours. What a clock that was
    never set puts into the first days of 1970 is in no row: missing.py tells of it.
    """
    kiosks = kiosk_repository.kiosks(store)
    found = [
        _row(at, day, of, upto)
        for of in kiosk_repository.venues(store)
        if venue in (None, of.name)
        for upto in [_reported_up_to(kiosks, of)]
        for day, at in _days(store, of, from_day, to_day).items()
    ]
    return sorted(found, key=lambda row: (row.day, row.venue))


def _days(store: Store, venue: Venue, from_day: date, to_day: date) -> dict[date, Day]:
    zone = venue.clock_zone
    start, end = max(FIRST_KNOWN, midnight(from_day, zone)), midnight(to_day + timedelta(days=1), zone)
    with store.reading() as connection:
        opened = Counter(day_of(at, zone) for at in _openings(connection, venue, start, end))
        visits: dict[date, list[Visit]] = defaultdict(list)
        for visit in _visits(connection, venue, start, end):
            visits[day_of(visit.checked_in or 0, zone)].append(visit)
    return {day: Day(opened[day], visits.get(day, [])) for day in {*opened, *visits}}


def _openings(connection: Connection, venue: Venue, start: int, end: int) -> list[int]:
    session = ledger_tables.session.c
    query = select(session.opened).where(session.venue == venue.id, session.opened >= start, session.opened < end)
    return list(connection.execute(query).scalars())


def _visits(connection: Connection, venue: Venue, start: int, end: int) -> Iterable[Visit]:
    visit = ledger_tables.visit
    query = select(visit).where(visit.c.venue == venue.id)
    query = query.where(visit.c.checked_in >= start, visit.c.checked_in < end, visit.c.voided.is_(False))
    return map(read_visit, connection.execute(query))


def _row(at: Day, day: date, venue: Venue, reported_up_to: str | None) -> AttendanceRow:
    return AttendanceRow(
        day=day,
        venue=venue.name,
        sessions=at.sessions,
        visits=len(at.visits),
        people=sum(visit.party_size for visit in at.visits),
        phones=sum(visit.phones for visit in at.visits),
        kept=sum(visit.kept for visit in at.visits),
        phone_free_hours=round(sum(visit.phone_free_people_ms for visit in at.visits) / HOUR_MS, 2),
        estimated=sum(visit.estimated for visit in at.visits),
        reported_up_to=reported_up_to,
    )


def _reported_up_to(kiosks: list[Kiosk], venue: Venue) -> str | None:
    """Up to when every kiosk of the venue has told everything; None where one has never told anything."""
    mine = [kiosk for kiosk in kiosks if kiosk.venue.id == venue.id and not kiosk.is_revoked]
    told = [kiosk.reported_up_to for kiosk in mine if kiosk.reported_up_to is not None]
    return iso(min(told), venue.clock_zone) if told and len(told) == len(mine) else None
