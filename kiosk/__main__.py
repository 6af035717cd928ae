"""The command hearth-kiosk: parses arguments and prepares Kivy's environment before Kivy is imported."""

import argparse
import gc
import logging
import sys
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path

from kiosk import local_login, log_file, settings, window
from sync import command_line, extras, logs
from sync.command_line import Parser
from sync.data_dir import default_data_dir, locked, prepare, read_path
from sync.errors import UserError
from sync.system_clock import SystemClock


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; returns 0 after success, 2 after a UserError, whose text is printed."""
    options = _parser().parse_args(arguments)
    logs.start(logging.WARNING)
    try:
        read_path(str(options.data), "--data")
        code: int = options.run(options)
    except UserError as error:
        command_line.complain("hearth-kiosk", str(error))
        return 2
    finally:
        gc.enable()  # also after a failed start
    return code


def run(options: argparse.Namespace) -> int:
    """Show the kiosk until its window is closed."""
    gc.disable()  # until the first screen: nearly all objects of a start are long-lived
    from kiosk import bootstrap

    kiosk_settings = settings.read(options.config)
    folder = prepare(options.data)
    with locked(folder, bootstrap.LOCK), log_file.writing(folder):
        runtime = bootstrap.build(kiosk_settings, folder, SystemClock())
        panel = bootstrap.panel(kiosk_settings, runtime)
        window.prepare(panel, folder)
        from kiosk.app import HearthApp
        from kiosk.bridge import SignalWatch

        signals = SignalWatch()  # before any thread is started: threads inherit the blocked signals
        app = HearthApp(runtime, panel, lambda _: _freeze_objects(), aloud=kiosk_settings.voice.aloud)
        signals.call_on_signal(app.stop)
        app.run()
    return app.exit_code


def _freeze_objects() -> None:
    """Exclude the objects of the start from garbage collection, which would delay touches."""
    gc.freeze()
    gc.enable()


def pair(options: argparse.Namespace) -> int:
    """Pair with a server by a code."""
    from kiosk import bootstrap
    from sync.client import enrolment

    folder = prepare(options.data)
    with locked(folder, bootstrap.LOCK), closing(bootstrap.open_ledger(folder, SystemClock())) as ledger:
        paired = enrolment.enrol(ledger, options.server, options.code)
        waiting = ledger.waiting().count
    command_line.print_line(
        f"Paired with {paired.server}: {paired.venue.name}, {paired.zone.name}. {waiting} entries will be sent."
    )
    return 0


def status(options: argparse.Namespace) -> int:
    """Print the state of sync, clock and database; works while the kiosk runs."""
    from kiosk import status as status_report

    for line in status_report.lines(options.data, SystemClock()):
        command_line.print_line(line)
    return 0


def logs_command(options: argparse.Namespace) -> int:
    """Print the kiosk's log, which has no personal data."""
    text = log_file.read(options.data)
    if not text:
        raise UserError(f"nothing is logged in {options.data}: check --data")
    for line in text.splitlines():
        command_line.print_line(line)
    return 0


def roll_call(options: argparse.Namespace) -> int:
    """Print who is in, as numbers; during an evacuation also who is out. Works while the kiosk runs."""
    from kiosk import roll_call_report

    for line in roll_call_report.lines(settings.read(options.config), options.data, SystemClock()):
        command_line.print_line(line)
    return 0


def list_devices(options: argparse.Namespace) -> int:
    """Print the devices of kiosk.toml and what is plugged in."""
    from kiosk import device_report

    for line in device_report.list_lines(settings.read(options.config)):
        command_line.print_line(line)
    return 0


def try_device(options: argparse.Namespace) -> int:
    """Open a device and print what it reports."""
    from kiosk import device_report

    kiosk_settings = settings.read(options.config)
    for line in device_report.trial_lines(kiosk_settings, options.data, options.name, options.seconds):
        command_line.print_line(line, now=True)
    return 0


def simulate_device(options: argparse.Namespace) -> int:
    """Simulate a device on a pseudo-terminal until its page is ended."""
    from kiosk import device_simulation

    for line in device_simulation.page_lines(options.kind, options.port, sys.stdin):
        command_line.print_line(line, now=True)
    return 0


def reset_hosts(options: argparse.Namespace) -> int:
    """Make the kiosk forget its hosts' PINs, because all of them are lost; refuses to do it from another machine."""
    from kiosk import bootstrap

    if not (options.data / bootstrap.LEDGER).exists():
        raise UserError(f"there is no kiosk in {options.data}: check --data")
    if refusal := local_login.find_refusal():
        raise UserError(
            f"this works at the kiosk alone, not over the network: {refusal}. Sit down at its own keyboard and screen"
        )
    folder = prepare(options.data)
    with locked(folder, bootstrap.LOCK):
        bootstrap.reset_hosts(folder, SystemClock())
    command_line.print_line(
        "The hosts' PINs are forgotten here; nothing that was recorded is erased. The next start asks for a first host."
    )
    return 0


def demo(options: argparse.Namespace) -> int:
    """Run server and kiosk together: in a window where there is a display, else as a scripted afternoon offscreen."""
    extras.check("kiosk", "server")
    from kiosk.demo import afternoon, together

    if window.has_screen() and not options.drive:
        return together.run(prepare(options.data / "together"), options.config)
    return afternoon.run(prepare(options.data / "afternoon"))


def _parser() -> Parser:
    parser = Parser(prog="hearth-kiosk", description="The check-in desk of a phone-free zone.")
    command_line.add_version(parser)
    commands = command_line.commands(parser)

    run_parser = _command(commands, run, "show the kiosk", "run --config kiosk.toml")
    pair_parser = _command(
        commands, pair, "pair with a server", "pair --server https://hearth.example.org --code 7KQM2WXA"
    )
    pair_parser.add_argument("--server", required=True, metavar="URL", help="the server's address")
    pair_parser.add_argument("--code", required=True, help="as hearth-server pair printed it")
    _command(
        commands, status, "say what waits for the server, and what the clock is worth", "status --data /var/lib/hearth"
    )
    _command(commands, logs_command, "print the log, which has no personal data", "logs --data /var/lib/hearth")
    roll_call_parser = _command(
        commands, roll_call, "print who is in, as pouch numbers, for an evacuation", "roll-call --config kiosk.toml"
    )
    device_parsers = _add_device_commands(commands)
    _command(commands, reset_hosts, "forget the hosts' PINs, if all are lost; the kiosk must be stopped", "reset-hosts")
    demo_parser = _command(commands, demo, "show server and kiosk together, on data of their own", "demo --drive")
    demo_parser.add_argument("--drive", action="store_true", help="let it drive itself although there is a screen")
    demo_parser.set_defaults(data=default_data_dir("kiosk").with_name("demo"))
    for parser_with_config in (run_parser, roll_call_parser, *device_parsers, demo_parser):
        parser_with_config.add_argument(
            "--config", type=Path, metavar="F", help="a kiosk.toml; without it, everything has a default"
        )
    return parser


def _add_device_commands(commands: "command_line.Commands") -> tuple[Parser, ...]:
    """Add the commands for devices; returns their parsers."""
    devices = command_line.add(
        commands, "devices", "list the devices on wires, or try one", "hearth-kiosk devices test printer"
    )
    actions = command_line.commands(devices)
    list_parser = command_line.add(
        actions, "list", "list the devices of kiosk.toml, and what is plugged in", "hearth-kiosk devices list"
    )
    list_parser.set_defaults(run=list_devices, data=default_data_dir("kiosk"))
    test_parser = command_line.add(
        actions, "test", "open one device and say what it answers", "hearth-kiosk devices test scanner"
    )
    test_parser.add_argument("name", metavar="NAME", help="its name in kiosk.toml")
    test_parser.add_argument("--seconds", type=float, default=10.0, metavar="S", help="how long (default: %(default)s)")
    _add_data(test_parser)
    test_parser.set_defaults(run=try_device)
    simulate_parser = command_line.add(
        actions, "simulate", "pretend to be a device, without hardware", "hearth-kiosk devices simulate scanner"
    )
    simulate_parser.add_argument("kind", metavar="KIND", help="scanner, card_reader, printer")
    simulate_parser.add_argument(
        "--port", type=Path, metavar="PATH", help="its port (default: in the temporary folder)"
    )
    simulate_parser.set_defaults(run=simulate_device, data=default_data_dir("kiosk"))
    return list_parser, test_parser


def _command(
    commands: "command_line.Commands", run: Callable[[argparse.Namespace], int], help: str, example: str
) -> Parser:
    parser = command_line.add(
        commands, run.__name__.removesuffix("_command").replace("_", "-"), help, f"hearth-kiosk {example}"
    )
    _add_data(parser)
    parser.set_defaults(run=run)
    return parser


def _add_data(parser: Parser) -> None:
    parser.add_argument(
        "--data",
        type=Path,
        metavar="DIR",
        default=default_data_dir("kiosk"),
        help="the data folder (default: %(default)s)",
    )


if __name__ == "__main__":
    sys.exit(main())
