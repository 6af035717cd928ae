"""The command that counts unduplicated people; it changes nothing."""

import argparse
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime

from sync import command_line
from sync.command_line import Parser
from sync.errors import UserError
from sync.server.auth.scope import command_scope
from sync.server.kiosks import lookup, naming
from sync.server.kiosks.inventory import read_inventory
from sync.server.reports import unduplicated
from sync.server.reports.cli import read_day_argument
from sync.server.reports.unduplicated import ForgottenPasses
from sync.server.settings import ServerSettings
from sync.server.storage import open_for_reading
from sync.system_clock import SystemClock

HEADINGS = ("venue", "different people", "visits with a pass", "visits without one")
TOGETHER = "together"


def add(commands: "command_line.Commands", new: Callable[["command_line.Commands", str, str, str], Parser]) -> None:
    """Add the command to the program's."""
    example = "people --from 2026-11-01 --to 2026-11-30"
    parser = new(commands, "people", "count how many different people came, by their passes", example)
    for name, which in (("from", "the first"), ("to", "the last")):
        parser.add_argument(
            f"--{name}",
            required=True,
            type=read_day_argument,
            dest=f"{name}_day",
            metavar="DAY",
            help=f"{which}, YYYY-MM-DD",
        )
    parser.add_argument("--venue", metavar="NAME", help="this one only")
    parser.set_defaults(run=print_people)


def print_people(settings: ServerSettings, options: argparse.Namespace) -> None:
    """Print a line for each venue, one for all together, and what was forgotten. Raises UserError, OutputError."""
    if options.from_day > options.to_day:
        raise UserError(f"--from {options.from_day} is after --to {options.to_day}; turn them round")
    period = options.from_day, options.to_day
    with closing(open_for_reading(settings.place, SystemClock())) as ledger:
        inventory = read_inventory(ledger.store, command_scope(ledger.store))
        venues = inventory.venues
        try:
            venues = venues if options.venue is None else [naming.find_venue(venues, options.venue)]
        except lookup.NotFound as error:
            raise UserError(f"{error} (leave --venue away to see all)") from error
        with ledger.store.reading() as connection:
            reader = unduplicated.PassReader(connection, inventory.all_venues, *period)
            figures = [(venue.name, reader.with_visits([venue])) for venue in venues]
            if len(venues) != 1:
                figures.append((TOGETHER, reader.with_visits(venues)))
            forgotten = unduplicated.forgotten(connection)
    rows = [(name, str(item.people), str(item.with_pass), str(item.without_pass)) for name, item in figures]
    command_line.write(command_line.table(HEADINGS, rows))
    if forgotten.count:
        command_line.print_line(forgotten_sentence(forgotten))


def forgotten_sentence(forgotten: ForgottenPasses) -> str:
    """What was forgotten, and that figures have fallen by it."""
    passes = "1 pass was" if forgotten.count == 1 else f"{forgotten.count:,} passes were"
    last = datetime.fromtimestamp((forgotten.last_at or 0) / 1000, UTC).date()
    return (
        f"{passes} forgotten so far, the last on {last}. Their visits count among those without a pass now, so figures "
        "of different people for earlier days are lower than they were."
    )
