"""What is not final in the figures of a period: visits that go on, estimated times, and the latest change."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

from sync.ledger.store import Store
from sync.server.kiosks.repository import Venue
from sync.server.reports import rollups
from sync.server.reports.base import ReportFilters
from sync.server.reports.rollups import LatestChange
from sync.server.reports.selection import Selection
from sync.server.web.i18n import counted, say
from sync.server.web.words import day_words, moment_words, percent


@dataclass(frozen=True)
class Provisional:
    """Numbers are of visits. ``change``: None where no day of the period is stored yet."""

    visits: int
    estimated: int
    still_in: int
    change: LatestChange | None


def read_provisional(store: Store, selection: Selection, filters: ReportFilters) -> Provisional:
    """Whatever the report: of all visits that its filters choose. Raises StorageError."""
    with store.reading() as connection:
        sums, change = rollups.read_totals(
            connection, selection.venues, filters.first, filters.last, zone=selection.zone, kind=selection.kind
        )
    return Provisional(sums["visits"], sums["estimated"], sums["still_in"], change)


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
