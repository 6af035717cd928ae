"""The command that prints a report, or the visits behind it; it changes nothing.

What the figures miss is said on standard error.
"""

import argparse
from collections.abc import Callable, Iterable
from contextlib import closing
from datetime import date
from typing import get_args

from sync import command_line
from sync.command_line import Parser
from sync.domain.events import SessionKind
from sync.errors import UserError
from sync.printable import escape_in_json
from sync.server.auth.scope import command_scope
from sync.server.kiosks import clocks, lookup, missing
from sync.server.kiosks.inventory import read_inventory
from sync.server.reports import exporters, json_export, number_formats, parquet, registry, visit_rows, workbooks
from sync.server.reports.base import ReportFilters, Table
from sync.server.reports.disclosure import check_filters
from sync.server.reports.periods import latest_today
from sync.server.reports.provisional import count_practice, practice_sentences
from sync.server.reports.selection import choose_venues, select_venues
from sync.server.reports.visit_rows import VISITS
from sync.server.settings import ServerSettings
from sync.server.storage import open_for_reading
from sync.server.web.days import NotADay, read_day
from sync.system_clock import SystemClock

FORMATS = ("csv", "excel-csv", "xlsx", "parquet", "json")


def add(commands: "command_line.Commands", new: Callable[["command_line.Commands", str, str, str], Parser]) -> None:
    """Add the command to the program's."""
    example = "report --from 2026-11-01 --to 2026-11-30 --format csv"
    parser = new(commands, "report", "print a report", example)
    parser.add_argument(
        "--from", required=True, type=read_day_argument, dest="from_day", metavar="DAY", help="the first, YYYY-MM-DD"
    )
    parser.add_argument(
        "--to", required=True, type=read_day_argument, dest="to_day", metavar="DAY", help="the last, YYYY-MM-DD"
    )
    parser.add_argument("--venue", metavar="NAME", action="append", default=[], help="this one only; may be repeated")
    parser.add_argument("--zone", metavar="NAME", help="this one of the venue only")
    parser.add_argument("--kind", choices=get_args(SessionKind), help="sessions of this kind only")
    parser.add_argument("--session", metavar="TITLE", help="sessions with this title only, such as those of a series")
    parser.add_argument("--format", choices=FORMATS, default="csv", help="(default: csv)")
    parser.add_argument(
        "--language", default="en", metavar="TAG", help="of the decimal sign in excel-csv: de, fr-CA … (default: en)"
    )
    parser.add_argument(
        "--rows", action="store_true", help="print the visits behind the report, a row each, instead of its figures"
    )
    identifiers = registry.identifiers()
    choice_help = f"which report: {', '.join(identifiers)} (default: {identifiers[0]})"
    parser.add_argument(
        "report", nargs="?", choices=identifiers, default=identifiers[0], metavar="NAME", help=choice_help
    )
    parser.set_defaults(run=print_report)


def read_day_argument(text: str) -> date:
    """A day from the command line. Raises ArgumentTypeError."""
    try:
        return read_day(text)
    except NotADay as error:
        raise argparse.ArgumentTypeError(str(error)) from error


def print_report(settings: ServerSettings, options: argparse.Namespace) -> None:
    """Print the report in the chosen format. Raises UserError, OutputError."""
    if options.from_day > options.to_day:
        raise UserError(f"--from {options.from_day} is after --to {options.to_day}; turn them round")
    report = registry.find_report(options.report)
    with closing(open_for_reading(settings.place, SystemClock())) as ledger:
        inventory = read_inventory(ledger.store, command_scope(ledger.store))
        try:
            venue, several = choose_venues(inventory.venues, options.venue)
        except lookup.NotFound as error:
            raise UserError(f"{error} (leave --venue away to see all)") from error
        if options.zone is not None and venue is None:
            raise UserError("--zone is one of a venue; choose that alone with --venue")
        filters = ReportFilters(
            options.from_day,
            options.to_day,
            venue,
            options.zone,
            options.kind,
            settings.smallest_count,
            several,
            options.session,
        )
        now = SystemClock().read().at
        check_filters(report, filters, latest_today(inventory.venues, settings.time_zone, now))
        table: Table = report
        rows: Iterable[object]
        if options.rows:
            visit_rows.check_offered(report)
            table, rows = VISITS, visit_rows.visit_rows(ledger.store, inventory, filters)
        else:
            rows = report.rows(ledger.store, inventory, filters)
        if options.format == "json":
            details = json_export.read_details(ledger.store, inventory, report, table, filters, now=now)
            for text in exporters.joined(json_export.json_pieces(table, rows, details)):
                command_line.write(escape_in_json(text))
            command_line.write("\n")
            return
        _write(table, rows, options)
        not_counted = missing.missing(ledger.store, inventory, venues=filters.venue_names)
        reporting = [kiosk for kiosk in inventory.kiosks if filters.includes(kiosk.venue.name)]
        clock_notes = clocks.sentences(ledger.store, reporting, now)
        selection = select_venues(ledger.store, inventory, filters)
        with ledger.store.reading() as connection:
            practice_notes = practice_sentences(count_practice(connection, selection, filters))
    for sentence in (*missing.sentences(not_counted), *clock_notes, *practice_notes):  # only JSON has a place for them
        command_line.complain("hearth-server", sentence)


def _write(table: Table, rows: Iterable[object], options: argparse.Namespace) -> None:
    """Print the rows in the chosen format as they are read. Raises UserError, OutputError."""
    if options.format in ("xlsx", "parquet"):
        make = workbooks.workbook_pieces if options.format == "xlsx" else parquet.parquet_pieces
        for piece in make(table, rows):
            command_line.write_bytes(piece)
        return
    if options.format == "excel-csv":
        lines = exporters.excel_csv_lines(table, rows, number_formats.preferred_format(options.language))
    else:
        lines = exporters.csv_lines(table, rows)
    for text in exporters.joined(lines):
        command_line.write(text)
