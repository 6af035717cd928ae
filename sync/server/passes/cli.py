"""The commands for passes: make, list and retire keys; revoke passes."""

import argparse
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime

from sync import command_line
from sync.command_line import Parser
from sync.errors import UserError
from sync.server import pass_keys
from sync.server.auth.scope import command_scope
from sync.server.kiosks import naming
from sync.server.kiosks import repository as kiosk_repository
from sync.server.passes import service
from sync.server.settings import ServerSettings
from sync.server.storage import open_existing
from sync.system_clock import SystemClock

EXAMPLE = "hearth-server passes list-keys"
HEADINGS = ("key", "made", "state")


def add(commands: "command_line.Commands", new: Callable[["command_line.Commands", str, str, str], Parser]) -> None:
    """Add the commands to the program's."""
    passes = command_line.add(commands, "passes", "make keys for passes, revoke passes", EXAMPLE)
    pass_commands = command_line.commands(passes)

    new_key_help = "make a key that signs passes from now on; earlier passes stay valid"
    new(pass_commands, "new-key", new_key_help, "passes new-key").set_defaults(run=new_key)

    new(pass_commands, "list-keys", "list the keys", "passes list-keys").set_defaults(run=list_keys)

    retire = new(pass_commands, "retire-key", "let all passes of a key be valid no more", "passes retire-key 1f2e3d4c")
    retire.add_argument("key", metavar="KEY", help="as list-keys shows it")
    retire.set_defaults(run=retire_key)

    example = "passes revoke 8c552f2b-6c1d-5e44-9a52-0b8d1f7c3e21"
    revoke_parser = new(pass_commands, "revoke", "let one pass be valid no more", example)
    revoke_parser.add_argument("scanned", metavar="PASS", help="its text, as a scanner reads it, or its id")
    revoke_parser.set_defaults(run=revoke)

    unused_help = "revoke the passes that a kiosk holds and has not issued"
    unused = new(pass_commands, "revoke-unused", unused_help, 'passes revoke-unused --kiosk "Mill café, Hall"')
    unused.add_argument("--kiosk", required=True, metavar="ID-OR-NAME", help="as for `hearth-server revoke`")
    unused.set_defaults(run=revoke_unused)


def new_key(settings: ServerSettings, _options: argparse.Namespace) -> None:
    """Make a key. Raises UserError."""
    file = settings.pass_key_file
    is_first = pass_keys.read(file) is None
    key = pass_keys.add_key(file, SystemClock().read().at)
    command_line.print_line(f"Key {key.id} signs passes from now on. Kiosks get it with their next heartbeat.")
    if is_first:
        command_line.print_line(f"It is in {file}, and in no backup. Keep a copy elsewhere than the backups:")
        command_line.print_line("without it no kiosk that is paired later knows the passes that were issued.")


def list_keys(settings: ServerSettings, _options: argparse.Namespace) -> None:
    """Print a line for each key. Raises UserError."""
    content = pass_keys.read(settings.pass_key_file)
    if content is None or not content.signing:
        command_line.print_line("There is no key yet: `hearth-server passes new-key` makes the first.")
        return
    signing = next((key.id for key in reversed(content.signing) if not key.retired), None)
    rows = [
        (key.id, _day(key.made_at), "retired" if key.retired else "signs" if key.id == signing else "valid")
        for key in content.signing
    ]
    command_line.write(command_line.table(HEADINGS, rows))


def _day(at: int) -> str:
    return datetime.fromtimestamp(at / 1000, UTC).date().isoformat()


def retire_key(settings: ServerSettings, options: argparse.Namespace) -> None:
    """Retire a key. Raises UserError."""
    key = pass_keys.retire_key(settings.pass_key_file, options.key)
    command_line.print_line(f"Key {key.id} is retired: kiosks refuse its passes from their next heartbeat on.")


def revoke(settings: ServerSettings, options: argparse.Namespace) -> None:
    """Revoke a pass. Raises UserError, StorageError."""
    content = pass_keys.read(settings.pass_key_file)
    pass_id = service.read_pass(options.scanned, pass_keys.keys_of(content) if content else None)
    with closing(open_existing(settings.place, SystemClock())) as ledger:
        service.revoke(ledger, command_scope(ledger.store), pass_id)
    command_line.print_line(
        f"Pass {pass_id} is revoked; kiosks learn of it within a minute, or when they are online again."
    )


def revoke_unused(settings: ServerSettings, options: argparse.Namespace) -> None:
    """Revoke what a kiosk has not issued. Raises UserError, StorageError."""
    with closing(open_existing(settings.place, SystemClock())) as ledger:
        scope = command_scope(ledger.store)
        kiosks = kiosk_repository.kiosks(ledger.store, scope)
        kiosk = naming.find_kiosk(kiosks, options.kiosk)
        count = service.revoke_unused(ledger, scope, kiosk)
    if not count:
        raise UserError(f"{naming.names(kiosks)[kiosk.id]} holds no passes that it has not issued")
    passes = "1 pass is" if count == 1 else f"{count} passes are"
    command_line.print_line(f"{passes} revoked that {naming.names(kiosks)[kiosk.id]} held.")
