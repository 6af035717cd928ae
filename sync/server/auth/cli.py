"""The commands for accounts: list them, make a one-time link, remove one."""

import argparse
from collections.abc import Callable
from contextlib import closing

from sync import command_line
from sync.command_line import Parser
from sync.server import server_address
from sync.server.auth import accounts, invitations
from sync.server.settings import ServerSettings
from sync.server.storage import open_existing, open_for_reading
from sync.system_clock import SystemClock

EXAMPLE = "hearth-server account list"
HEADINGS = ("login", "signed in", "link")


def add(commands: "command_line.Commands", new: Callable[["command_line.Commands", str, str, str], Parser]) -> None:
    """Add the commands to the program's."""
    account = command_line.add(commands, "account", "list accounts, reset a password, remove one", EXAMPLE)
    account_commands = command_line.commands(account)

    list_parser = new(account_commands, "list", "list the accounts that can sign in", "account list")
    list_parser.set_defaults(run=list_accounts)

    link_help = "print a one-time link to reset an account's password"
    link_parser = new(account_commands, "link", link_help, "account link ada")
    link_parser.add_argument("login", metavar="LOGIN", help="the account's login name")
    link_parser.add_argument("--listen", metavar="HOST:PORT", help="where the server listens, for the link")
    link_parser.set_defaults(run=print_link)

    remove_help = "remove an account; its sessions end at once"
    remove_parser = new(account_commands, "remove", remove_help, "account remove ada")
    remove_parser.add_argument("login", metavar="LOGIN", help="the account's login name")
    remove_parser.add_argument(
        "--last", action="store_true", help="also the last account, after which no sign-in is possible"
    )
    remove_parser.set_defaults(run=remove)


def list_accounts(settings: ServerSettings, _options: argparse.Namespace) -> None:
    """Print a line for each account, in columns."""
    clock = SystemClock()
    with closing(open_for_reading(settings.place, clock)) as ledger:
        listed = accounts.listed(ledger.store, clock.read().at)
    if not listed:
        command_line.print_line("There is no account yet: `hearth-server init` prints a link that makes the first.")
        return
    rows = [(item.login, _browsers(item.sessions), "open" if item.has_link else "-") for item in listed]
    command_line.write(command_line.table(HEADINGS, rows))


def _browsers(count: int) -> str:
    return "-" if not count else f"in {count} browser{'' if count == 1 else 's'}"


def print_link(settings: ServerSettings, options: argparse.Namespace) -> None:
    """Print a one-time link that sets the account's password. Raises UserError."""
    clock = SystemClock()
    with closing(open_existing(settings.place, clock)) as ledger:
        token = invitations.create_invitation(ledger.store, clock.read().at, options.login)
    command_line.print_line(f"Open this link once, within seven days, to choose a new password for {options.login}:")
    command_line.print_line(f"{server_address.address(settings, options.listen)}/welcome/{token}")


def remove(settings: ServerSettings, options: argparse.Namespace) -> None:
    """Remove the account. Raises UserError."""
    with closing(open_existing(settings.place, SystemClock())) as ledger:
        login = accounts.remove(ledger.store, options.login, even_last=options.last)
    command_line.print_line(f"The account {login} is removed, and signed out everywhere.")
