"""Exports rows as one JSON document, row by row, with their totals and with what readers have to know of them.

The members are described in docs/coordinator.md.
"""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from zoneinfo import ZoneInfo

import msgspec
from msgspec import Struct

from sync.ledger.store import Store
from sync.server.kiosks import missing, naming
from sync.server.kiosks.completeness import completeness
from sync.server.kiosks.inventory import Inventory
from sync.server.kiosks.missing import Undated, Unread
from sync.server.kiosks.repository import Kiosk, Venue
from sync.server.reports import provisional
from sync.server.reports.base import AnyReport, ReportFilters, RunningTotals, Table
from sync.server.reports.selection import select_venues
from sync.server.web.venue_time import iso, midnight

UTC = ZoneInfo("UTC")


class ExportedFilters(Struct, frozen=True, rename={"first": "from", "last": "to"}):
    """What was chosen; None: all. ``smallest_count``: that protected reports show."""

    first: date
    last: date
    venues: tuple[str, ...] | None
    zone: str | None
    kind: str | None
    session: str | None
    smallest_count: int


class ExportedColumn(Struct, frozen=True):
    """A member of each row."""

    key: str
    heading: str
    format: str
    unit: str
    decimals: int
    is_totalled: bool
    definition: str


class ExportedChange(Struct, frozen=True):
    """The venue's day whose figures changed last; ``at``: ISO 8601 with the venue's offset."""

    at: str
    venue: str
    day: date


class ExportedProvisional(Struct, frozen=True):
    """What is not final, of all visits that the filters choose. ``estimated_share``: per cent; None of no visits.

    ``practice_visits``: those that no row counts, as their session is for practice.
    """

    visits: int
    not_ended: int
    estimated: int
    estimated_share: float | None
    practice_visits: int
    last_change: ExportedChange | None


class ExportedKiosk(Struct, frozen=True):
    """A paired kiosk of the chosen venues. ``reported_up_to``: ISO 8601 with the venue's offset; None: never."""

    venue: str
    kiosk: str  # its zone, as naming.zone_names has it
    reported_up_to: str | None
    is_silent: bool


class ExportedCompleteness(Struct, frozen=True):
    """How far the kiosks have reported. ``reported_up_to``: the time before which all have; None: one never has."""

    is_final: bool
    reported_up_to: str | None
    kiosks: list[ExportedKiosk]


class ExportDetails(Struct, frozen=True):
    """The members of the document beside its rows and totals."""

    unread: list[Unread]
    undated: list[Undated]
    report: str
    title: str
    question: str
    notes: tuple[str, ...]
    filters: ExportedFilters
    columns: list[ExportedColumn]
    provisional: ExportedProvisional
    completeness: ExportedCompleteness
    created: str  # ISO 8601, UTC


def read_details(
    store: Store, inventory: Inventory, report: AnyReport, table: Table, filters: ReportFilters, *, now: int
) -> ExportDetails:
    """What to say of the rows of a report, or of the visits behind it. ``now``: ms since 1970 UTC.

    Raises StorageError, and lookup.NotFound for a zone that the venue has not.
    """
    not_counted = missing.missing(store, inventory, venues=filters.venue_names)
    return ExportDetails(
        unread=not_counted.unread,
        undated=not_counted.undated,
        report=report.identifier,
        title=table.title,
        question=report.question,
        notes=report.notes,
        filters=ExportedFilters(
            filters.first,
            filters.last,
            filters.venue_names,
            filters.zone,
            filters.kind,
            filters.title,
            filters.smallest_count,
        ),
        columns=[
            ExportedColumn(
                column.key,
                column.heading,
                column.format,
                column.unit,
                column.decimals,
                column.is_totalled,
                column.definition,
            )
            for column in table.columns
        ],
        provisional=_provisional(store, inventory, filters),
        completeness=_completeness(inventory, filters, now),
        created=iso(now, UTC),
    )


def _provisional(store: Store, inventory: Inventory, filters: ReportFilters) -> ExportedProvisional:
    selection = select_venues(store, inventory, filters)
    figures = provisional.read_provisional(store, selection, filters)
    venues = {venue.id: venue for venue in selection.venues}
    change = None
    if figures.change is not None:
        venue = venues[figures.change.venue]
        change = ExportedChange(iso(figures.change.at, venue.clock_zone), venue.name, figures.change.day)
    share = round(100 * figures.estimated / figures.visits, 1) if figures.visits else None
    return ExportedProvisional(figures.visits, figures.still_in, figures.estimated, share, figures.practice, change)


def _completeness(inventory: Inventory, filters: ReportFilters, now: int) -> ExportedCompleteness:
    names = naming.zone_names(inventory.kiosks)
    paired = [kiosk for kiosk in inventory.kiosks if filters.includes(kiosk.venue.name) and not kiosk.is_revoked]
    end = max((_end(kiosk.venue, filters) for kiosk in paired), default=now)
    complete = completeness(paired, end, now)
    exported = [
        ExportedKiosk(kiosk.venue.name, names[kiosk.id], _reported(kiosk), kiosk in complete.silent) for kiosk in paired
    ]
    behind = min(paired, key=lambda kiosk: kiosk.reported_up_to or 0, default=None)
    return ExportedCompleteness(complete.is_final, None if behind is None else _reported(behind), exported)


def _end(venue: Venue, filters: ReportFilters) -> int:
    return midnight(filters.last + timedelta(days=1), venue.clock_zone)


def _reported(kiosk: Kiosk) -> str | None:
    return None if kiosk.reported_up_to is None else iso(kiosk.reported_up_to, kiosk.venue.clock_zone)


def json_pieces(table: Table, rows: Iterable[object], details: ExportDetails) -> Iterator[str]:
    """``{"rows": […], "totals": {…}, …}``: a row at a time, then their totals and the members of ``details``."""
    keys = [column.key for column in table.columns]
    running = RunningTotals(table.columns)
    separator = '{"rows":['
    for row in rows:
        running.add(row)
        yield separator + msgspec.json.encode({key: getattr(row, key) for key in keys}).decode()
        separator = ","
    totals = msgspec.json.encode(running.sums()).decode()
    members = msgspec.json.encode(details).decode().removeprefix("{")
    yield f'{"" if separator == "," else separator}],"totals":{totals},{members}'
