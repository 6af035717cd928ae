"""What is not final in the figures of a period: visits that go on, estimated times, and the latest change."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import Connection, select

from sync.ledger import tables as ledger_tables
from sync.ledger.chunks import chunks
from sync.ledger.counted import PRACTICE_SESSION
from sync.ledger.store import Store
from sync.server.kiosks.repository import Venue
from sync.server.reports import rollups
from sync.server.reports.base import ReportFilters
from sync.server.reports.rollups import LatestChange
from sync.server.reports.selection import Selection
from sync.server.web.i18n import counted, say
from sync.server.web.venue_time import midnight
from sync.server.web.words import day_words, moment_words, percent


@dataclass(frozen=True)
class Provisional:
    """Numbers are of visits. ``practice``: those that are left out, as their session is for practice.

    ``change``: None where no day of the period is stored yet.
    """

    visits: int
    estimated: int
    still_in: int
    change: LatestChange | None
    practice: int = 0


def read_provisional(store: Store, selection: Selection, filters: ReportFilters) -> Provisional:
    """Whatever the report: of all visits that its filters choose. Raises StorageError."""
    with store.reading() as connection:
        sums, change = rollups.read_totals(
            connection, selection.venues, filters.first, filters.last, selection.sessions
        )
        practice = count_practice(connection, selection, filters)
    return Provisional(sums["visits"], sums["estimated"], sums["still_in"], change, practice)


def count_practice(connection: Connection, selection: Selection, filters: ReportFilters) -> int:
    """How many visits of the selection's days no report counts, as their session is for practice.

    It reads the visits of practice sessions alone, which are few, however many visits there are.
    """
    periods = {
        venue.id: range(
            midnight(filters.first, venue.clock_zone), midnight(filters.last + timedelta(days=1), venue.clock_zone)
        )
        for venue in selection.venues
    }
    sessions = _practice_sessions(connection, selection)
    visit, practice = ledger_tables.visit.c, 0
    for some in chunks(sorted({session for session, _ in sessions})):
        query = select(visit.session, visit.venue, visit.checked_in)
        query = query.where(visit.session.in_(some), visit.voided.is_(False), visit.checked_in.is_not(None))
        practice += sum(
            (session, venue) in sessions and at in periods[venue] for session, venue, at in connection.execute(query)
        )
    return practice


def _practice_sessions(connection: Connection, selection: Selection) -> set[tuple[UUID, UUID]]:
    """The ids of the selection's practice sessions of any day, with their venues'."""
    session = ledger_tables.session.c
    sessions = set()
    for some in chunks([venue.id for venue in selection.venues]):
        query = select(session.id, session.venue).where(PRACTICE_SESSION, session.venue.in_(some))
        query = query.where(*selection.sessions.conditions(session))
        sessions |= {(row.id, row.venue) for row in connection.execute(query)}
    return sessions


def practice_sentences(practice: int) -> list[str]:
    """What to say of visits for practice: nothing where there are none."""
    if not practice:
        return []
    return [counted("{number} practice visit is not counted.", "{number} practice visits are not counted.", practice)]


def sentences(
    provisional: Provisional, venues: Collection[Venue], clocks: Mapping[str, str], now: int, today: date
) -> list[str]:
    """What to say of it beside the figures. ``clocks``: names of time zones by the venue's name."""
    lines = []
    if provisional.still_in:
        lines.append(
            counted(
                "Not final: {number} visit has not ended.",
                "Not final: {number} visits have not ended.",
                provisional.still_in,
            )
        )
    if provisional.estimated:
        share = 100 * provisional.estimated / provisional.visits
        lines.append(
            say(
                "Times are estimated in {share} of the visits, mostly because nobody checked them out.",
                share=say("under {share}", share=percent(1)) if share < 1 else percent(share),
            )
        )
    lines += practice_sentences(provisional.practice)
    change = provisional.change
    if change is not None:
        venue = next(venue for venue in venues if venue.id == change.venue)
        clock = f" ({clocks[venue.name]})" if venue.name in clocks else ""
        lines.append(
            say(
                "Last changed {moment}: {venue}, {day}.",
                moment=f"{moment_words(change.at, venue.clock_zone, now)}{clock}",
                venue=venue.name,
                day=day_words(change.day, today),
            )
        )
    return lines
