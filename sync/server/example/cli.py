"""The command that makes an example organisation, to look around in."""

import argparse
from collections import defaultdict
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import msgspec

from sync import command_line
from sync.command_line import Parser
from sync.errors import UserError
from sync.server.example.service import SEED, ExampleSize, Totals, make_example
from sync.server.example.venues import VENUES
from sync.server.settings import ServerSettings
from sync.server.storage import open_ledger
from sync.system_clock import SystemClock


def add(commands: "command_line.Commands", new: Callable[["command_line.Commands", str, str, str], Parser]) -> None:
    """Add the command to the program's."""
    example = "example --data /tmp/hearth-example"
    parser = new(commands, "example", "make an organisation with two years of attendance, to look around in", example)
    parser.add_argument(
        "--venues", type=_count(len(VENUES)), default=len(VENUES), metavar="N", help="(default: all 12)"
    )
    parser.add_argument("--days", type=_count(3660), default=730, metavar="N", help="until today (default: 730)")
    parser.add_argument("--seed", type=int, default=SEED, metavar="N", help="another one makes other days")
    parser.add_argument("--totals", type=Path, metavar="FILE", help="write what was counted while it was made, as JSON")
    parser.set_defaults(run=_example)


def _count(most: int) -> Callable[[str], int]:
    def parse(text: str) -> int:
        if not text.isascii() or not text.isdecimal() or not 1 <= int(text) <= most:
            raise argparse.ArgumentTypeError(f"{text!r} is not a number from 1 to {most}")
        return int(text)

    return parse


def _example(settings: ServerSettings, options: argparse.Namespace) -> None:
    with closing(open_ledger(settings.place, SystemClock())) as ledger:
        size = ExampleSize(options.venues, options.days)
        totals = make_example(ledger, size, options.seed, lambda line: command_line.write(f"{line}\n"))
    if options.totals:
        _write_totals(options.totals, totals)
    command_line.print_line(
        "The example is made. `hearth-server init` prints a link for an account, `hearth-server serve` shows the "
        "pages; both with the same --data or --config."
    )


def _write_totals(file: Path, totals: Totals) -> None:
    by_venue: dict[str, dict[str, dict[str, int]]] = {}
    for venue, figures in totals.items():
        by_day: dict[str, dict[str, int]] = defaultdict(dict)
        for (day, name), number in sorted(figures.items()):
            by_day[str(day)][name] = number
        by_venue[venue] = by_day
    try:
        file.write_bytes(msgspec.json.format(msgspec.json.encode(by_venue)) + b"\n")
    except OSError as error:
        raise UserError(f"{file}: {error.strerror}") from error
