"""hearth-kiosk: arguments and Kivy's environment, before Kivy is imported; then the app."""

import argparse
import gc
import logging
import sys
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path

from kiosk import settings, window
from sync import command_line, extras, logs
from sync.command_line import Parser
from sync.data_dir import locked, prepare, read_path
from sync.errors import UserError
from sync.system_clock import SystemClock


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; 0 when it went well, 2 with one clear line where the person who typed it can put it right."""
    given = _parser().parse_args(arguments)
    logs.start(logging.WARNING)
    try:
        read_path(str(given.data), "--data")
        code: int = given.run(given)
    except UserError as mistake:
        command_line.complain("hearth-kiosk", str(mistake))
        return 2
    finally:
        gc.enable()  # whichever way a start went
    return code


def run(given: argparse.Namespace) -> int:
    """Show the kiosk until its window is closed."""
    gc.disable()  # until it stands: nearly all that a start makes is there to stay
    from kiosk import bootstrap

    chosen = settings.read(given.config)
    folder = prepare(given.data)
    with locked(folder, bootstrap.LOCK):
        runtime = bootstrap.build(chosen, folder, SystemClock())
        window.prepare(chosen.panel, folder)
        from kiosk.app import HearthApp
        from kiosk.bridge import SignalWatch

        asked_to_end = SignalWatch()  # before any thread is started: threads inherit what it blocks
        app = HearthApp(runtime, chosen.panel, lambda _: _settle(), aloud=chosen.voice.aloud)
        asked_to_end.then(app.stop)
        app.run()
    return 0


def _settle() -> None:
    """From now on look for garbage among what comes and goes: going through the rest would hold up a finger."""
    gc.freeze()
    gc.enable()


def pair(given: argparse.Namespace) -> int:
    """Trade a code for a place at the server."""
    from kiosk import bootstrap
    from sync.client import enrolment

    folder = prepare(given.data)
    with locked(folder, bootstrap.LOCK), closing(bootstrap.open_ledger(folder, SystemClock())) as ledger:
        paired = enrolment.enrol(ledger, given.server, given.code)
        waiting = ledger.waiting().count
    command_line.say(
        f"Paired with {paired.server}: {paired.venue.name}, {paired.zone.name}. {waiting} entries will be sent."
    )
    return 0


def status(given: argparse.Namespace) -> int:
    """How far the server is behind, and how this kiosk tells the time; works while the kiosk runs."""
    from kiosk import status as status_of

    for line in status_of.lines(given.data, SystemClock()):
        command_line.say(line)
    return 0


def demo(given: argparse.Namespace) -> int:
    """Server and kiosk together: a window where there is a screen, else an afternoon that drives itself."""
    extras.check("kiosk", "server")
    from kiosk.demo import afternoon, together

    if window.has_screen() and not given.drive:
        return together.run(prepare(given.data / "together"), given.config)
    return afternoon.run(prepare(given.data / "afternoon"))


def _parser() -> Parser:
    parser = Parser(prog="hearth-kiosk", description="The check-in desk of a phone-free zone.")
    command_line.add_version(parser)
    commands = command_line.commands(parser)

    running = _command(commands, run, "show the kiosk", "run --config kiosk.toml")
    pairing = _command(commands, pair, "pair with a server", "pair --server https://hearth.example.org --code 7KQM2WXA")
    pairing.add_argument("--server", required=True, metavar="URL", help="the server's address")
    pairing.add_argument("--code", required=True, help="as hearth-server pair printed it")
    _command(
        commands, status, "say what waits for the server, and what the clock is worth", "status --data /var/lib/hearth"
    )
    showing = _command(commands, demo, "show server and kiosk together, on data of their own", "demo --drive")
    showing.add_argument("--drive", action="store_true", help="let it drive itself although there is a screen")
    showing.set_defaults(data=settings.default_data().with_name("demo"))
    for one in (running, showing):
        one.add_argument("--config", type=Path, metavar="F", help="a kiosk.toml; without it, everything has a default")
    return parser


def _command(
    commands: "command_line.Commands", run: Callable[[argparse.Namespace], int], help: str, example: str
) -> Parser:
    one = command_line.add(commands, run.__name__, help, f"hearth-kiosk {example}")
    one.add_argument(
        "--data",
        type=Path,
        metavar="DIR",
        default=settings.default_data(),
        help="the data folder (default: %(default)s)",
    )
    one.set_defaults(run=run)
    return one


if __name__ == "__main__":
    sys.exit(main())
