"""What the commands for calendars do: those that are fetched, and the published one."""

import argparse
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from zoneinfo import ZoneInfo

from sync import command_line
from sync.errors import UserError
from sync.ledger.ledger import Ledger
from sync.ledger.store import Store
from sync.server import server_address
from sync.server.auth.scope import command_scope
from sync.server.kiosks import lookup
from sync.server.kiosks.pairing import clean_name
from sync.server.local_time import show_time
from sync.server.planning import calendar_feed, calendar_repository, calendar_service, calendar_words
from sync.server.planning.calendar_fetch import FetchLimits
from sync.server.planning.calendar_import import SessionRule
from sync.server.planning.calendar_repository import VenueCalendar
from sync.server.planning.cli import find_zone, ledger_and_venue
from sync.server.settings import ServerSettings
from sync.server.storage import open_existing, open_for_reading
from sync.server.web.words import sentence
from sync.system_clock import SystemClock

HEADINGS = ("calendar", "venue", "zone", "server", "last fetch", "state")


def add_calendar(settings: ServerSettings, options: argparse.Namespace) -> None:
    """Add a calendar and fetch it. Raises UserError, BadName, StorageError."""
    rule = SessionRule(options.title_contains, options.category, options.whole_days)
    with ledger_and_venue(settings, options.venue) as (ledger, venue):
        name = clean_name(options.calendar, "calendar")
        calendar_service.add(
            ledger,
            command_scope(ledger.store),
            venue,
            find_zone(ledger, venue, options.zone),
            name=name,
            address=options.address,
            rule=rule,
            session_kind=options.kind,
            capacity=options.capacity,
        )
        _refresh(ledger, settings, _find(ledger.store, name), accept_fewer=False)
    command_line.print_line("The server fetches it every hour.")


def list_calendars(settings: ServerSettings, _options: argparse.Namespace) -> None:
    """Print a line for each calendar, in columns, and why some are not in order."""
    with closing(open_for_reading(settings.place, SystemClock())) as ledger:
        calendars = calendar_repository.calendars(ledger.store, command_scope(ledger.store))
    if not calendars:
        command_line.print_line("There is no calendar yet: `hearth-server calendar add` adds one.")
        return
    command_line.write(command_line.table(HEADINGS, [_row(calendar) for calendar in calendars]))


def _row(calendar: VenueCalendar) -> Sequence[str]:
    zone: ZoneInfo = calendar.venue.clock_zone
    tried = "not yet" if calendar.tried_at is None else show_time(calendar.tried_at, zone)
    details = [] if calendar.summary is None else calendar_words.details(calendar.summary)
    state = " ".join([sentence(calendar_words.state_words(calendar)), *details])
    return calendar.name, calendar.venue.name, calendar.zone_name, calendar.server, tried, state


def refresh(settings: ServerSettings, options: argparse.Namespace) -> None:
    """Fetch calendars now. Raises UserError, StorageError."""
    with closing(open_existing(settings.place, SystemClock())) as ledger:
        if options.calendar is None:
            calendars = calendar_repository.calendars(ledger.store, command_scope(ledger.store))
        else:
            calendars = [_find(ledger.store, options.calendar)]
        for calendar in calendars:
            _refresh(ledger, settings, calendar, accept_fewer=options.accept)
    if not calendars:
        command_line.print_line("There is no calendar yet: `hearth-server calendar add` adds one.")


def _refresh(ledger: Ledger, settings: ServerSettings, calendar: VenueCalendar, *, accept_fewer: bool) -> None:
    limits = FetchLimits(settings.allowed_networks)
    result = calendar_service.refresh(ledger, calendar, limits, accept_fewer=accept_fewer)
    for line in calendar_words.result_lines(calendar, result):
        command_line.print_line(line)


def remove(settings: ServerSettings, options: argparse.Namespace) -> None:
    """Remove a calendar. Raises UserError, StorageError."""
    with closing(open_existing(settings.place, SystemClock())) as ledger:
        calendar = _find(ledger.store, options.calendar)
        scope = command_scope(ledger.store)
        cancelled = calendar_service.remove(ledger, scope, calendar, keep_sessions=options.keep_sessions)
    sessions = "its sessions stay planned" if options.keep_sessions else f"{cancelled} of its sessions are cancelled"
    command_line.print_line(f"“{calendar.name}” of {calendar.venue.name} is fetched no more; {sessions}.")


def publish(settings: ServerSettings, options: argparse.Namespace) -> None:
    """Print the address of a venue's published calendar, which is made if there is none. Raises UserError."""
    with ledger_and_venue(settings, options.venue) as (ledger, venue):
        token = calendar_feed.publish(ledger, command_scope(ledger.store), venue)
    command_line.print_line(f"Whoever has this address can read what is planned at {venue.name}:")
    command_line.print_line(calendar_feed.address(server_address.address(settings, options.listen), token))


def unpublish(settings: ServerSettings, options: argparse.Namespace) -> None:
    """End the address of a venue's published calendar. Raises UserError."""
    with ledger_and_venue(settings, options.venue) as (ledger, venue):
        calendar_feed.unpublish(ledger, command_scope(ledger.store), venue)
    command_line.print_line(f"The plans of {venue.name} can't be read at that address any more.")


def _find(store: Store, name: str) -> VenueCalendar:
    calendars = calendar_repository.calendars(store, command_scope(store))
    try:
        return lookup.find("calendar", calendars, lambda calendar: calendar.name, name)
    except lookup.NotFound as error:
        raise UserError(f"{error}; `hearth-server calendar list` lists them") from error


RUN: Mapping[str, Callable[[ServerSettings, argparse.Namespace], None]] = {
    "add": add_calendar,
    "list": list_calendars,
    "refresh": refresh,
    "remove": remove,
    "publish": publish,
    "unpublish": unpublish,
}
