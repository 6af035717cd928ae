"""What the filters of a report choose: venues, and the figures of their days."""

from dataclasses import dataclass

from sync.domain.events import SessionKind
from sync.ledger.store import Store
from sync.server.auth.scope import Scope
from sync.server.kiosks import lookup
from sync.server.kiosks import repository as kiosk_repository
from sync.server.kiosks.repository import Kiosk, Venue
from sync.server.reports import rollups
from sync.server.reports.base import ReportFilters
from sync.server.reports.rollups import DayFigures
from sync.server.web.venue_time import iso


@dataclass(frozen=True)
class Selection:
    """The venues that a report is about; ``zone``: of the sessions, as facts name it, and ``kind``; None: all."""

    venues: tuple[Venue, ...]
    zone: str | None
    kind: SessionKind | None

    def includes(self, figures: DayFigures) -> bool:
        """Whether these figures are of the zone and kind."""
        return self.zone in (None, figures.zone) and self.kind in (None, figures.session_kind)


def select_venues(store: Store, scope: Scope, filters: ReportFilters) -> Selection:
    """What the filters choose within the scope. Raises lookup.NotFound for a zone that the venue has not."""
    all_venues = kiosk_repository.venues(store, scope)
    venues = tuple(venue for venue in all_venues if filters.venue in (None, venue.name))
    if filters.zone is None or len(venues) != 1:
        return Selection(venues, None, filters.kind)
    with store.reading() as connection:
        zones = kiosk_repository.zones_in(connection, venues[0].id)
    zone = lookup.find("zone", zones, lambda zone: zone.name, filters.zone)
    return Selection(venues, str(zone.id), filters.kind)


def read_figures(store: Store, selection: Selection, filters: ReportFilters) -> list[DayFigures]:
    """The figures of the selection's days in the period. Raises StorageError."""
    with store.reading() as connection:
        figures = rollups.read_days(connection, selection.venues, filters.first, filters.last)
    return [day for day in figures if selection.includes(day)]


def reported_up_to(kiosks: list[Kiosk], venue: Venue) -> str | None:
    """The time before which every paired kiosk of the venue has reported, ISO 8601; None where one never has."""
    paired = [kiosk for kiosk in kiosks if kiosk.venue.id == venue.id and not kiosk.is_revoked]
    times = [kiosk.reported_up_to for kiosk in paired if kiosk.reported_up_to is not None]
    return iso(min(times), venue.clock_zone) if times and len(times) == len(paired) else None
