"""The commands for venues: list, rename, merge, remove."""

import argparse
from collections.abc import Callable
from contextlib import closing

from sync import command_line
from sync.command_line import Parser
from sync.domain.events import VenueConfigured
from sync.ledger.ledger import Ledger
from sync.server.auth.scope import command_scope
from sync.server.kiosks import naming, venues
from sync.server.kiosks import repository as kiosk_repository
from sync.server.kiosks.pairing import clean_name
from sync.server.kiosks.repository import Venue
from sync.server.settings import ServerSettings
from sync.server.storage import open_existing, open_for_reading
from sync.system_clock import SystemClock

EXAMPLE = "hearth-server venue list"
HEADINGS = ("venue", "time zone", "zones", "kiosks", "entries")


def add(commands: "command_line.Commands", new: Callable[["command_line.Commands", str, str, str], Parser]) -> None:
    """Add the commands to the program's."""
    venue = command_line.add(commands, "venue", "list venues, rename, merge or remove one", EXAMPLE)
    venue_commands = command_line.commands(venue)

    list_parser = new(venue_commands, "list", "list the venues, with what they have", "venue list")
    list_parser.set_defaults(run=list_venues)

    rename_parser = new(venue_commands, "rename", "call a venue otherwise", 'venue rename "Mill café" "Mill house"')
    rename_parser.add_argument("venue", metavar="VENUE")
    rename_parser.add_argument("name", metavar="NAME", help="what it is called from now on")
    rename_parser.set_defaults(run=rename)

    merge_help = "make one venue of two; nothing that happened is lost"
    merge_parser = new(venue_commands, "merge", merge_help, 'venue merge "MILL" "Mill"')
    merge_parser.add_argument("venue", metavar="VENUE", help="the one that goes")
    merge_parser.add_argument("into", metavar="INTO", help="the one that stays, with its name")
    merge_parser.set_defaults(run=merge)

    remove_help = "remove a venue where nothing has happened"
    remove_parser = new(venue_commands, "remove", remove_help, 'venue remove "Mil café"')
    remove_parser.add_argument("venue", metavar="VENUE")
    remove_parser.set_defaults(run=remove)


def list_venues(settings: ServerSettings, _options: argparse.Namespace) -> None:
    """Print a line for each venue, in columns."""
    with closing(open_for_reading(settings.place, SystemClock())) as ledger:
        listed = venues.listed(ledger.store, command_scope(ledger.store))
    if not listed:
        command_line.print_line("There is no venue yet: `hearth-server pair` makes the first.")
        return
    rows = [
        (item.venue.name, item.venue.time_zone, str(item.zones), str(item.kiosks), str(item.entries)) for item in listed
    ]
    command_line.write(command_line.table(HEADINGS, rows))


def rename(settings: ServerSettings, options: argparse.Namespace) -> None:
    """Rename a venue; its kiosks learn of it by their feed. Raises UserError, BadName."""
    with closing(open_existing(settings.place, SystemClock())) as ledger:
        venue = _find_venue(ledger, options.venue)
        name = clean_name(options.name, "venue")
        venues.configure(ledger, venue.id, VenueConfigured(name=name))
    command_line.print_line(
        f"{venue.name} is {name} now; its kiosks learn of it within a minute, or when they are online again."
    )


def merge(settings: ServerSettings, options: argparse.Namespace) -> None:
    """Merge one venue into another. Raises UserError."""
    with closing(open_existing(settings.place, SystemClock())) as ledger:
        old, into = _find_venue(ledger, options.venue), _find_venue(ledger, options.into)
        renamed = venues.merge(ledger.store, old, into)
    command_line.print_line(f"{old.name} is part of {into.name} now: its sessions, visits, plans and zones are there.")
    for before, after in renamed:
        command_line.print_line(f"Its zone {before} is called {after}, since {into.name} has one of that name.")


def remove(settings: ServerSettings, options: argparse.Namespace) -> None:
    """Remove a venue without entries. Raises UserError."""
    with closing(open_existing(settings.place, SystemClock())) as ledger:
        venue = _find_venue(ledger, options.venue)
        venues.remove(ledger.store, venue)
    command_line.print_line(f"{venue.name} is removed, with its zones and the codes that nobody had used.")


def _find_venue(ledger: Ledger, name: str) -> Venue:
    return naming.find_venue(kiosk_repository.venues(ledger.store, command_scope(ledger.store)), name)
