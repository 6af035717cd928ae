"""The commands for venues: list, rename, merge, remove."""

import argparse
from collections.abc import Callable
from contextlib import closing

from sync import command_line
from sync.command_line import Parser
from sync.domain.events import VenueConfigured
from sync.server.kiosks import naming, venues
from sync.server.kiosks import repository as kiosk_repository
from sync.server.kiosks.pairing import clean_name
from sync.server.settings import ServerSettings
from sync.server.storage import open_existing, open_for_reading
from sync.system_clock import SystemClock

EXAMPLE = "hearth-server venue list"
HEADINGS = ("venue", "time zone", "zones", "kiosks", "entries")


def add(commands: "command_line.Commands", new: Callable[["command_line.Commands", str, str, str], Parser]) -> None:
    """Put them among the program's commands."""
    venue = command_line.add(commands, "venue", "list venues, rename, merge or remove one", EXAMPLE)
    these = command_line.commands(venue)

    listing = new(these, "list", "list the venues, with what they have", "venue list")
    listing.set_defaults(run=list_venues)

    renaming = new(these, "rename", "call a venue otherwise", 'venue rename "Mill café" "Mill house"')
    renaming.add_argument("venue", metavar="VENUE")
    renaming.add_argument("name", metavar="NAME", help="what it is called from now on")
    renaming.set_defaults(run=rename)

    merging = new(these, "merge", "make one venue of two; nothing that happened is lost", 'venue merge "MILL" "Mill"')
    merging.add_argument("venue", metavar="VENUE", help="the one that goes")
    merging.add_argument("into", metavar="INTO", help="the one that stays, with its name")
    merging.set_defaults(run=merge)

    removing = new(these, "remove", "remove a venue where nothing has happened", 'venue remove "Mil café"')
    removing.add_argument("venue", metavar="VENUE")
    removing.set_defaults(run=remove)


def list_venues(settings: ServerSettings, _asked: argparse.Namespace) -> None:
    """Print a line for each venue, in columns."""
    with closing(open_for_reading(settings.place, SystemClock())) as ledger:
        listed = venues.listed(ledger.store)
    if not listed:
        command_line.say("There is no venue yet: `hearth-server pair` makes the first.")
        return
    rows = [(one.venue.name, one.venue.time_zone, str(one.zones), str(one.kiosks), str(one.entries)) for one in listed]
    command_line.write(command_line.table(HEADINGS, rows))


def rename(settings: ServerSettings, asked: argparse.Namespace) -> None:
    """Give a venue another name, which its kiosks learn of. Raises UserError, BadName."""
    with closing(open_existing(settings.place, SystemClock())) as ledger:
        venue = naming.find_venue(kiosk_repository.venues(ledger.store), asked.venue)
        name = clean_name(asked.name, "venue")
        venues.configure(ledger, venue.id, VenueConfigured(name=name))
    command_line.say(
        f"{venue.name} is {name} now; its kiosks learn of it within a minute, or when they are online again."
    )


def merge(settings: ServerSettings, asked: argparse.Namespace) -> None:
    """Merge one venue into another. Raises UserError."""
    with closing(open_existing(settings.place, SystemClock())) as ledger:
        known = kiosk_repository.venues(ledger.store)
        old, into = naming.find_venue(known, asked.venue), naming.find_venue(known, asked.into)
        renamed = venues.merge(ledger.store, old, into)
    command_line.say(f"{old.name} is part of {into.name} now: its sessions, visits, plans and zones are there.")
    for before, after in renamed:
        command_line.say(f"Its zone {before} is called {after}, since {into.name} has one of that name.")


def remove(settings: ServerSettings, asked: argparse.Namespace) -> None:
    """Remove a venue where nothing has happened. Raises UserError."""
    with closing(open_existing(settings.place, SystemClock())) as ledger:
        venue = naming.find_venue(kiosk_repository.venues(ledger.store), asked.venue)
        venues.remove(ledger.store, venue)
    command_line.say(f"{venue.name} is removed, with its zones and the codes that nobody had used.")
