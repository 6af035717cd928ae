"""Fills a new database with the example organisation, through the code that stores what kiosks push."""

import random
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import msgspec
from msgspec import UNSET
from sqlalchemy import Connection

from sync.domain.events import Entry, SeriesSet, Stamp, VenueConfigured, write_body
from sync.domain.ids import uuid7
from sync.errors import UserError
from sync.ledger.journals import Absorbed
from sync.ledger.ledger import Ledger
from sync.server.auth.scope import command_scope
from sync.server.example.attendance import Happening, VenueDays
from sync.server.example.venues import VENUES, ExampleVenue
from sync.server.kiosks import naming, pairing, venues
from sync.server.kiosks import repository as kiosk_repository
from sync.server.kiosks.repository import Venue
from sync.server.planning import service as planning_service

PUSH = 1_000  # entries that are stored at once
SILENT_VENUE, SILENT_KIOSK = 3, 2  # places among VENUES and its kiosks: it has been off for days
LATE_VENUE, LATE_KIOSK = 2, 1  # what it wrote arrives after everything else
SEED = 7
Totals = dict[str, Counter[tuple[date, str]]]
PassesByVenue = dict[str, set[tuple[date, str]]]


@dataclass
class _Journal:
    """What one kiosk writes, and has not sent yet."""

    kiosk: UUID
    venue: UUID
    id: UUID = field(default_factory=uuid4)
    boot: UUID = field(default_factory=uuid4)
    seq: int = 0
    unsent: list[bytes] = field(default_factory=list)

    def write(self, happening: Happening, tick: int, first: int) -> None:
        """Append an entry; ``first``: when the kiosk was started, in ms since 1970 UTC."""
        self.seq += 1
        event = happening.event
        entry = Entry(
            id=uuid7(happening.at),
            journal=self.id,
            seq=self.seq,
            tick=tick,
            kind=event.kind,
            v=event.v,
            subject=happening.subject,
            at=happening.at,
            clock=Stamp(self.boot, happening.at - first, True),
            body=write_body(event),
        )
        self.unsent.append(msgspec.json.encode(entry))


@dataclass(frozen=True)
class ExampleSize:
    """How much is made: the first so many of the example's venues, and days until today."""

    venues: int = len(VENUES)
    days: int = 730


def make_example(
    ledger: Ledger,
    size: ExampleSize,
    seed: int,
    progress: Callable[[str], None],
    came: PassesByVenue | None = None,
) -> Totals:
    """Make the organisation in a database where nothing has happened yet; returns what was counted, by venue's name.

    ``came``: takes up the days and passes of each venue's visits. Raises UserError where there are venues already,
    StorageError.
    """
    if kiosk_repository.venues(ledger.store, command_scope(ledger.store)):
        raise UserError("this server has venues already; make the example in a folder or database of its own")
    now = ledger.clock.read().at
    totals: Totals = {}
    for place, example in enumerate(VENUES[: size.venues]):
        journals, venue, zone = _pair_kiosks(ledger, example, now)
        today = datetime.fromtimestamp(now / 1000, ZoneInfo(example.time_zone)).date()
        first = today - timedelta(days=size.days - 1)
        silent = SILENT_KIOSK if place == SILENT_VENUE else None
        days = VenueDays(example, str(zone), seed, first, today, silent)
        late = LATE_KIOSK if place == LATE_VENUE else None
        entries = _store(ledger, journals, days.happenings(now), late, now)
        _report_up_to_now(ledger, [journal for number, journal in enumerate(journals) if number != silent], now)
        _plan(ledger, venue, example, str(zone), today)
        totals[example.name] = days.totals
        if came is not None:
            came[example.name] = days.came
        progress(f"{example.name}: {example.kiosks} kiosks, {entries:,} entries")
    return totals


def _pair_kiosks(ledger: Ledger, example: ExampleVenue, now: int) -> tuple[list[_Journal], Venue, UUID]:
    """Pair the venue's kiosks, each by a code, and say what the venue has."""
    journals, zone = list[_Journal](), UUID(int=0)
    for _ in range(example.kiosks):
        code = pairing.make_code(ledger.store, example.name, None, example.time_zone, now).code
        enrolled = pairing.enrol(ledger, code, now)
        zone = enrolled.zone.id
        journals.append(_Journal(enrolled.kiosk, enrolled.venue.id))
    all_venues = kiosk_repository.venues(ledger.store, command_scope(ledger.store))
    venue = naming.find_venue(all_venues, example.name)
    changes = VenueConfigured(name=UNSET, time_zone=UNSET, pouches=example.pouches, lockers=UNSET, reach=UNSET)
    venues.configure(ledger, venue.id, changes)
    return journals, venue, zone


def _store(
    ledger: Ledger, journals: Sequence[_Journal], happenings: Iterator[Happening], late: int | None, now: int
) -> int:
    """Write what happens into the kiosks' journals and store these as pushes; returns how many entries they have."""
    first, tick = None, 0
    for happening in happenings:
        first, tick = first or happening.at, tick + 1
        journal = journals[happening.kiosk]
        journal.write(happening, tick, first)
        if len(journal.unsent) >= PUSH and happening.kiosk != late:
            _push(ledger, journal, now)
    in_order = [journal for number, journal in enumerate(journals) if number != late]
    for journal in (*in_order, *(journals[late : late + 1] if late is not None else ())):
        while journal.unsent:
            _push(ledger, journal, now)
    return tick


def _push(ledger: Ledger, journal: _Journal, now: int) -> None:
    lines, journal.unsent = journal.unsent[:PUSH], journal.unsent[PUSH:]
    up_to = int(msgspec.json.decode(lines[-1])["at"])

    def record_contact(connection: Connection, _: Absorbed) -> None:
        kiosk_repository.record_contact(connection, journal.kiosk, up_to, now)

    absorbed = ledger.absorb(journal.id, lines, journal.kiosk, journal.venue, record_contact)
    if not absorbed.is_whole:
        raise UserError(f"the entries of kiosk {journal.kiosk} were not stored: the database is used by others")


def _report_up_to_now(ledger: Ledger, journals: Sequence[_Journal], now: int) -> None:
    with ledger.store.writing() as connection:
        for journal in journals:
            kiosk_repository.record_contact(connection, journal.kiosk, now, now)


def _plan(ledger: Ledger, venue: Venue, example: ExampleVenue, zone: str, today: date) -> None:
    """The venue's week as series, from tomorrow on."""
    weekdays: dict[tuple[str, int, int], list[int]] = defaultdict(list)
    for session in example.sessions:
        weekdays[session.title, session.first_hour, session.last_hour].append(session.weekday + 1)
    chance = random.Random(example.name)
    for session in example.sessions:
        key = session.title, session.first_hour, session.last_hour
        if session.weekday + 1 != min(weekdays[key]):
            continue
        series = SeriesSet(
            zone=zone,
            title=session.title,
            session_kind=session.kind,
            weekdays=tuple(sorted(weekdays[key])),
            start_minute=60 * session.first_hour,
            minutes=60 * (session.last_hour - session.first_hour),
            first_day=today + timedelta(days=1),
            capacity=session.capacity,
        )
        planning_service.plan_series(ledger, venue, series, UUID(int=chance.getrandbits(128)))
