"""The commands that back the server's database up and restore it."""

import argparse
from collections.abc import Callable
from pathlib import Path

from sync import command_line
from sync.command_line import Parser
from sync.server.settings import ServerSettings


def add(commands: "command_line.Commands", new: Callable[["command_line.Commands", str, str, str], Parser]) -> None:
    """Add the commands to the program's."""
    backup = new(commands, "backup", "write a backup while the server serves", "backup hearth-2026-11-25.backup")
    backup.add_argument("file", type=Path, metavar="FILE", help="a new file, on another disk if there is one")
    backup.set_defaults(run=_back_up)

    restore = new(commands, "restore", "put a backup in the database's place", "restore hearth-2026-11-25.backup")
    restore.add_argument("file", type=Path, metavar="FILE", help="as hearth-server backup has written it")
    restore.add_argument("--replace", action="store_true", help="over a database in use; that one is kept aside")
    restore.set_defaults(run=_restore)


def _back_up(settings: ServerSettings, options: argparse.Namespace) -> None:
    from sync.server.backups.backup import back_up

    content = back_up(settings.place, options.file)
    command_line.print_line(
        f"Backed up into {options.file}: {content}. It holds secrets: keep it where nobody else can read it."
    )


def _restore(settings: ServerSettings, options: argparse.Namespace) -> None:
    from sync.server.backups.restore import restore

    restored = restore(settings.place, options.file, replace=options.replace)
    command_line.print_line(f"Restored from {options.file}: {restored.content}.")
    if restored.aside:
        command_line.print_line(f"What was there before is kept as {restored.aside}.")
    command_line.print_line(
        "Start the server now. Kiosks send again what they have sent since the backup; those that were paired since"
    )
    command_line.print_line(
        "have to be paired again. People sign in again; unused pairing codes and links of before are void."
    )
