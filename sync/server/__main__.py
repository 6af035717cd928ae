"""hearth-server: the command line of the central server."""

import argparse
import sys
from collections.abc import Sequence
from contextlib import closing
from itertools import chain
from pathlib import Path

from sync import command_line
from sync.command_line import Parser
from sync.errors import UserError
from sync.ledger.maintenance import replay
from sync.ledger.store import StorageError
from sync.server import organisation, server_address
from sync.server.auth import cli as account_cli
from sync.server.auth import invitations
from sync.server.auth.scope import command_scope
from sync.server.backups import cli as backup_cli
from sync.server.example import cli as example_cli
from sync.server.kiosks import cli as kiosk_cli
from sync.server.kiosks import pairing, venue_cli
from sync.server.kiosks import repository as kiosk_repository
from sync.server.kiosks.pairing import BadName
from sync.server.local_time import read_time_zone
from sync.server.passes import cli as pass_cli
from sync.server.planning import calendar_cli
from sync.server.planning import cli as planning_cli
from sync.server.reports import cli as report_cli
from sync.server.reports import rollups, unduplicated_cli
from sync.server.settings import ServerSettings, read_settings
from sync.server.storage import open_existing, open_ledger
from sync.system_clock import SystemClock


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command. Returns the exit code: 0 success; 2 an error the user can correct; 1 stdout was closed early."""
    command_line.use_utf8()
    try:
        options = _parse(command_line.arguments() if arguments is None else arguments)
        settings = read_settings(options.config, options.data, getattr(options, "listen", None))
        options.run(settings, options)
        command_line.write("")
    except (UserError, BadName) as error:
        return _fail(str(error), 2)
    except StorageError as error:
        return _fail(f"{settings.shown_place}: {error}; nothing was changed, look at the disk and try again", 2)
    except command_line.OutputError as error:
        return _fail(str(error), error.code)
    return 0


def _parse(arguments: Sequence[str]) -> argparse.Namespace:
    try:
        return _parser().parse_args(arguments)
    except SystemExit:  # argparse has printed help or an error
        command_line.write("")
        raise


def _fail(message: str, code: int) -> int:
    command_line.complain("hearth-server", message)
    return code


def _serve(settings: ServerSettings, _options: argparse.Namespace) -> None:
    from sync.server.serve import serve  # imported here, so that other commands start without the web framework

    serve(settings, SystemClock())


def _init(settings: ServerSettings, options: argparse.Namespace) -> None:
    clock = SystemClock()
    with closing(open_ledger(settings.place, clock).store) as store:
        if options.name is not None:
            organisation.rename_organisation(store, options.name)
        token = invitations.create_invitation(store, clock.read().at)
    command_line.print_line(
        "Open this link once, within seven days, to choose a login name and password for a new account:"
    )
    command_line.print_line(f"{server_address.address(settings, options.listen)}/welcome/{token}")


def _pair(settings: ServerSettings, options: argparse.Namespace) -> None:
    clock = SystemClock()
    time_zone = read_time_zone(options.time_zone or settings.time_zone).key
    with closing(open_ledger(settings.place, clock).store) as store:
        name = pairing.clean_name(options.venue, "venue")
        venues = kiosk_repository.venues(store, command_scope(store))
        existing = pairing.find_or_none("venue", venues, lambda venue: venue.name, name)
        if existing and not options.new and options.time_zone not in (None, existing.time_zone):
            raise UserError(f"{existing.name} goes by {existing.time_zone}; change that with `hearth-server configure`")
        made = pairing.make_code(store, name, options.zone, time_zone, clock.read().at, must_be_new=options.new)
    if made.is_new:
        command_line.print_line(
            f"New venue: {made.venue}. If it is there already under another name, pair with that name instead."
        )
    for other in made.near:
        command_line.print_line(
            f"There is “{other}” as well. If that was meant: hearth-server venue remove “{made.venue}”"
        )
    if made.is_new_zone:
        command_line.print_line(f"New zone at {made.venue}: {made.zone}.")
    command_line.print_line(
        f"For one kiosk at {made.venue}, {made.zone} (time zone {made.time_zone}), good for 24 hours:"
    )
    command_line.print_line(made.code)


def _refold(settings: ServerSettings, _options: argparse.Namespace) -> None:
    with closing(open_existing(settings.place, SystemClock())) as ledger:
        store = ledger.store
        for progress in chain(replay.refuse(store), replay.reread(store), replay.refold(store)):
            command_line.write(f"{progress.done} of {progress.of} {progress.what}\n")
    command_line.print_line("Everything this release can read is in the reports.")


def _rollups(settings: ServerSettings, options: argparse.Namespace) -> None:
    with closing(open_existing(settings.place, SystemClock())) as ledger:
        scope = command_scope(ledger.store)
        for progress in rollups.rebuild(ledger.store, scope, ledger.clock, resume=options.resume):
            command_line.write(f"{progress.done} of {progress.of} hours\n")
    command_line.print_line("The roll-ups of all days are computed from the visits.")


def _parser() -> Parser:
    parser = Parser(prog="hearth-server", description="The central server of Hearth's check-in kiosks.")
    command_line.add_version(parser)
    commands = command_line.commands(parser)

    serve = _command(commands, "serve", "listen for kiosks and browsers", "serve --listen 127.0.0.1:8600")
    serve.add_argument("--listen", metavar="HOST:PORT", help="where to listen (port 0: any free one)")
    serve.set_defaults(run=_serve)

    init = _command(commands, "init", "print a one-time link to choose a login and password", "init")
    init.add_argument("--listen", metavar="HOST:PORT", help="where the server listens, for the link")
    init.add_argument("--name", metavar="TEXT", help='the organisation\'s, for papers that others read; "": none')
    init.set_defaults(run=_init)

    pair = _command(
        commands, "pair", "print a code that pairs one kiosk", 'pair --venue "Mill café" --zone "Back room"'
    )
    pair.add_argument("--venue", required=True, metavar="NAME", help="made if it is new")
    pair.add_argument("--new", action="store_true", help="make a venue although one is called nearly so")
    pair.add_argument("--time-zone", metavar="TZ", help="of a new venue, for example Europe/London")
    pair.add_argument("--zone", metavar="NAME", help="made if it is new (default: the venue's first)")
    pair.set_defaults(run=_pair)

    account_cli.add(commands, _command)
    venue_cli.add(commands, _command)
    kiosk_cli.add(commands, _command)
    backup_cli.add(commands, _command)
    planning_cli.add(commands, _command)
    calendar_cli.add(commands, _command)
    pass_cli.add(commands, _command)
    example_cli.add(commands, _command)

    report_cli.add(commands, _command)
    unduplicated_cli.add(commands, _command)

    refold = _command(commands, "refold", "read again, after an upgrade, what could not be read before", "refold")
    refold.set_defaults(run=_refold)

    rollup = _command(commands, "rollups", "compute the roll-ups that reports read again, from the visits", "rollups")
    rollup.add_argument("--resume", action="store_true", help="compute only those that an interrupted run has left")
    rollup.set_defaults(run=_rollups)
    return parser


def _command(commands: "command_line.Commands", name: str, help: str, example: str) -> Parser:
    parser = command_line.add(commands, name, help, f"hearth-server {example}")
    parser.add_argument("--config", type=Path, metavar="FILE", help="a TOML file; see config/server.toml")
    parser.add_argument("--data", metavar="DIR", help="the data folder (default: ~/.local/share/hearth/server)")
    return parser


if __name__ == "__main__":
    sys.exit(main())
