"""What the filters of a report choose: venues, and the figures of their days."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sync.ledger.store import Store
from sync.server.kiosks import lookup, naming
from sync.server.kiosks import repository as kiosk_repository
from sync.server.kiosks.inventory import Inventory
from sync.server.kiosks.repository import Kiosk, Venue
from sync.server.reports import rollups
from sync.server.reports.base import ReportFilters
from sync.server.reports.day_counts import CountQuery, Measure
from sync.server.reports.rollups import DayFigures
from sync.server.reports.session_filter import SessionFilter
from sync.server.web.venue_time import iso


@dataclass(frozen=True)
class Selection:
    """The venues that a report is about, and which of their sessions."""

    venues: tuple[Venue, ...]
    sessions: SessionFilter


def select_venues(store: Store, inventory: Inventory, filters: ReportFilters) -> Selection:
    """What the filters choose of the inventory. Raises lookup.NotFound for a zone that the venue has not."""
    venues = tuple(venue for venue in inventory.venues if filters.includes(venue.name))
    if filters.zone is None or len(venues) != 1:
        return Selection(venues, SessionFilter(None, filters.kind, filters.title))
    with store.reading() as connection:
        zones = kiosk_repository.zones_in(connection, venues[0].id)
    zone = lookup.find("zone", zones, lambda zone: zone.name, filters.zone)
    return Selection(venues, SessionFilter(str(zone.id), filters.kind, filters.title))


def choose_venues(venues: Sequence[Venue], typed: Iterable[str]) -> tuple[str | None, tuple[str, ...]]:
    """The ``venue`` and the ``venues`` of filters by the names that were typed; empty ones are no choice.

    Raises NotFound.
    """
    names = {naming.find_venue(venues, name).name for name in typed if name.strip()}
    if len(names) < 2:
        return next(iter(names), None), ()
    return None, tuple(sorted(names))


def read_figures(store: Store, selection: Selection, filters: ReportFilters) -> list[DayFigures]:
    """The figures of the selection's days in the period. Raises StorageError."""
    with store.reading() as connection:
        figures = rollups.read_days(connection, selection.venues, filters.first, filters.last)
    return [day for day in figures if selection.sessions.includes(day)]


@dataclass(frozen=True)
class DayOfVenue:
    """A venue's day on which somebody came; ``figures``: of each zone and kind; ``counts``: by measure."""

    day: date
    venue: Venue
    figures: tuple[DayFigures, ...]
    counts: Mapping[str, int]


def read_days_of_venues(
    store: Store, selection: Selection, filters: ReportFilters, measures: Collection[Measure]
) -> list[DayOfVenue]:
    """The days by date and venue name; ``measures``: those whose bucket is always 0. Raises StorageError."""
    figures_by_day: dict[tuple[date, UUID], list[DayFigures]] = defaultdict(list)
    for figures in read_figures(store, selection, filters):
        if figures.visits:
            figures_by_day[figures.day, figures.venue].append(figures)
    venues = {venue.id: venue for venue in selection.venues}
    query = CountQuery(measures, list(venues), filters.first, filters.last, selection.sessions)
    with store.reading() as connection:
        counts = rollups.read_counts_by_venue(connection, selection.venues, query)
    days = [
        DayOfVenue(day, venues[id], tuple(parts), {measure: counts[id][measure, day, 0] for measure in measures})
        for (day, id), parts in figures_by_day.items()
    ]
    return sorted(days, key=lambda day: (day.day, day.venue.name))


def reported_up_to(kiosks: Sequence[Kiosk], venue: Venue) -> str | None:
    """The time before which every paired kiosk of the venue has reported, ISO 8601; None where one never has."""
    paired = [kiosk for kiosk in kiosks if kiosk.venue.id == venue.id and not kiosk.is_revoked]
    times = [kiosk.reported_up_to for kiosk in paired if kiosk.reported_up_to is not None]
    return iso(min(times), venue.clock_zone) if times and len(times) == len(paired) else None
