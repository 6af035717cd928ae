"""The command that prints a report: it looks and changes nothing, and says beside the figures what they miss."""

import argparse
from collections.abc import Callable
from contextlib import closing
from datetime import date

from sync import command_line
from sync.command_line import Parser
from sync.errors import UserError
from sync.printable import escape_in_json
from sync.server.kiosks import lookup, missing, naming
from sync.server.kiosks import repository as kiosk_repository
from sync.server.reports import attendance, exporters
from sync.server.settings import ServerSettings
from sync.server.storage import open_for_reading
from sync.server.web.days import NotADay, read_day
from sync.system_clock import SystemClock


def add(commands: "command_line.Commands", new: Callable[["command_line.Commands", str, str, str], Parser]) -> None:
    """Put it among the program's commands."""
    example = "report --from 2026-11-01 --to 2026-11-30 --format csv"
    report = new(commands, "report", "print a row for each day and venue", example)
    report.add_argument(
        "--from", required=True, type=_day, dest="from_day", metavar="DAY", help="the first, YYYY-MM-DD"
    )
    report.add_argument("--to", required=True, type=_day, dest="to_day", metavar="DAY", help="the last, YYYY-MM-DD")
    report.add_argument("--venue", metavar="NAME", help="this one only")
    report.add_argument("--format", choices=("csv", "json"), default="csv", help="(default: csv)")
    report.set_defaults(run=print_report)


def _day(text: str) -> date:
    try:
        return read_day(text)
    except NotADay as why:
        raise argparse.ArgumentTypeError(str(why)) from why


def print_report(settings: ServerSettings, asked: argparse.Namespace) -> None:
    """Print it. Raises UserError, OutputError."""
    if asked.from_day > asked.to_day:
        raise UserError(f"--from {asked.from_day} is after --to {asked.to_day}; turn them round")
    with closing(open_for_reading(settings.place, SystemClock())) as ledger:
        try:
            venues = kiosk_repository.venues(ledger.store)
            venue = naming.find_venue(venues, asked.venue).name if asked.venue is not None else None
        except lookup.NotFound as error:
            raise UserError(f"{error} (leave --venue away to see all)") from error
        rows = attendance.rows(ledger.store, asked.from_day, asked.to_day, venue)
        lacking = missing.missing(ledger.store, venue)
    command_line.write(
        exporters.to_csv(rows) if asked.format == "csv" else escape_in_json(exporters.to_json(rows, lacking)) + "\n"
    )
    if asked.format == "csv":  # whose columns are fixed
        for sentence in missing.sentences(lacking):
            command_line.complain("hearth-server", sentence)
